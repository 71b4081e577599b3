// Which shipment does a declaration belong to? The documentation contradicts itself about which member
// holds our reference, so any of the three may, as long as the direction does not differ. Where there is an
// `externalReference`, it alone decides: the search is by it.
// Source: seeds/000, step 5 (`traderReference`), against the notification events' tables
// (`customsShipmentReference`); seeds/002, Search parameters (`externalReference`).
import type { DeclarationNames, DeclarationSummary } from "./declaration.ts";
import type { ShipmentKey } from "./shipment.ts";

/** A shipment of ours, with the declarations that are linked to it. */
export interface MatchableShipment {
  readonly shipmentId: string;
  readonly key: ShipmentKey;
  readonly declarationIds: readonly string[];
}

export type Match =
  | { readonly kind: "one"; readonly shipmentId: string }
  | { readonly kind: "none" }
  /** Several shipments of ours fit equally well. */
  | { readonly kind: "several"; readonly candidates: number };

/** Everything in a summary that may be our reference; empty when it names none. */
export function referencesOf(summary: DeclarationNames): readonly string[] {
  const { externalReference, customsShipmentReference, traderReference } = summary;
  return [externalReference, customsShipmentReference, traderReference].filter(
    (reference): reference is string => reference !== null && reference !== "",
  );
}

/** The references under which a shipment of the declaration may be known. */
export function matchableReferences(summary: DeclarationNames): readonly string[] {
  const { externalReference } = summary;
  if (externalReference === null) return referencesOf(summary);
  return externalReference === "" ? [] : [externalReference];
}

/** @param shipments those known under any of the summary's references; others are ignored */
export function matchDeclaration(
  summary: DeclarationNames & Pick<DeclarationSummary, "declarationId">,
  shipments: readonly MatchableShipment[],
): Match {
  const references = matchableReferences(summary);
  const fitting = shipments.filter(
    ({ key }) => references.includes(key.externalReference) && fitsKey(summary, key),
  );
  const linked = fitting.filter(({ declarationIds }) =>
    declarationIds.includes(summary.declarationId),
  );
  for (const candidates of [linked, fitting]) {
    const [first, ...others] = candidates;
    if (first === undefined) continue;
    return others.length === 0
      ? { kind: "one", shipmentId: first.shipmentId }
      : { kind: "several", candidates: candidates.length };
  }
  return { kind: "none" };
}

/** Whether the summary itself names its shipment. */
export function saysWhose({ direction, externalReference }: DeclarationNames): boolean {
  return direction !== null && externalReference !== null;
}

/** Whether nothing in the summary excludes this shipment. */
export function fitsKey(summary: DeclarationNames, key: ShipmentKey): boolean {
  const { externalReference } = summary;
  return (
    hasDirection(summary, key) &&
    (externalReference === null || externalReference === key.externalReference)
  );
}

function hasDirection({ direction }: DeclarationNames, key: ShipmentKey): boolean {
  return direction === null || direction.toUpperCase() === key.direction;
}
