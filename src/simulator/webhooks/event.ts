// What happened in CAS as the notification of it. Source: seeds/000 step 5 and the pages of the events;
// the forms that contradict each other there are switches.
import {
  localReferenceNumber,
  customsShipmentReference,
} from "../declarations/declaration-view.ts";
import type { ShipmentReferenceForm } from "../api/api-request.ts";
import { attachmentId, type Declaration } from "../flow/declaration.ts";
import type { Happening } from "../flow/happening.ts";

export interface EventForms {
  /** The members of the tutorial's example alone, or those of the events' pages too. */
  readonly members?: "pages" | "tutorial";
  /** The tutorial has 3, the pages have 7. Data types allows a time without any. */
  readonly fractionDigits?: 0 | 3 | 7;
  /** Seeds/003 and the examples name the first, the tables of the pages the second. */
  readonly informationType?: "CustomsShipmentInformation" | "CustomsShipmentInformationPayload";
  /** With the tenant before the rest of the path, as in the example of CoOPDFCreated. */
  readonly certificateUrl?: "plain" | "tenant";
  /**
   * How the failure of a message that is no customs shipment is told: seeds/003 says of the references of
   * all kinds that they appear in creation events, and names no type for them. Or not at all.
   */
  readonly otherKinds?: "CreationUnsuccessful" | "none";
}

export interface EventParts {
  readonly tenant: string;
  /** Shape: `http://127.0.0.1:8080`. */
  readonly apiUrl: () => string;
  readonly referenceForm: ShipmentReferenceForm;
  readonly forms: EventForms;
}

export interface WebhookEvent {
  readonly eventType: string;
  readonly eventSubType: string;
  /** Exact JSON text. */
  readonly bodyOf: (eventId: string) => string;
}

/** Every organisation of the simulator is of this plant. Source: assumed. */
const PLANT = "PLANT-1";
const INFORMATION = "CustomsShipmentInformation";

/** Null for a happening that no event tells. @param at ISO 8601 in UTC, with milliseconds */
export function eventOf(happening: Happening, at: string, parts: EventParts): WebhookEvent | null {
  const { forms, tenant } = parts;
  const event = (eventType: string, eventSubType: string, data: object): WebhookEvent => ({
    eventType,
    eventSubType,
    bodyOf: (id) =>
      JSON.stringify({
        id,
        tenantId: tenant,
        plantId: forms.members === "tutorial" ? undefined : PLANT,
        eventTime: timeText(at, forms.fractionDigits ?? 3),
        eventType: eventType === INFORMATION ? (forms.informationType ?? INFORMATION) : eventType,
        eventSubType,
        data,
      }),
  });
  switch (happening.kind) {
    case "declaration-status-changed": {
      const { declaration } = happening;
      const { status, acceptedAtMs } = declaration;
      return event("DeclarationStatusChanged", status ?? "", {
        ...declarationData(declaration, parts),
        currentStatus: status,
        acceptanceDate:
          acceptedAtMs === null || forms.members === "tutorial"
            ? undefined
            : new Date(acceptedAtMs).toISOString(),
      });
    }
    case "declaration-pdf-created": {
      const { declaration, attachment } = happening;
      const { documentType } = attachment;
      const path = `attachments/${documentType}/${attachmentId(attachment)}`;
      // Source of the subtype: assumed.
      return event("DeclarationPdfCreated", documentType, {
        ...declarationData(declaration, parts),
        // Source: seeds/002, Retrieving attachments by document type.
        url: `${declarationUrl(declaration, parts)}/${path}`,
        type: documentType,
      });
    }
    case "declaration-action-finished": {
      const action = ACTION_NAMES[happening.action];
      return event("DeclarationActionFinished", action, {
        ...declarationData(happening.declaration, parts),
        action,
      });
    }
    case "creation-unsuccessful":
    case "replace-successful":
    case "replace-unsuccessful": {
      const { kind, ingestionReferences, externalReference, direction } = happening;
      return event(INFORMATION, INFORMATION_SUBTYPES[kind], {
        tenantId: tenant,
        ingestionReferences,
        businessReference: externalReference,
        traderReference: externalReference,
        direction,
        company: tenant,
        errorDescriptions: kind === "replace-successful" ? undefined : happening.errorDescriptions,
      });
    }
    case "ingestion-unsuccessful": {
      if (forms.otherKinds === "none") return null;
      const { ingestionReferences, key, errorDescriptions } = happening;
      return event(INFORMATION, "CreationUnsuccessful", {
        tenantId: tenant,
        ingestionReferences,
        businessReference: key ?? undefined,
        company: tenant,
        errorDescriptions,
      });
    }
    case "certificate-pdf-created": {
      const { certificateOfOriginId, attachmentId, declaration } = happening.certificate;
      const prefix =
        forms.certificateUrl === "tenant" ? `/v1/${encodeURIComponent(tenant)}` : "/v1";
      return event("CoOPDFCreated", "CertificateOfOrigin", {
        certificateOfOriginId,
        customsShipmentReference: customsShipmentReference(declaration, parts.referenceForm),
        storageLocation: declaration.facts.storageLocation ?? undefined,
        declarationReference: declaration.mrn ?? localReferenceNumber(declaration),
        url: `${parts.apiUrl()}${prefix}/certificates-of-origin/${certificateOfOriginId}/${attachmentId}`,
      });
    }
  }
}

