// How the books stand: what `status` prints and what the metrics show. Counted by what is open, never by reading what
// is finished, so that it costs the same in a ledger of a million shipments.
import type { KindInNeed, OpenKind } from "../../core/open-kinds.ts";
import type { Environment, ShipmentKey } from "../../core/shipment.ts";
import type { OpenShipmentOptions } from "./declarations.ts";
import type { CurrentHolder } from "./leases.ts";
import type { ListenerView } from "./notifications.ts";

export interface StatusBooks {
  readonly status: (options: StatusOptions) => Promise<BooksStatus>;
  /** The open work, oldest first. */
  readonly oldestOpen: (options: StatusOptions, limit: number) => Promise<readonly OpenWork[]>;
  /** What needs a person and stands in no file of a run, so that its report does not list it. */
  readonly inNeedBeside: (
    runId: string,
    options: Pick<StatusOptions, "actionStatuses">,
  ) => Promise<Readonly<Record<KindInNeed, Waiting>>>;
  /** How often each command ended with each exit code; with null while it works, or when it was killed. */
  readonly runCounts: () => Promise<readonly RunCount[]>;
  /** The last run of each command. */
  readonly lastRuns: (ends: RunEnds) => Promise<readonly LastRun[]>;
  /** The newest runs of all commands, newest first, with what became of what they read and sent. */
  readonly recentRuns: (limit: number) => Promise<readonly RecentRun[]>;
}

export interface StatusOptions extends OpenShipmentOptions {
  /** The statuses in which a declaration waits for a person. */
  readonly actionStatuses: readonly string[];
}

export interface Waiting {
  readonly count: number;
  /** Of the oldest; null when there is none. */
  readonly since: Date | null;
}

export interface OpenWork {
  readonly kind: OpenKind;
  /** Null of a change, which is about a declaration. */
  readonly key: ShipmentKey | null;
  readonly declarationId: string | null;
  readonly since: Date;
}

export interface BooksStatus {
  /** Of all kinds of messages, each counted once whatever its versions. */
  readonly shipments: number;
  readonly open: Readonly<Record<OpenKind, Waiting>>;
  /** Of those with unknown outcome, how many only a person can settle. */
  readonly leftToPerson: number;
  /** Of those at customs, the ones without any declaration. */
  readonly withoutDeclaration: Waiting;
  /** All declarations, by status. */
  readonly declarations: Readonly<Record<string, number>>;
  /** Declarations that no file explains. */
  readonly notInFiles: number;
  readonly notifications: {
    readonly received: number;
    readonly unmatched: number;
    readonly lastReceivedAt: Date | null;
  };
  /** Until when the declarations are read completely, by the clock of CAS. ISO 8601; null before the first time. */
  readonly completeUpTo: string | null;
  /** Until when CAS asked to be sent nothing; may be past. */
  readonly waitUntil: Date | null;
  readonly sender: CurrentHolder | null;
  readonly listener: ListenerView | null;
}

/** The books of one tenant in one environment. */
export interface StatusOfBooks extends BooksStatus {
  readonly environment: Environment;
  readonly tenant: string;
  readonly lastRuns: readonly LastRun[];
  readonly runCounts: readonly RunCount[];
}

interface RunCount {
  readonly command: string;
  readonly exitCode: number | null;
  readonly count: number;
}

/** Which exit codes mean what. */
export interface RunEnds {
  /** The run did all that it could. */
  readonly good: readonly number[];
  /** It left the work to another run. */
  readonly idle: readonly number[];
}

export interface RunTimes {
  readonly runId: string;
  readonly startedAt: Date;
  /** Null while it works, and when it was killed. */
  readonly finishedAt: Date | null;
  readonly exitCode: number | null;
  /** Whether CAS was the simulator. */
  readonly simulated: boolean;
}

export interface LastRun {
  readonly command: string;
  readonly last: RunTimes;
  /** The last one that recorded its end; one that left the work to another does not count. */
  readonly lastEnded: RunTimes | null;
  /** The last one that ended well. */
  readonly lastGood: RunTimes | null;
}

export interface RecentRun extends RunTimes {
  readonly command: string;
  readonly programVersion: string;
  readonly files: number;
  /** How often each finding was made in its files. */
  readonly findings: readonly {
    readonly code: string;
    readonly severity: string;
    readonly count: number;
  }[];
  /** How its attempts to send ended, and for which reason. */
  readonly attempts: readonly {
    readonly outcome: string;
    readonly reasonCode: string;
    readonly count: number;
  }[];
}
