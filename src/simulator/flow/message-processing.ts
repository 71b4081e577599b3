// What becomes of one accepted message, decided from the book as it stands when it is its turn.
import type { AcceptedEntry, ProcessedEntry } from "../journal/journal-entry.ts";
import { isAcceptedOrBeyond, isLive } from "./lifecycle.ts";
import { effectOf, isSameContent, updatedContent, type FlowSwitches } from "./message-effect.ts";
import { shipmentRefusal, splitIntoDeclarations } from "./outcome-rules.ts";
import type { Shipment } from "./declaration.ts";
import { parseContent, textAt, type Content } from "./message-content.ts";
import type { ShipmentBook } from "./shipment-book.ts";
import type { FlowStep } from "./shipment-facts.ts";

export interface ProcessingParts {
  readonly book: ShipmentBook;
  readonly switches: FlowSwitches;
  /** New declarations are numbered upwards from here. */
  readonly declarationIdBase: number;
}

/** The entry that ends a message's processing; applying it is what changes the book. */
export function processMessage(
  message: AcceptedEntry,
  at: string,
  parts: ProcessingParts,
): ProcessedEntry {
  const { book, switches } = parts;
  const { direction, externalReference, messageType, referenceId } = message;
  const head = {
    kind: "processed",
    at,
    direction,
    externalReference,
    messageType,
    referenceId,
  } as const;
  const known = book.shipment(direction, externalReference);
  const content = parseContent(message.body);
  const refusal =
    shipmentRefusal(content) ??
    (known === null || messageType === "Replace" ? null : flowRefusal(known, content));
  const effect =
    refusal === null
      ? effectOf(messageType, known === null ? null : liveStatuses(known), switches)
      : ({
          kind: "refuse",
          event: messageType === "Replace" ? "ReplaceUnsuccessful" : "CreationUnsuccessful",
          reason: refusal,
        } as const);
  if (effect.kind === "refuse") {
    return {
      ...head,
      result: "unsuccessful",
      event: effect.event,
      errorDescriptions: [effect.reason],
      starts: [],
    };
  }
  const done = { ...head, errorDescriptions: [] };
  if (known === null || effect.kind === "create") {
    return {
      ...done,
      result: "created",
      event: null,
      starts: starts(parts, known, message.body, () => "New"),
    };
  }
  if (effect.kind === "replace") {
    return {
      ...done,
      result: "replaced",
      event: "ReplaceSuccessful",
      starts: starts(parts, known, message.body, () => "New"),
    };
  }
  const updated = updatedContent(known.content, message.body);
  if (liveStatuses(known).length > 0 && isSameContent(known.content, updated)) {
    return { ...done, result: "unchanged", event: null, starts: [] };
  }
  return {
    ...done,
    result: "updated",
    event: null,
    starts: starts(parts, known, updated, (status) =>
      isAcceptedOrBeyond(status) ? "Amending" : "New",
    ),
  };
}

/** Source: seeds/004, Update/Upsert: allowed when the customs flow remains unchanged. */
function flowRefusal(known: Shipment, content: Content): string | null {
  const present = textAt(parseContent(known.content), "customsFlow");
  const wanted = textAt(content, "customsFlow") ?? present;
  return present === null || wanted === present
    ? null
    : `An update cannot change the customs flow from ${present} to ${wanted ?? ""}`;
}

/** What each declaration of the shipment does next, now that its content is `contentText`. */
function starts(
  { book, switches, declarationIdBase }: ProcessingParts,
  known: Shipment | null,
  contentText: string,
  restartStatus: (status: string) => string,
): ProcessedEntry["starts"] {
  const content = parseContent(contentText);
  const instanceCount = splitIntoDeclarations(content).length;
  const live = (known?.declarations ?? []).filter(({ status }) => isLive(status));
  const steps = flowSteps(content, switches);
  const ofOtherSteps = live
    .filter(({ step }) => !steps.includes(step))
    .map(({ declarationId, instanceSeq }) => ({
      declarationId,
      instanceSeq,
      instanceCount,
      to: "Cancelled",
    }));
  let made = book.declarationsMade();
  const ofSteps = steps.flatMap((step) => {
    const stepMember = step === null ? {} : { step };
    const kept = live
      .filter((declaration) => declaration.step === step)
      .map(({ declarationId, status }, index) => ({
        declarationId,
        instanceSeq: index + 1,
        instanceCount,
        to: index < instanceCount ? restartStatus(status ?? "New") : "Cancelled",
        ...stepMember,
      }));
    const missing = Math.max(0, instanceCount - kept.length);
    const added = Array.from({ length: missing }, (_, index) => ({
      declarationId: String(declarationIdBase + ++made),
      instanceSeq: kept.length + index + 1,
      instanceCount,
      to: "New",
      ...stepMember,
    }));
    return [...kept, ...added];
  });
  return [...ofSteps, ...ofOtherSteps];
}

/** The steps of a flow that has two; null stands for the one step of any other. */
function flowSteps(content: Content, switches: FlowSwitches): readonly (FlowStep | null)[] {
  const hasBoth =
    switches.declarationsPerShipment === "export-and-import" ||
    (textAt(content, "customsFlow")?.endsWith(EXPORT_AND_IMPORT) ?? false);
  return hasBoth ? ["export", "import"] : [null];
}

const EXPORT_AND_IMPORT = "_EXIM";

function liveStatuses(shipment: Shipment): readonly string[] {
  return shipment.declarations
    .filter(({ status }) => isLive(status))
    .map(({ status }) => status ?? "New");
}
