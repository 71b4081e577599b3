// The asynchronous side of the simulator. It decides what is due, writes it to the journal and
// applies what it wrote; a restart applies the same entries again and goes on from there. Nothing
// is random, and the time of every entry is when it was due, not when it was asked for.
import type {
  AcceptedEntry,
  ChangedEntry,
  ChangeEntry,
  FlowEntry,
  IngestedEntry,
  ProcessedEntry,
  SettledEntry,
  TransitionEntry,
} from "../journal/journal-entry.ts";
import type { PendingTransition } from "./declaration.ts";
import { processChange } from "./declaration-change.ts";
import type { Happening } from "./happening.ts";
import type { FlowSwitches } from "./message-effect.ts";
import { processMessage } from "./message-processing.ts";
import type { Registers } from "./registers.ts";
import type { ShipmentBook } from "./shipment-book.ts";
import { createStepQueue } from "./step-queue.ts";

export interface Processing {
  /** Takes note of an entry, fresh or from a former life of the simulator. */
  readonly apply: (entry: FlowEntry) => void;
  /** Lets everything happen that is due by now. */
  readonly advance: (nowMs: number) => void;
}

/** What was answered with success and is processed later. */
export type TakenEntry = AcceptedEntry | IngestedEntry | ChangeEntry;

type Step =
  | { readonly kind: "taken"; readonly taken: TakenEntry }
  | { readonly kind: "transition"; readonly pending: PendingTransition };

export interface ProcessingParts {
  readonly book: ShipmentBook;
  readonly registers: Registers;
  readonly switches: FlowSwitches;
  readonly append: (entry: FlowEntry) => void;
  readonly onHappening: (happening: Happening, at: string) => void;
}

export function createProcessing({
  book,
  registers,
  switches,
  append,
  onHappening,
}: ProcessingParts): Processing {
  const queue = createStepQueue<Step>();
  const unprocessed = new Map<string, TakenEntry>();
  let declarationIdBase = 0;
  let lastStepMs = 0;

  const schedule = (pending: PendingTransition | null): void => {
    if (pending !== null) queue.push(pending.dueAtMs, { kind: "transition", pending });
  };

  /** The message or change that an entry ends. */
  const endedBy = <Kind extends TakenEntry["kind"]>(
    kind: Kind,
    { referenceId, at }: { readonly referenceId: string; readonly at: string },
  ): Extract<TakenEntry, { kind: Kind }> => {
    const taken = unprocessed.get(referenceId);
    if (taken?.kind !== kind) {
      throw new Error(`The journal processes ${referenceId}, which it never accepted`);
    }
    unprocessed.delete(referenceId);
    lastStepMs = Date.parse(at);
    return taken as Extract<TakenEntry, { kind: Kind }>;
  };

  const take = (taken: TakenEntry): void => {
    unprocessed.set(taken.referenceId, taken);
    queue.push(Date.parse(taken.at) + taken.stepDelayMs, { kind: "taken", taken });
  };

  const apply = (entry: FlowEntry): void => {
    switch (entry.kind) {
      case "created":
        declarationIdBase = idBase(entry.at);
        return;
      case "accepted":
      case "change":
        take(entry);
        return;
      case "ingested":
        take(entry);
        registers.applyIngested(entry);
        return;
      case "processed": {
        book.applyProcessed(entry, endedBy("accepted", entry)).forEach(schedule);
        tellProcessed(entry, onHappening);
        return;
      }
      case "settled": {
        const certificate = registers.applySettled(entry, endedBy("ingested", entry));
        tellSettled(entry, onHappening);
        if (certificate !== null) {
          onHappening({ kind: "certificate-pdf-created", certificate }, entry.at);
        }
        return;
      }
      case "changed": {
        const change = endedBy("change", entry);
        schedule(book.applyChanged(entry, change));
        const declaration = book.declaration(entry.declarationId);
        const attachment = declaration?.attachments.at(-1);
        if (declaration === null || change.action === null) return;
        const { action } = change;
        const { errorDescriptions } = entry;
        if (action === "generate-sad" && entry.result === "done" && attachment !== undefined) {
          onHappening({ kind: "declaration-pdf-created", declaration, attachment }, entry.at);
        }
        onHappening(
          { kind: "declaration-action-finished", declaration, action, errorDescriptions },
          entry.at,
        );
        return;
      }
      case "transition": {
        lastStepMs = Date.parse(entry.at);
        schedule(book.applyTransition(entry));
        const declaration = book.declaration(entry.declarationId);
        if (declaration === null) return;
        onHappening({ kind: "declaration-status-changed", declaration }, entry.at);
        const attachment = declaration.attachments.at(-1);
        if (entry.to === "Released" && attachment !== undefined) {
          onHappening({ kind: "declaration-pdf-created", declaration, attachment }, entry.at);
        }
        return;
      }
      case "token":
      case "token-refused":
      case "refused":
      case "fault":
      case "document":
        return;
    }
  };

  const end = (taken: TakenEntry, at: string): ProcessedEntry | SettledEntry | ChangedEntry => {
    switch (taken.kind) {
      case "accepted":
        return processMessage(taken, at, { book, switches, declarationIdBase });
      case "ingested":
        return registers.process(taken, at);
      case "change": {
        const declaration = book.declaration(taken.declarationId);
        if (declaration === null) {
          throw new Error(`There is no declaration ${taken.declarationId} to change`);
        }
        return processChange(taken, declaration, at, switches.automaticSubmission);
      }
    }
  };

  const record = (entry: ProcessedEntry | SettledEntry | ChangedEntry | TransitionEntry): void => {
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
        if (step.kind === "taken") {
          if (unprocessed.has(step.taken.referenceId)) record(end(step.taken, at));
        } else if (step.pending.declaration.pending === step.pending) {
          record(moveOn(step.pending, at));
        }
      }
    },
  };
}

