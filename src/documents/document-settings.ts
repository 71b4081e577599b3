// What bounds the fetching of documents.

export interface DocumentSettings {
  /** A larger document is not fetched. */
  readonly bytesMax: number;
  /** What is done about one that was fetched before, whose file was moved away or deleted. */
  readonly missingFiles: "fetch" | "skip";
}

export const defaultDocumentSettings: DocumentSettings = {
  // 1 GiB; a document of customs has some 100 KiB, a scan some MiB. Source: assumed.
  bytesMax: 1024 ** 3,
  missingFiles: "fetch",
};
