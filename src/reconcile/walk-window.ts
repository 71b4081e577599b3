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
// This needs no knowledge of the order, only that declarations that are not touched keep theirs.
// A window left unfinished is not complete, and never said to be.
import type { DeclarationPage, DeclarationQuery, SearchPage } from "../cas/cas-client.ts";
import { pageLength } from "../core/declaration.ts";
import type { Clock } from "../core/time/clock.ts";
import { CutShortError, type ReconcileSettings } from "./reconcile-settings.ts";

/**
 * Windows end this long before the server's time and overlap by as much: the Date header counts
 * whole seconds, the machine that writes it need not be the one that stamps declarations, and
 * whether a search includes the times it names is not documented.
 * Source: RFC 9110, 6.6.1, for the seconds; the rest assumed.
 */
const GRAIN_MS = 2_000;

interface WindowReader {
  readonly search: (query: DeclarationQuery, page: SearchPage) => Promise<DeclarationPage>;
  /** Takes a page as it comes; the same declaration may come several times. What it throws ends the walk. */
  readonly visit: (page: DeclarationPage) => Promise<void>;
  readonly clock: Clock;
  readonly settings: ReconcileSettings;
  readonly signal: AbortSignal;
}

export interface WindowWalk {
  /**
   * Every declaration last updated from the beginning of the walk's window up to this time was
   * visited. Shape: ISO 8601; null when not even the first window was read to its end.
   */
  readonly completeUntil: string | null;
  /** Whether all that was updated while the walk went on was visited, too. */
  readonly caughtUp: boolean;
  /** What ended the walk before its time; null when nothing did. */
  readonly cutBy: CutShortError["because"] | null;
}

export async function walkWindow(reader: WindowReader, from: Date): Promise<WindowWalk> {
  let completeUntil: string | null = null;
  try {
    const { caughtUp } = await walk(reader, from, (until) => {
      completeUntil = until;
    });
    return { completeUntil, caughtUp, cutBy: null };
  } catch (error) {
    if (!(error instanceof CutShortError)) throw error;
    return { completeUntil, caughtUp: false, cutBy: error.because };
  }
}

async function walk(
  reader: WindowReader,
  from: Date,
  onComplete: (until: string) => void,
): Promise<Pick<WindowWalk, "caughtUp">> {
  const { clock, settings, signal } = reader;
  let fromMs = from.getTime();
  for (let round = 0; round < settings.roundsMax; round += 1) {
    const newest = await readPage(reader, { lastUpdatedFrom: isoTime(fromMs) }, 0);
    const serverTimeMs = serverTimeOf(newest, clock, settings);
    if (pageLength(newest) < settings.pageSize) {
      onComplete(isoTime(serverTimeMs));
      return { caughtUp: true };
    }
    const toMs = serverTimeMs - GRAIN_MS;
    if (toMs > fromMs) {
      const query = { lastUpdatedFrom: isoTime(fromMs), lastUpdatedTo: isoTime(toMs) };
      if (!(await readBackwards(reader, query))) break;
      onComplete(isoTime(toMs));
      fromMs = toMs - GRAIN_MS;
    } else if (fromMs - toMs <= GRAIN_MS) {
      // More than a page that is younger than the server's clock can tell: let it move on.
      await clock.sleep(fromMs - toMs + 1, signal);
    } else break;
  }
  // What cannot be proven complete is read all the same.
  await readForwards(reader, { lastUpdatedFrom: isoTime(fromMs) });
  return { caughtUp: false };
}

/** False when the window has more pages than allowed. */
async function readBackwards(reader: WindowReader, query: DeclarationQuery): Promise<boolean> {
  const pageCount = await countPages(reader, query);
  if (pageCount === null) return false;
  for (let page = pageCount - 1; page >= 0; page -= 1) await readPage(reader, query, page);
  return true;
}

async function readForwards(reader: WindowReader, query: DeclarationQuery): Promise<void> {
  const seen = new Set<string>();
  for (let page = 0; page < pagesMax(reader); page += 1) {
    const before = seen.size;
    const answer = await readPage(reader, query, page);
    if (pageLength(answer) < reader.settings.pageSize) return;
    for (const { declarationId, lastUpdated } of answer.declarations) {
      seen.add(`${declarationId} ${lastUpdated ?? ""}`);
    }
    for (const { declarationId, fault } of answer.unread) seen.add(declarationId ?? fault);
    // A server that takes no notice of the offset would be asked for ever.
    if (seen.size === before) throw new CutShortError("repeats");
  }
  throw new CutShortError("count");
}

function pagesMax({ settings }: WindowReader): number {
  const { declarationsMax, pageSize, pagesPerWindowMax } = settings;
  return Math.min(pagesPerWindowMax, Math.ceil(declarationsMax / pageSize));
}

/**
 * How many pages the window has at most from now on; null when more than allowed. A page found
 * empty stays empty, because the window only shrinks.
 */
async function countPages(reader: WindowReader, query: DeclarationQuery): Promise<number | null> {
  let filled = -1;
  let empty = 1;
  while (await hasPage(reader, query, empty)) {
    if (empty >= pagesMax(reader)) return null;
    filled = empty;
    empty = Math.min(empty * 2, pagesMax(reader));
  }
  while (empty - filled > 1) {
    const middle = Math.floor((filled + empty) / 2);
    if (await hasPage(reader, query, middle)) filled = middle;
    else empty = middle;
  }
  return empty;
}

async function hasPage(
  { search, settings, signal }: WindowReader,
  query: DeclarationQuery,
  page: number,
): Promise<boolean> {
  signal.throwIfAborted();
  const answer = await search(query, { limit: 1, offset: page * settings.pageSize });
  return pageLength(answer) > 0;
}

async function readPage(
  { search, visit, settings, signal }: WindowReader,
  query: DeclarationQuery,
  page: number,
): Promise<DeclarationPage> {
  signal.throwIfAborted();
  const limit = settings.pageSize;
  const answer = await search(query, { limit, offset: page * limit });
  await visit(answer);
  return answer;
}

function serverTimeOf(
  { serverTime }: DeclarationPage,
  clock: Clock,
  { clockSkewMs }: ReconcileSettings,
): number {
  const parsedMs = serverTime === null ? Number.NaN : Date.parse(serverTime);
  const nowMs = clock.now().getTime();
  // What a clock far ahead says of the end of a window would hide what is updated until then.
  return Number.isNaN(parsedMs) ? nowMs - clockSkewMs : Math.min(parsedMs, nowMs + clockSkewMs);
}

function isoTime(timeMs: number): string {
  return new Date(timeMs).toISOString();
}
