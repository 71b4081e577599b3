// Reads every declaration updated since a time, though the search is no snapshot: while it is paged
// through, declarations are updated, move within the order (which is not documented) and push
// others across the border between two pages, where a plain reader misses them.
//
// What is read page by page is therefore a window with a fixed end that lies in the past. From such
// a window declarations only ever leave, by being updated; the others keep their order and can only
// move to lower offsets. Read from the last page to the first, no declaration can slip from a page
// that is still to be read into one that has been read. What left the window was updated after its
// end and belongs to the next one, which is as long as this one took to read. A window that fits
// into one answer is a snapshot: there the walk ends.
//
// This needs no knowledge of the order, only that declarations that are not touched keep theirs, and
// that a page is asked for after the one behind it was answered. Whether that one is recorded by then
// does not matter. A window with more pages than allowed is halved at a time, and each part is a window
// of its own. A window left unfinished is not complete, and never said to be.
import type { DeclarationPage, DeclarationQuery, SearchPage } from "../cas/cas-client.ts";
import { pageLength } from "../core/declaration.ts";
import type { Clock } from "../core/time/clock.ts";
import {
  CutShortError,
  type FoundDeclarations,
  type ReconcileSettings,
} from "./reconcile-settings.ts";
import { createServerClock, type ServerClock } from "./server-clock.ts";

/**
 * Windows end this long before the server's time and overlap by as much: the Date header counts
 * whole seconds, the machine that writes it need not be the one that stamps declarations, and
 * whether a search includes the times it names is not documented.
 * Source: RFC 9110, 6.6.1, for the seconds; the rest assumed.
 */
const GRAIN_MS = 2_000;
/** By how much CAS's clock may have been set back; what it stamped before that is read by reference. Source: assumed. */
const SET_BACK_MAX_MS = 86_400_000;
/** How often the newest update is looked for in one round, by leaps that double and halve. */
const LEAPS_MAX = 100;
const FIRST_LEAP_MS = 3_600_000;
const LAST_LEAP_MS = 1_000;

/** Pages that are visited together. More make it no faster. */
const TOGETHER_MAX = 5;
/** Where CAS answers slowly, pages are visited as they come. */
const TOGETHER_MS_MAX = 1_000;

interface WindowReader {
  readonly search: (query: DeclarationQuery, page: SearchPage) => Promise<DeclarationPage>;
  /** Takes what pages hold as they come; the same declaration may come several times. What it throws ends the walk. */
  readonly visit: (found: FoundDeclarations) => Promise<void>;
  /**
   * Called whenever all up to a later time was visited.
   * @param until Shape: ISO 8601
   * @param wentBack as of the walk
   */
  readonly onComplete?: (until: string, wentBack: boolean) => Promise<void>;
  readonly clock: Clock;
  readonly settings: ReconcileSettings;
  readonly signal: AbortSignal;
}

export interface WindowWalk {
  /**
   * Every declaration last updated from the beginning of the walk's window up to this time of CAS was
   * visited. Shape: ISO 8601; null when not even the first window was read to its end, or CAS tells no time.
   */
  readonly completeUntil: string | null;
  /** Whether all that was updated before the walk began was visited. */
  readonly reachedStart: boolean;
  /** Whether CAS's clock was found to be earlier than the time to begin from, so that the walk began a day before it. */
  readonly wentBack: boolean;
  /** Whether all that was updated while the walk went on was visited, too. */
  readonly caughtUp: boolean;
  /** What ended the walk before its time; null when nothing did. */
  readonly cutBy: CutShortError["because"] | null;
}

interface Walk extends WindowReader {
  readonly server: ServerClock;
  readonly progress: { completeUntil: string | null; reachedStart: boolean; wentBack: boolean };
  /** @param untilMs a time of CAS */
  readonly completed: (untilMs: number) => Promise<void>;
}

/** @param isOurTime whether `from` is a time of our clock, which may be ahead of CAS's */
export async function walkWindow(
  reader: WindowReader,
  from: Date,
  isOurTime = false,
): Promise<WindowWalk> {
  const walk = beginWalk(reader);
  try {
    const caughtUp = await readRounds(walk, from.getTime(), isOurTime);
    if (caughtUp) walk.progress.reachedStart = true;
    return { ...walk.progress, caughtUp, cutBy: null };
  } catch (error) {
    if (!(error instanceof CutShortError)) throw error;
    return { ...walk.progress, caughtUp: false, cutBy: error.because };
  }
}

/** Reads the window between two times that lie in CAS's past; false when it could not be read to its end. */
export async function readClosedWindow(
  reader: WindowReader,
  from: Date,
  to: Date,
): Promise<boolean> {
  try {
    return (await readWindow(beginWalk(reader), from.getTime(), to.getTime())) === "read";
  } catch (error) {
    if (!(error instanceof CutShortError)) throw error;
    return false;
  }
}

