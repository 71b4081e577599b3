// Follows the declarations until none of them moves by itself any more, or waiting is no longer worth it:
// customs may take days, and the report must come in the morning.
import type { ReconcileDependencies } from "./reconcile-settings.ts";
import { countOpenShipments } from "./open-shipments.ts";
import { reconcile, type ReconcileSettings, type ReconcileSummary } from "./reconcile.ts";

export interface WaitSettings {
  readonly pollDelayMs: number;
  /** When nothing has changed for this long, more waiting is not expected to help. */
  readonly quietMs: number;
  readonly waitMsMax: number;
}

interface WaitOptions {
  readonly settings: WaitSettings;
  readonly reconcile: ReconcileSettings;
  readonly signal: AbortSignal;
}

interface WaitResult {
  /** Of the last reconcile. */
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
  { settings, reconcile: reconcileSettings, signal }: WaitOptions,
): Promise<WaitResult> {
  const { books, clock, onProgress } = dependencies;
  const startedAtMs = clock.monotonicMs();
  const total = await countOpenShipments(books, clock);
  let changedAtMs = startedAtMs;
  // Only the first reconcile shows its own progress: the many after it would make the bar jump.
  let reconciling = dependencies;
  for (;;) {
    // Without a wait, one look is taken, however long it lasts.
    const bound = settings.waitMsMax > 0 ? { untilMs: startedAtMs + settings.waitMsMax } : {};
    const options = { settings: reconcileSettings, ...bound, signal };
    const summary = await reconcile(reconciling, options);
    reconciling = { ...dependencies, onProgress: () => undefined };
    const stillMoving = summary.openShipments;
    const done = Math.max(0, total - stillMoving);
    onProgress({ phase: "waiting", subject: "shipments", done, total });
    const nowMs = clock.monotonicMs();
    if (summary.changed > 0) changedAtMs = nowMs;
    const waitLeftMs = startedAtMs + settings.waitMsMax - nowMs;
    const quietLeftMs = changedAtMs + settings.quietMs - nowMs;
    if (stillMoving === 0) return { summary, stillMoving, reason: "at-rest" };
    if (quietLeftMs <= 0) return { summary, stillMoving, reason: "quiet" };
    if (waitLeftMs <= 0) return { summary, stillMoving, reason: "time" };
    const delayMs = Math.min(settings.pollDelayMs, waitLeftMs, quietLeftMs);
    await clock.sleep(Math.max(delayMs, POLL_DELAY_MS_MIN), signal);
  }
}
