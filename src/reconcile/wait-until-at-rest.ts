// Follows the declarations until none of them moves by itself any more, or waiting is no longer worth it:
// customs may take days, and the report must come in the morning.
import { isIncomplete, type Gap } from "../core/gap.ts";
import type { ReconcileDependencies } from "./reconcile-settings.ts";
import { openNow } from "./open-shipments.ts";
import { reconcile, type ReconcileSettings, type ReconcileSummary } from "./reconcile.ts";

export interface WaitSettings {
  readonly pollDelayMs: number;
  /** When nothing has changed for this long, more waiting is not expected to help. */
  readonly quietMs: number;
  readonly waitMsMax: number;
}

/** What CAS tells by itself while it is waited for. */
export interface Told {
  /** Merges what was kept into the books; gives how many declarations it has changed. */
  readonly merge: () => Promise<number>;
  /** How often it is looked whether something was kept: a question to the books alone. */
  readonly lookDelayMs: number;
}

interface WaitOptions {
  /** Null where nothing is told. */
  readonly told?: Told | null;
  readonly settings: WaitSettings;
  readonly reconcile: ReconcileSettings;
  readonly signal: AbortSignal;
}

interface WaitResult {
  /**
   * Of the last reconcile, or of the last complete one where the end of the wait cut the last one short; the
   * gaps that have another cause are always those of the last one.
   */
  readonly summary: ReconcileSummary;
  /** Shipments whose declarations can still move. */
  readonly stillMoving: number;
  readonly reason: "at-rest" | "quiet" | "time";
}

/** Bounds the number of polls of a wait. */
const POLL_DELAY_MS_MIN = 50;

/** @throws what `reconcile` throws */
export async function waitUntilAtRest(
  dependencies: ReconcileDependencies,
  { settings, reconcile: reconcileSettings, signal, told = null }: WaitOptions,
): Promise<WaitResult> {
  const { books, clock, onProgress } = dependencies;
  const startedAtMs = clock.monotonicMs();
  const { count: total } = await books.countOpenShipments(openNow(clock));
  let changedAtMs = startedAtMs;
  // Only the first reconcile shows its own progress: the many after it would make the bar jump.
  let reconciling = dependencies;
  let complete: ReconcileSummary | null = null;
  for (;;) {
    // Without a wait, one look is taken, however long it lasts.
    const untilMs = settings.waitMsMax > 0 ? startedAtMs + settings.waitMsMax : Infinity;
    const beganAtMs = clock.monotonicMs();
    const looked = await reconcile(reconciling, { settings: reconcileSettings, untilMs, signal });
    reconciling = { ...dependencies, onProgress: () => undefined };
    const nowMs = clock.monotonicMs();
    const stillMoving = looked.openShipments;
    const done = Math.max(0, total - stillMoving);
    const until = new Date(clock.now().getTime() + startedAtMs + settings.waitMsMax - nowMs);
    onProgress({ phase: "waiting", subject: "shipments", done, total, until });
    if (!looked.gaps.some(isIncomplete)) complete = looked;
    const summary = complete !== null && nowMs >= untilMs ? cutShort(looked, complete) : looked;
    if (looked.changed > 0) changedAtMs = nowMs;
    // One more is to end in time, too.
    const waitLeftMs = startedAtMs + settings.waitMsMax - nowMs - (nowMs - beganAtMs);
    const quietLeftMs = changedAtMs + settings.quietMs - nowMs;
    if (stillMoving === 0) return { summary, stillMoving, reason: "at-rest" };
    if (quietLeftMs <= 0) return { summary, stillMoving, reason: "quiet" };
    if (waitLeftMs <= 0) return { summary, stillMoving, reason: "time" };
    const delayMs = Math.min(settings.pollDelayMs, waitLeftMs, quietLeftMs);
    const pollMs = Math.max(delayMs, POLL_DELAY_MS_MIN);
    if (told === null) await clock.sleep(pollMs, signal);
    else if (await isChangedByTold(dependencies, told, { pollMs, signal, stillMoving })) {
      changedAtMs = clock.monotonicMs();
    }
  }
}

/**
 * Waits for the next poll, or until what CAS told, to this process or to one that listens, leaves nothing open: then
 * the next poll proves it at once. Says whether anything was told.
 */
async function isChangedByTold(
  { books, clock }: Pick<ReconcileDependencies, "books" | "clock">,
  { merge, lookDelayMs }: Told,
  { pollMs, signal, stillMoving }: PollWait,
): Promise<boolean> {
  const untilMs = clock.monotonicMs() + pollMs;
  let changed = 0;
  for (;;) {
    changed += await merge();
    const { count } = await books.countOpenShipments(openNow(clock));
    if (count === 0) return true;
    const leftMs = untilMs - clock.monotonicMs();
    if (leftMs <= 0) return changed > 0 || count < stillMoving;
    await clock.sleep(Math.min(leftMs, lookDelayMs), signal);
  }
}

interface PollWait {
  readonly pollMs: number;
  readonly signal: AbortSignal;
  readonly stillMoving: number;
}

/** A reconcile that the end of the wait cuts short takes nothing back of the complete one before it. */
function cutShort(looked: ReconcileSummary, complete: ReconcileSummary): ReconcileSummary {
  return { ...complete, gaps: looked.gaps.filter((gap) => !isOfTime(gap)) };
}

function isOfTime(gap: Gap): boolean {
  return gap.code === "search-cut" ? gap.because === "time" : gap.code === "shipments-not-searched";
}
