// How the books stand, in words: what needs a person first, then what only takes its time.
import { openKinds, type OpenKind } from "../../core/open-kinds.ts";
import { keyText } from "../../core/shipment.ts";
import { senderWords } from "../../core/sending-words.ts";
import { NOTHING_FILED } from "../../core/simulator-words.ts";
import { counted, plural } from "../../core/text/count-words.ts";
import { durationWords } from "../../core/time/time-words.ts";
import type { ListenerView } from "../../ledger/contract/notifications.ts";
import type {
  LastRun,
  OpenWork,
  RunTimes,
  StatusOfBooks,
  Waiting,
} from "../../ledger/contract/status.ts";
import { minuteIn } from "../../report/status-report.ts";
import { listenerLife } from "../../runs/listener-life.ts";
import { AHEAD_MS_MAX, type Freshness } from "../../runs/result/freshness.ts";
import { exitWords } from "../../runs/result/exit-code.ts";

export interface ShownStatus extends StatusOfBooks {
  readonly oldest: readonly OpenWork[];
  /** Null where no age was asked for. */
  readonly freshness: Freshness | null;
}

interface Shown {
  readonly now: Date;
  readonly timeZone: string;
}

/** Those of which the last run is always told, also when there is none. */
const TOLD_COMMANDS = ["run", "submit", "reconcile"];
/** Others that work on shipments. */
const ALSO_TOLD = ["ingest", "resume"];
const LABEL_WIDTH = 15;

const openWords: Readonly<Record<OpenKind, readonly [one: string, several: string]>> = {
  unknown: ["message with unknown outcome", "messages with unknown outcome"],
  refused: ["message refused by CAS", "messages refused by CAS"],
  held: ["message held", "messages held"],
  invalid: ["shipment with mistakes in its file", "shipments with mistakes in their files"],
  aborted: ["shipment of a rejected file", "shipments of rejected files"],
  action: ["declaration that needs a person", "declarations that need a person"],
  change: [
    "change of a declaration without certain end",
    "changes of declarations without certain end",
  ],
  sending: ["message on the way to CAS", "messages on the way to CAS"],
  unsent: ["message in the queue", "messages in the queue"],
  "at-customs": ["shipment at customs", "shipments at customs"],
};

export function describeStatus(status: ShownStatus, shown: Shown): readonly string[] {
  const { environment, tenant, lastRuns, shipments, declarations, notInFiles, freshness } = status;
  const isSimulated = environment === "simulator" || lastRuns.some(({ last }) => last.simulated);
  return [
    `${environment}, tenant ${tenant}`,
    ...(isSimulated ? [labelled("", NOTHING_FILED)] : []),
    ...(freshness === null ? [] : [labelled("Nightly run", freshnessWords(freshness, shown))]),
    ...lastRunLines(lastRuns, shown),
    labelled("Shipments", counted(shipments)),
    labelled("Declarations", declarationWords(declarations)),
    ...(notInFiles === 0 ? [] : [labelled("", `${counted(notInFiles)} of them in no file`)]),
    ...openLines(status, shown),
    ...oldestLines(status.oldest, shown),
    ...senderLines(status, shown),
    labelled("Listener", listenerWords(status.listener, shown)),
    ...waitingNotificationLines(status),
    labelled("Complete up to", completeWords(status.completeUpTo, shown)),
  ];
}

function labelled(label: string, words: string): string {
  return `  ${label.padEnd(LABEL_WIDTH)} ${words}`;
}

function freshnessWords(freshness: Freshness, shown: Shown): string {
  switch (freshness.state) {
    case "missing":
      return freshness.open === null
        ? "MISSING: there has been no `cas-batch run`"
        : `MISSING: none has ended so far; run ${freshness.open.runId} began ${agoWords(freshness.open.startedAt, shown)}`;
    case "failed":
      return `NOT DONE: ${endWords(freshness.run, shown)}`;
    case "too-old": {
      const { run, open } = freshness;
      const since = open === null ? "" : `; run ${open.runId}, ${openRunWords(open, shown)}`;
      return `TOO OLD: the last one ended ${agoWords(run.finishedAt ?? run.startedAt, shown)}${since}`;
    }
    case "in-future":
      return `AGE NOT KNOWN: ${endWords(freshness.run, shown)}; one of the clocks was wrong`;
    case "fresh":
      return `fresh: ${endWords(freshness.run, shown)}`;
  }
}

function lastRunLines(lastRuns: readonly LastRun[], shown: Shown): readonly string[] {
  return [...TOLD_COMMANDS, ...ALSO_TOLD].flatMap((command) => {
    const found = lastRuns.find((one) => one.command === command);
    if (found === undefined) {
      return TOLD_COMMANDS.includes(command) ? [labelled(`Last ${command}`, "none")] : [];
    }
    return [labelled(`Last ${command}`, endWords(found.last, shown))];
  });
}

