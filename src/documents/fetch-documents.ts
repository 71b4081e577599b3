// Fetches many documents, several at a time. One that fails stops no other; what would stop every one (no right,
// CAS or the disk out of reach) ends the work, and what was fetched until then stands.
import { stat } from "node:fs/promises";
import { relative } from "node:path";
import type { AttachmentRecord, StoredFile } from "../ledger/contract/attachments.ts";
import type { ErrorCode } from "../core/codes/error-codes.ts";
import { CannotNowError, CasBatchError, RefusedError } from "../core/errors.ts";
import { notWritable } from "../core/files/not-writable.ts";
import type { DocumentSettings } from "./document-settings.ts";
import { fetchDocument, type DocumentDesk } from "./fetch-document.ts";
import { removeLeftParts } from "./part-file.ts";

/** What gives some documents: known ones, or those that CAS lists when it is asked. */
export type Listing = () => Promise<readonly AttachmentRecord[]>;

export interface FetchChoices {
  /** In any case of letters; every type when empty. */
  readonly types: readonly string[];
  /** Also what was fetched before. */
  readonly again: boolean;
  /** Whether the file of a document that was fetched before must be in the folder; else it may be anywhere. */
  readonly mustBeInFolder: boolean;
  readonly missingFiles: DocumentSettings["missingFiles"];
  /** Whether what was fetched before is listed, too, or only counted: every night it is more. */
  readonly listsSkipped: boolean;
  readonly concurrency: number;
}

export interface FetchedAttachment extends Omit<AttachmentRecord, "file"> {
  readonly file: StoredFile;
  /** It was fetched before, and nothing was asked. */
  readonly isSkipped: boolean;
  readonly remarks: readonly ErrorCode[];
}

export interface FailedAttachment {
  readonly owner: AttachmentRecord["owner"];
  /** Null where the documents of a declaration could not be listed. */
  readonly attachment: AttachmentRecord["attachment"] | null;
  readonly error: CasBatchError;
}

export interface FetchResult {
  readonly documents: readonly FetchedAttachment[];
  readonly fetched: number;
  readonly skipped: number;
  readonly failed: readonly FailedAttachment[];
  /** Documents that were fetched before, whose files are not where they were; they were fetched anew or skipped. */
  readonly missing: number;
  /** The error that ended the work early; null when it came to its end. */
  readonly stoppedBy: unknown;
}

/** So many documents one after the other that cannot be had now: then the others cannot either. */
const UNAVAILABLE_MAX = 20;

/** A declaration or document that cannot be had, while others can. */
export class ListingFailedError extends Error {
  override readonly name = "ListingFailedError";
  readonly failed: FailedAttachment;

  constructor(failed: FailedAttachment) {
    super(failed.error.message, { cause: failed.error });
    this.failed = failed;
  }
}

/** Of one document or declaration: another one may be had all the same. */
const OF_ONE: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "answer-compressed",
  "answer-not-understood",
  "document-damaged",
  "document-length-unknown",
  "document-too-large",
  "document-unavailable",
  "document-without-id",
  "id-unusable",
  "link-expired",
  "link-unusable",
]);

export function isOfThisOne(error: unknown): error is CasBatchError {
  return (
    error instanceof RefusedError || (error instanceof CasBatchError && OF_ONE.has(error.code))
  );
}

