// The asynchronous side of the simulator. It decides what is due, writes it to the journal and
// applies what it wrote; a restart applies the same entries again and goes on from there. Nothing
// is random, and the time of every entry is when it was due, not when it was asked for.
import type {
  AcceptedEntry,
  FlowEntry,
  ProcessedEntry,
  TransitionEntry,
} from "../journal/journal-entry.ts";
import type { FlowSwitches } from "./message-effect.ts";
import { processMessage } from "./message-processing.ts";
import type { PendingTransition, ShipmentBook } from "./shipment-book.ts";
import { createStepQueue } from "./step-queue.ts";

export interface Processing {
  /** Takes note of an entry, fresh or from a former life of the simulator. */
  readonly apply: (entry: FlowEntry) => void;
  /** Lets everything happen that is due by now. */
  readonly advance: (nowMs: number) => void;
}

type Step =
  | { readonly kind: "message"; readonly message: AcceptedEntry }
  | { readonly kind: "transition"; readonly pending: PendingTransition };

export function createProcessing(
  book: ShipmentBook,
  append: (entry: FlowEntry) => void,
  switches: FlowSwitches,
): Processing {
  const queue = createStepQueue<Step>();
  const unprocessed = new Map<string, AcceptedEntry>();
  let declarationIdBase = 0;
  let lastStepMs = 0;

  const schedule = (pending: PendingTransition): void => {
    queue.push(pending.dueAtMs, { kind: "transition", pending });
  };

  const apply = (entry: FlowEntry): void => {
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
      case "fault":
        return;
    }
  };

  const record = (entry: ProcessedEntry | TransitionEntry): void => {
    append(entry);
    apply(entry);
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
      (to === "Accepted" ? movementReferenceNumber(at, declaration.declarationId) : null),
  });

  return {
    apply,
    advance: (nowMs) => {
      for (let due = queue.takeDue(nowMs); due !== null; due = queue.takeDue(nowMs)) {
        const { step } = due;
        // Never back in time, so that the order of updates is the order of the journal.
        const at = new Date(Math.max(due.dueAtMs, lastStepMs)).toISOString();
        if (step.kind === "message") {
          if (unprocessed.has(step.message.referenceId))
            record(processMessage(step.message, at, { book, switches, declarationIdBase }));
        } else if (step.pending.declaration.pending === step.pending) {
          record(moveOn(step.pending, at));
        }
      }
    },
  };
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
/** Of no country, so that it is not taken for one of customs. Shape: `26XXSIM00000001234`. */
function movementReferenceNumber(at: string, declarationId: string): string {
  return `${at.slice(2, 4)}XXSIM${declarationId.slice(-11).padStart(11, "0")}`;
}
