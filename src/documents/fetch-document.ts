// Fetches one document: a fresh link for every try, its bytes into a part file, which a broken try continues where
// the storage says that the bytes are the same; then checked, made durable, named and recorded, in this order.
import type {
  AttachmentBooks,
  AttachmentRecord,
  StoredFile,
} from "../ledger/contract/attachments.ts";
import type { CasReader } from "../cas/cas-client.ts";
import type { DocumentHead, DocumentStorage } from "../cas/document-storage.ts";
import { CannotNowError, CasBatchError, RefusedError } from "../core/errors.ts";
import { notWritable } from "../core/files/not-writable.ts";
import type { Log, OnProgress } from "../core/progress.ts";
import { fullJitterMs, type BackoffSettings } from "../core/time/backoff.ts";
import type { Clock } from "../core/time/clock.ts";
import { documentName } from "./document-name.ts";
import { PartFile, placeDocument, type DocumentContent } from "./part-file.ts";

export interface DocumentDesk {
  readonly client: Pick<CasReader, "attachmentLink" | "certificateLink">;
  readonly storage: DocumentStorage;
  readonly books: AttachmentBooks;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
  /** Absolute; it is there. */
  readonly folder: string;
  /** Which form of the link is asked for first; the other one follows where it is refused. */
  form: LinkForm;
  /** Whether links are asked for by document type, where the type is known, or by the id of the document alone. */
  readonly byType: boolean;
}

/** What fetching one document needs of it. */
export type FetchingDesk = Omit<DocumentDesk, "books" | "onProgress"> & {
  readonly books: Pick<AttachmentBooks, "recordFetched">;
};

/** Source: seeds/002, Attachments: JSON with the link, or a redirect to it. */
export type LinkForm = "url" | "redirect";

const TRIES_MAX = 6;
const retrySettings: BackoffSettings = { baseDelayMs: 500, delayMaxMs: 30_000 };
/** A storage that asks for a longer wait is left to the next run. */
const WAIT_MS_MAX = 120_000;

/**
 * @throws CasBatchError why it could not be fetched; `file-not-writable` and `ledger-write-failed` concern every
 *   further document, too
 */
export async function fetchDocument(
  desk: FetchingDesk,
  { owner, attachment }: Pick<AttachmentRecord, "owner" | "attachment">,
): Promise<StoredFile & { readonly nameWasUnsafe: boolean; readonly hadLength: boolean }> {
  const part = await onDisk(desk.folder, () => PartFile.create(desk.folder));
  try {
    const { content, head } = await bytesOf(desk, { owner, attachment }, part);
    const ids = { ownerId: owner.id, attachmentId: attachment.id };
    const name = documentName(ids, attachment.fileName ?? head.fileName, content.ending);
    const path = await onDisk(desk.folder, () => placeDocument(part, content, desk.folder, name));
    const { sha256, bytes } = content;
    const file = { path, sha256, bytes, fetchedAt: desk.clock.now() };
    await desk.books.recordFetched({ owner, attachment, file });
    return { ...file, nameWasUnsafe: name.wasUnsafe, hadLength: head.bytesTotal !== null };
  } finally {
    await part.discard().catch(() => undefined);
  }
}

interface Received {
  readonly content: DocumentContent;
  readonly head: DocumentHead;
}

async function bytesOf(
  desk: FetchingDesk,
  document: Pick<AttachmentRecord, "owner" | "attachment">,
  part: PartFile,
): Promise<Received> {
  const { clock, random, log, signal } = desk;
  for (let tries = 1; ; tries += 1) {
    const link = await freshLink(desk, document);
    try {
      return await receive(desk, link, part);
    } catch (error) {
      if (!(error instanceof CannotNowError) || signal.aborted) throw error;
      if (error.code === "document-damaged") part.forget();
      // A fresh link is all that an expired one needs, the first time.
      const isExpired = error.code === "link-expired" && tries === 1;
      const backoffMs = isExpired ? 0 : fullJitterMs(tries, random, retrySettings);
      const delayMs = Math.max(error.retryAfterMs ?? 0, backoffMs);
      if (tries === TRIES_MAX || delayMs > WAIT_MS_MAX) throw givenUp(error);
      log("debug", `A document was not fetched, and is tried again: ${error.message}`, { delayMs });
      await clock.sleep(delayMs, signal);
    }
  }
}

/** The storage is not CAS: that it cannot be reached says nothing about other documents, nor about CAS. */
function givenUp(error: CannotNowError): CasBatchError {
  const saysItself = ["link-expired", "link-unusable", "document-damaged", "answer-compressed"];
  return saysItself.includes(error.code)
    ? error
    : new CannotNowError("document-unavailable", error.message, { cause: error });
}

async function receive(
  { storage, folder, signal }: FetchingDesk,
  link: string,
  part: PartFile,
): Promise<Received> {
  let head: DocumentHead | null = null;
  await storage.read(
    link,
    part.resumePoint,
    async (begun) => {
      head = begun;
      await onDisk(folder, () => part.begin(begun.isRest, begun.etag));
      return (piece) => onDisk(folder, () => part.write(piece));
    },
    signal,
  );
  const received = checked(head);
  const content = await onDisk(folder, () => part.finish());
  const { bytesTotal, md5 } = received;
  const damage =
    content.bytes === 0
      ? "it is empty"
      : bytesTotal !== null && bytesTotal !== content.bytes
        ? `${String(content.bytes)} bytes came, and it has ${String(bytesTotal)}`
        : md5 !== null && md5 !== content.md5
          ? "its checksum is not the one that the storage gives"
          : null;
  if (damage !== null) {
    throw new CannotNowError("document-damaged", `The document did not come as it is: ${damage}`);
  }
  return { content, head: received };
}

/** The compiler does not see that `begin` has set it. */
function checked(head: DocumentHead | null): DocumentHead {
  if (head === null) throw new Error("A document came without a head");
  return head;
}

async function freshLink(
  desk: FetchingDesk,
  document: Pick<AttachmentRecord, "owner" | "attachment">,
): Promise<string> {
  const first = desk.form;
  try {
    return await linkOf(desk, document, first);
  } catch (error) {
    const isOfForm =
      error instanceof RefusedError ||
      (error instanceof CasBatchError && error.code === "answer-not-understood");
    if (!isOfForm) throw error;
    const second = first === "url" ? "redirect" : "url";
    const link = await linkOf(desk, document, second).catch(() => null);
    // What the form that was asked for answers is the news.
    if (link === null) throw error;
    desk.form = second;
    return link;
  }
}

async function linkOf(
  { client, signal, byType }: FetchingDesk,
  { owner, attachment }: Pick<AttachmentRecord, "owner" | "attachment">,
  form: LinkForm,
): Promise<string> {
  const { documentType } = attachment;
  const ofType = byType && documentType !== null ? { documentType } : {};
  const { url } =
    owner.kind === "certificate"
      ? await client.certificateLink(
          { certificateOfOriginId: owner.id, attachmentId: attachment.id },
          { signal, form },
        )
      : await client.attachmentLink(
          { declarationId: owner.id, attachmentId: attachment.id, ...ofType },
          { signal, form },
        );
  return url;
}

async function onDisk<Value>(folder: string, work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (error) {
    throw notWritable(folder, error);
  }
}
