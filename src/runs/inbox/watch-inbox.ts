// `run --watch`: rounds of the very same run, one after the other, until a signal: when something whole has come into
// the inbox, when shipments are open and their turn has come, and some time after a round that stopped early. What
// keeps the first round from beginning ends the watch, so that a wrong setting shows at once; later only a signal does.
import { isPassing, type NotTaken } from "../../core/codes/inbox-codes.ts";
import type { Log } from "../../core/progress.ts";
import { fullJitterMs } from "../../core/time/backoff.ts";
import type { Clock } from "../../core/time/clock.ts";
import { createWakeUp } from "../../core/time/wake-up.ts";
import { EXIT, worstExitCode } from "../result/exit-code.ts";
import { giveMemoryBack } from "./give-memory-back.ts";
import type { InboxSettings } from "./inbox-settings.ts";
import { listInbox, type InboxFile, type InboxListing } from "./list-inbox.ts";
import { isSame, wholeFiles } from "./whole-files.ts";

export interface WatchSettings {
  readonly usePolling: boolean;
  /** How often a round without files is made while something is open. */
  readonly recheckMs: number;
  /** The upper bound of the first wait after a round that stopped early; later ones are longer. */
  readonly retryMs: number;
}

/** What a round came to. */
export interface Round {
  readonly exitCode: number;
  readonly notTaken: readonly NotTaken[];
  /** Paths of files that it did not come to read, for a fault of a moment: a later round reads them as they are. */
  readonly again: readonly string[];
  /** Whether anything is left to send, to follow or to read again. */
  readonly isOpen: boolean;
}

export interface Watch {
  readonly inbox: InboxSettings;
  readonly settings: WatchSettings;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly signal: AbortSignal;
  /** @throws what kept it from beginning */
  readonly round: (listing: InboxListing) => Promise<Round>;
  /** Tells why a later round could not begin; gives its exit code. */
  readonly notBegun: (error: unknown) => Promise<number>;
}

/** A look into the folder costs nothing, and finds what no event told of. */
const LOOK_MS = 60_000;
/** The same while a file is there that is not whole yet. */
const LOOK_AGAIN_MS = 5_000;
const RETRY_MS_MAX = 900_000;
/** No status is final, and a monitor expects a run each night: a round is made also when nothing is open. */
const IDLE_ROUND_MS = 86_400_000;
/** After these the next round may go better by itself. */
const RETRIED: readonly number[] = [
  ...[EXIT.unexpected, EXIT.usage, EXIT.stoppedEarly, EXIT.unsettled, EXIT.locked],
];

interface WatchState {
  worst: number;
  /** Rounds in a row that stopped early. */
  failures: number;
  /** No round before it. Unit: milliseconds of the monotonic clock, as below. */
  notBeforeMs: number;
  /** A round is due then, whatever is in the folder. */
  dueAtMs: number;
  /** Whether a file was there at the last look that may be whole at the next. */
  isSoon: boolean;
  /** The files that the last round did not come to read, as they were: they make no round of their own before it is due. */
  again: ReadonlyMap<string, InboxFile>;
  /** The files that a round has read and left where they are, as they were. */
  readonly seen: Map<string, InboxFile>;
}

/** @returns the worst exit code of its rounds */
export async function watchInbox(watch: Watch): Promise<number> {
  const { inbox, settings, clock, log, signal } = watch;
  const { watchFolder } = await import("./folder-watch.ts");
  const wakeUp = createWakeUp(clock);
  const state = beginning();
  // Before anything is watched: a folder that is not there is told.
  await listInbox(inbox, clock.now());
  const { stableForMs, folder } = inbox;
  const { usePolling } = settings;
  const endWatch = await watchFolder(folder, { stableForMs, usePolling, log }, wakeUp.wake);
  signal.addEventListener("abort", wakeUp.wake);
  log("info", `Watching ${folder}; SIGINT or SIGTERM ends it`);
  try {
    await oneRound(watch, state, await newFiles(watch, state));
    if (isStopped(signal)) return state.worst;
    for (;;) {
      await wakeUp.wait(waitMs(state, clock.monotonicMs()));
      if (isStopped(signal)) return state.worst;
      await roundIfDue(watch, state);
    }
  } finally {
    signal.removeEventListener("abort", wakeUp.wake);
    await endWatch();
  }
}

