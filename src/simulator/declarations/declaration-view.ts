// A declaration as the API shows it. Source: seeds/000 step 6 and seeds/002; the members beyond
// those, and their names, are assumed by analogy with the notification of seeds/000 step 5.
import {
  isJsonObject,
  parseJson,
  sha256Hex,
  type JsonObject,
  type JsonValue,
} from "../../core/json.ts";
import type { ShipmentReferenceForm } from "../api/api-request.ts";
import { errorsInStatus } from "../flow/lifecycle.ts";
import type { Declaration } from "../flow/shipment-book.ts";

export function declarationSummary(
  declaration: Declaration,
  form: ShipmentReferenceForm,
): Readonly<Record<string, unknown>> {
  const { shipment } = declaration;
  const { direction, externalReference, facts } = shipment;
  // A member without a value is left out, which `undefined` does in JSON.
  return {
    declarationId: declaration.declarationId,
    currentStatus: declaration.status,
    externalReference,
    direction,
    customsShipmentReference:
      form === "external" ? externalReference : generatedReference(direction, externalReference),
    traderReference: facts.ucr ?? externalReference,
    lrn: localReferenceNumber(declaration),
    mrn: declaration.mrn ?? undefined,
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
    attachments: include.attachments ? [] : undefined,
  };
}

/** Shape: seeds/000 step 5 has `LRN0001222`. */
export function localReferenceNumber(declaration: Declaration): string {
  return `LRN${declaration.declarationId}`;
}

/** The document with the goods items of this declaration, numbers as they came. */
function documentOf({ shipment, items }: Declaration): JsonValue {
  const message = parseJson(shipment.content);
  const document = memberObject(message, "singleAdministrativeDocument") ?? {};
  const goodsShipment = memberObject(document, "goodsShipment");
  const goodsItems = goodsShipment?.["governmentAgencyGoodsItems"];
  if (goodsShipment === null || !Array.isArray(goodsItems)) return document;
  return {
    ...document,
    goodsShipment: {
      ...goodsShipment,
      governmentAgencyGoodsItems: (goodsItems as readonly JsonValue[]).slice(
        items.start,
        items.end,
      ),
    },
  };
}

function memberObject(value: JsonValue, name: string): JsonObject | null {
  const member = isJsonObject(value) ? value[name] : undefined;
  return isJsonObject(member) ? member : null;
}

const GENERATED_REFERENCE_LENGTH = 10;

function generatedReference(direction: string, externalReference: string): string {
  return sha256Hex(`${direction} ${externalReference}`)
    .slice(0, GENERATED_REFERENCE_LENGTH)
    .toUpperCase();
}

function isoTime(atMs: number | null): string | undefined {
  return atMs === null ? undefined : new Date(atMs).toISOString();
}
