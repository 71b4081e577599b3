// What support needs to see of an installation, in one zip file that can be sent to strangers: versions, settings
// without what is secret, what `doctor` found, and how the ledger stands. Every entry is put together of what is known to
// be harmless (codes, counts, times, words of ours); nothing is taken as it stands and cleaned afterwards. So there
// are no references, no parties, no names of files, no addresses, no tenant and no message in it.
import { arch, availableParallelism, release, totalmem } from "node:os";
import { declarationStatuses } from "../core/codes/declaration-statuses.ts";
import { findingCodes } from "../core/codes/finding-codes.ts";
import { isReasonCode } from "../core/reason.ts";
import type { Clock } from "../core/time/clock.ts";
import type { RecentRun, StatusOfBooks } from "../ledger/contract/status.ts";
import { describeLedger } from "../ledger/sqlite/care/describe-ledger.ts";
import { writeZip, type ZipText } from "../report/write-zip.ts";
import { commandScopes } from "./command-scopes.ts";
import { listenerLife } from "./listener-life.ts";
import { describeError } from "./result/describe-error.ts";
import { EXIT } from "./result/exit-code.ts";
import { withStatus, type StatusReader } from "./status.ts";

interface SupportCheck {
  readonly name: string;
  readonly ok: boolean;
  /** The code of what went wrong; null when nothing did, or when it was not tried. */
  readonly code: string | null;
}

export interface SupportFacts {
  readonly programVersion: string;
  readonly clock: Clock;
  /** Null where it cannot be told which it is. */
  readonly ledgerPath: string | null;
  readonly checks: readonly SupportCheck[];
  /** Masked already, or why it cannot be read. */
  readonly settings: unknown;
}

export interface WrittenBundle {
  readonly path: string;
  readonly entries: readonly { readonly name: string; readonly bytes: number }[];
  /** What each entry says. */
  readonly contents: Readonly<Record<string, string>>;
  /** What is in none of them. */
  readonly without: string;
}

/** What stands in it and what does not, for the one who decides whether to send it. */
const CONTENTS: Readonly<Record<string, string>> = {
  "README.txt": "this list",
  "versions.json": "versions of cas-batch, Node and the system; memory, processors, time zone",
  "settings.json":
    "which settings are set; values only where they are numbers or words of cas-batch",
  "checks.json": "which checks of doctor went well, and the codes of those that did not",
  "ledger.json": "schema, size, version of SQLite, numbers of rows by table",
  "status.json": "status without references: counts, times, last runs",
  "runs.json": "the newest runs with exit codes, and counts of findings and outcomes by code",
};
const WITHOUT =
  "shipments, references, parties, EORI or VAT numbers, messages, answers of CAS, names of files or folders, addresses, hosts, tenants, users, client ids, secrets";

const RUNS_MAX = 50;
/** In place of a word that is none of ours. */
const OTHER = "other";

/** @throws CasBatchError `file-not-writable` */
export async function writeSupportBundle(
  path: string,
  facts: SupportFacts,
): Promise<WrittenBundle> {
  const { clock } = facts;
  const writtenAt = clock.now();
  const texts = [
    { name: "README.txt", text: readMe(writtenAt) },
    jsonText("versions.json", versions(facts)),
    jsonText("settings.json", facts.settings),
    jsonText(
      "checks.json",
      facts.checks.map(({ name, ok, code }) => ({ name, ok, code })),
    ),
    jsonText("ledger.json", await orFault(() => describeLedger(requireLedger(facts)))),
    ...(await ledgerTexts(facts)),
  ];
  await writeZip(path, texts, writtenAt);
  const entries = texts.map(({ name, text }) => ({ name, bytes: Buffer.byteLength(text) }));
  return { path, entries, contents: CONTENTS, without: WITHOUT };
}

function readMe(writtenAt: Date): string {
  const lines = Object.entries(CONTENTS).map(([name, what]) => `${name.padEnd(14)} ${what}`);
  return `Written by \`cas-batch doctor --bundle\` at ${writtenAt.toISOString()}\n\n${lines.join("\n")}\n\nNot in it: ${WITHOUT}.\n`;
}