function beginning(): WatchState {
  return {
    ...{ worst: EXIT.done, failures: 0, notBeforeMs: -Infinity, dueAtMs: Infinity },
    ...{ isSoon: false, again: new Map<string, InboxFile>(), seen: new Map<string, InboxFile>() },
  };
}

function waitMs({ notBeforeMs, dueAtMs, isSoon }: WatchState, nowMs: number): number {
  const lookAtMs = nowMs + (isSoon ? LOOK_AGAIN_MS : LOOK_MS);
  return Math.max(0, Math.max(notBeforeMs, Math.min(dueAtMs, lookAtMs)) - nowMs);
}

async function roundIfDue(watch: Watch, state: WatchState): Promise<void> {
  const { clock, signal } = watch;
  const nowMs = clock.monotonicMs();
  if (nowMs < state.notBeforeMs) return;
  try {
    const listing = await newFiles(watch, state);
    const hasNew = listing.files.some((file) => !isIn(state.again, file));
    if (hasNew || nowMs >= state.dueAtMs) await oneRound(watch, state, listing);
  } catch (error) {
    // A function, because the compiler does not see that a signal may come meanwhile.
    if (isStopped(signal)) return;
    const exitCode = await watch.notBegun(error);
    ended(watch, state, { exitCode, notTaken: [], again: [...state.again.keys()], isOpen: true });
  }
}

async function oneRound(watch: Watch, state: WatchState, listing: InboxListing): Promise<void> {
  const round = await watch.round(listing);
  giveMemoryBack();
  const again = listing.files.filter(({ path }) => round.again.includes(path));
  state.again = new Map(again.map((file) => [file.path, file]));
  if (!RETRIED.includes(round.exitCode)) {
    for (const file of listing.files) {
      if (!state.again.has(file.path)) state.seen.set(file.path, file);
    }
  }
  ended(watch, state, round);
}

function ended(watch: Watch, state: WatchState, round: Round): void {
  const { exitCode, notTaken, again, isOpen } = round;
  const { clock, random, settings } = watch;
  const nowMs = clock.monotonicMs();
  state.worst = worstExitCode([state.worst, exitCode]);
  state.isSoon = notTaken.some(({ code }) => isPassing(code));
  const isRetried = RETRIED.includes(exitCode);
  const isDueSoon = isRetried || again.length > 0;
  state.failures = isDueSoon ? state.failures + 1 : 0;
  const backoff = { baseDelayMs: settings.retryMs, delayMaxMs: RETRY_MS_MAX };
  // At least half of it, so that a round that fails at once is not repeated at once.
  const retryMs = Math.max(fullJitterMs(state.failures, random, backoff), settings.retryMs / 2);
  state.notBeforeMs = isRetried ? nowMs + retryMs : -Infinity;
  state.dueAtMs = isDueSoon
    ? nowMs + retryMs
    : nowMs + (isOpen ? settings.recheckMs : IDLE_ROUND_MS);
}

function isStopped(signal: AbortSignal): boolean {
  return signal.aborted;
}

/** The whole files that no round has read as they are now. @throws what `listInbox` throws */
async function newFiles({ inbox, clock, signal }: Watch, state: WatchState): Promise<InboxListing> {
  const listing = await listInbox(inbox, clock.now());
  const files = listing.files.filter((file) => !isIn(state.seen, file));
  const { whole, notTaken } = await wholeFiles({ ...listing, files }, { ...inbox, clock, signal });
  const all = [...listing.notTaken, ...notTaken];
  state.isSoon = all.some(({ code }) => isPassing(code));
  forget(state.seen, listing.files);
  return { ...listing, files: whole, notTaken: all };
}

/** Whether it is there as it is now. */
function isIn(known: ReadonlyMap<string, InboxFile>, { path, state }: InboxFile): boolean {
  const before = known.get(path);
  return before !== undefined && isSame(before.state, state);
}

/** Of what is there no more nothing is kept: a watch lasts for months. */
function forget(seen: Map<string, InboxFile>, there: readonly InboxFile[]): void {
  const paths = new Set(there.map(({ path }) => path));
  for (const path of seen.keys()) if (!paths.has(path)) seen.delete(path);
}
