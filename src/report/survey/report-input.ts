// What a status report is made from, and the totals that it, its JSON twin and the commands show.
import type { StatusBooks } from "../../ledger/contract/status.ts";
import type { AllowedIn } from "../../core/codes/change-rules.ts";
import type { Environment } from "../../core/shipment.ts";
import type { Severity } from "../../core/finding.ts";
import type { CurrentHolder } from "../../ledger/contract/leases.ts";
import type { ChangeKind, LearnedBooks } from "../../ledger/contract/learned.ts";
import type { LineBucket } from "../../ledger/contract/staging.ts";
import type { ViewBooks, ViewFilter } from "../../ledger/contract/views.ts";

export interface ReportInput {
  readonly books: ViewBooks &
    Pick<LearnedBooks, "changesBetween"> &
    Pick<StatusBooks, "inNeedBeside">;
  readonly filter: ViewFilter;
  /** Null when the report is about no single run. */
  readonly runId: string | null;
  readonly command: string;
  readonly environment: Environment;
  /** The statuses that the configuration allows for a correction; the usual ones when absent. */
  readonly allowedIn?: AllowedIn;
  readonly tenant: string;
  readonly asOf: Date;
  /** In which people read times; an IANA name. */
  readonly timeZone: string;
  /** Until when CAS was searched completely for declarations, ISO 8601; null when it was not. */
  readonly completeUpTo: string | null;
  /** Until when what was updated was read a second time, ISO 8601; null before the first time. */
  readonly lookedBackUntil?: string | null;
  /** Since when every open shipment was asked for by its own reference, or accepted; null when none is open. */
  readonly allAskedSince?: Date | null;
  /** After how long an accepted shipment without a declaration needs action; a day when absent. */
  readonly declarationAfterMs?: number | undefined;
  /** Whether CAS was the simulator: then nothing was filed, and the first line says so. */
  readonly simulated: boolean;
  readonly programVersion: string;
  /** The process that is sending at this moment; null when there is none. */
  readonly sender: CurrentHolder | null;
  /** Set when the run ended before its work was done; the first line says so. */
  readonly stoppedEarly: StoppedEarly | null;
  /** The moment of the ledger that it shows. */
  readonly learnedUpTo?: number;
  /** What it is compared with; null when there is no earlier report. */
  readonly since?: ComparedWith | null;
  /** Set when only what is open or needs a person is listed; the totals are of everything all the same. */
  readonly only?: "open";
  /** Declarations whose errors are still to be fetched from CAS; none when absent. */
  readonly errorsOpen?: number;
}

/** The report of a run shows no more than this; the books may hold more. */
export function ofItsFiles({ filter }: Pick<ReportInput, "filter">): string {
  return "runId" in filter ? " of the files of this run" : "";
}

export interface ComparedWith {
  readonly learnedUpTo: number;
  readonly at: Date;
  /** Whether a report showed that moment; else the time was asked for. */
  readonly isReport: boolean;
}

/** Why a run ended too soon, in words, and the files that it did not reach. */
export interface StoppedEarly {
  readonly reason: string;
  readonly filesNotRead: readonly string[];
}

/** Shipments are the lines that the ledger shows, counted one by one. */
export interface ReportTotals {
  readonly balanced: boolean;
  /** In words; empty when balanced. */
  readonly imbalances: readonly string[];
  readonly files: number;
  readonly rows: RowTotals;
  readonly shipments: number;
  readonly buckets: Readonly<Record<LineBucket, number>>;
  /** Accepted shipments of which no declaration has been seen. */
  readonly withoutDeclaration: number;
  readonly declarations: number;
  readonly declarationStatuses: Readonly<Record<string, number>>;
  readonly findings: Readonly<Record<Severity, number>>;
  /** Shipments of earlier runs that this run sent, or tried to; not among `shipments`. */
  readonly leftovers: Readonly<Record<LineBucket, number>>;
  /** Unit: rows of those shipments. */
  readonly leftoverRows: number;
  /** Messages that CAS refused outright. */
  readonly refusals: number;
  /** Errors of CAS and of customs, on all declarations together. */
  readonly declarationErrors: number;
  /** Rows of the sheet `Action needed` that need a person. */
  readonly actionNeeded: number;
  /** Rows of that sheet which are only to know. */
  readonly notices: number;
  /** Declarations in CAS that no file explains. */
  readonly notInFiles: number;
  readonly changes: ChangeCounts;
  /** Documents that CAS listed for the declarations of the report; of them, those that were fetched. */
  readonly documents: number;
  readonly documentsFetched: number;
  /** Shipments that CAS took and whose declarations are not all done, by how long ago that was. */
  readonly openAges: readonly AgeCount[];
  /** The last seven days of the tenant, oldest first, whatever the report is about. */
  readonly trend: readonly DayFlow[];
}

export interface AgeCount {
  readonly label: string;
  readonly count: number;
}

export interface DayFlow {
  /** In the zone of the report. Shape: `2026-11-28`. */
  readonly day: string;
  /** Messages that CAS took, and refused. */
  readonly accepted: number;
  readonly refused: number;
  /** Declarations that came to the end of their usual way. */
  readonly finished: number;
}

/** What changed since the report before; of what came with new files only how much. */
type ChangeCounts = Readonly<Record<ChangeKind, number>> & {
  /** Shipments of the files that were read since. */
  readonly shipmentsRead: number;
  /** Changes of shipments that came with them. */
  readonly ofNewShipments: number;
};

export interface RowTotals {
  readonly read: number;
  readonly blank: number;
  readonly invalid: number;
  readonly duplicate: number;
  readonly inShipments: number;
}
