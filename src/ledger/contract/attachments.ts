// The documents of declarations and certificates: which there are, and which were fetched where to.

export interface AttachmentBooks {
  /**
   * Records which documents CAS lists; those that are known stay, with what is known of their files.
   * @param listing whether the listing of a declaration holds for as long as the declaration does not change
   */
  readonly recordAttachments: (
    owner: DocumentOwner,
    attachments: readonly ListedAttachment[],
    listing: { readonly at: Date; readonly isFinal: boolean },
  ) => Promise<void>;
  /** Records that a document is durably on the disk. */
  readonly recordFetched: (document: FetchedDocument) => Promise<void>;
  /** The documents known of one owner, in the order in which they were first listed. */
  readonly attachmentsOf: (owner: DocumentOwner) => Promise<readonly AttachmentRecord[]>;
  /** The declarations of our shipments whose documents are to be listed, the newest first, in batches. */
  readonly declarationsToList: () => AsyncIterable<readonly DeclarationToList[]>;
  /** The documents known of the declarations of our shipments, the newest first, in batches. */
  readonly attachmentsOfShipments: () => AsyncIterable<readonly AttachmentRecord[]>;
}

export interface DocumentOwner {
  readonly kind: "declaration" | "certificate";
  readonly id: string;
}

export interface ListedAttachment {
  readonly id: string;
  readonly documentType: string | null;
  /** As CAS says it; never a path. */
  readonly fileName: string | null;
}

export interface StoredFile {
  /** Absolute. */
  readonly path: string;
  /** Shape: 64 hexadecimal digits. */
  readonly sha256: string;
  readonly bytes: number;
  readonly fetchedAt: Date;
}

interface FetchedDocument {
  readonly owner: DocumentOwner;
  readonly attachment: ListedAttachment;
  readonly file: StoredFile;
}

export interface AttachmentRecord extends Pick<FetchedDocument, "owner" | "attachment"> {
  /** Null while it was not fetched. */
  readonly file: StoredFile | null;
}

export interface DeclarationToList {
  readonly declarationId: string;
  /** The last change that was seen of it, or that CAS tells. */
  readonly changedAt: Date;
}
