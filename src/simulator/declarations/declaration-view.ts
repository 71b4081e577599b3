// A declaration as the API shows it. Source: seeds/000 step 6 and seeds/002; the members beyond
// those, and their names, are assumed by analogy with the notification of seeds/000 step 5.
import { sha256Hex } from "../../core/json.ts";
import type { ShipmentReferenceForm } from "../api/api-request.ts";
import { documentOf } from "../flow/declaration-document.ts";
import { errorsInStatus } from "../flow/lifecycle.ts";
import { attachmentId, type Attachment, type Declaration } from "../flow/declaration.ts";

export function declarationSummary(
  declaration: Declaration,
  form: ShipmentReferenceForm,
): Readonly<Record<string, unknown>> {
  const { direction, externalReference } = declaration.shipment;
  const { facts } = declaration;
  // A member without a value is left out, which `undefined` does in JSON.
  return {
    declarationId: declaration.declarationId,
    currentStatus: declaration.status,
    externalReference,
    direction,
    customsShipmentReference: customsShipmentReference(declaration, form),
    traderReference: facts.ucr ?? externalReference,
    lrn: localReferenceNumber(declaration),
    mrn: declaration.mrn ?? undefined,
    arc: facts.arc ?? undefined,
    jurisdiction: facts.jurisdiction,
    customsFlow: facts.customsFlow,
    customsFlowStep: facts.customsFlowStep,
    customsFlowStepInstanceCount: declaration.instanceCount,
    customsFlowStepInstanceSeq: declaration.instanceSeq,
    storageLocation: facts.storageLocation ?? undefined,
    creationDate: isoTime(declaration.createdAtMs),
    lastUpdated: isoTime(declaration.lastUpdatedMs),
    declarationDate: isoTime(declaration.submittedAtMs),
    acceptanceDate: isoTime(declaration.acceptedAtMs),
  };
}

export interface Inclusion {
  readonly errors: boolean;
  readonly attachments: boolean;
}

/** Source: seeds/002, Including additional data: what is not asked for is not there. */
export function declarationDetail(
  declaration: Declaration,
  include: Inclusion,
  form: ShipmentReferenceForm,
): Readonly<Record<string, unknown>> {
  return {
    ...declarationSummary(declaration, form),
    singleAdministrativeDocument: documentOf(declaration),
    errors: include.errors
      ? errorsInStatus(declaration.status ?? "", declaration.verdict)
      : undefined,
    attachments: include.attachments ? declaration.attachments.map(attachmentView) : undefined,
  };
}

/** Source: seeds/000 step 6. */
function attachmentView(attachment: Attachment): Readonly<Record<string, unknown>> {
  return {
    id: attachmentId(attachment),
    documentType: attachment.documentType,
    fileName: attachmentFileName(attachment),
  };
}

/** Shape: `EAD_26BEE0000001234567.pdf`. Source: seeds/000 step 6; before there is an MRN, the LRN stands in it. */
export function attachmentFileName({ declaration, documentType }: Attachment): string {
  return `${documentType}_${declaration.mrn ?? localReferenceNumber(declaration)}.pdf`;
}

/** Shape: seeds/000 step 5 has `LRN0001222`. */
export function localReferenceNumber(declaration: Declaration): string {
  return `LRN${declaration.declarationId}`;
}

const GENERATED_REFERENCE_LENGTH = 10;

export function customsShipmentReference(
  { shipment: { direction, externalReference } }: Declaration,
  form: ShipmentReferenceForm,
): string {
  if (form === "external") return externalReference;
  return sha256Hex(`${direction} ${externalReference}`)
    .slice(0, GENERATED_REFERENCE_LENGTH)
    .toUpperCase();
}

function isoTime(atMs: number | null): string | undefined {
  return atMs === null ? undefined : new Date(atMs).toISOString();
}
