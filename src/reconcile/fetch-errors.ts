// Fetches the errors of declarations that have some, and traces each to the user's cell.
// Source: seeds/002, Errors.
import { errorStatuses } from "../core/codes/declaration-statuses.ts";
import { summaryOf } from "../core/declaration.ts";
import type { DeclarationRef } from "../ledger/contract/declarations.ts";
import { errorTracer } from "../trace/trace-error.ts";
import { fetchDeclaration } from "./fetch-declaration.ts";
import {
  CutShortError,
  type ReconcileDependencies,
  type ReconcileSettings,
} from "./reconcile-settings.ts";

const BATCH_SIZE = 100;
/** As many as are recorded in one durable write; how fast they are asked is the throttle's affair. */
const FETCHES_AT_ONCE = 25;

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
    const wanted = waiting.slice(0, errorFetchesMax - asked);
    for (let at = 0; at < wanted.length; at += FETCHES_AT_ONCE) {
      const some = wanted.slice(at, at + FETCHES_AT_ONCE);
      const { recorded, ids } = await fetchErrorsOf(some, dependencies, signal);
      asked += some.length;
      for (const { declarationId } of some) {
        if (!recorded.has(declarationId)) failed.add(declarationId);
      }
      for (const id of ids) changed.add(id);
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

interface RecordedErrors {
  /** Those that could be fetched. */
  readonly recorded: ReadonlySet<string>;
  /** Those that are new or changed in the books. */
  readonly ids: readonly string[];
}

/** Fetches some together, and records them together. @throws what ended one of them, once the others are recorded */
async function fetchErrorsOf(
  some: readonly DeclarationRef[],
  { client, books, clock, log }: ReconcileDependencies,
  signal: AbortSignal,
): Promise<RecordedErrors> {
  const answers = await Promise.allSettled(
    some.map(async ({ declarationId, shipmentId }) => {
      const { detail } = await fetchDeclaration(client, declarationId, log, signal);
      if (detail === null) return null;
      const accepted = shipmentId === null ? null : await books.acceptedSources(shipmentId);
      const summary = { ...summaryOf(detail), declarationId };
      const errors = detail.errors.flatMap(errorTracer(accepted));
      return { declarationId, shipmentId, summary, errors };
    }),
  );
  const found = answers.flatMap((answer) =>
    answer.status === "rejected" || answer.value === null ? [] : [answer.value],
  );
  let ids: readonly string[] = [];
  if (found.length > 0) {
    const observedAt = clock.now();
    const seen = { observedAt, source: "declaration" } as const;
    // The status first: recorded after the errors, a new status would mark them as outdated.
    ids = await books.recordDeclarations(
      found.map(({ summary, shipmentId }) => ({ summary, shipmentId, ...seen })),
    );
    await books.recordDeclarationErrors(found, observedAt);
  }
  for (const answer of answers) if (answer.status === "rejected") throw answer.reason;
  return { recorded: new Set(found.map(({ declarationId }) => declarationId)), ids };
}
