// A result on standard output: text for people, or the one JSON document. Findings are streamed in
// both, because a file can have more of them than memory should hold.
import { keyText, kindOfKey } from "../../core/shipment.ts";
import { nounsOfFiles } from "../../runs/result/result.ts";
import { counted, plural } from "../../core/text/count-words.ts";
import { changesWords, reasonMembers, reasonWords } from "../../core/reason-words.ts";
import { profileLineText } from "../../core/profile-line.ts";
import { shortened } from "../../core/text/quoted-text.ts";
import type { LineBucket } from "../../ledger/contract/staging.ts";
import type { LineView } from "../../ledger/contract/views.ts";
import { statusWord } from "../../runs/result/exit-code.ts";
import {
  isBalanced,
  sumCounts,
  type Batches,
  type CommandResult,
  type FileResult,
  type PlannedLine,
  type CommandError,
} from "../../runs/result/result.ts";
import { NOTHING_FILED } from "../../core/simulator-words.ts";
import { plainResult } from "./plain-result.ts";
import { printFindings, type FindingDetail } from "./print-findings.ts";
import type { Write } from "./text-lines.ts";
import { factLines, stepWords } from "./result-words.ts";
import { visibleParts } from "./visible-parts.ts";

const SCHEMA_VERSION = 1;

/** How many shipments a person reads on a terminal; the JSON form and the report hold them all. */
const SHIPMENTS_SHOWN_MAX = 20;

export async function printResultAsText(
  parts: CommandResult,
  detail: FindingDetail,
  write: Write,
): Promise<void> {
  const result = visibleParts(parts);
  for (const file of result.files) await write(describeFile(file, unsentWord(result)));
  await printFindings(result.findings, detail, write);
  await printSome(result.attention, describeLine, write);
  if (result.planned !== undefined) await printSome(result.planned, describePlanned, write);
  const lines = [
    ...(result.simulated === true ? [NOTHING_FILED] : []),
    ...result.summary.flatMap(factLines),
  ];
  if (lines.length > 0) await write(`\n${lines.join("\n")}\n`);
  if (result.next.length > 0) {
    await write(`\nNext:\n${result.next.map((step) => `  ${stepWords(step)}\n`).join("")}`);
  }
}

/** @param describe null where there is nothing to say */
async function printSome<Line>(
  lines: Batches<Line>,
  describe: (line: Line) => string | null,
  write: Write,
): Promise<void> {
  let shown = 0;
  let found = 0;
  for await (const batch of lines) {
    for (const line of batch) {
      const words = describe(line);
      if (words === null) continue;
      found += 1;
      if (shown >= SHIPMENTS_SHOWN_MAX) continue;
      if (shown === 0) await write("\n");
      shown += 1;
      await write(words);
    }
  }
  if (found > shown) {
    await write(`  … ${counted(shown)} of ${counted(found)} shipments shown; --json shows all\n`);
  }
}

const CHANGES_SHOWN_MAX = 10;
const SHOWN_AS_PLANNED: ReadonlySet<LineBucket> = new Set([
  "held",
  "rejected",
  "superseded",
  "unknown",
]);

/** What a JSON document belongs to. */
interface DocumentHead {
  readonly command: string;
  readonly environment: string | null;
}

export async function printResultAsJson(
  result: CommandResult,
  head: DocumentHead,
  write: Write,
): Promise<void> {
  await write(`${JSON.stringify(membersOf(result, head)).slice(0, -1)},"findings":`);
  await writeArray(result.findings, write);
  await write(`,"attention":`);
  await writeArray(attentionMembers(result.attention), write);
  if (result.planned !== undefined) {
    await write(`,"shipments":`);
    await writeArray(plannedMembers(result.planned), write);
  }
  if (result.list !== undefined) {
    await write(`,${JSON.stringify(result.list.name)}:`);
    await writeArray(result.list.elements, write);
  }
  await write("}\n");
}

/** The JSON document of a command that could not do its work. */
export function errorDocument(
  head: DocumentHead,
  exitCode: number,
  error: CommandError,
  more: CommandResult["more"] = {},
): string {
  const result = { ...plainResult([], more, [error.hint], exitCode), error };
  return `${JSON.stringify({ ...membersOf(result, head), findings: [], attention: [] })}\n`;
}

/** The document without its lists of any length: findings, and shipments that need a person. */
export function membersOf(result: CommandResult, { command, environment }: DocumentHead): object {
  return {
    schemaVersion: SCHEMA_VERSION,
    command,
    environment,
    runId: result.runId,
    status: result.status ?? statusWord(result.exitCode),
    exitCode: result.exitCode,
    ...(result.simulated === undefined ? {} : { simulated: result.simulated }),
    counts: result.totals?.counts ?? sumCounts(result.files),
    balanced: result.totals?.balanced ?? balanceOf(result.files),
    files: result.files.map(fileMembers),
    next: result.next.map(stepWords),
    ...(result.error === null ? {} : { error: result.error }),
    ...result.more,
  };
}