/** Source: Notifications; there is no event for a creation that went well. */
function tellProcessed(entry: ProcessedEntry, onHappening: ProcessingParts["onHappening"]): void {
  if (entry.event === null) return;
  const { referenceId, direction, externalReference, errorDescriptions, at } = entry;
  onHappening(
    {
      kind: HAPPENING_OF[entry.event],
      ingestionReferences: [referenceId],
      direction,
      externalReference,
      errorDescriptions,
    },
    at,
  );
}

const HAPPENING_OF = {
  CreationUnsuccessful: "creation-unsuccessful",
  ReplaceSuccessful: "replace-successful",
  ReplaceUnsuccessful: "replace-unsuccessful",
} as const;

function tellSettled(entry: SettledEntry, onHappening: ProcessingParts["onHappening"]): void {
  if (entry.result !== "unsuccessful") return;
  const { messageKind, referenceId, key, errorDescriptions, at } = entry;
  onHappening(
    {
      kind: "ingestion-unsuccessful",
      messageKind,
      ingestionReferences: [referenceId],
      key,
      errorDescriptions,
    },
    at,
  );
}

const IDS_PER_STATE = 1_000_000;
const ID_BASE_MIN = 100_000;
const ID_BASE_COUNT = 900_000;

/** Keeps the declaration ids of two state files apart. Shape: six digits, followed by six for the count. */
function idBase(createdAt: string): number {
  const createdAtS = Math.floor(Date.parse(createdAt) / 1000);
  return (ID_BASE_MIN + (createdAtS % ID_BASE_COUNT)) * IDS_PER_STATE;
}

/** Of no country, so that it is not taken for one of customs. Shape: `26XXSIM00000001234`. */
function movementReferenceNumber(at: string, declarationId: string): string {
  return `${at.slice(2, 4)}XXSIM${declarationId.slice(-11).padStart(11, "0")}`;
}
