// Asks CAS what became of our shipments and records it: first the declarations updated since the last time,
// then those of shipments that have none so far, then the errors of failed ones. Every page is recorded as it
// comes, so a stop loses nothing; the time up to which the search is complete is written last.
import type { Gap } from "../core/gap.ts";
import type { Unseen } from "../core/reason.ts";
import type { Clock } from "../core/time/clock.ts";
import { gapWords } from "../core/reason-words.ts";
import type { CallOptions, CasReader } from "../cas/cas-client.ts";
import { createDeclarationRecorder } from "./declaration-recorder.ts";
import { fetchErrors } from "./fetch-errors.ts";
import { countOpenShipments, oldestOpenShipment } from "./open-shipments.ts";
import {
  CutShortError,
  type ReconcileDependencies,
  type ReconcileSettings,
} from "./reconcile-settings.ts";
import { searchByReference } from "./search-by-reference.ts";
import { walkWindow, type WindowWalk } from "./walk-window.ts";

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

  const gaplessFrom = await gaplessStart(dependencies, settings);
  const from = since ?? gaplessFrom;
  let walk: WindowWalk = { completeUntil: null, caughtUp: false, cutBy: null };
  await unlessCutShort(recorder.retryUnread);
  if (from !== null) {
    walk = await walkWindow(
      {
        search: (query, page) => {
          pages += 1;
          return dependencies.client.searchDeclarations(query, page, { signal });
        },
        visit: async (page) => {
          await recorder.record(page);
          const seen = recorder.seenCount();
          onProgress({ phase: "reconciling", subject: "declarations", done: seen, total: null });
          if (seen >= settings.declarationsMax) throw new CutShortError("count");
        },
        clock,
        settings,
        signal,
      },
      from,
    );
  }
  // A window that begins later than what was read before leaves a gap, and proves nothing.
  const isGapless = from !== null && (gaplessFrom === null || from <= gaplessFrom);
  const isRead = ({ detailsLeft, unreadWithoutId }: typeof counts): boolean =>
    detailsLeft === 0 && unreadWithoutId === 0;
  let counts = recorder.counts();
  const isComplete = walk.caughtUp && isGapless && isRead(counts);
  const search = { ...dependencies, recorder, settings, signal };
  const byReference = await searchByReference(search, isComplete);
  pages += byReference.pages;
  const errors = await fetchErrors(dependencies, settings, signal);

  counts = recorder.counts();
  // A declaration whose shipment is not known was not read in full: the next run reads it again.
  if (isGapless && isRead(counts) && walk.completeUntil !== null) {
    await advanceSearchedUntil(dependencies, settings, walk.completeUntil);
  }
  // What is updated during a reconcile belongs to the next one.
  const isSearchCut = from !== null && !walk.caughtUp && walk.completeUntil === null;
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
    ...counted("shipments-not-searched", isComplete ? 0 : byReference.shipmentsLeft),
    ...counted("declarations-cut", byReference.shipmentsCut),
    ...counted("errors-not-fetched", errors.left),
  ];
  for (const gap of gaps) log("warn", gapWords(gap));
  return {
    pages,
    declarationsSeen: counts.seen,
    changed: new Set([...counts.changed, ...errors.changed]).size,
    unexplained: counts.unexplained,
    detailsFetched: counts.detailsFetched + errors.fetched,
    openShipments: await countOpenShipments(books, clock),
    completeUpTo: await books.searchedUntil(),
    unseen: unseen[0] ?? null,
    gaps,
  };
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

/** The latest time from which on nothing of ours can be missed; null when there is nothing of ours. */
async function gaplessStart(
  { books, clock, log }: ReconcileDependencies,
  { clockSkewMs, overlapMs }: ReconcileSettings,
): Promise<Date | null> {
  const latestMs = clock.now().getTime() + clockSkewMs;
  const searchedUntil = await books.searchedUntil();
  const searchedMs = searchedUntil === null ? null : Date.parse(searchedUntil);
  if (searchedMs !== null && searchedMs <= latestMs) return new Date(searchedMs - overlapMs);
  const acceptedMs = (await oldestOpenShipment(books, clock))?.acceptedAt?.getTime() ?? null;
  const fromMs = searchedMs ?? acceptedMs;
  if (fromMs === null) return null;
  if (fromMs <= latestMs) return new Date(fromMs - overlapMs);
  log(
    "warn",
    "The ledger holds a time later than now, so the clock of this machine was ahead in an earlier run: the search for declarations begins a day before now",
    { time: new Date(fromMs).toISOString() },
  );
  const nowMs = clock.now().getTime();
  return new Date(Math.min(nowMs, acceptedMs ?? nowMs) - CLOCK_AHEAD_MAX_MS);
}

/** By how much a clock that was ahead may have been; what was updated before that is read by reference. */
const CLOCK_AHEAD_MAX_MS = 86_400_000;

async function advanceSearchedUntil(
  { books, clock }: ReconcileDependencies,
  { clockSkewMs }: ReconcileSettings,
  completeUntil: string,
): Promise<void> {
  const before = await books.searchedUntil();
  const beforeMs = before === null ? -Infinity : Date.parse(before);
  const isAhead = beforeMs > clock.now().getTime() + clockSkewMs;
  if (Date.parse(completeUntil) <= beforeMs && !isAhead) return;
  await books.recordSearchedUntil(completeUntil);
}
