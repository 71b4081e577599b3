// What a scheduler is asked to do, before any form of writing it down. Every path is absolute: a scheduler starts
// in a folder of its own, with next to no environment.
import type { Environment } from "../../core/shipment.ts";
import type { TimeOfDay } from "../../core/time/time-of-day.ts";

export interface ScheduledJob {
  /** Of the unit, the file and the task. Shape: `cas-batch-production`. */
  readonly name: string;
  readonly environment: Environment;
  readonly user: string;
  /** Node and the file it starts. */
  readonly program: readonly string[];
  /** In which the program runs. */
  readonly folder: string;
  /** The words behind the program. */
  readonly nightly: readonly string[];
  /** Null without a listener. */
  readonly listener: readonly string[] | null;
  readonly time: TimeOfDay;
  /** The time of day after which nothing is sent. A start behind it would send until that of the next day. */
  readonly deadline: TimeOfDay | null;
  /** The next one, by this machine's clock and zone. Shape: `2026-11-30T04:30:00`. */
  readonly firstTime: string;
  readonly ledgerFolder: string;
  readonly inbox: string;
  readonly out: string;
  /** Further folders that the nightly run writes to: of the archive, of the metrics. */
  readonly writtenElsewhere: readonly string[];
  /** Folders that are written to and not there yet. */
  readonly missingFolders: readonly string[];
  /** Whether the ledger is still to be begun. */
  readonly isLedgerMissing: boolean;
  readonly secret: ScheduledSecret | null;
  /** Whether no client id is named by what the job takes along, though its environment needs one. */
  readonly isClientIdMissing: boolean;
  /** Of the mail server; null where no file holds it. */
  readonly mailPasswordFile: string | null;
  readonly apiKeyFile: string | null;
  /** Environment variables that the configuration in use rests on; none holds a secret. */
  readonly variables: Readonly<Record<string, string>>;
  /** Names of environment variables that are set and hold a secret, so that they stand in no file of ours. */
  readonly withheld: readonly string[];
  readonly mailTo: string;
}

/** The file that holds the client secret. */
export interface ScheduledSecret {
  readonly file: string;
  readonly isThere: boolean;
  /** Whether `cas-batch.yaml` names it, so that the program finds it by itself. */
  readonly isConfigured: boolean;
}

export interface ScheduleFile {
  readonly name: string;
  readonly text: string;
  readonly encoding: "utf8" | "utf16le";
}

/** What is printed or written, and what a person does then. */
export interface Schedule {
  readonly files: readonly ScheduleFile[];
  readonly steps: readonly ScheduleStep[];
}

export interface ScheduleStep {
  readonly about: string;
  /** To be pasted into a shell; null where there is nothing to paste. */
  readonly command: string | null;
}

/** `04:05`. */
export function clockTime({ hour, minute }: TimeOfDay): string {
  return [hour, minute].map((part) => String(part).padStart(2, "0")).join(":");
}
