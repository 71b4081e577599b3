// Asks CAS what became of our shipments and records it: first the declarations updated since the last time,
// once a day those of the day before for a second time, then those of open shipments by their references, then
// the errors of failed ones. Pages are recorded as they come, so a stop loses nothing; the time up to which
// the search is complete is written when all before it is in the books.
import type { Gap } from "../core/gap.ts";
import type { Unseen } from "../core/reason.ts";
import type { Clock } from "../core/time/clock.ts";
import { gapWords } from "../core/reason-words.ts";
import type { CallOptions, CasReader, DeclarationQuery, SearchPage } from "../cas/cas-client.ts";
import { createDeclarationRecorder } from "./declaration-recorder.ts";
import { fetchErrors } from "./fetch-errors.ts";
import { openNow } from "./open-shipments.ts";
import {
  CutShortError,
  type FoundDeclarations,
  type ReconcileDependencies,
  type ReconcileSettings,
} from "./reconcile-settings.ts";
import { searchByReference } from "./search-by-reference.ts";
import { readClosedWindow, walkWindow, type WindowWalk } from "./walk-window.ts";

export { defaultReconcileSettings, type ReconcileSettings } from "./reconcile-settings.ts";

interface ReconcileOptions {
  /** Read from this time on, whatever was read before. */
  readonly since?: Date;
  readonly settings: ReconcileSettings;
  /** Nothing more is asked after it. Unit: milliseconds of the monotonic clock; without end when absent. */
  readonly untilMs?: number;
  readonly signal: AbortSignal;
}

export interface ReconcileSummary {
  /** Search answers, the empty ones among them. */
  readonly pages: number;
  readonly declarationsSeen: number;
  /** Declarations that were new or had changed. */
  readonly changed: number;
  /** Declarations among those seen that no shipment of ours explains. */
  readonly unexplained: number;
  readonly detailsFetched: number;
  /** Shipments whose declarations can still move. */
  readonly openShipments: number;
  /**
   * From the first of our shipments on, every declaration that CAS last updated up to this time is in the
   * books, with its shipment. Shape: ISO 8601; null while that cannot be said.
   */
  readonly completeUpTo: string | null;
  /** The second way to our declarations: open shipments asked for by their own references. */
  readonly byReference: {
    readonly asked: number;
    /** Those whose turn had come as well, and that a later reconcile asks for. */
    readonly waiting: number;
    /**
     * Every shipment that is open was asked for since then, or accepted: the last full sweep. Shape: ISO 8601; null
     * when none is open.
     */
    readonly allAskedSince: string | null;
  };
  /** Until when what was updated was read a second time. Shape: ISO 8601; null before the first time. */
  readonly lookedBackUntil: string | null;
  /** Why declarations of ours may have changed unseen; null when all changes were seen. */
  readonly unseen: Unseen | null;
  /** What was left out because of the bounds; empty when everything was read. */
  readonly gaps: readonly Gap[];
}

/**
 * @throws CannotNowError, CasBatchError when CAS cannot be asked; what was seen so far is recorded
 */
