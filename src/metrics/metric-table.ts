// Every metric: its name, what it says, and how it is read of the state of the books. One table for the text that
// Prometheus reads and for docs/status.md. All are read of the ledger, so they are right after a restart, and the same
// from every process. Labels are bounded: environments, tenants, commands, exit codes and kinds of ours; never a
// reference, a name or a path.
import { declarationStatuses, statusMeaning } from "../core/codes/declaration-statuses.ts";
import { openKinds } from "../core/open-kinds.ts";
import type { StatusOfBooks } from "../ledger/contract/status.ts";

type Labels = Readonly<Record<string, string>>;

export interface Sample {
  readonly labels: Labels;
  readonly value: number;
}

export interface Metric {
  readonly name: string;
  readonly type: "gauge" | "counter";
  readonly help: string;
  /** Besides `environment` and `tenant`. */
  readonly labels: readonly string[];
  /** None where there is nothing to say: a time that is not known is left out, never 0. */
  readonly samples: (books: StatusOfBooks) => readonly Sample[];
}

/** Of the ledger as a whole, without labels. */
export const LEDGER_READABLE = {
  name: "cas_batch_ledger_readable",
  type: "gauge",
  help: "1 when the ledger could be read, 0 when not; then nothing else is told",
} as const;
export const INFO = {
  name: "cas_batch_info",
  type: "gauge",
  help: "Always 1; the version of the program that wrote these metrics",
} as const;

const stages = ["before-customs", "at-customs", "action", "done", "other"] as const;
const known = new Set(Object.keys(declarationStatuses).map((status) => status.toLowerCase()));

const one = (value: number): readonly Sample[] => [{ labels: {}, value }];
const seconds = (at: Date | null): readonly Sample[] =>
  at === null ? [] : one(at.getTime() / 1_000);
/** Of the last run of each command. */
const ofLastRuns =
  (pick: (run: StatusOfBooks["lastRuns"][number]) => number | null): Metric["samples"] =>
  ({ lastRuns }) =>
    lastRuns.flatMap((run) => {
      const value = pick(run);
      return value === null ? [] : [{ labels: { command: run.command }, value }];
    });
const timeOf = (at: Date | null | undefined): number | null =>
  at === null || at === undefined ? null : at.getTime() / 1_000;

