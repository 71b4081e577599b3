// Tells when something comes into a folder and is whole. Only a hint: what is taken is decided by looking into the
// folder, so a change that the system does not tell of, as on network drives, is found by the next look.
import { setTimeout as sleep } from "node:timers/promises";
import { watch } from "chokidar";
import type { Log } from "../../core/progress.ts";

interface FolderWatchOptions {
  readonly stableForMs: number;
  readonly usePolling: boolean;
  readonly log: Log;
}

/** How often a file that is written, or a folder that is polled, is looked at. */
const POLL_MS = 1_000;

/** A drive that does not answer holds nothing up. */
const READY_MS_MAX = 10_000;

/** Returns once it watches: what comes from then on is told. @returns ends the watch */
export async function watchFolder(
  folder: string,
  { stableForMs, usePolling, log }: FolderWatchOptions,
  onChange: () => void,
): Promise<() => Promise<void>> {
  const pollInterval = Math.min(POLL_MS, Math.max(100, stableForMs / 2));
  const watcher = watch(folder, {
    depth: 0,
    ignoreInitial: true,
    usePolling,
    interval: POLL_MS,
    awaitWriteFinish: { stabilityThreshold: stableForMs, pollInterval },
  });
  watcher.on("add", onChange).on("change", onChange);
  watcher.on("error", (error) => {
    const why = error instanceof Error ? error.message : String(error);
    log(
      "warn",
      `The system does not tell of changes of ${folder} (${why}); it is looked into all the same, at least every minute. --use-polling needs nothing of the system`,
    );
  });
  // A system that has no more room for watches says so instead.
  const begun = new Promise<void>((resolve) => {
    watcher.once("ready", resolve).once("error", () => {
      resolve();
    });
  });
  await Promise.race([begun, sleep(READY_MS_MAX, undefined, { ref: false })]);
  return () => watcher.close();
}
