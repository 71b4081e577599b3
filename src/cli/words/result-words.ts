// What a run did, and what to do next, in words.
import { inboxCodes, needsPerson, type NotTaken } from "../../core/codes/inbox-codes.ts";
import { counted, plural } from "../../core/text/count-words.ts";
import { minuteWords } from "../../core/time/time-words.ts";
import { isIncomplete } from "../../core/gap.ts";
import { gapWords } from "../../core/reason-words.ts";
import { amendFlag, settleCommand, shellWord } from "../../core/settle-command.ts";
import { sendingWords } from "../../core/sending-words.ts";
import {
  isBalanced,
  nounsOfFiles,
  sumCounts,
  type ArchivedFiles,
  type Fact,
  type FilePlace,
  type FileResult,
  type NextStep,
} from "../../runs/result/result.ts";

const FOLDERS_SHOWN_MAX = 3;
const ARCHIVED_SHOWN_MAX = 3;

export function factLines(fact: Fact): readonly string[] {
  if (typeof fact === "string") return [fact];
  switch (fact.code) {
    case "shipments":
      return [shipmentWords(fact.files)];
    case "balance":
      return [balanceWords(fact.files)];
    case "imbalances":
      return imbalanceLines(fact.imbalances);
    case "sending":
      return [sendingWords(fact.sender, fact.buckets)];
    case "delivery": {
      const { accepted, rejected, held, unknown, unsent } = fact.delivery;
      return [
        `${plural(accepted, "message")} accepted by CAS, ${counted(rejected)} refused, ${counted(held)} held, ${counted(unknown)} with unknown outcome, ${counted(unsent)} not sent yet`,
      ];
    }
    case "sent-for-other-runs":
      return [
        `Queued by other runs and sent by this one: ${counted(fact.accepted)} accepted by CAS, ${counted(fact.rejected)} refused`,
      ];
    case "would-send": {
      const { noun, nouns } = nounsOfFiles(fact.files);
      const { unsent } = sumCounts(fact.files);
      const asked =
        fact.asked === 0
          ? ""
          : `; CAS is asked about ${counted(fact.asked)} first, and may have some of them already`;
      const before =
        fact.queuedBefore === 0
          ? []
          : [`${plural(fact.queuedBefore, "message")} that earlier runs queued would be sent, too`];
      return [`${plural(unsent, noun, nouns)} would be sent${asked}`, ...before];
    }
    case "dry-run": {
      const whose = fact.tenant === "" ? "" : `, tenant ${fact.tenant}`;
      const known = fact.isNew ? "from which nothing was sent so far" : "as it is now";
      return [
        `A dry run: nothing was sent or recorded. It goes by the ledger ${fact.ledger}${whose}, ${known}; CAS was not asked`,
      ];
    }
    case "queued-for": {
      const { command, processId, hostName } = fact.holder;
      return [
        `${plural(fact.count, "message")} queued for \`cas-batch ${command}\` (process ${String(processId)} on ${hostName}), which sends in turn`,
      ];
    }
    case "files-not-read":
      return [`Not read, because the run stopped: ${fact.names.join(", ")}`];
    case "reconciled":
      return [
        `${plural(fact.declarations, "declaration")} read, ${counted(fact.changed)} new or changed`,
        completeWords(fact.completeUpTo),
        ...askedWords(fact.byReference),
      ];
    case "declaration-statuses":
      return [statusWords(fact.statuses)];
    case "still-moving":
      return [`${plural(fact.shipments, "shipment")} of this ledger still being processed`];
    case "gap":
      return [`${isIncomplete(fact.gap) ? "INCOMPLETE" : "OPEN"}: ${gapWords(fact.gap)}`];
    case "stopped-early":
      return [`STOPPED EARLY: ${fact.message}`];
    case "report":
      return [
        `Report: ${fact.path}`,
        ...(fact.htmlPath === null || fact.htmlPath === fact.path
          ? []
          : [`  For the browser: ${fact.htmlPath}`]),
      ];
    case "documents":
      return documentLines(fact);
    case "result-files":
      return fact.ofRun === null
        ? [`Result files: ${fact.folder}`]
        : [`Result files of run ${fact.ofRun}, as it stands now: ${fact.folder}`];
    case "latest":
      return [
        ...(fact.path === null ? [] : [`  The same under a name that stays: ${fact.path}`]),
        ...(fact.remark === null ? [] : [`  ${fact.remark}`]),
      ];
    case "result-folders-missing": {
      const { folders } = fact;
      const shown = folders.slice(0, FOLDERS_SHOWN_MAX).map((folder) => `  ${folder}`);
      const count = plural(folders.length, "earlier run");
      const cut = shown.length < folders.length ? ` (${shown.length} shown)` : "";
      return [
        `Result files of ${count} were not renewed, for their folders are not there any more${cut}:`,
        ...shown,
        "  Move a folder back, or make an empty one there, and run `cas-batch reconcile` again; the status report shows all",
      ];
    }
    case "older-copies":
      return fact.remarks.map((remark) => `  ${remark}`);
    case "not-written":
      return [`NOT WRITTEN: ${fact.message}`];
    case "not-moved":
      return [`NOT MOVED: ${fact.message}`];
    case "inbox":
      return inboxLines(fact);
    case "not-taken":
      return notTakenLines(fact.notTaken);
    case "no-result-files":
      return [`NO RESULT FILES: ${fact.message}`];
    case "annotated": {
      const { name, path, remarks } = fact.copy;
      return path === null
        ? remarks
        : [`${name}, annotated: ${path}`, ...remarks.map((remark) => `  ${remark}`)];
    }
  }
}

