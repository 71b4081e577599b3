// The asynchronous side of the simulator. It decides what is due, writes it to the journal and
// applies what it wrote; a restart applies the same entries again and goes on from there. Nothing
// is random, and the time of every entry is when it was due, not when somebody looked.
import type {
  AcceptedEntry,
  JournalEntry,
  ProcessedEntry,
  TransitionEntry,
} from "./journal-entry.ts";
import { isAcceptedOrBeyond } from "./lifecycle.ts";
import { effectOf, isSameContent, updatedContent, type FlowSwitches } from "./message-effect.ts";
import { shipmentRefusal, splitIntoDeclarations } from "./outcome-rules.ts";
import {
  parseContent,
  type PendingTransition,
  type Shipment,
  type ShipmentBook,
} from "./shipment-book.ts";
import { createStepQueue } from "./step-queue.ts";

export interface Processing {
  /** Takes note of an entry, fresh or from a former life of the simulator. */
  readonly apply: (entry: JournalEntry) => void;
  /** Lets everything happen that is due by now. */
  readonly advance: (nowMs: number) => void;
}

type Step =
  | { readonly kind: "message"; readonly message: AcceptedEntry }
  | { readonly kind: "transition"; readonly pending: PendingTransition };

export function createProcessing(
  book: ShipmentBook,
  append: (entry: JournalEntry) => void,
  switches: FlowSwitches,
): Processing {
  const queue = createStepQueue<Step>();
  const unprocessed = new Map<string, AcceptedEntry>();
  let declarationIdBase = 0;
  let lastStepMs = 0;

  const schedule = (pending: PendingTransition): void => {
    queue.push(pending.dueAtMs, { kind: "transition", pending });
  };

  const apply = (entry: JournalEntry): void => {
    switch (entry.kind) {
      case "created":
        declarationIdBase = idBase(entry.at);
        return;
      case "accepted":
        unprocessed.set(entry.referenceId, entry);
        queue.push(Date.parse(entry.at) + entry.stepDelayMs, { kind: "message", message: entry });
        return;
      case "processed": {
        const message = unprocessed.get(entry.referenceId);
        if (message === undefined) {
          throw new Error(`The journal processes ${entry.referenceId}, which it never accepted`);
        }
        unprocessed.delete(entry.referenceId);
        lastStepMs = Date.parse(entry.at);
        book.applyProcessed(entry, message).forEach(schedule);
        return;
      }
      case "transition": {
        lastStepMs = Date.parse(entry.at);
        const pending = book.applyTransition(entry);
        if (pending !== null) schedule(pending);
        return;
      }
      case "token":
      case "token-refused":
      case "refused":
        return;
    }
  };

  const record = (entry: ProcessedEntry | TransitionEntry): void => {
    append(entry);
    apply(entry);
  };

  const processMessage = (message: AcceptedEntry, at: string): ProcessedEntry => {
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
        starts: starts(known, message.body, () => "New"),
      };
    }
    if (effect.kind === "replace") {
      return {
        ...done,
        result: "replaced",
        event: "ReplaceSuccessful",
        starts: starts(known, message.body, () => "New"),
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
      starts: starts(known, updated, (status) => (isAcceptedOrBeyond(status) ? "Amending" : "New")),
    };
  };

  /** What each declaration of the shipment does next, now that its content is `contentText`. */
  const starts = (
    known: Shipment | null,
    contentText: string,
    restartStatus: (status: string) => string,
  ): ProcessedEntry["starts"] => {
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
      declarationId: String(declarationIdBase + book.declarationsMade() + index + 1),
      instanceSeq: live.length + index + 1,
      instanceCount,
      to: "New",
    }));
    return [...kept, ...added];
  };

  const moveOn = ({ declaration, to }: PendingTransition, at: string): TransitionEntry => ({
    kind: "transition",
    at,
    direction: declaration.shipment.direction,
    externalReference: declaration.shipment.externalReference,
    declarationId: declaration.declarationId,
    from: declaration.status,
    to,
    mrn:
      declaration.mrn ??
      (to === "Accepted"
        ? movementReferenceNumber(
            at,
            declaration.shipment.facts.jurisdiction,
            declaration.declarationId,
          )
        : null),
  });

  return {
    apply,
    advance: (nowMs) => {
      for (let due = queue.takeDue(nowMs); due !== null; due = queue.takeDue(nowMs)) {
        const { step } = due;
        // Never back in time, so that the order of updates is the order of the journal.
        const at = new Date(Math.max(due.dueAtMs, lastStepMs)).toISOString();
        if (step.kind === "message") {
          if (unprocessed.has(step.message.referenceId)) record(processMessage(step.message, at));
        } else if (step.pending.declaration.pending === step.pending) {
          record(moveOn(step.pending, at));
        }
      }
    },
  };
}

function liveStatuses(shipment: Shipment): readonly string[] {
  return shipment.declarations
    .map(({ status }) => status ?? "New")
    .filter((status) => status !== "Cancelled");
}

const IDS_PER_STATE = 1_000_000;
const ID_BASE_MIN = 100_000;
const ID_BASE_COUNT = 900_000;

/** Keeps the declaration ids of two state files apart. Shape: six digits, followed by six for the count. */
function idBase(createdAt: string): number {
  const createdAtS = Math.floor(Date.parse(createdAt) / 1000);
  return (ID_BASE_MIN + (createdAtS % ID_BASE_COUNT)) * IDS_PER_STATE;
}

/** Shape: `26BEE0000001234567`. Source: seeds/000 step 5, the example. */
function movementReferenceNumber(at: string, jurisdiction: string, declarationId: string): string {
  return `${at.slice(2, 4)}${jurisdiction}E${declarationId.padStart(13, "0")}`;
}
