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
 * What an answer may say of a declaration beside its id and status, by CAS's names. `creationDate`
 * and `lastUpdated` are ISO 8601 with zone. A step of the flow makes `customsFlowStepInstanceCount` declarations
 * of a shipment; `customsFlowStepInstanceSeq` says which of them this one is.
 * Source: seeds/000 step 6 and seeds/002; further members by analogy with the notification payloads
 * of seeds/000 step 5, assumed.
 */
export type DeclarationField =
  | "direction"
  | "externalReference"
  | "customsShipmentReference"
  | "traderReference"
  | "lrn"
  | "mrn"
  | "jurisdiction"
  | "customsFlow"
  | "customsFlowStep"
  | "customsFlowStepInstanceCount"
  | "customsFlowStepInstanceSeq"
  | "storageLocation"
  | "creationDate"
  | "lastUpdated";

/**
 * One value for each of the fields that an answer may leave out. Written out, as a hundred thousand objects that begin
 * alike are made and read in half the time.
 */
export function forDeclarationFields<Value>(
  valueOf: (field: DeclarationField) => Value,
): Readonly<Record<DeclarationField, Value>> {
  return {
    direction: valueOf("direction"),
    externalReference: valueOf("externalReference"),
    customsShipmentReference: valueOf("customsShipmentReference"),
    traderReference: valueOf("traderReference"),
    lrn: valueOf("lrn"),
    mrn: valueOf("mrn"),
    jurisdiction: valueOf("jurisdiction"),
    customsFlow: valueOf("customsFlow"),
    customsFlowStep: valueOf("customsFlowStep"),
    customsFlowStepInstanceCount: valueOf("customsFlowStepInstanceCount"),
    customsFlowStepInstanceSeq: valueOf("customsFlowStepInstanceSeq"),
    storageLocation: valueOf("storageLocation"),
    creationDate: valueOf("creationDate"),
    lastUpdated: valueOf("lastUpdated"),
  };
}

/**
 * One observation of a declaration. Only the id and the status are sure; what an answer leaves out is
 * null, and a status that we do not know passes through as text.
 */
export interface DeclarationSummary extends Readonly<Record<DeclarationField, string | null>> {
  readonly declarationId: string;
  readonly currentStatus: string;
}

/** A document of a declaration. Source: seeds/000, step 6. */
export interface AttachmentInfo {
  /** Empty when the answer names none: then it cannot be downloaded. */
  readonly id: string;
  readonly documentType: string | null;
  readonly fileName: string | null;
}

export interface DeclarationDetail extends DeclarationSummary {
  /** Empty where they were not asked for. */
  readonly errors: readonly DeclarationError[];
  /** Empty where they were not asked for. */
  readonly attachments: readonly AttachmentInfo[];
  /** The answer as it came, for comparison and for people. */
  readonly raw: string;
}

/** What a declaration says beside its errors and documents. */
export function summaryOf(detail: DeclarationSummary): DeclarationSummary {
  const { declarationId, currentStatus } = detail;
  return { declarationId, currentStatus, ...forDeclarationFields((field) => detail[field]) };
}

/** What the later observation says counts; the earlier one fills what it leaves out. */
export function mergeSummaries(
  earlier: DeclarationSummary,
  later: DeclarationSummary,
): DeclarationSummary {
  return {
    declarationId: earlier.declarationId,
    currentStatus: later.currentStatus,
    ...forDeclarationFields((field) => later[field] ?? earlier[field]),
  };
}

/** What a declaration says of its shipment. */
export type DeclarationNames = Pick<
  DeclarationSummary,
  "direction" | "externalReference" | "customsShipmentReference" | "traderReference"
>;

/** A declaration of which no more than this can be read. */
export function unreadableSummary(
  declarationId: string | null,
  names: DeclarationNames,
): DeclarationSummary {
  return {
    declarationId: declarationId ?? "",
    currentStatus: UNREADABLE_STATUS,
    ...forDeclarationFields(() => null),
    ...names,
  };
}

/** Stands for the status of a declaration whose answer cannot be read: customs may have accepted it. */
export const UNREADABLE_STATUS = "not readable";

/** How many declarations a page of search results holds, readable or not: paging goes by it. */
export function pageLength(page: {
  readonly declarations: readonly unknown[];
  readonly unread: readonly unknown[];
}): number {
  return page.declarations.length + page.unread.length;
}