export async function reconcile(
  unbounded: ReconcileDependencies,
  { since, settings, untilMs = Infinity, signal }: ReconcileOptions,
): Promise<ReconcileSummary> {
  const { books, clock, log, onProgress } = unbounded;
  const dependencies = { ...unbounded, client: readerUntil(unbounded.client, untilMs, clock) };
  const recorder = createDeclarationRecorder(dependencies, settings, signal);
  let pages = 0;

  const searchedBefore = await books.searchedUntil();
  const { gaplessFrom, isOurTime } = await gaplessStart(dependencies, settings, searchedBefore);
  const from = since ?? gaplessFrom;
  // A window that begins later than what was read before leaves a gap, and proves nothing.
  const isGapless = from !== null && (gaplessFrom === null || from <= gaplessFrom);
  const isRead = (): boolean => {
    const { detailsLeft, unreadWithoutId } = recorder.counts();
    return detailsLeft === 0 && unreadWithoutId === 0;
  };
  const reader = {
    search: (query: DeclarationQuery, page: SearchPage) => {
      pages += 1;
      return dependencies.client.searchDeclarations(query, page, { signal });
    },
    visit: async (found: FoundDeclarations) => {
      await recorder.record(found);
      const seen = recorder.seenCount();
      onProgress({ phase: "reconciling", subject: "declarations", done: seen, total: null });
      if (seen >= settings.declarationsMax) throw new CutShortError("count");
    },
    clock,
    settings,
    signal,
  };
  const startedAt = clock.now();
  let walk: WindowWalk = {
    ...{ completeUntil: null, reachedStart: false, wentBack: false, caughtUp: false, cutBy: null },
  };
  await unlessCutShort(recorder.retryUnread);
  if (from !== null) {
    // A declaration whose shipment is not known was not read in full: the next run reads it again.
    const onComplete = async (until: string, wentBack: boolean): Promise<void> => {
      if (!isGapless || !isRead()) return;
      await advanceSearchedUntil(dependencies, settings, until, wentBack);
    };
    walk = await walkWindow({ ...reader, onComplete }, from, isOurTime && since === undefined);
    if (walk.wentBack) {
      log(
        "warn",
        "The clock of CAS is earlier than the time up to which declarations were read, so it was set back: the search began a day before it",
        { time: from.toISOString() },
      );
    }
  }
  const isComplete = walk.caughtUp && isGapless && isRead();
  const hasLookedBack = await lookBack(dependencies, reader, searchedBefore, from, isRead);
  const search = { ...dependencies, recorder, settings, signal };
  const byReference = await searchByReference(search, isComplete ? null : startedAt);
  pages += byReference.pages;
  const errors = await fetchErrors(dependencies, settings, signal);

  // What could not be identified at first may be known by now.
  if (isGapless && isRead() && walk.completeUntil !== null) {
    await advanceSearchedUntil(dependencies, settings, walk.completeUntil, walk.wentBack);
  }
  const counts = recorder.counts();
  const open = await books.countOpenShipments(openNow(clock));
  // What is updated during a reconcile belongs to the next one.
  const isSearchCut = from !== null && !walk.reachedStart;
  const { detailsLeft, unread, unreadUnidentified } = counts;
  const because = walk.cutBy === null ? {} : { because: walk.cutBy };
  const searchCut = isSearchCut ? [{ code: "search-cut", ...because } as const] : [];
  const unseen: readonly Unseen[] = [
    ...searchCut,
    ...counted("declarations-unidentified", detailsLeft + unreadUnidentified),
  ];
  const gaps: readonly Gap[] = [
    ...searchCut,
    ...counted("declarations-unidentified", detailsLeft),
    ...(unread.length === 0
      ? []
      : [
          {
            code: "declarations-unread",
            count: unread.length,
            shown: unread.slice(0, UNREAD_SHOWN_MAX),
          } as const,
        ]),
    ...(isComplete
      ? notAsked(byReference.shipmentsLeft, open.askedSince, clock)
      : counted("shipments-not-searched", byReference.shipmentsLeft)),
    ...counted("declarations-cut", byReference.shipmentsCut),
    ...(hasLookedBack ? [] : [{ code: "look-back-cut" } as const]),
    ...counted("errors-not-fetched", errors.left),
  ];
  for (const gap of gaps) log("warn", gapWords(gap));
  return {
    pages,
    declarationsSeen: counts.seen,
    changed: new Set([...counts.changed, ...errors.changed]).size,
    unexplained: counts.unexplained,
    detailsFetched: counts.detailsFetched + errors.fetched,
    openShipments: open.count,
    byReference: {
      asked: byReference.asked,
      waiting: byReference.shipmentsLeft,
      allAskedSince: open.askedSince?.toISOString() ?? null,
    },
    completeUpTo: await books.searchedUntil(),
    lookedBackUntil: await books.lookedBackUntil(),
    unseen: unseen[0] ?? null,
    gaps,
  };
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Every open shipment is to be asked for by its own reference at least so often. */
const SWEEP_MS = 7 * DAY_MS;

function notAsked(count: number, since: Date | null, clock: Clock): readonly Gap[] {
  if (count === 0 || since === null) return [];
  const isLate = clock.now().getTime() - since.getTime() > SWEEP_MS;
  return isLate ? [{ code: "shipments-not-asked", count, since: since.toISOString() }] : [];
}

/**
 * Reads once a day what was updated since the last time that it did, and an hour more, for a second time: what CAS
 * showed only after the window had passed over it. False when it could not be read to its end.
 * @param searchedUntil until when all was read before this reconcile began
 * @param from where its window began
 */
async function lookBack(
  { books, clock }: ReconcileDependencies,
  reader: Parameters<typeof readClosedWindow>[0],
  searchedUntil: string | null,
  from: Date | null,
  isRead: () => boolean,
): Promise<boolean> {
  const { lookBackMs, clockSkewMs, overlapMs } = reader.settings;
  // The first window is read for a second time when a day has passed.
  if (searchedUntil === null && from !== null)
    await books.recordLookedBackUntil(from.toISOString());
  if (lookBackMs === 0 || searchedUntil === null) return true;
  const searchedMs = Date.parse(searchedUntil);
  if (searchedMs > clock.now().getTime() + clockSkewMs) return true;
  const lastMs = Date.parse((await books.lookedBackUntil()) ?? "");
  // One that lies later was written when a clock was ahead.
  const lookedMs = lastMs <= searchedMs ? lastMs : searchedMs - DAY_MS;
  if (clock.now().getTime() - lookedMs < DAY_MS) return true;
  const start = new Date(lookedMs - (lookBackMs - DAY_MS));
  const end = new Date(searchedMs - overlapMs);
  if (!(await readClosedWindow(reader, start, end)) || !isRead()) return false;
  await books.recordLookedBackUntil(searchedUntil);
  return true;
}

/** More are no help to a person who looks them up. */
const UNREAD_SHOWN_MAX = 3;

/** Timers count no further. */
const TIMER_MAX_MS = 2 ** 31 - 1;

/** Asks nothing any more once the time is over, and leaves what is under way then. */
function readerUntil(client: CasReader, untilMs: number, clock: Clock): CasReader {
  const inTime = async <T>(
    ask: (options: CallOptions) => Promise<T>,
    options: CallOptions = {},
  ): Promise<T> => {
    const leftMs = untilMs - clock.monotonicMs();
    if (leftMs <= 0) throw new CutShortError("time");
    if (leftMs > TIMER_MAX_MS) return ask(options);
    // A request and its repeats take minutes where CAS does not answer.
    const timeUp = new AbortController();
    const timer = setTimeout(() => {
      timeUp.abort(new CutShortError("time"));
    }, leftMs);
    const { signal = timeUp.signal } = options;
    try {
      return await ask({ ...options, signal: AbortSignal.any([signal, timeUp.signal]) });
    } catch (error) {
      throw timeUp.signal.aborted ? timeUp.signal.reason : error;
    } finally {
      clearTimeout(timer);
    }
  };
  return {
    ...client,
    searchDeclarations: (query, page, options) =>
      inTime((bound) => client.searchDeclarations(query, page, bound), options),
    declaration: (declarationId, options) =>
      inTime((bound) => client.declaration(declarationId, bound), options),
  };
}

async function unlessCutShort(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof CutShortError)) throw error;
  }
}

