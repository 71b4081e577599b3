// How a ledger stands, from the ledger alone: CAS is not asked, nothing is written, and none is begun.
import { actionStatuses, restingStatuses } from "../core/codes/declaration-statuses.ts";
import type { Clock } from "../core/time/clock.ts";
import { environments, type Environment } from "../core/shipment.ts";
import type { OpenWork, StatusOfBooks, StatusOptions } from "../ledger/contract/status.ts";
import type { Ledger, LedgerBooks } from "../ledger/ledger.ts";
import { openSqliteLedger } from "../ledger/sqlite/sqlite-ledger.ts";
import { openNow } from "../reconcile/open-shipments.ts";
import { RUN_ENDS } from "./result/freshness.ts";

export interface StatusPlace {
  readonly ledgerPath: string;
  /** Null for those of all. */
  readonly environment: Environment | null;
  readonly tenant: string | null;
}

/**
 * Opens the ledger as it is now, and lets `work` read how its books stand.
 * @throws CasBatchError `ledger-missing`, `ledger-unusable`, `ledger-newer`
 */
export async function withStatus<Result>(
  { ledgerPath, environment, tenant }: StatusPlace,
  clock: Clock,
  work: (books: readonly StatusReader[], location: string) => Promise<Result>,
): Promise<Result> {
  const ledger = await openSqliteLedger(ledgerPath, { asOfNow: true, clock });
  try {
    const all = await statusReaders(ledger, clock);
    const chosen = all.filter(
      ({ books }) =>
        (environment === null || books.environment === environment) &&
        (tenant === null || books.tenant === tenant),
    );
    return await work(chosen, ledger.location);
  } finally {
    await ledger.close();
  }
}

export interface StatusReader {
  readonly books: LedgerBooks;
  readonly status: () => Promise<StatusOfBooks>;
  /** The open work, oldest first. */
  readonly oldestOpen: (limit: number) => Promise<readonly OpenWork[]>;
}

/** Of all books of the ledger. */
export async function statusReaders(
  ledger: Ledger,
  clock: Clock,
): Promise<readonly StatusReader[]> {
  const readers: StatusReader[] = [];
  for (const environment of environments) {
    for (const tenant of await ledger.tenants(environment)) {
      const books = ledger.books(environment, tenant);
      readers.push({
        books,
        status: async () => ({
          ...{ environment, tenant },
          ...(await books.status(optionsAt(clock))),
          lastRuns: await books.lastRuns(RUN_ENDS),
          runCounts: await books.runCounts(),
        }),
        oldestOpen: (limit) => books.oldestOpen(optionsAt(clock), limit),
      });
    }
  }
  return readers;
}

function optionsAt(clock: Clock): StatusOptions {
  return { ...openNow(clock), restingStatuses, actionStatuses };
}
