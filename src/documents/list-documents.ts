// Which documents there are: asked of CAS, declaration by declaration, and recorded. What is asked about the
// declarations of our shipments is asked again until one has not changed for a while.
import type { CasReader } from "../cas/cas-client.ts";
import { CasBatchError, RefusedError } from "../core/errors.ts";
import type { AttachmentBooks, AttachmentRecord } from "../ledger/contract/attachments.ts";
import { isOfThisOne, ListingFailedError, type Listing } from "./fetch-documents.ts";
import type { DocumentDesk } from "./fetch-document.ts";

/** A document may come after the status that it belongs to, without another change. Source: assumed. */
const LATE_DOCUMENT_MS = 24 * 3_600_000;
const NOT_FOUND = 404;

type ListingDesk = Pick<DocumentDesk, "clock" | "signal"> & {
  readonly client: Pick<CasReader, "declaration">;
  readonly books: AttachmentBooks;
};

/** The documents of one declaration, as CAS lists them now. */
export function listingOf(desk: ListingDesk, declarationId: string): Listing {
  return () => list(desk, declarationId, null);
}

/**
 * Asks about the declarations of our shipments that may have documents which are not known yet; they are recorded,
 * and none is given.
 */
export async function* listingsOfShipments(desk: ListingDesk): AsyncIterable<Listing> {
  for await (const declarations of desk.books.declarationsToList()) {
    for (const { declarationId, changedAt } of declarations) {
      yield async () => {
        await list(desk, declarationId, changedAt);
        return [];
      };
    }
  }
}

/** The documents of our shipments that are in the books. */
export async function* documentsInBooks(books: AttachmentBooks): AsyncIterable<Listing> {
  for await (const records of books.attachmentsOfShipments()) {
    yield () => Promise.resolve(records);
  }
}

/** @param changedAt as the books have it; null where they are not asked */
async function list(
  { client, books, clock, signal }: ListingDesk,
  declarationId: string,
  changedAt: Date | null,
): Promise<readonly AttachmentRecord[]> {
  const owner = { kind: "declaration", id: declarationId } as const;
  const at = clock.now();
  try {
    const detail = await client.declaration(declarationId, { include: ["attachments"], signal });
    const withId = detail.attachments.filter(({ id }) => id !== "");
    const changedMs = Math.max(
      changedAt?.getTime() ?? 0,
      Date.parse(detail.lastUpdated ?? "") || 0,
    );
    const isFinal = changedMs > 0 && at.getTime() - changedMs >= LATE_DOCUMENT_MS;
    await books.recordAttachments(owner, withId, { at, isFinal });
    const known = await books.attachmentsOf(owner);
    return detail.attachments.map(
      (attachment) =>
        known.find((record) => record.attachment.id === attachment.id) ?? {
          owner,
          attachment,
          file: null,
        },
    );
  } catch (error) {
    if (signal.aborted || !isOfThisOne(error)) throw error;
    const isGone = error instanceof RefusedError && error.problem.status === NOT_FOUND;
    // It is told once; the books would have it told every night.
    if (isGone && changedAt !== null)
      await books.recordAttachments(owner, [], { at, isFinal: true });
    throw new ListingFailedError({
      owner,
      attachment: null,
      error: isGone ? unknownDeclaration(declarationId, error) : error,
    });
  }
}

export function unknownDeclaration(declarationId: string, cause: unknown): CasBatchError {
  return new CasBatchError("declaration-unknown", `CAS has no declaration ${declarationId}`, {
    cause,
  });
}
