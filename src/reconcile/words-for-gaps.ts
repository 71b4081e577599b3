// What a look at CAS left out, in words: a report must not show as missing, or as a stranger's, what
// nobody looked at. The next look goes on with it.

export interface Gaps {
  /** The search for what was updated was not read to its end. */
  readonly isSearchCut: boolean;
  /** Declarations of which it is not known whose they are, because they were not asked about. */
  readonly detailsLeft: number;
  /** Shipments that had to be asked for by their reference, and were not. */
  readonly shipmentsLeft: number;
  /** Shipments that have more declarations than were read. */
  readonly shipmentsCut: number;
  /** Declarations whose errors were not fetched. */
  readonly errorsLeftAtLeast: number;
}

export function wordsForGaps(gaps: Gaps): readonly string[] {
  const { isSearchCut, detailsLeft, shipmentsLeft, shipmentsCut, errorsLeftAtLeast } = gaps;
  return [
    ...(isSearchCut
      ? ["The search for declarations was not read to its end: some may have moved on, or be there"]
      : []),
    ...some(detailsLeft, [
      "declaration that does not name reference and direction was not asked about, so it stands among those of no file",
      "declarations that do not name reference and direction were not asked about, so they stand among those of no file",
    ]),
    ...some(shipmentsLeft, [
      "shipment was not asked for by its reference",
      "shipments were not asked for by their reference",
    ]),
    ...some(shipmentsCut, [
      "shipment has more declarations than were read",
      "shipments have more declarations than were read",
    ]),
    ...some(errorsLeftAtLeast, [
      "declaration or more has errors that were not fetched",
      "declarations or more have errors that were not fetched",
    ]),
  ];
}

/** Why a declaration may have moved on unseen; null when none can have. */
export function wordsForUnseen({
  isSearchCut,
  detailsLeft,
}: Pick<Gaps, "isSearchCut" | "detailsLeft">): string | null {
  if (isSearchCut) return "the search for declarations was not read to its end";
  if (detailsLeft === 1) return "of 1 declaration it is not known whose it is";
  return detailsLeft > 0 ? `of ${detailsLeft} declarations it is not known whose they are` : null;
}

function some(count: number, [one, many]: readonly [string, string]): readonly string[] {
  return count === 0 ? [] : [`${String(count)} ${count === 1 ? one : many}`];
}