export const metrics: readonly Metric[] = [
  {
    name: "cas_batch_shipments",
    type: "gauge",
    help: "Shipments and other messages that the ledger knows",
    labels: [],
    samples: ({ shipments }) => one(shipments),
  },
  {
    name: "cas_batch_open",
    type: "gauge",
    help: "Open work by kind: what is on its way, and what waits for a person",
    labels: ["kind"],
    samples: ({ open }) => openKinds.map((kind) => ({ labels: { kind }, value: open[kind].count })),
  },
  {
    name: "cas_batch_open_oldest_timestamp_seconds",
    type: "gauge",
    help: "Since when the oldest open work of a kind is open; absent when there is none",
    labels: ["kind"],
    samples: ({ open }) =>
      openKinds.flatMap((kind) =>
        seconds(open[kind].since).map(({ value }) => ({ labels: { kind }, value })),
      ),
  },
  {
    name: "cas_batch_unknown_left_to_person",
    type: "gauge",
    help: "Messages with unknown outcome that only a person can settle",
    labels: [],
    samples: ({ leftToPerson }) => one(leftToPerson),
  },
  {
    name: "cas_batch_shipments_without_declaration",
    type: "gauge",
    help: "Shipments that CAS accepted and of which no declaration is known",
    labels: [],
    samples: ({ withoutDeclaration }) => one(withoutDeclaration.count),
  },
  {
    name: "cas_batch_declarations",
    type: "gauge",
    help: "Declarations by what their status means; `other` is not known to this version",
    labels: ["stage"],
    samples: ({ declarations }) => {
      const counts = new Map<string, number>(stages.map((stage) => [stage, 0]));
      for (const [status, count] of Object.entries(declarations)) {
        const isKnown = known.has(status.toLowerCase());
        const stage = isKnown ? statusMeaning(status).stage : "other";
        counts.set(stage, (counts.get(stage) ?? 0) + count);
      }
      return [...counts].map(([stage, value]) => ({ labels: { stage }, value }));
    },
  },
  {
    name: "cas_batch_declarations_not_in_files",
    type: "gauge",
    help: "Declarations in CAS that no file of this ledger explains",
    labels: [],
    samples: ({ notInFiles }) => one(notInFiles),
  },
  {
    name: "cas_batch_runs_total",
    type: "counter",
    help: "Runs that ended, by command and exit code",
    labels: ["command", "exit_code"],
    samples: ({ runCounts }) =>
      runCounts.flatMap(({ command, exitCode, count }) =>
        exitCode === null
          ? []
          : [{ labels: { command, exit_code: String(exitCode) }, value: count }],
      ),
  },
  {
    // No counter: it falls when a run that works ends.
    name: "cas_batch_runs_without_end",
    type: "gauge",
    help: "Runs by command that wrote down no end: they work, or were killed",
    labels: ["command"],
    samples: ({ runCounts }) =>
      runCounts.flatMap(({ command, exitCode, count }) =>
        exitCode === null ? [{ labels: { command }, value: count }] : [],
      ),
  },
  {
    name: "cas_batch_last_run_start_timestamp_seconds",
    type: "gauge",
    help: "When the last run of a command began",
    labels: ["command"],
    samples: ofLastRuns(({ last }) => timeOf(last.startedAt)),
  },
  {
    name: "cas_batch_last_run_end_timestamp_seconds",
    type: "gauge",
    help: "When the last run of a command that recorded its end did so",
    labels: ["command"],
    samples: ofLastRuns(({ lastEnded }) => timeOf(lastEnded?.finishedAt)),
  },
  {
    name: "cas_batch_last_run_exit_code",
    type: "gauge",
    help: "How that run ended",
    labels: ["command"],
    samples: ofLastRuns(({ lastEnded }) => lastEnded?.exitCode ?? null),
  },
  {
    name: "cas_batch_last_run_duration_seconds",
    type: "gauge",
    help: "How long that run took; absent where a clock was set back meanwhile",
    labels: ["command"],
    samples: ofLastRuns(({ lastEnded }) => {
      const { startedAt, finishedAt = null } = lastEnded ?? {};
      if (startedAt === undefined || finishedAt === null || finishedAt < startedAt) return null;
      return (finishedAt.getTime() - startedAt.getTime()) / 1_000;
    }),
  },
  {
    name: "cas_batch_last_good_run_end_timestamp_seconds",
    type: "gauge",
    help: "When a run of a command last ended with exit code 0, 4 or 8",
    labels: ["command"],
    samples: ofLastRuns(({ lastGood }) => timeOf(lastGood?.finishedAt)),
  },
  {
    name: "cas_batch_complete_up_to_timestamp_seconds",
    type: "gauge",
    help: "Until when the declarations are read completely, by the clock of CAS",
    labels: [],
    samples: ({ completeUpTo }) => seconds(completeUpTo === null ? null : new Date(completeUpTo)),
  },
  {
    name: "cas_batch_wait_until_timestamp_seconds",
    type: "gauge",
    help: "Until when CAS last asked to be sent nothing; may be past",
    labels: [],
    samples: ({ waitUntil }) => seconds(waitUntil),
  },
  {
    name: "cas_batch_sender_active",
    type: "gauge",
    help: "1 while a process has the right to send",
    labels: [],
    samples: ({ sender }) => one(sender === null ? 0 : 1),
  },
  {
    name: "cas_batch_sender_since_timestamp_seconds",
    type: "gauge",
    help: "Since when that process has it",
    labels: [],
    samples: ({ sender }) => seconds(sender?.since ?? null),
  },
  {
    name: "cas_batch_listener_alive_timestamp_seconds",
    type: "gauge",
    help: "The last sign of life of the receiver of notifications that lived last; it gives one every 30 s",
    labels: [],
    samples: ({ listener }) => seconds(listener?.aliveAt ?? null),
  },
  {
    name: "cas_batch_listener_ended",
    type: "gauge",
    help: "1 when that receiver was stopped in order, 0 when it lives or died",
    labels: [],
    samples: ({ listener }) => (listener === null ? [] : one(listener.hasEnded ? 1 : 0)),
  },
  {
    name: "cas_batch_notifications_waiting",
    type: "gauge",
    help: "Kept notifications that are not merged so far: `received`; or about nothing that is known: `unmatched`",
    labels: ["standing"],
    samples: ({ notifications: { received, unmatched } }) => [
      { labels: { standing: "received" }, value: received },
      { labels: { standing: "unmatched" }, value: unmatched },
    ],
  },
  {
    name: "cas_batch_last_notification_timestamp_seconds",
    type: "gauge",
    help: "When the last notification was received",
    labels: [],
    samples: ({ notifications }) => seconds(notifications.lastReceivedAt),
  },
];