/** Shape: `2026-11-29 02:14 (11 h ago), exit code 4: …`. */
function endWords(run: RunTimes, shown: Shown): string {
  if (run.finishedAt === null) return openRunWords(run, shown);
  const code = run.exitCode ?? 1;
  return `${agoWords(run.finishedAt, shown)}, exit code ${String(code)}: ${exitWords(code)}`;
}

/** Nothing in the ledger tells a run that works from one that was killed. */
function openRunWords({ startedAt }: RunTimes, shown: Shown): string {
  return `began ${agoWords(startedAt, shown)} and has not ended: it works, or it was killed`;
}

/** Shape: `2026-11-29 02:14 (11 h ago)`. */
function agoWords(at: Date, { now, timeZone }: Shown): string {
  const agoMs = now.getTime() - at.getTime();
  const ago =
    agoMs < -AHEAD_MS_MAX
      ? `still to come in ${durationWords(-agoMs)}: the clock was ahead then, or is behind now`
      : `${durationWords(Math.max(0, agoMs))} ago`;
  return `${minuteIn(at, timeZone)} (${ago})`;
}

function declarationWords(declarations: Readonly<Record<string, number>>): string {
  const entries = Object.entries(declarations).sort(([, left], [, right]) => right - left);
  const total = entries.reduce((sum, [, count]) => sum + count, 0);
  const parts = entries.map(([status, count]) => `${counted(count)} ${status}`);
  return total === 0 ? "none" : `${counted(total)}: ${parts.join(", ")}`;
}

function openLines(
  { open, leftToPerson, withoutDeclaration }: ShownStatus,
  shown: Shown,
): readonly string[] {
  const found = openKinds.filter((kind) => open[kind].count > 0);
  if (found.length === 0) return [labelled("Open", "nothing")];
  return found.flatMap((kind, at) => {
    const label = at === 0 ? "Open" : "";
    const more = [
      ...(kind === "unknown" && leftToPerson > 0
        ? [`of them ${counted(leftToPerson)} that only a person can settle`]
        : []),
      ...(kind === "at-customs" && withoutDeclaration.count > 0
        ? [`of them without a declaration: ${waitingWords(withoutDeclaration, shown)}`]
        : []),
    ];
    const words = openWords[kind][open[kind].count === 1 ? 0 : 1];
    return [
      labelled(label, waitingWords(open[kind], shown, words)),
      ...more.map((line) => labelled("", `  ${line}`)),
    ];
  });
}

function waitingWords({ count, since }: Waiting, shown: Shown, words = ""): string {
  const what = `${counted(count)} ${words}`.trim();
  return since === null ? what : `${what}, since ${agoWords(since, shown)}`;
}

function oldestLines(oldest: readonly OpenWork[], shown: Shown): readonly string[] {
  return oldest.map(({ kind, key, declarationId, since }, at) => {
    const names = [
      ...(key === null ? [] : [keyText(key)]),
      ...(declarationId === null ? [] : [`declaration ${declarationId}`]),
    ];
    return labelled(
      at === 0 ? "Oldest of these" : "",
      `${minuteIn(since, shown.timeZone)}  ${kind.padEnd(10)}  ${names.join(", ")}`,
    );
  });
}

function senderLines({ sender, waitUntil }: ShownStatus, shown: Shown): readonly string[] {
  const waits = waitUntil !== null && waitUntil > shown.now;
  return [
    labelled(
      "Sending",
      sender === null ? "nobody" : `${senderWords(sender)} since ${agoWords(sender.since, shown)}`,
    ),
    ...(waits
      ? [labelled("", `CAS asked to be sent nothing before ${minuteIn(waitUntil, shown.timeZone)}`)]
      : []),
  ];
}

function listenerWords(last: ListenerView | null, shown: Shown): string {
  if (last === null) return "none so far";
  const { address, aliveAt } = last;
  const at = agoWords(aliveAt, shown);
  switch (listenerLife(last, shown.now)) {
    case "alive":
      return `alive at ${address}, last sign ${at}`;
    case "ended":
      return `ended ${at}, at ${address}`;
    case "dead":
      return `DEAD: it was at ${address}, never ended, and gave its last sign ${at}`;
  }
}

function waitingNotificationLines({
  notifications: { received, unmatched },
}: ShownStatus): readonly string[] {
  const parts = [
    ...(received === 0 ? [] : [`${plural(received, "notification")} to be merged`]),
    ...(unmatched === 0
      ? []
      : [`${plural(unmatched, "notification")} about nothing that the ledger knows`]),
  ];
  return parts.length === 0 ? [] : [labelled("", parts.join(", "))];
}

function completeWords(completeUpTo: string | null, shown: Shown): string {
  return completeUpTo === null
    ? "not known: CAS was not searched to the end so far"
    : `${agoWords(new Date(completeUpTo), shown)}, by the clock of CAS`;
}
