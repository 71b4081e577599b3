// Fetches the errors of declarations that have some, and traces each to the user's cell.
// Source: seeds/002, Errors.
import { errorStatuses } from "../core/codes/declaration-statuses.ts";
import type { DeclarationRef } from "../ledger/contract/declarations.ts";
import { errorTracer } from "../trace/trace-error.ts";
import { fetchDeclaration } from "./fetch-declaration.ts";
import {
  CutShortError,
  type ReconcileDependencies,
  type ReconcileSettings,
} from "./reconcile-settings.ts";

const BATCH_SIZE = 100;

interface ErrorFetch {
  /** Declarations that are new or changed in the books. */
  readonly changed: ReadonlySet<string>;
  readonly fetched: number;
  /** How many wait for the next run or reconcile; zero when this one is to fetch none. */
  readonly left: number;
}

export async function fetchErrors(
  dependencies: ReconcileDependencies,
  settings: ReconcileSettings,
  signal: AbortSignal,
): Promise<ErrorFetch> {
  const { books, onProgress } = dependencies;
  const { errorFetchesMax } = settings;
  const changed = new Set<string>();
  // What could not be fetched stays on the ledger's list; it is not fetched again in this run.
  const failed = new Set<string>();
  let asked = 0;
  const fetchBatch = async (): Promise<boolean> => {
    const listed = await books.declarationsWithoutErrors(errorStatuses, failed.size + BATCH_SIZE);
    const waiting = listed.filter(({ declarationId }) => !failed.has(declarationId));
    for (const declaration of waiting.slice(0, errorFetchesMax - asked)) {
      const ids = await fetchErrorsOf(declaration, dependencies, signal);
      asked += 1;
      if (ids === null) failed.add(declaration.declarationId);
      for (const id of ids ?? []) changed.add(id);
      onProgress({ phase: "reconciling", subject: "errors", done: asked, total: null });
    }
    return waiting.length > 0 && asked < errorFetchesMax;
  };
  try {
    while (errorFetchesMax > 0 && (await fetchBatch()));
  } catch (error) {
    if (!(error instanceof CutShortError)) throw error;
  }
  const left = errorFetchesMax === 0 ? 0 : await books.countWithoutErrors(errorStatuses);
  return { changed, fetched: asked - failed.size, left };
}

/** The ids that are new or changed in the books; null when the declaration could not be fetched. */
async function fetchErrorsOf(
  { declarationId, shipmentId }: DeclarationRef,
  { client, books, clock, log }: ReconcileDependencies,
  signal: AbortSignal,
): Promise<readonly string[] | null> {
  const { detail } = await fetchDeclaration(client, declarationId, log, signal);
  if (detail === null) return null;
  const accepted = shipmentId === null ? null : await books.acceptedSources(shipmentId);
  const { errors, raw: _raw, ...summary } = detail;
  const observedAt = clock.now();
  // The status first: recorded after the errors, a new status would mark them as outdated.
  const changed = await books.recordDeclarations([
    { summary: { ...summary, declarationId }, shipmentId, observedAt, source: "declaration" },
  ]);
  const traced = errors.flatMap(errorTracer(accepted));
  await books.recordDeclarationErrors(declarationId, traced, observedAt);
  return changed;
}
