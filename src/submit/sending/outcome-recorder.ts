// Writes the outcomes of attempts into the ledger, many in one durable write: outcomes that come in while
// a write is under way, or within a short delay, share the next one.
import type { Clock } from "../../core/time/clock.ts";
import type { OutboxBooks, AttemptOutcome } from "../../ledger/contract/outbox.ts";

export interface OutcomeRecorder {
  readonly add: (outcome: AttemptOutcome) => void;
  /** How many outcomes are not durable yet. */
  readonly pending: () => number;
  /**
   * Makes all outcomes durable. What an earlier write failed on is tried once more: a disk that
   * was full for a moment must not cost a receipt.
   * @throws what the write throws
   */
  readonly flush: () => Promise<void>;
}

export function createOutcomeRecorder(
  dependencies: { readonly books: OutboxBooks; readonly clock: Clock },
  options: {
    readonly delayMaxMs: number;
    readonly groupMax: number;
    readonly onRecorded: (outcomes: readonly AttemptOutcome[]) => void;
    /** Called with the attempts that another process has ended meanwhile; the others are recorded. */
    readonly onOver: (attemptIds: readonly string[]) => void;
    /** Called once; after that only `flush` writes. */
    readonly onFailed: (error: unknown) => void;
  },
): OutcomeRecorder {
  const { books, clock } = dependencies;
  const { delayMaxMs, groupMax, onRecorded, onOver, onFailed } = options;
  let unrecorded: AttemptOutcome[] = [];
  let writing: Promise<void> | null = null;
  let failed = false;

  const writeGroup = async (): Promise<void> => {
    const group = unrecorded.slice(0, groupMax);
    const over = await books.recordOutcomes(group);
    unrecorded = unrecorded.slice(group.length);
    onRecorded(over.length === 0 ? group : group.filter((some) => !over.includes(some.attemptId)));
    if (over.length > 0) onOver(over);
  };

  const keepWriting = async (): Promise<void> => {
    try {
      while (unrecorded.length > 0) {
        if (unrecorded.length < groupMax) await clock.sleep(delayMaxMs);
        await writeGroup();
      }
    } catch (error) {
      failed = true;
      onFailed(error);
    } finally {
      writing = null;
    }
  };

  return {
    add: (outcome) => {
      unrecorded.push(outcome);
      if (!failed) writing ??= keepWriting();
    },
    pending: () => unrecorded.length,
    flush: async () => {
      await writing;
      while (unrecorded.length > 0) await writeGroup();
    },
  };
}
