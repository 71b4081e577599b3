// Asks CAS whether a message with an unknown outcome has arrived: is there a declaration of its shipment that
// was made or changed since, and that shows the values of the message? What the search result leaves out is
// read from the declaration itself; one that cannot be read proves nothing. That nothing is found proves
// nothing either; the caller decides how often to ask.
import type { CasReader, DeclarationQuery, UnreadDeclaration } from "../../cas/cas-client.ts";
import type { Clock } from "../../core/time/clock.ts";
import {
  mergeSummaries,
  pageLength,
  unreadableSummary,
  UNREADABLE_STATUS,
  type DeclarationDetail,
  type DeclarationSummary,
} from "../../core/declaration.ts";
import { CannotNowError, CasBatchError, RefusedError } from "../../core/errors.ts";
import type { Reason } from "../../core/reason.ts";
import { keyText, type ShipmentKey } from "../../core/shipment.ts";
import type { UnknownMessage } from "../../ledger/contract/unknown-messages.ts";
import { clockOffset, type ClockOffset } from "./cas-clock.ts";
import { isOfOther, isTooOld, judgeDeclaration, sendWindow } from "./judge-declaration.ts";

/** Source: seeds/002, Pagination. */
const PAGE_LIMIT = 100;
/** One shipment has a handful of declarations; more pages than this are no answer to our question. */
const PAGES_MAX = 50;
/** A server that takes no notice of the offset gives the same page for ever. */
const REPEATED_PAGES_MAX = 2;

interface EvidenceDependencies {
  readonly client: Pick<CasReader, "searchDeclarations" | "declaration">;
  readonly clock: Clock;
}

interface EvidenceOptions {
  /** How far the clocks of CAS and of this machine may differ, where CAS does not tell its time. */
  readonly clockSkewMaxMs: number;
  readonly signal: AbortSignal;
}

export interface Enquiry {
  /** Null when CAS shows nothing that only this message can have caused. */
  readonly evidence: Reason | null;
  /** The declaration that the evidence speaks of. */
  readonly proof: DeclarationSummary | null;
  /** Declarations that may be of this shipment and prove nothing; empty where there is evidence. */
  readonly doubtful: readonly DoubtfulDeclaration[];
}

export interface DoubtfulDeclaration {
  readonly declarationId: string;
  readonly status: string;
}

export async function findEvidence(
  { client, clock }: EvidenceDependencies,
  message: UnknownMessage,
  { clockSkewMaxMs, signal }: EvidenceOptions,
): Promise<Enquiry> {
  const { key } = message;
  const isOther = (declaration: DeclarationSummary): boolean => isOfOther(declaration, key);
  const found = await searchFor(key, isOther, { client, clock }, { clockSkewMaxMs, signal });
  const window = sendWindow(message.attemptedAt, found, clockSkewMaxMs);
  const arraysCorrespond = found.declarations.length === 1;
  const doubtful: DoubtfulDeclaration[] = [];
  for (const summary of found.declarations) {
    let merged = summary;
    if (!isTooOld(summary, message, window)) {
      const detail = await detailOf(client, summary.declarationId, signal);
      if (detail !== null) {
        merged = mergeSummaries(summary, detail);
        const evidence = judgeDeclaration(merged, detail.raw, {
          message,
          window,
          arraysCorrespond,
        });
        if (evidence !== null) return { evidence, proof: merged, doubtful: [] };
      }
    }
    const { declarationId, currentStatus: status } = merged;
    if (!isOfOther(merged, key)) doubtful.push({ declarationId, status });
  }
  for (const { declarationId } of found.unread) {
    doubtful.push({ declarationId: declarationId ?? "without an id", status: UNREADABLE_STATUS });
  }
  return { evidence: null, proof: null, doubtful };
}

interface Found {
  readonly declarations: readonly DeclarationSummary[];
  /** Declarations that may be of the shipment, and cannot be read. */
  readonly unread: readonly UnreadDeclaration[];
  /** Measured at the last page. */
  readonly offset: ClockOffset;
  readonly answeredAt: Date;
}

/** Searches for the declarations of a shipment. @param isOther which results are not its own */
export async function searchFor(
  key: ShipmentKey,
  isOther: (declaration: DeclarationSummary) => boolean,
  { client, clock }: EvidenceDependencies,
  { clockSkewMaxMs, signal }: EvidenceOptions,
): Promise<Found> {
  const { externalReference, direction } = key;
  const query: DeclarationQuery =
    direction === null ? { externalReference } : { externalReference, direction };
  const found = new Map<string, DeclarationSummary>();
  const unread = new Map<string | null, UnreadDeclaration>();
  const seen = new Set<string>();
  let repeated = 0;
  const isPossible = (declaration: DeclarationSummary): boolean => {
    seen.add(declaration.declarationId);
    // A server that ignores a filter returns declarations of other shipments.
    return !isOther(declaration);
  };
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const before = seen.size;
    const askedAt = clock.now();
    const answer = await client.searchDeclarations(
      query,
      { limit: PAGE_LIMIT, offset: page * PAGE_LIMIT },
      { signal },
    );
    const answeredAt = clock.now();
    for (const declaration of answer.declarations.filter(isPossible)) {
      found.set(declaration.declarationId, declaration);
    }
    for (const one of answer.unread) {
      const { declarationId } = one;
      const detail = declarationId === null ? null : await detailOf(client, declarationId, signal);
      const summary = detail ?? unreadableSummary(declarationId, one.names);
      if (!isPossible(summary)) continue;
      if (detail === null) unread.set(declarationId, one);
      else found.set(detail.declarationId, detail);
    }
    if (pageLength(answer) < PAGE_LIMIT) {
      const { serverTime } = answer;
      const offset = clockOffset({ askedAt, answeredAt, serverTime }, clockSkewMaxMs);
      const declarations = [...found.values()];
      return { declarations, unread: [...unread.values()], offset, answeredAt };
    }
    if (seen.size > before) repeated = 0;
    else repeated += 1;
    if (repeated === REPEATED_PAGES_MAX) break;
  }
  throw new CannotNowError(
    "answer-not-understood",
    `The search for ${keyText(key)} does not end: CAS gives full pages of ${PAGE_LIMIT} declarations, again and again`,
  );
}

/** Null when CAS does not give this declaration, gives another one, or the answer cannot be read. */
export async function detailOf(
  client: Pick<CasReader, "declaration">,
  declarationId: string,
  signal: AbortSignal,
): Promise<DeclarationDetail | null> {
  try {
    const detail = await client.declaration(declarationId, { signal });
    return detail.declarationId === declarationId ? detail : null;
  } catch (error) {
    const isOfThisOne =
      error instanceof RefusedError ||
      (error instanceof CasBatchError && error.code === "answer-not-understood");
    if (!isOfThisOne) throw error;
    return null;
  }
}
