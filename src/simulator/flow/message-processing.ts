// What becomes of one accepted message, decided from the book as it stands when it is its turn.
import type { AcceptedEntry, ProcessedEntry } from "../journal/journal-entry.ts";
import { isAcceptedOrBeyond } from "./lifecycle.ts";
import { effectOf, isSameContent, updatedContent, type FlowSwitches } from "./message-effect.ts";
import { shipmentRefusal, splitIntoDeclarations } from "./outcome-rules.ts";
import { parseContent, type Shipment, type ShipmentBook } from "./shipment-book.ts";

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
  const refusal = shipmentRefusal(content);
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
  if (isSameContent(known.content, updated)) {
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

/** What each declaration of the shipment does next, now that its content is `contentText`. */
function starts(
  parts: ProcessingParts,
  known: Shipment | null,
  contentText: string,
  restartStatus: (status: string) => string,
): ProcessedEntry["starts"] {
  const instanceCount = splitIntoDeclarations(parseContent(contentText)).length;
  const live = (known?.declarations ?? []).filter(({ status }) => status !== "Cancelled");
  const kept = live.map(({ declarationId, status }, index) => ({
    declarationId,
    instanceSeq: index + 1,
    instanceCount,
    to: index < instanceCount ? restartStatus(status ?? "New") : "Cancelled",
  }));
  const missing = Math.max(0, instanceCount - live.length);
  const added = Array.from({ length: missing }, (_, index) => ({
    declarationId: String(parts.declarationIdBase + parts.book.declarationsMade() + index + 1),
    instanceSeq: live.length + index + 1,
    instanceCount,
    to: "New",
  }));
  return [...kept, ...added];
}

function liveStatuses(shipment: Shipment): readonly string[] {
  return shipment.declarations
    .map(({ status }) => status ?? "New")
    .filter((status) => status !== "Cancelled");
}
