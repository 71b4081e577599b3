// The report written again from the ledger alone: CAS is not asked, no run is recorded, and nothing in the ledger
// changes.
import { join } from "node:path";
import { CasBatchError } from "../core/errors.ts";
import type { KnownRun } from "../ledger/contract/runs.ts";
import type { ViewFilter } from "../ledger/contract/views.ts";
import { openSqliteLedger } from "../ledger/sqlite/sqlite-ledger.ts";
import {
  prepareReportPath,
  writeStatusReport,
  type ReportOptions,
  type StoppedEarly,
  type WrittenReport,
} from "../report/status-report.ts";
import { withReportInput, type ReportSource } from "./reporting.ts";
import { EXIT } from "./result/exit-code.ts";
import { tenantOf, type WhoseBooks } from "./tenant-of.ts";

/** Whose books are opened, and what the report is about. */
type ReportPlace = WhoseBooks & Pick<ReportSource, Shown | "clock" | "programVersion">;
type Shown = "allowedIn" | "timeZone" | "declarationAfterMs";

export interface ReportScope {
  readonly source: ReportSource;
  readonly filter: ViewFilter;
  readonly stoppedEarly: StoppedEarly | null;
}

/** `latest` in place of a run's name. */
const LATEST = "latest";
const RUNS_SHOWN_MAX = 10;
const ENDED_EARLY: ReadonlySet<number> = new Set([
  EXIT.stoppedEarly,
  EXIT.interrupted,
  EXIT.terminated,
]);

/**
 * Finds out what a report is about.
 * @param run a run's name, `latest`, or null for the newest state of every shipment
 * @throws CasBatchError `run-unknown`, `run-pruned`; `usage` when the tenant is not clear
 */
export async function reportScope(place: ReportPlace, run: string | null): Promise<ReportScope> {
  const { environment, ledgerPath, clock, programVersion } = place;
  const { allowedIn, timeZone, declarationAfterMs } = place;
  const ledger = await openSqliteLedger(ledgerPath, { readOnly: true });
  try {
    const tenant = await tenantOf(ledger, place);
    if (tenant === "") {
      throw new CasBatchError(
        "run-unknown",
        `The ledger ${ledgerPath} holds nothing for ${environment}`,
        {
          hint: "Check --env and --ledger",
        },
      );
    }
    const books = ledger.books(environment, tenant);
    const known = await books.runsOfFiles(RUNS_SHOWN_MAX);
    const made = { command: "report", ledgerPath, environment, tenant, clock, programVersion };
    const source = { ...made, allowedIn, timeZone, declarationAfterMs };
    const isSimulated = (one: KnownRun | undefined): boolean =>
      environment === "simulator" || one?.simulated === true;
    if (run === null) {
      const simulated = isSimulated(known[0]);
      const filter = { latest: true } as const;
      return { source: { ...source, simulated, runId: null }, filter, stoppedEarly: null };
    }
    const named =
      run === LATEST
        ? known.find(({ finishedAt }) => finishedAt !== null)
        : ((await books.knownRun(run)) ?? undefined);
    if (named === undefined) throw runUnknown(place, run, known);
    const { runId, isPruned } = named;
    if (isPruned) {
      throw new CasBatchError(
        "run-pruned",
        `Of run ${runId} there is no report any more: what its files held was removed from ${ledgerPath}`,
      );
    }
    const sender = await books.currentHolder();
    return {
      source: { ...source, simulated: isSimulated(named), runId },
      filter: { runId },
      stoppedEarly: sender?.holderId === runId ? null : endedEarly(named),
    };
  } finally {
    await ledger.close();
  }
}

/** What the ledger knows of its end; what was left may have been sent since. */
function endedEarly({ exitCode, finishedAt }: KnownRun): StoppedEarly | null {
  const after = "what it left is counted below as it stands now";
  if (finishedAt === null) {
    return { reason: `the run has not recorded its end; ${after}`, filesNotRead: [] };
  }
  return exitCode !== null && ENDED_EARLY.has(exitCode)
    ? { reason: `the run ended with exit code ${String(exitCode)}; ${after}`, filesNotRead: [] }
    : null;
}

function runUnknown(
  { ledgerPath, environment }: ReportPlace,
  run: string,
  known: readonly KnownRun[],
): CasBatchError {
  const names = known.map(({ runId, command }) => `${runId} (${command})`).join(", ");
  const those =
    known.length === 0
      ? "it has read no files yet"
      : `${known.length === RUNS_SHOWN_MAX ? "the newest are" : "there are"} ${names}`;
  const which = run === LATEST ? "no run that has ended" : `no run ${run}`;
  return new CasBatchError(
    "run-unknown",
    `The ledger ${ledgerPath} has ${which} for ${environment}: ${those}`,
  );
}

export interface ReportChoices extends ReportOptions {
  /** Only what is open or needs a person is listed. */
  readonly only: "open" | null;
  /** What it is compared with; the last report when null. */
  readonly since: Date | null;
}

/**
 * A report of one run lies in the folder of the run, one on the newest state beside these folders; a selection, or one
 * that is compared with another time, never takes the place of the whole.
 */
export function reportAgainPath(
  { source: { runId } }: ReportScope,
  outDirectory: string,
  { only, since }: ReportChoices,
): string {
  const marks = [...(only === null ? [] : [only]), ...(since === null ? [] : ["since"])];
  const name = `${["status-report", ...marks].join("-")}.xlsx`;
  return join(outDirectory, ...(runId === null ? [] : [runId]), name);
}

/** Writes the report to `path`. */
export async function reportAgain(
  { source, filter, stoppedEarly }: ReportScope,
  path: string,
  { only, since, ...options }: ReportChoices,
): Promise<WrittenReport> {
  await prepareReportPath(path);
  return withReportInput({ ...source, since }, filter, stoppedEarly, (input) =>
    writeStatusReport(path, only === null ? input : { ...input, only }, options),
  );
}
