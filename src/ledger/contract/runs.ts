// Runs: when a command worked on the books, how it ended, and what it left unsent.
import type { OutboxCounts } from "./outbox.ts";

export interface RunBooks {
  readonly startRun: (run: RunStart) => Promise<void>;
  /** Where the run is going to write its result files: an absolute path. */
  readonly recordResultFolder: (runId: string, folder: string) => Promise<void>;
  readonly finishRun: (runId: string, end: RunEnd) => Promise<void>;
  /** How many of the messages that the files of one run stand for are queued, sending or unknown. */
  readonly outboxCountsOfRun: (runId: string) => Promise<OutboxCounts>;
  /** The runs with messages that are queued, sending or unknown, oldest first. */
  readonly unfinishedRuns: () => Promise<readonly ResultsOfRun[]>;
  /**
   * The runs whose result files show less than is known: a declaration of a shipment that was last seen in
   * their files has changed since. Left out are runs that have not ended, and those of which rows were pruned.
   * @param withCopies also those of which an annotated copy shows less than the result files
   */
  /** The runs that read files or had nothing to read, newest first. */
  readonly runsOfFiles: (limit: number) => Promise<readonly KnownRun[]>;
  /** A run of any command; null when there is none of that name. */
  readonly knownRun: (runId: string) => Promise<KnownRun | null>;
  readonly runsBehind: (withCopies?: boolean) => Promise<readonly ResultsOfRun[]>;
  readonly resultsOfRun: (runId: string) => Promise<ResultsOfRun>;
  /**
   * The files now show what `before` says they did not. When another process has recorded its own since then,
   * nothing is recorded: the copies have its time, and what it showed does not count twice.
   */
  readonly recordResults: (
    before: ResultsOfRun,
    writtenAt: Date,
    written?: WrittenResults,
  ) => Promise<void>;
  /** When the annotated copies of a run were last written, by their batches; only of those known. */
  readonly copyTimes: (runId: string) => Promise<ReadonlyMap<string, Date>>;
}

interface RunStart {
  /** Sorts by time: `20261120T184128Z-3f2a`. */
  readonly runId: string;
  readonly command: string;
  readonly startedAt: Date;
  /** The version of cas-batch. */
  readonly programVersion: string;
  /** Whether CAS is the simulator; false when omitted. */
  readonly simulated?: boolean;
}

export interface KnownRun {
  readonly runId: string;
  readonly command: string;
  readonly startedAt: Date;
  /** Null while it works, and when it was killed. */
  readonly finishedAt: Date | null;
  readonly exitCode: number | null;
  /** Whether CAS was the simulator. */
  readonly simulated: boolean;
  /** Whether what its files held was removed from the books. */
  readonly isPruned: boolean;
}

interface RunEnd {
  readonly finishedAt: Date;
  readonly exitCode: number;
}

interface WrittenResults {
  /** The batches of the files whose copies now show what the ledger knows. */
  readonly copies: readonly string[];
  /** Something could not be written: the run stays behind, and the next command tries again. */
  readonly isIncomplete: boolean;
}

export interface ResultsOfRun {
  readonly runId: string;
  /** Where its result files are; null when it recorded none. */
  readonly resultFolder: string | null;
  /** When they were written, as the annotated copies show it; null when it recorded none. */
  readonly resultsAt: Date | null;
  /** How many changes of declarations they do not show. */
  readonly behind: number;
}
