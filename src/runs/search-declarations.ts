// Searches declarations, page after page, each declaration once. A search that is paged to its end while CAS goes
// on is read as `reconcile` reads it, so that none slips from one page to another unseen; one with a limit or an
// offset is read as it was asked for.
import type { CasReader, DeclarationPage, DeclarationQuery } from "../cas/cas-client.ts";
import { pageLength, type DeclarationSummary } from "../core/declaration.ts";
import type { OnProgress } from "../core/progress.ts";
import type { Clock } from "../core/time/clock.ts";
import { defaultReconcileSettings } from "../reconcile/reconcile.ts";
import { CutShortError, type FoundDeclarations } from "../reconcile/reconcile-settings.ts";
import { walkWindow } from "../reconcile/walk-window.ts";

/** Source: seeds/002, Pagination. */
export const PAGE_MAX = 100;

export interface SearchRange {
  /** How many are wanted; null for all. */
  readonly limit: number | null;
  /** Divisible by the limit, or by 100 where it is higher. */
  readonly offset: number;
}

export interface SearchedDeclarations {
  readonly found: number;
  /** Elements that say too little to be shown, with why; each may be a declaration. */
  readonly unread: DeclarationPage["unread"];
  /** Whether everything that was asked for was read. */
  readonly isComplete: boolean;
}

interface SearchTools {
  readonly client: Pick<CasReader, "searchDeclarations">;
  readonly clock: Clock;
  readonly onProgress: OnProgress;
  readonly signal: AbortSignal;
}

/** The beginning of a walk that is bounded by no time. */
const NO_START = new Date(0);

/** @param take is given each declaration once, as it was when it was first read */
export async function searchDeclarations(
  { client, clock, onProgress, signal }: SearchTools,
  query: DeclarationQuery,
  { limit, offset }: SearchRange,
  take: (declarations: readonly DeclarationSummary[]) => Promise<void>,
): Promise<SearchedDeclarations> {
  const seen = new Set<string>();
  const unread = new Map<string, DeclarationPage["unread"][number]>();
  let left = limit ?? Infinity;
  const visit = async (page: FoundDeclarations): Promise<void> => {
    const wanted: DeclarationSummary[] = [];
    for (const one of page.declarations) {
      if (wanted.length >= left || seen.has(one.declarationId)) continue;
      seen.add(one.declarationId);
      wanted.push(one);
    }
    left -= wanted.length;
    for (const one of page.unread) unread.set(one.declarationId ?? JSON.stringify(one), one);
    await take(wanted);
    onProgress({ phase: "searching", subject: "declarations", done: seen.size, total: null });
  };
  const search = async (from: DeclarationQuery, page: { limit: number; offset: number }) =>
    client.searchDeclarations(from, page, { signal });
  const found = (isComplete: boolean): SearchedDeclarations => ({
    found: seen.size,
    unread: [...unread.values()].filter(
      ({ declarationId }) => declarationId === null || !seen.has(declarationId),
    ),
    isComplete,
  });

  if (limit !== null || offset > 0) {
    const pageSize = Math.min(limit ?? PAGE_MAX, PAGE_MAX);
    const end = offset + (limit ?? Infinity);
    for (let at = offset; at < end; at += pageSize) {
      const before = seen.size + unread.size;
      const page = await search(query, { limit: pageSize, offset: at });
      await visit(page);
      if (pageLength(page) < pageSize) break;
      // A server that takes no notice of the offset would be asked for ever.
      if (seen.size + unread.size === before) return found(false);
    }
    return found(true);
  }
  const from = timeOf(query.lastUpdatedFrom) ?? NO_START;
  const walk = await walkWindow(
    {
      search: (window, page) => search(narrowed(query, window), page),
      visit: async (page) => {
        await visit(page);
        if (seen.size >= defaultReconcileSettings.declarationsMax) throw new CutShortError("count");
      },
      clock,
      settings: defaultReconcileSettings,
      signal,
    },
    from,
  );
  return found(walk.caughtUp);
}

/** The window of a walk within what was asked for. */
function narrowed(query: DeclarationQuery, window: DeclarationQuery): DeclarationQuery {
  const { lastUpdatedFrom, lastUpdatedTo } = window;
  const ends = [query.lastUpdatedTo, lastUpdatedTo].flatMap((time) => timeOf(time) ?? []);
  const isBounded = (timeOf(lastUpdatedFrom) ?? NO_START) > NO_START;
  return {
    ...query,
    ...(isBounded && lastUpdatedFrom !== undefined ? { lastUpdatedFrom } : {}),
    ...(ends.length === 0
      ? {}
      : { lastUpdatedTo: new Date(Math.min(...ends.map(Number))).toISOString() }),
  };
}

function timeOf(time: string | undefined): Date | null {
  return time === undefined ? null : new Date(time);
}