/** Null of a command that counted nothing: nobody has asked, so nothing is claimed. */
function balanceOf(files: CommandResult["files"]): boolean | null {
  return files.length === 0 ? null : isBalanced(files);
}

/** Without what the ledger alone needs, to mark the file again. */
function fileMembers({ file, ...rest }: FileResult & { readonly form?: unknown }): object {
  const { form: _form, ...members } = rest;
  return { ...file, ...members };
}

async function* attentionMembers(lines: Batches<LineView>): AsyncIterable<readonly object[]> {
  for await (const batch of lines) {
    yield batch.map((line) => ({
      ...line,
      kind: kindOfKey(line.key),
      ...reasonMembers(line.reason),
    }));
  }
}

/** What was not sent so far has no message, no attempts and no declarations of its own to show. */
async function* plannedMembers(planned: Batches<PlannedLine>): AsyncIterable<readonly object[]> {
  for await (const batch of planned) {
    yield batch.map(({ line, changes }) => ({
      kind: kindOfKey(line.key),
      key: line.key,
      fileName: line.fileName,
      rows: line.rows,
      outcome: plannedOutcome(line),
      changes,
      ...reasonMembers(line.reason),
    }));
  }
}

function plannedOutcome({ bucket }: LineView): string {
  return bucket === "unsent" ? "send" : bucket;
}

async function writeArray(batches: Batches<object>, write: Write): Promise<void> {
  let separator = "[";
  for await (const batch of batches) {
    for (const element of batch) {
      await write(`${separator}${JSON.stringify(element)}`);
      separator = ",";
    }
  }
  await write(separator === "[" ? "[]" : "]");
}

/** A check keeps nothing, so what it could send is valid, not unsent. */
function unsentWord({ runId, planned }: CommandResult): string {
  if (planned !== undefined) return "to be sent";
  return runId === null ? "valid" : "unsent";
}

function describeFile(
  { file, layout, detected, rejected, counts, movedTo }: FileResult,
  wordOfUnsent: string,
): string {
  const moved = movedTo === undefined ? "" : `  now ${movedTo}\n`;
  const facts = [
    ...(layout === null ? [] : [`${layout} layout`]),
    ...Object.entries(detected).map(([name, value]) => `${inWords(name)} ${value}`),
  ].join(", ");
  const about = facts === "" ? "" : `  (${facts})`;
  if (rejected && counts.shipments === 0) return `${file.name}: rejected${about}\n${moved}`;
  const buckets = Object.entries(counts.buckets)
    .filter(([, count]) => count > 0)
    .map(([bucket, count]) => `${counted(count)} ${bucket === "unsent" ? wordOfUnsent : bucket}`)
    .join(", ");
  const { noun, nouns } = nounsOfFiles([{ detected }]);
  const shipments = plural(counts.shipments, noun, nouns);
  const refused = rejected ? "rejected, nothing of it is sent; " : "";
  return `${file.name}: ${refused}${plural(counts.rowsRead, "row")}, ${shipments}: ${buckets === "" ? "none" : buckets}${about}\n${moved}`;
}

/** Shape: `decimal mark` for `decimalMark`. */
function inWords(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** What is sent for the first time, unchanged or has errors is only counted; its findings say which errors. */
function describePlanned({ line, changes }: PlannedLine): string | null {
  if (changes !== null) {
    const words = `sent as a change: ${changesWords(changes, CHANGES_SHOWN_MAX)}`;
    return describeLine({ ...line, reason: { code: "text", text: words } }, "change");
  }
  return SHOWN_AS_PLANNED.has(line.bucket) ? describeLine(line) : null;
}

/** Shape: two lines, the shipment with its place and why it needs a person. */
function describeLine(
  { bucket, fileName, rows, key, reason, refusedFields }: LineView,
  word: string = bucket,
): string {
  const [first] = rows;
  const spot = first === undefined ? "" : ` › ${first.sheet} › row ${String(first.row)}`;
  const cells = refusedFields
    .map(({ sheet, cell, profile, value, message }) => {
      const line = profile === undefined ? null : profileLineText(profile, null);
      const place = [sheet, cell, line].filter((part) => part !== null).join(" › ");
      return `\n           ${place === "" ? "" : `${place} `}${value === null ? "" : `"${shortened(value)}" `}${message}`;
    })
    .join("");
  return `  ${word.padEnd(8)} ${keyText(key)}  (${fileName}${spot})${reason === null ? "" : `: ${reasonWords(reason)}`}${cells}\n`;
}
