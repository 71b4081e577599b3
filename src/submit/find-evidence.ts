// Asks CAS whether a message whose outcome is unknown has arrived: is there a declaration of its
// shipment that was made or changed since, and that shows what the message says? A declaration moves
// on by itself, so its time alone proves nothing where it may exist because of an earlier version.
// Silence proves nothing either; the caller says how often to ask before that counts.
import type { CasClient, DeclarationQuery } from "../cas/cas-client.ts";
import type { DeclarationSummary } from "../core/declaration.ts";
import { CannotNowError, CasBatchError, RefusedError } from "../core/errors.ts";
import { keyText, type ShipmentKey } from "../core/shipment.ts";
import type { UnknownMessage } from "../ledger/ledger.ts";
import { compareContent } from "./compare-content.ts";

/** Source: seeds/002, Pagination. */
const PAGE_LIMIT = 100;
/** One shipment has a handful of declarations; more pages than this are no answer to our question. */
const PAGES_MAX = 50;

interface EvidenceOptions {
  readonly clockSkewMaxMs: number;
  readonly signal: AbortSignal;
}

/** In words; null when CAS shows nothing that only this message can have caused. */
export async function findEvidence(
  client: CasClient,
  message: UnknownMessage,
  options: EvidenceOptions,
): Promise<string | null> {
  const declarations = await declarationsOf(client, message.key, options.signal);
  const isFirst = message.earlierPayloads.length === 0;
  const sinceMs = message.attemptedAt.getTime() - options.clockSkewMaxMs;
  for (const summary of declarations) {
    const time = isFirst ? (summary.creationDate ?? summary.lastUpdated) : summary.lastUpdated;
    // No time at all is no proof.
    if (time === null || !(Date.parse(time) >= sinceMs)) continue;
    const { payload, earlierPayloads } = message;
    const match = compareContent({
      ...{ payload, earlierPayloads },
      declaration: await declarationText(client, summary.declarationId, options.signal),
      arraysCorrespond: declarations.length === 1,
    });
    const { declarationId, currentStatus } = summary;
    const found = `CAS shows declaration ${declarationId} in status ${currentStatus}`;
    if (match === "ours") {
      return `${found}, ${isFirst ? "made" : "last updated"} ${time}, after the message was sent, with the values that the message says`;
    }
    if (match === "unclear" && isFirst) {
      return `${found}, made ${time}, after the message was sent, and no other message of this shipment can have made it`;
    }
  }
  return null;
}

async function declarationsOf(
  client: CasClient,
  key: ShipmentKey,
  signal: AbortSignal,
): Promise<readonly DeclarationSummary[]> {
  const { externalReference, direction } = key;
  const query: DeclarationQuery = { externalReference, direction };
  const found = new Map<string, DeclarationSummary>();
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const { declarations } = await client.searchDeclarations(
      query,
      { limit: PAGE_LIMIT, offset: page * PAGE_LIMIT },
      { signal },
    );
    for (const declaration of declarations) {
      if (isOf(key, declaration)) found.set(declaration.declarationId, declaration);
    }
    if (declarations.length < PAGE_LIMIT) return [...found.values()];
  }
  throw new CannotNowError(
    "answer-not-understood",
    `The search for ${keyText(key)} does not end: ${PAGES_MAX} full pages of ${PAGE_LIMIT} declarations came back`,
  );
}

/** A server that ignores a filter it does not know must not make a stranger's declaration ours. */
function isOf(key: ShipmentKey, declaration: DeclarationSummary): boolean {
  const { direction, externalReference, traderReference, customsShipmentReference } = declaration;
  if (direction !== null && direction.toUpperCase() !== key.direction) return false;
  const references = [externalReference, traderReference, customsShipmentReference].filter(
    (reference) => reference !== null,
  );
  return references.length === 0 || references.includes(key.externalReference);
}

/** Empty when CAS does not give this one, or gives what cannot be read: then nothing is compared. */
async function declarationText(
  client: CasClient,
  declarationId: string,
  signal: AbortSignal,
): Promise<string> {
  try {
    return (await client.declaration(declarationId, { signal })).raw;
  } catch (error) {
    const isOfThisOne =
      error instanceof RefusedError ||
      (error instanceof CasBatchError && error.code === "answer-not-understood");
    if (!isOfThisOne) throw error;
    return "";
  }
}