export async function fetchDocuments(
  desk: DocumentDesk,
  source: AsyncIterable<Listing> | Iterable<Listing>,
  choices: FetchChoices,
): Promise<FetchResult> {
  const documents: FetchedAttachment[] = [];
  const failed: FailedAttachment[] = [];
  let fetched = 0;
  let skipped = 0;
  let missing = 0;
  let unavailable = 0;
  const types = typeFilter(choices.types);

  const fail = (failure: FailedAttachment): void => {
    failed.push(failure);
    if (!(failure.error instanceof CannotNowError)) return;
    unavailable += 1;
    if (unavailable < UNAVAILABLE_MAX) return;
    const { error } = failure;
    const words = `${String(UNAVAILABLE_MAX)} documents in a row could not be fetched, the last because: ${error.message}`;
    throw new CannotNowError("document-unavailable", words, { cause: error });
  };
  const fetchOne = async (record: AttachmentRecord): Promise<void> => {
    const { owner, attachment } = record;
    const place = await placeOf(record, choices, desk.folder);
    if (place === "missing") missing += 1;
    const isThere = place === "there" || (place === "missing" && choices.missingFiles === "skip");
    if (record.file !== null && isThere) {
      skipped += 1;
      const { file } = record;
      if (choices.listsSkipped) {
        documents.push({ owner, attachment, file, isSkipped: true, remarks: [] });
      }
      return;
    }
    try {
      if (attachment.id === "") throw withoutId(record);
      const { nameWasUnsafe, hadLength, ...file } = await fetchDocument(desk, record);
      unavailable = 0;
      fetched += 1;
      const remarks: readonly ErrorCode[] = [
        ...(nameWasUnsafe ? (["document-name-unsafe"] as const) : []),
        ...(hadLength ? [] : (["document-length-unstated"] as const)),
      ];
      documents.push({ owner, attachment, file, isSkipped: false, remarks });
    } catch (error) {
      if (desk.signal.aborted || !isOfThisOne(error)) throw error;
      fail({ owner, attachment, error });
    }
  };

  const progress = (): void => {
    const done = fetched + skipped + failed.length;
    desk.onProgress({ phase: "fetching", subject: "documents", done, total: null });
  };
  try {
    await removeLeftParts(desk.folder, desk.clock.now());
  } catch (error) {
    throw notWritable(desk.folder, error);
  }
  const stoppedBy = await inParallel(choices.concurrency, source, desk.signal, {
    list: async (listing) => {
      try {
        return (await listing()).filter(types.isWanted);
      } catch (error) {
        if (!(error instanceof ListingFailedError)) throw error;
        fail(error.failed);
        return [];
      } finally {
        progress();
      }
    },
    take: (record) => fetchOne(record).finally(progress),
  });
  // A mistyped type must not look like documents that are not there.
  const unseen = types.unseen();
  if (unseen !== null && choices.listsSkipped) desk.log("warn", unseen);
  return { documents, fetched, skipped, failed, missing, stoppedBy };
}

function withoutId({ owner }: AttachmentRecord): CasBatchError {
  return new CasBatchError(
    "document-without-id",
    `CAS lists a document of ${owner.kind} ${owner.id} without an id`,
  );
}

function typeFilter(types: readonly string[]): {
  readonly isWanted: (record: AttachmentRecord) => boolean;
  /** Wanted types that no document had, where others were there; null when all were seen, or nothing. */
  readonly unseen: () => string | null;
} {
  const seen = new Map<string, string>();
  const isSeen = (type: string): boolean => seen.has(type.toLowerCase());
  const wanted = new Set(types.map((type) => type.toLowerCase()));
  return {
    isWanted: ({ attachment }) => {
      const type = attachment.documentType ?? "";
      seen.set(type.toLowerCase(), type === "" ? "without a type" : type);
      return wanted.size === 0 || wanted.has(type.toLowerCase());
    },
    unseen: () => {
      const missing = types.filter((type) => !isSeen(type));
      if (seen.size === 0 || missing.length === 0) return null;
      return `No document is of type ${missing.join(" or ")}; there are ${[...seen.values()].join(", ")}`;
    },
  };
}

/** `there`: with as many bytes as were fetched; `missing`: moved away or deleted. */
async function placeOf(
  { file }: AttachmentRecord,
  { again, mustBeInFolder }: FetchChoices,
  folder: string,
): Promise<"there" | "missing" | "not there"> {
  if (file === null || again) return "not there";
  if (mustBeInFolder && relative(folder, file.path).startsWith("..")) return "not there";
  const stats = await stat(file.path).catch(() => null);
  if (stats === null) return "missing";
  return stats.isFile() && stats.size === file.bytes ? "there" : "not there";
}

/** Lists while nothing is left to take, so that memory holds what a few listings gave. */
async function inParallel<Source, Item>(
  concurrency: number,
  source: AsyncIterable<Source> | Iterable<Source>,
  signal: AbortSignal,
  work: {
    readonly list: (source: Source) => Promise<readonly Item[]>;
    readonly take: (item: Item) => Promise<void>;
  },
): Promise<unknown> {
  const sources =
    Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  const items: Item[] = [];
  const listings = new Set<Promise<void>>();
  let stoppedBy: unknown = null;
  const next = async (): Promise<boolean> => {
    const item = items.shift();
    if (item !== undefined) {
      await work.take(item);
      return true;
    }
    const listing = await sources.next();
    if (listing.done === true) {
      if (listings.size === 0) return items.length > 0;
      // It may still bring something to take.
      await Promise.race(listings);
      return true;
    }
    const listed = work.list(listing.value).then((found) => {
      items.push(...found);
    });
    const ended = listed.catch(() => undefined);
    listings.add(ended);
    await listed.finally(() => listings.delete(ended));
    return true;
  };
  const worker = async (): Promise<void> => {
    try {
      while (stoppedBy === null) {
        signal.throwIfAborted();
        if (!(await next())) return;
      }
    } catch (error) {
      stoppedBy ??= error;
    }
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
  await sources.return?.();
  return stoppedBy;
}