function jsonText(name: string, content: unknown): ZipText {
  return { name, text: `${JSON.stringify(content, null, 2)}\n` };
}

function versions({ programVersion }: SupportFacts): object {
  const { platform, versions: ofNode, execArgv } = process;
  return {
    casBatch: programVersion,
    node: ofNode.node,
    v8: ofNode.v8,
    openssl: ofNode.openssl,
    platform,
    architecture: arch(),
    system: release(),
    processors: availableParallelism(),
    memoryMib: Math.round(totalmem() / 1_048_576),
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    nodeFlags: execArgv.length,
  };
}

function requireLedger({ ledgerPath }: SupportFacts): string {
  if (ledgerPath === null) throw new Error("Which ledger it is cannot be told");
  return ledgerPath;
}

/** What cannot be read is part of what support needs to know; its words name paths. */
async function orFault<Result>(work: () => Result | Promise<Result>): Promise<Result | object> {
  try {
    return await work();
  } catch (error) {
    return { notReadable: describeError(error, EXIT.unexpected).code };
  }
}

async function ledgerTexts(facts: SupportFacts): Promise<readonly ZipText[]> {
  const read = async (): Promise<{ status: unknown; runs: unknown }> => {
    const all = { ledgerPath: requireLedger(facts), environment: null, tenant: null };
    return withStatus(all, facts.clock, async (readers) => {
      const status: object[] = [];
      const runs: object[] = [];
      for (const [at, reader] of readers.entries()) {
        const tenant = `tenant-${String(at + 1)}`;
        status.push({ ...harmlessStatus(await reader.status(), facts.clock.now()), tenant });
        runs.push({ tenant, runs: await harmlessRuns(reader) });
      }
      return { status, runs };
    });
  };
  const found = await orFault(read);
  const { status, runs } = "status" in found ? found : { status: found, runs: found };
  return [jsonText("status.json", status), jsonText("runs.json", runs)];
}

function harmlessStatus(
  { declarations, lastRuns, sender, listener, ...rest }: StatusOfBooks,
  now: Date,
): object {
  const { environment, shipments, open, leftToPerson, withoutDeclaration, notInFiles } = rest;
  const { notifications, completeUpTo, waitUntil } = rest;
  const counts: Record<string, number> = {};
  for (const [status, count] of Object.entries(declarations)) {
    const name = Object.hasOwn(declarationStatuses, status) ? status : OTHER;
    counts[name] = (counts[name] ?? 0) + count;
  }
  return {
    ...{ environment, shipments, open, leftToPerson, withoutDeclaration, notInFiles },
    ...{ notifications, waitUntil, declarations: counts },
    completeUpTo: completeUpTo === null ? null : timeOr(completeUpTo),
    lastRuns: lastRuns.map(({ command, ...runs }) => ({ command: commandOr(command), ...runs })),
    sender: sender === null ? null : { command: commandOr(sender.command), since: sender.since },
    listener:
      listener === null
        ? null
        : {
            ...{ startedAt: listener.startedAt, aliveAt: listener.aliveAt },
            state: listenerLife(listener, now),
          },
  };
}

async function harmlessRuns({ books }: StatusReader): Promise<readonly object[]> {
  const runs = await books.recentRuns(RUNS_MAX);
  return runs.map(({ command, findings, attempts, ...run }: RecentRun) => ({
    ...{ ...run, command: commandOr(command) },
    findings: findings.map(({ code, ...found }) => ({
      code: Object.hasOwn(findingCodes, code) ? code : OTHER,
      ...found,
    })),
    attempts: attempts.map(({ reasonCode, ...ended }) => ({
      ...ended,
      reasonCode: reasonCode === "none" || isReasonCode(reasonCode) ? reasonCode : OTHER,
    })),
  }));
}

function commandOr(command: string): string {
  return Object.hasOwn(commandScopes, command) ? command : OTHER;
}

function timeOr(text: string): string {
  const time = new Date(text);
  return Number.isNaN(time.getTime()) ? OTHER : time.toISOString();
}