function beginWalk(reader: WindowReader): Walk {
  const { clock, settings, search } = reader;
  const progress: Walk["progress"] = { completeUntil: null, reachedStart: false, wentBack: false };
  const server = createServerClock(clock, settings.clockSkewMs);
  return {
    ...reader,
    ...{ server, progress },
    search: async (query, page) => {
      const answer = await search(query, page);
      server.note(answer);
      return answer;
    },
    completed: async (untilMs) => {
      // A clock of CAS that is far ahead may be wrong, and what is earlier holds as well.
      const latestMs = clock.now().getTime() + settings.clockSkewMs;
      const until = isoTime(Math.min(untilMs, latestMs));
      progress.completeUntil = until;
      await reader.onComplete?.(until, progress.wentBack);
    },
  };
}

/** Whether all was read that is there. @throws CutShortError */
async function readRounds(walk: Walk, startMs: number, isOurTime: boolean): Promise<boolean> {
  const { clock, progress, server, settings, signal } = walk;
  let fromMs = startMs;
  let isShifted = !isOurTime;
  let isDense = false;
  for (let round = 0; round < settings.roundsMax; round += 1) {
    const newest = await readPage(walk, { lastUpdatedFrom: isoTime(fromMs) }, 0);
    const isSnapshot = pageLength(newest) < settings.pageSize;
    if (!isSnapshot && !server.isTold()) await findNewest(walk, fromMs);
    const serverMs = server.at(clock.monotonicMs());
    const behindMs = serverMs === null ? 0 : clock.now().getTime() - serverMs;
    if (!isShifted && behindMs > GRAIN_MS) {
      // Our clock is ahead: what came of our shipments carries earlier times.
      fromMs -= behindMs;
      isShifted = true;
      continue;
    }
    if (serverMs !== null && fromMs - serverMs > GRAIN_MS && !progress.wentBack) {
      // Its clock was set back: what is updated now would lie before the window until that time comes again.
      fromMs = serverMs - SET_BACK_MAX_MS;
      progress.wentBack = true;
      continue;
    }
    if (isSnapshot) {
      if (serverMs !== null) await walk.completed(serverMs - GRAIN_MS);
      return true;
    }
    if (serverMs === null) break;
    const toMs = serverMs - GRAIN_MS;
    if (toMs > fromMs) {
      const read = await readWindow(walk, fromMs, toMs);
      isDense = read === "dense";
      if (isDense) break;
      if (read === "unproven") continue;
      progress.reachedStart = true;
      fromMs = toMs - GRAIN_MS;
    } else if (fromMs - toMs <= GRAIN_MS) {
      // More than a page that is younger than the server's clock can tell: let it move on.
      await clock.sleep(fromMs - toMs + 1, signal);
    } else break;
  }
  // What cannot be proven complete is read all the same.
  await readForwards(walk, { lastUpdatedFrom: isoTime(fromMs) });
  if (isDense) throw new CutShortError("dense");
  return false;
}

/**
 * Reads a window, in parts where it has too many pages. Dense: too many for the shortest part. Unproven: CAS's clock
 * turned out to be earlier than it had seemed, so the window was not closed.
 */
async function readWindow(
  walk: Walk,
  startMs: number,
  endMs: number,
): Promise<"read" | "dense" | "unproven"> {
  const { clock, server } = walk;
  let fromMs = startMs;
  // The ends of the parts that are still to be read, the nearest last: what was halved stays halved.
  const endsMs = [endMs];
  for (let toMs = endsMs.at(-1); toMs !== undefined; toMs = endsMs.at(-1)) {
    const query = { lastUpdatedFrom: isoTime(fromMs), lastUpdatedTo: isoTime(toMs) };
    const begunMs = clock.monotonicMs();
    const pageCount = await countPages(walk, query, endsMs.length > 1);
    if (pageCount === null) {
      // Parts overlap, and each is to end later than the one before.
      if (toMs - fromMs <= 2 * GRAIN_MS + 2) return "dense";
      endsMs.push(Math.floor((fromMs + toMs) / 2));
      continue;
    }
    await readBackwards(walk, query, pageCount);
    const serverMs = server.at(begunMs);
    if (serverMs !== null && toMs > serverMs) return "unproven";
    // Whether a search includes the time it ends at is not known.
    await walk.completed(toMs - 1);
    fromMs = toMs - GRAIN_MS;
    endsMs.pop();
  }
  return "read";
}

/**
 * One page ahead: the next is asked for as soon as one is answered, and comes while others are recorded. Some pages
 * are visited together, which records them at less cost. Whatever ends the reading, those that came are visited, each by
 * itself: one whose shipments cannot be asked for any more takes no other along.
 */