export function stepWords(step: NextStep): string {
  if (typeof step === "string") return step;
  switch (step.code) {
    case "resume":
      return "`cas-batch resume`";
    case "reconcile":
      return `\`cas-batch reconcile\`   (${RECONCILE_FOR[step.because]})`;
    case "settle": {
      const command = settleCommand(step.environment, step.key, "arrived");
      return `Look up ${step.key.externalReference} in CAS, then \`${command}\`, or =resend when CAS does not have it`;
    }
    case "settle-more":
      return `${String(step.shown)} of ${String(step.total)} to look up are shown`;
    case "run-again":
      return "Run the same command again: it reads what was not read and sends what is left";
    case "verify-ledger":
      return "Do not rely on these numbers: run `cas-batch ledger verify`, which shows what is wrong and what to do";
    case "submit-for-real":
      return "To send it, run the same command again without `--dry-run`";
    case "correct-input":
      return "Correct what is named above and run the same command again";
    case "open-report":
      return `Open the sheet "Action needed" of the report, ${String(step.actions)} to look at`;
    case "allow-amend": {
      const { archived } = step;
      const flags = step.keys.map((key) => `\`${amendFlag(key)}\``).join(", ");
      const cut =
        step.total > step.keys.length
          ? ` (${counted(step.keys.length)} of ${counted(step.total)} shown)`
          : "";
      return archived === undefined
        ? `For each held message that is to be sent all the same, run the same command again with ${flags}${cut}`
        : `For each held message that is to be sent all the same, run ${overArchived(archived)} with ${flags}${cut}`;
    }
    case "retry-refused":
      if (step.archived !== undefined) {
        return `Refused before and not sent again: ${counted(step.shipments)}; correct them, or run ${overArchived(step.archived)} with \`--retry-refused\` when CAS would take them now`;
      }
      return `Refused before and not sent again: ${counted(step.shipments)}; correct them, or add \`--retry-refused\` to the same command when CAS would take them now`;
  }
}

/** The archive is no inbox, so its files are submitted by name. */
function overArchived({ environment, paths }: ArchivedFiles): string {
  const shown = paths.slice(0, ARCHIVED_SHOWN_MAX);
  const cut =
    shown.length < paths.length
      ? `, ${counted(shown.length)} of ${counted(paths.length)} files shown,`
      : "";
  return `\`cas-batch submit ${shown.map(shellWord).join(" ")} --env ${environment}\`${cut} (and --config, --ledger, --profile as here)`;
}

const RECONCILE_FOR = {
  sent: "what became of it",
  "sent-by-other": "what became of it, once the other process has sent it",
  sending: "once the other process has finished",
  incomplete: "reads the rest",
} as const;

function inboxLines({
  recovered,
  moved,
  folder,
}: Extract<Fact, { code: "inbox" }>): readonly string[] {
  const count = (place: FilePlace): number => moved.filter((one) => one === place).length;
  const parts: readonly (readonly [number, string])[] = [
    [count("archive"), "archived"],
    [count("rejected"), "moved to rejected"],
    [count("inbox"), "put back, to be read again"],
    [count("processing"), "left in processing"],
  ];
  const words = parts
    .filter(([number]) => number > 0)
    .map(([number, to]) => `${counted(number)} ${to}`);
  return [
    ...(recovered === 0
      ? []
      : [`${plural(recovered, "file")} left in processing by an interrupted run, taken first`]),
    ...(moved.length === 0 ? [] : [`Files of ${folder}: ${words.join(", ")}`]),
  ];
}

const NOT_TAKEN_SHOWN_MAX = 5;

