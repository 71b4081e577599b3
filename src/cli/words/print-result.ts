// A result on standard output: text for people, or the one JSON document. Findings are streamed in
// both, because a file can have more of them than memory should hold.
import { counted, plural } from "../../core/text/count-words.ts";
import { shortened } from "../../core/text/quoted-text.ts";
import { reasonMembers, reasonWords } from "../../core/reason-words.ts";
import type { LineView } from "../../ledger/contract/views.ts";
import { statusWord } from "../../runs/result/exit-code.ts";
import {
  isBalanced,
  sumCounts,
  type Batches,
  type CommandResult,
  type FileResult,
  type CommandError,
} from "../../runs/result/result.ts";
import { plainResult } from "./plain-result.ts";
import { printFindings } from "./print-findings.ts";
import type { Write } from "./text-lines.ts";
import { factLines, stepWords } from "./result-words.ts";
import { visibleParts } from "./visible-parts.ts";

const SCHEMA_VERSION = 1;

/** How many shipments a person reads on a terminal; the JSON form and the report hold them all. */
const SHIPMENTS_SHOWN_MAX = 20;

/** @param isQuiet shows no warnings and no notes */
export async function printResultAsText(
  parts: CommandResult,
  isQuiet: boolean,
  write: Write,
): Promise<void> {
  const result = visibleParts(parts);
  for (const file of result.files) await write(describeFile(file, result.runId !== null));
  await printFindings(result.findings, isQuiet, write);
  await printAttention(result.attention, write);
  const lines = result.summary.flatMap(factLines);
  if (lines.length > 0) await write(`\n${lines.join("\n")}\n`);
  if (result.next.length > 0) {
    await write(`\nNext:\n${result.next.map((step) => `  ${stepWords(step)}\n`).join("")}`);
  }
}

async function printAttention(lines: Batches<LineView>, write: Write): Promise<void> {
  let shown = 0;
  let found = 0;
  for await (const batch of lines) {
    for (const line of batch) {
      found += 1;
      if (shown >= SHIPMENTS_SHOWN_MAX) continue;
      if (shown === 0) await write("\n");
      shown += 1;
      await write(describeLine(line));
    }
  }
  if (found > shown) {
    await write(`  … ${counted(shown)} of ${counted(found)} shipments shown; --json shows all\n`);
  }
}

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
  await write("}\n");
}

/** The JSON document of a command that could not do its work. */
export function errorDocument(head: DocumentHead, exitCode: number, error: CommandError): string {
  const result = { ...plainResult([], {}, [error.hint], exitCode), error };
  return `${JSON.stringify({ ...membersOf(result, head), findings: [], attention: [] })}\n`;
}

function membersOf(result: CommandResult, { command, environment }: DocumentHead): object {
  return {
    schemaVersion: SCHEMA_VERSION,
    command,
    environment,
    runId: result.runId,
    status: result.status ?? statusWord(result.exitCode),
    exitCode: result.exitCode,
    counts: sumCounts(result.files),
    balanced: isBalanced(result.files),
    files: result.files.map(({ file, ...rest }) => ({ ...file, ...rest })),
    next: result.next.map(stepWords),
    ...(result.error === null ? {} : { error: result.error }),
    ...result.more,
  };
}

async function* attentionMembers(lines: Batches<LineView>): AsyncIterable<readonly object[]> {
  for await (const batch of lines) {
    yield batch.map((line) => ({ ...line, ...reasonMembers(line.reason) }));
  }
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
function bucketWord(bucket: string, isKept: boolean): string {
  return bucket === "unsent" && !isKept ? "valid" : bucket;
}

function describeFile(
  { file, layout, detected, rejected, counts }: FileResult,
  isKept: boolean,
): string {
  const facts = [
    ...(layout === null ? [] : [`${layout} layout`]),
    ...Object.entries(detected).map(([name, value]) => `${inWords(name)} ${value}`),
  ].join(", ");
  const about = facts === "" ? "" : `  (${facts})`;
  if (rejected && counts.shipments === 0) return `${file.name}: rejected${about}\n`;
  const buckets = Object.entries(counts.buckets)
    .filter(([, count]) => count > 0)
    .map(([bucket, count]) => `${counted(count)} ${bucketWord(bucket, isKept)}`)
    .join(", ");
  const shipments = plural(counts.shipments, "shipment");
  return `${file.name}: ${plural(counts.rowsRead, "row")}, ${shipments}: ${buckets === "" ? "none" : buckets}${about}\n`;
}

/** Shape: `decimal mark` for `decimalMark`. */
function inWords(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** Shape: two lines, the shipment with its place and why it needs a person. */
function describeLine({ bucket, fileName, rows, key, reason, refusedFields }: LineView): string {
  const [first] = rows;
  const spot = first === undefined ? "" : ` › ${first.sheet} › row ${String(first.row)}`;
  const cells = refusedFields
    .map(({ sheet, cell, value, message }) => {
      const place = [sheet, cell].filter((part) => part !== null).join(" › ");
      return `\n           ${place === "" ? "" : `${place} `}${value === null ? "" : `"${shortened(value)}" `}${message}`;
    })
    .join("");
  return `  ${bucket.padEnd(8)} ${key.direction} ${key.externalReference}  (${fileName}${spot})${reason === null ? "" : `: ${reasonWords(reason)}`}${cells}\n`;
}
