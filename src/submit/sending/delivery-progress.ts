// Reports the progress of a delivery. The outbox is counted once at the start; what other processes queue
// meanwhile shows as a growing total.
import type { OnProgress } from "../../core/progress.ts";
import type { OutboxBooks, AttemptOutcome } from "../../ledger/contract/outbox.ts";

export interface DeliveryProgress {
  readonly recorded: (outcomes: readonly AttemptOutcome[]) => void;
  /** Counts messages that are done without being sent. */
  readonly notSent: (messages: number) => void;
  readonly settling: (settled: number, undecided: number) => void;
}

export async function createDeliveryProgress(
  books: OutboxBooks,
  onProgress: OnProgress,
): Promise<DeliveryProgress> {
  const { queued } = await books.outboxCounts();
  const subject = "messages";
  let total = queued;
  let done = 0;
  let errors = 0;
  const show = (): void => {
    onProgress({ phase: "sending", subject, done, total, errors });
  };
  show();
  return {
    recorded: (outcomes) => {
      const ended = outcomes.filter(({ kind }) => kind !== "returned");
      done += ended.length;
      errors += ended.filter(({ kind }) => kind !== "accepted").length;
      total = Math.max(total, done);
      show();
    },
    notSent: (messages) => {
      done += messages;
      if (messages > 0) show();
    },
    settling: (settled, undecided) => {
      onProgress({ phase: "settling", subject, done: settled, total: settled + undecided });
    },
  };
}
