// Asks CAS whether a message whose outcome is unknown has arrived: is there a declaration of its
// shipment that this message can have made or changed? Silence proves nothing; the caller says how
// often to ask before that counts.
import type { CasClient, DeclarationQuery } from "../cas/cas-client.ts";
import type { DeclarationSummary } from "../core/declaration.ts";
import { CannotNowError } from "../core/errors.ts";
import { keyText, type ShipmentKey } from "../core/shipment.ts";
import type { UnknownMessage } from "../ledger/ledger.ts";

/** Source: seeds/002, Pagination. */
const PAGE_LIMIT = 100;
/** One shipment has a handful of declarations; more pages than this are no answer to our question. */
const PAGES_MAX = 50;
/**
 * A declaration last touched this long before the first message we know of was made by somebody
 * else, or from a ledger that is gone: it says nothing about our message.
 */
const FOREIGN_AGE_MS = 24 * 60 * 60_000;

/** In words; null when CAS shows nothing that this message can have caused. */
export async function findEvidence(
  client: CasClient,
  message: UnknownMessage,
  options: { readonly clockSkewMaxMs: number; readonly signal: AbortSignal },
): Promise<string | null> {
  const query: DeclarationQuery = {
    externalReference: message.key.externalReference,
    direction: message.key.direction,
  };
  for (let page = 0; page < PAGES_MAX; page += 1) {
    const { declarations } = await client.searchDeclarations(
      query,
      { limit: PAGE_LIMIT, offset: page * PAGE_LIMIT },
      { signal: options.signal },
    );
    for (const declaration of declarations) {
      if (!isOf(message.key, declaration)) continue;
      const evidence = evidenceOf(declaration, message, options.clockSkewMaxMs);
      if (evidence !== null) return evidence;
    }
    if (declarations.length < PAGE_LIMIT) return null;
  }
  throw new CannotNowError(
    "answer-not-understood",
    `The search for ${keyText(message.key)} does not end: ${PAGES_MAX} full pages of ${PAGE_LIMIT} declarations came back`,
  );
}

/** A server that ignores a filter it does not know must not make a stranger's declaration ours. */
function isOf(key: ShipmentKey, declaration: DeclarationSummary): boolean {
  const { direction, externalReference, traderReference, customsShipmentReference } = declaration;
  if (direction !== null && direction !== key.direction) return false;
  const references = [externalReference, traderReference, customsShipmentReference].filter(
    (reference) => reference !== null,
  );
  return references.length === 0 || references.includes(key.externalReference);
}

function evidenceOf(
  declaration: DeclarationSummary,
  message: UnknownMessage,
  clockSkewMaxMs: number,
): string | null {
  const { declarationId, currentStatus, lastUpdated, creationDate } = declaration;
  const touchedMs = Date.parse(lastUpdated ?? creationDate ?? "");
  const sinceAttemptMs = touchedMs - message.attemptedAt.getTime();
  const found = `CAS shows declaration ${declarationId} in status ${currentStatus}`;
  if (message.hasEarlierAcceptedVersion) {
    // It may exist because of the earlier version, so only a change since then counts.
    if (!(sinceAttemptMs >= -clockSkewMaxMs)) return null;
    return `${found}, last updated ${lastUpdated ?? creationDate ?? ""}, after the message was sent`;
  }
  if (sinceAttemptMs < -FOREIGN_AGE_MS) return null;
  return `${found}, and no other message of this shipment can have made it`;
}