/** With the same data; "customs duties received" is listed in Notifications, its type is not known. */
export function unknownAfter({ bodyOf }: WebhookEvent): WebhookEvent {
  const type = { eventType: "CustomsDutiesReceived", eventSubType: "Received" };
  return {
    ...type,
    bodyOf: (id) => JSON.stringify({ ...(JSON.parse(bodyOf(id)) as object), ...type }),
  };
}

const INFORMATION_SUBTYPES = {
  "creation-unsuccessful": "CreationUnsuccessful",
  "replace-successful": "ReplaceSuccessful",
  "replace-unsuccessful": "ReplaceUnsuccessful",
} as const;

/** Source: the names of the page Declaration actions, written as one word; assumed. */
const ACTION_NAMES = {
  submit: "Submit",
  validate: "Validate",
  invalidate: "Invalidate",
  "goods-arrived": "GoodsArrived",
  "generate-sad": "GenerateSad",
  amend: "Amend",
  "receipt-report": "ReceiptReport",
  "complementary-explanation": "ComplementaryExplanation",
  "change-destination": "ChangeDestination",
  "reject-or-alert-ead": "RejectOrAlertEad",
  "delay-for-delivery": "DelayForDelivery",
} as const;

/** Source: seeds/000 step 5 and DeclarationStatusChanged; a member without a value is left out. */
function declarationData(declaration: Declaration, parts: EventParts): object {
  const { facts, shipment } = declaration;
  const isTutorial = parts.forms.members === "tutorial";
  return {
    id: declaration.declarationId,
    customsShipmentReference: customsShipmentReference(declaration, parts.referenceForm),
    // The tutorial: "your original externalReference". The pages: the trader's own reference, the UCR.
    traderReference:
      (parts.referenceForm === "generated" ? null : facts.ucr) ?? shipment.externalReference,
    jurisdiction: facts.jurisdiction,
    customsFlow: facts.customsFlow,
    customsFlowStep: facts.customsFlowStep,
    ...(isTutorial
      ? {}
      : {
          customsFlowStepInstanceCount: declaration.instanceCount,
          customsFlowStepInstanceSeq: declaration.instanceSeq,
        }),
    mrn: declaration.mrn ?? undefined,
    lrn: localReferenceNumber(declaration),
    arc: facts.arc ?? undefined,
    declarationUrl: declarationUrl(declaration, parts),
    storageLocation: facts.storageLocation ?? undefined,
    ...(isTutorial ? {} : { plant: PLANT, company: parts.tenant }),
  };
}

function declarationUrl({ declarationId }: Declaration, { apiUrl }: EventParts): string {
  return `${apiUrl()}/v1/declarations/${declarationId}`;
}

/** What is finer than a millisecond is made up, always the same for the same time. */
function timeText(at: string, fractionDigits: 0 | 3 | 7): string {
  const [, seconds = at, fraction = ""] = /^(.*)\.(\d{3})Z$/.exec(at) ?? [];
  if (fractionDigits === 0) return `${seconds}Z`;
  return `${seconds}.${fraction.padEnd(fractionDigits, "5841")}Z`;
}
