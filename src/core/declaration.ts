// What CAS makes of a shipment, as we see it through the search and the declaration itself.

/** Shape: one element of a declaration's `errors`. Source: seeds/002, Errors. */
export interface DeclarationError {
  readonly errorCode: string | null;
  readonly message: string | null;
  readonly description: string | null;
  readonly fieldReference: readonly {
    readonly fieldName: string | null;
    readonly path: string | null;
  }[];
}

/**
 * One look at one declaration. Only the id and the status are sure; what an answer leaves out is
 * null, and a status that we do not know passes through as text.
 * Source: seeds/000 step 6 and seeds/002; further members by analogy with the notification
 * payloads of seeds/000 step 5, assumed.
 */
export interface DeclarationSummary {
  readonly declarationId: string;
  readonly currentStatus: string;
  readonly direction: string | null;
  readonly externalReference: string | null;
  readonly customsShipmentReference: string | null;
  readonly traderReference: string | null;
  readonly lrn: string | null;
  readonly mrn: string | null;
  readonly jurisdiction: string | null;
  readonly customsFlow: string | null;
  readonly customsFlowStep: string | null;
  readonly storageLocation: string | null;
  /** Shape: ISO 8601 with zone. */
  readonly creationDate: string | null;
  /** Shape: ISO 8601 with zone. */
  readonly lastUpdated: string | null;
}

export interface DeclarationDetail extends DeclarationSummary {
  readonly errors: readonly DeclarationError[];
  readonly attachments: readonly {
    readonly id: string;
    readonly documentType: string | null;
    readonly fileName: string | null;
  }[];
  /** The answer as it came, for comparison and for people. */
  readonly raw: string;
}

/** The later summary counts; the earlier one fills what it leaves out. */
export function mergeSummaries(
  search: DeclarationSummary,
  detail: DeclarationDetail,
): DeclarationSummary {
  return {
    declarationId: search.declarationId,
    currentStatus: detail.currentStatus,
    direction: detail.direction ?? search.direction,
    externalReference: detail.externalReference ?? search.externalReference,
    customsShipmentReference: detail.customsShipmentReference ?? search.customsShipmentReference,
    traderReference: detail.traderReference ?? search.traderReference,
    lrn: detail.lrn ?? search.lrn,
    mrn: detail.mrn ?? search.mrn,
    jurisdiction: detail.jurisdiction ?? search.jurisdiction,
    customsFlow: detail.customsFlow ?? search.customsFlow,
    customsFlowStep: detail.customsFlowStep ?? search.customsFlowStep,
    storageLocation: detail.storageLocation ?? search.storageLocation,
    creationDate: detail.creationDate ?? search.creationDate,
    lastUpdated: detail.lastUpdated ?? search.lastUpdated,
  };
}
