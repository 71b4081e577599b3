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
  readonly unfinishedRuns: () => Promise<readonly UnfinishedRun[]>;
}

interface RunStart {
  /** Sorts by time: `20261120T184128Z-3f2a`. */
  readonly runId: string;
  readonly command: string;
  readonly startedAt: Date;
  /** The version of cas-batch. */
  readonly programVersion: string;
}

interface RunEnd {
  readonly finishedAt: Date;
  readonly exitCode: number;
}

export interface UnfinishedRun {
  readonly runId: string;
  /** Where its result files are; null when it recorded none. */
  readonly resultFolder: string | null;
}
