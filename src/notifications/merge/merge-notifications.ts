// Merges kept notifications step by step, so that nothing else that uses the ledger waits for long.
import { setImmediate } from "node:timers/promises";
import type {
  MergeCounts,
  MergeSelection,
  NotificationBooks,
} from "../../ledger/contract/notifications.ts";
import { mergeRules } from "./merge-rules.ts";

/** One durable write each; takes a few milliseconds. */
const EVENTS_PER_STEP = 100;

interface MergeOptions {
  readonly signal: AbortSignal;
  /** What is left when it is over is left to the next time. */
  readonly stepsMax?: number;
  readonly onStep?: (mergedSoFar: number) => void;
  /** Awaited between two steps. */
  readonly pause?: () => Promise<void>;
}

export async function mergeNotifications(
  books: Pick<NotificationBooks, "mergeNotifications">,
  which: MergeSelection["which"],
  { signal, stepsMax = Infinity, onStep, pause }: MergeOptions,
): Promise<MergeCounts> {
  const sum = { merged: 0, matched: 0, unmatched: 0, failedMessages: 0, changedDeclarations: 0 };
  let after: number | null = 0;
  for (let steps = 0; after !== null && steps < stepsMax && !signal.aborted; steps += 1) {
    const selection: MergeSelection = { which, after, limit: EVENTS_PER_STEP };
    const { last, ...counts } = await books.mergeNotifications(selection, mergeRules);
    for (const name of Object.keys(sum) as (keyof MergeCounts)[]) sum[name] += counts[name];
    after = last;
    onStep?.(sum.merged);
    await setImmediate();
    if (after !== null) await pause?.();
  }
  return sum;
}

/** What is not merged so far, and what was of nothing known and may be now. */
export async function mergeWaiting(
  books: Pick<NotificationBooks, "mergeNotifications">,
  options: MergeOptions,
): Promise<MergeCounts> {
  const received = await mergeNotifications(books, "received", options);
  const matched = await mergeNotifications(books, "unmatched", options);
  return {
    merged: received.merged + matched.merged,
    matched: received.matched + matched.matched,
    unmatched: received.unmatched,
    failedMessages: received.failedMessages + matched.failedMessages,
    changedDeclarations: received.changedDeclarations + matched.changedDeclarations,
  };
}
