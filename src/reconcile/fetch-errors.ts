// Fetches the errors of declarations that have some, and traces each to the user's cell.
// Source: seeds/002, Errors.
import { errorStatuses } from "../core/codes/declaration-statuses.ts";
import type { DeclarationRef } from "../ledger/contract/declarations.ts";
import { errorTracer } from "../trace/trace-error.ts";
import { fetchDeclaration } from "./fetch-declaration.ts";
import type { ReconcileDependencies, ReconcileSettings } from "./reconcile-settings.ts";

const BATCH_SIZE = 100;

interface ErrorFetch {
  /** Declarations that are new or changed in the books. */
  readonly changed: ReadonlySet<string>;
  readonly fetched: number;
  /** How many wait for the next reconcile, as far as they were counted. */
  readonly leftAtLeast: number;
}

export async function fetchErrors(
  dependencies: ReconcileDependencies,
  settings: ReconcileSettings,
  signal: AbortSignal,
): Promise<ErrorFetch> {
  const { books, onProgress } = dependencies;
  const changed = new Set<string>();
  // What could not be fetched stays on the ledger's list; it is not fetched again in this run.
  const asked = new Set<string>();
  let fetched = 0;
  let leftAtLeast = 0;
  for (;;) {
    const listed = await books.declarationsWithoutErrors(errorStatuses, asked.size + BATCH_SIZE);
    const waiting = listed.filter(({ declarationId }) => !asked.has(declarationId));
    if (waiting.length === 0) break;
    if (asked.size >= settings.errorFetchesMax) {
      leftAtLeast = waiting.length;
      break;
    }
    for (const declaration of waiting.slice(0, settings.errorFetchesMax - asked.size)) {
      asked.add(declaration.declarationId);
      const ids = await fetchErrorsOf(declaration, dependencies, signal);
      if (ids !== null) fetched += 1;
      for (const id of ids ?? []) changed.add(id);
      onProgress({ phase: "reconciling", subject: "errors", done: asked.size, total: null });
    }
  }
  return { changed, fetched, leftAtLeast };
}

/** The ids that are new or changed in the books; null when the declaration could not be fetched. */
async function fetchErrorsOf(
  { declarationId, shipmentId }: DeclarationRef,
  { client, books, clock, log }: ReconcileDependencies,
  signal: AbortSignal,
): Promise<readonly string[] | null> {
  const detail = await fetchDeclaration(client, declarationId, log, signal);
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