/** By reasons, because a folder of photographs has one reason for all of them. */
function notTakenLines(notTaken: readonly NotTaken[]): readonly string[] {
  const byCode = Map.groupBy(notTaken, ({ code, detail }) => JSON.stringify([code, detail]));
  return [...byCode.values()].flatMap((alike) => {
    const [first] = alike;
    if (first === undefined) return [];
    const shown = alike.slice(0, NOT_TAKEN_SHOWN_MAX).map(({ name }) => name);
    const cut =
      shown.length < alike.length ? ` (${shown.length} of ${counted(alike.length)} shown)` : "";
    const { words, hint } = inboxCodes[first.code];
    const why = first.detail === null ? words : `${words} (${first.detail})`;
    const line = `Not taken: ${shown.join(", ")}${cut}: ${why}`;
    return needsPerson(first.code) ? [line, `  ${hint}`] : [line];
  });
}

function documentLines({
  fetched,
  skipped,
  failed,
  missing,
  folder,
}: Extract<Fact, { code: "documents" }>): readonly string[] {
  const parts = [
    `${plural(fetched, "document")} fetched to ${folder}`,
    ...(skipped === 0 ? [] : [`${counted(skipped)} fetched before and skipped`]),
    ...(failed === 0 ? [] : [`${counted(failed)} FAILED`]),
  ];
  const moved =
    missing === 0
      ? []
      : [
          `${plural(missing, "document")} of them fetched before to a file that is not there any more: fetched again, or skipped with \`documents.missingFiles: skip\` in cas-batch.yaml`,
        ];
  return [parts.join(", "), ...moved];
}

function balanceWords(files: readonly FileResult[]): string {
  const counts = sumCounts(files);
  const { noun, nouns } = nounsOfFiles(files);
  const rows = `${plural(counts.rows, "row")} = ${counted(counts.shipmentRows)} in ${nouns} + ${counted(counts.blank)} blank + ${counted(counts.invalidRows)} invalid + ${counted(counts.duplicate)} duplicate`;
  const unread = files.filter((file) => file.rejected && file.counts.rowsRead === 0).length;
  const besides = unread === 0 ? "" : `; ${plural(unread, "file")} could not be read`;
  return isBalanced(files)
    ? `Books balanced: ${rows}${besides}`
    : `BOOKS DO NOT BALANCE: ${rows}; ${plural(counts.shipments, noun, nouns)}. Please report this`;
}

const IMBALANCES_SHOWN_MAX = 5;

function imbalanceLines(imbalances: readonly string[]): readonly string[] {
  const lines = imbalances.slice(0, IMBALANCES_SHOWN_MAX).map((line) => `NOT BALANCED: ${line}`);
  return imbalances.length === lines.length
    ? lines
    : [
        ...lines,
        `  … ${counted(lines.length)} of ${counted(imbalances.length)} shown; --json has all`,
      ];
}

function shipmentWords(files: readonly FileResult[]): string {
  const counts = sumCounts(files);
  const words: readonly (readonly [number, string])[] = [
    [counts.accepted, "accepted by CAS"],
    [counts.unchanged, "unchanged"],
    [counts.invalid, "invalid"],
    [counts.rejected, "refused by CAS"],
    [counts.held, "held"],
    [counts.superseded, "superseded by a newer file"],
    [counts.unknown, "with unknown outcome"],
    [counts.sending, "on the way to CAS"],
    [counts.unsent, "not sent yet"],
    [counts.aborted, "not sent because their file has mistakes"],
  ];
  const parts = words
    .filter(([count]) => count > 0)
    .map(([count, word]) => `${counted(count)} ${word}`);
  const { noun, nouns } = nounsOfFiles(files);
  return `${plural(counts.shipments, noun, nouns)}: ${parts.length === 0 ? "none" : parts.join(", ")}`;
}

function statusWords(statuses: Readonly<Record<string, number>>): string {
  const parts = Object.entries(statuses)
    .sort(([left], [right]) => left.localeCompare(right))
    .map(([status, count]) => `${counted(count)} ${status}`);
  return parts.length === 0 ? "No declarations yet" : `Declarations: ${parts.join(", ")}`;
}

function completeWords(until: string | null): string {
  return until === null
    ? "CAS was not searched to the end so far: declarations may be missing"
    : `Complete up to ${minuteWords(new Date(until))}, by the clock of CAS`;
}

function askedWords({
  asked,
  waiting,
}: Extract<Fact, { code: "reconciled" }>["byReference"]): readonly string[] {
  if (asked + waiting === 0) return [];
  const more = waiting === 0 ? "" : `; ${counted(waiting)} more with the next reconcile`;
  return [`${plural(asked, "open shipment")} asked for by reference${more}`];
}