async function readBackwards(
  walk: Walk,
  query: DeclarationQuery,
  pageCount: number,
): Promise<void> {
  const { clock } = walk;
  let ahead: Promise<DeclarationPage> | null = null;
  let came: CamePage[] = [];
  let visitedMs = clock.monotonicMs();
  const visitThem = async (): Promise<void> => {
    const pages = came;
    came = [];
    visitedMs = clock.monotonicMs();
    if (pages.length > 0) await walk.visit(together(pages));
  };
  try {
    for (let page = pageCount - 1; page >= 0; page -= 1) {
      const answer = await (ahead ?? askPage(walk, query, page));
      ahead = page > 0 ? askPage(walk, query, page - 1) : null;
      // It is awaited in its turn, or below.
      ahead?.catch(() => undefined);
      came.push({ ...answer, cameAt: clock.now() });
      const isLong = clock.monotonicMs() - visitedMs >= TOGETHER_MS_MAX;
      if (isLong || came.length >= TOGETHER_MAX) await visitThem();
    }
    await visitThem();
  } catch (error) {
    await visitEach(walk, came);
    throw error;
  } finally {
    await Promise.allSettled([ahead]);
  }
}

interface CamePage extends DeclarationPage {
  readonly cameAt: Date;
}

function together(pages: readonly CamePage[]): FoundDeclarations {
  return {
    declarations: pages.flatMap(({ declarations }) => declarations),
    cameAt: pages.flatMap(({ declarations, cameAt }) => declarations.map(() => cameAt)),
    unread: pages.flatMap(({ unread }) => unread),
  };
}

/** As far as it goes: what ended the reading is told, and not what follows from it. */
async function visitEach(walk: Walk, pages: readonly CamePage[]): Promise<void> {
  try {
    for (const page of pages) await walk.visit(together([page]));
  } catch {
    // They are read again, as the window is not complete.
  }
}

async function readForwards(walk: Walk, query: DeclarationQuery): Promise<void> {
  const seen = new Set<string>();
  const { declarationsMax, pageSize } = walk.settings;
  for (let page = 0; page < Math.ceil(declarationsMax / pageSize); page += 1) {
    const before = seen.size;
    const answer = await readPage(walk, query, page);
    if (pageLength(answer) < pageSize) return;
    for (const { declarationId, lastUpdated } of answer.declarations) {
      seen.add(`${declarationId} ${lastUpdated ?? ""}`);
    }
    for (const { declarationId, fault } of answer.unread) seen.add(declarationId ?? fault);
    // A server that takes no notice of the offset would be asked for ever.
    if (seen.size === before) throw new CutShortError("repeats");
  }
  throw new CutShortError("count");
}

/** Half of what one reconcile takes in, so that it reads at least one part of a window that was halved. */
function pagesMax({ settings }: Walk): number {
  const { declarationsMax, pageSize, pagesPerWindowMax } = settings;
  return Math.min(pagesPerWindowMax, Math.max(1, Math.floor(declarationsMax / pageSize / 2)));
}

/**
 * How many pages the window has at most from now on; null when more than allowed. A page found
 * empty stays empty, because the window only shrinks.
 */
async function countPages(
  walk: Walk,
  query: DeclarationQuery,
  mayBeLarge: boolean,
): Promise<number | null> {
  const most = pagesMax(walk);
  if (mayBeLarge && (await hasPage(walk, query, most))) return null;
  let filled = -1;
  let empty = 1;
  while (await hasPage(walk, query, empty)) {
    if (empty >= most) return null;
    filled = empty;
    empty = Math.min(empty * 2, most);
  }
  while (empty - filled > 1) {
    const middle = Math.floor((filled + empty) / 2);
    if (await hasPage(walk, query, middle)) filled = middle;
    else empty = middle;
  }
  return empty;
}

async function hasPage(walk: Walk, query: DeclarationQuery, page: number): Promise<boolean> {
  walk.signal.throwIfAborted();
  const answer = await walk.search(query, { limit: 1, offset: page * walk.settings.pageSize });
  return pageLength(answer) > 0;
}

async function readPage(
  walk: Walk,
  query: DeclarationQuery,
  page: number,
): Promise<DeclarationPage> {
  const answer = await askPage(walk, query, page);
  await walk.visit(answer);
  return answer;
}

async function askPage(
  { search, settings, signal }: Walk,
  query: DeclarationQuery,
  page: number,
): Promise<DeclarationPage> {
  signal.throwIfAborted();
  const limit = settings.pageSize;
  return search(query, { limit, offset: page * limit });
}

/** Shows the server clock the newest update: any answer may show old ones first. */
async function findNewest(walk: Walk, fromMs: number): Promise<void> {
  let atMs = fromMs;
  let leapMs = FIRST_LEAP_MS;
  for (let leap = 0; leap < LEAPS_MAX && leapMs >= LAST_LEAP_MS; leap += 1) {
    walk.signal.throwIfAborted();
    const query = { lastUpdatedFrom: isoTime(atMs + leapMs) };
    const { declarations } = await walk.search(query, { limit: 1, offset: 0 });
    const newestMs = Date.parse(declarations[0]?.lastUpdated ?? "");
    if (newestMs > atMs) {
      atMs = newestMs;
      leapMs *= 2;
    } else leapMs /= 2;
  }
}

function isoTime(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