function counted<Code extends Gap["code"]>(
  code: Code,
  count: number,
): readonly { readonly code: Code; readonly count: number }[] {
  return count === 0 ? [] : [{ code, count }];
}

interface GaplessStart {
  /** The latest time from which on nothing of ours can be missed; null when there is nothing of ours. */
  readonly gaplessFrom: Date | null;
  /** Whether it is a time of our clock: when CAS accepted the first of our shipments. */
  readonly isOurTime: boolean;
}

async function gaplessStart(
  { books, clock, log }: ReconcileDependencies,
  { clockSkewMs, overlapMs }: ReconcileSettings,
  searchedUntil: string | null,
): Promise<GaplessStart> {
  const latestMs = clock.now().getTime() + clockSkewMs;
  const searchedMs = searchedUntil === null ? null : Date.parse(searchedUntil);
  if (searchedMs !== null && searchedMs <= latestMs) {
    return { gaplessFrom: new Date(searchedMs - overlapMs), isOurTime: false };
  }
  const acceptedMs = (await books.firstAcceptedAt())?.getTime() ?? null;
  const fromMs = searchedMs ?? acceptedMs;
  if (fromMs === null) return { gaplessFrom: null, isOurTime: true };
  if (fromMs <= latestMs) return { gaplessFrom: new Date(fromMs - overlapMs), isOurTime: true };
  log(
    "warn",
    "The ledger holds a time later than now, so the clock of this machine was ahead in an earlier run: the search for declarations begins a day before now",
    { time: new Date(fromMs).toISOString() },
  );
  const nowMs = clock.now().getTime();
  const gaplessFrom = new Date(Math.min(nowMs, acceptedMs ?? nowMs) - CLOCK_AHEAD_MAX_MS);
  return { gaplessFrom, isOurTime: true };
}

/** By how much a clock that was ahead may have been; what was updated before that is read by reference. */
const CLOCK_AHEAD_MAX_MS = 86_400_000;

async function advanceSearchedUntil(
  { books, clock }: ReconcileDependencies,
  { clockSkewMs }: ReconcileSettings,
  completeUntil: string,
  wentBack: boolean,
): Promise<void> {
  const before = await books.searchedUntil();
  const beforeMs = before === null ? -Infinity : Date.parse(before);
  const isAhead = wentBack || beforeMs > clock.now().getTime() + clockSkewMs;
  if (Date.parse(completeUntil) <= beforeMs && !isAhead) return;
  await books.recordSearchedUntil(completeUntil);
}
