// Asks CAS what became of our shipments and writes it into the books: what was updated since the
// last time, then the shipments of which nothing was seen, then the errors of what went wrong.
// Everything is recorded page by page, so a stop loses nothing; only how far the search is complete
// is written last.
import type { CasReader } from "../cas/cas-client.ts";
import type { Clock } from "../core/clock.ts";
import type { Log, OnProgress } from "../core/progress.ts";
import type { LedgerBooks } from "../ledger/ledger.ts";
import { createDeclarationRecorder } from "./declaration-recorder.ts";
import { fetchErrors } from "./fetch-errors.ts";
import { countOpenShipments, oldestOpenShipment } from "./open-shipments.ts";
import type { ReconcileSettings } from "./reconcile-settings.ts";
import { searchByReference } from "./search-by-reference.ts";
import { walkWindow, type WindowWalk } from "./walk-window.ts";
import { wordsForGaps, wordsForUnseen } from "./words-for-gaps.ts";

export { defaultReconcileSettings, type ReconcileSettings } from "./reconcile-settings.ts";

export interface ReconcileDependencies {
  /** Throttled and retrying already. */
  readonly client: CasReader;
  readonly books: LedgerBooks;
  readonly clock: Clock;
  readonly log: Log;
  readonly onProgress: OnProgress;
}

export interface ReconcileOptions {
  /** Read from this time on, whatever was read before. */
  readonly since?: Date;
  readonly settings: ReconcileSettings;
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
   * Every declaration that CAS last updated up to this time is in the books, and whose it is, from
   * the first of our shipments on. Shape: ISO 8601; null while that cannot be said.
   */
  readonly completeUpTo: string | null;
  /**
   * Why declarations of ours may have changed without this look showing it, in words; null when it
   * showed all of them.
   */
  readonly unseenBecause: string | null;
  /** What this look left out because of its bounds, in words; empty when it saw everything. */
  readonly notLookedAt: readonly string[];
}

/**
 * @throws CannotNowError, CasBatchError when CAS cannot be asked; what was seen so far is recorded
 */
export async function reconcile(
  dependencies: ReconcileDependencies,
  { since, settings, signal }: ReconcileOptions,
): Promise<ReconcileSummary> {
  const { books, clock, log, onProgress } = dependencies;
  const recorder = createDeclarationRecorder(dependencies, settings, signal);
  let pages = 0;

  const gaplessFrom = await gaplessStart(dependencies, settings);
  const from = since ?? gaplessFrom;
  let walk: WindowWalk = { completeUntil: null, caughtUp: false };
  if (from !== null) {
    walk = await walkWindow(
      {
        search: (query, page) => {
          pages += 1;
          return dependencies.client.searchDeclarations(query, page, { signal });
        },
        visit: async (declarations) => {
          await recorder.record(declarations);
          const { seen } = recorder.counts();
          onProgress({ phase: "reconciling", subject: "declarations", done: seen, total: null });
        },
        ...{ clock, settings, signal },
      },
      from,
    );
  }
  // A window that begins later than what was read before leaves a gap, and proves nothing.
  const isGapless = from !== null && (gaplessFrom === null || from <= gaplessFrom);
  const isComplete = walk.caughtUp && isGapless && recorder.counts().detailsLeft === 0;
  const search = { ...dependencies, recorder, settings, signal };
  const byReference = await searchByReference(search, isComplete);
  pages += byReference.pages;
  const errors = await fetchErrors(dependencies, settings, signal);

  const counts = recorder.counts();
  // Whoever is not known to be ours has not been looked at: the next run reads on from before it.
  if (isGapless && counts.detailsLeft === 0 && walk.completeUntil !== null) {
    await advanceSearchedUntil(books, walk.completeUntil);
  }
  // What is updated while a look goes on belongs to the next one, as does all that comes after it.
  const isSearchCut = from !== null && !walk.caughtUp && walk.completeUntil === null;
  const { detailsLeft } = counts;
  const notLookedAt = wordsForGaps({
    ...{ isSearchCut, detailsLeft },
    shipmentsLeft: isComplete ? 0 : byReference.shipmentsLeft,
    shipmentsCut: byReference.shipmentsCut,
    errorsLeftAtLeast: errors.leftAtLeast,
  });
  for (const words of notLookedAt) log("warn", words);
  return {
    pages,
    declarationsSeen: counts.seen,
    changed: new Set([...counts.changed, ...errors.changed]).size,
    unexplained: counts.unexplained,
    detailsFetched: counts.detailsFetched + errors.fetched,
    openShipments: await countOpenShipments(books, clock),
    completeUpTo: await books.searchedUntil(),
    unseenBecause: wordsForUnseen({ isSearchCut, detailsLeft }),
    notLookedAt,
  };
}

/** The latest time from which on nothing of ours can be missed; null when there is nothing of ours. */
async function gaplessStart(
  { books, clock }: ReconcileDependencies,
  { overlapMs }: ReconcileSettings,
): Promise<Date | null> {
  const searchedUntil = await books.searchedUntil();
  if (searchedUntil !== null) return new Date(Date.parse(searchedUntil) - overlapMs);
  const oldest = await oldestOpenShipment(books, clock);
  const acceptedAt = oldest?.acceptedAt ?? null;
  return acceptedAt === null ? null : new Date(acceptedAt.getTime() - overlapMs);
}

async function advanceSearchedUntil(books: LedgerBooks, completeUntil: string): Promise<void> {
  const before = await books.searchedUntil();
  if (before !== null && Date.parse(completeUntil) <= Date.parse(before)) return;
  await books.recordSearchedUntil(completeUntil);
}
