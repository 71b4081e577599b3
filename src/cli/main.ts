// The command line. One file per command; this one only gathers them, with the help around them.
import yargs from "yargs";
import { hideBin } from "yargs/helpers";
import { createRedactor } from "../core/text/redact.ts";
import { systemClock } from "../core/time/clock.ts";
import { createTerminal } from "./words/terminal.ts";
import { EXIT, exitMeanings } from "../runs/result/exit-code.ts";
import { AMEND_FLAGS, withAmendValues } from "./flags/amend-flag.ts";
import { ownFlagsFirst } from "./frame/own-flags-first.ts";
import { addGlobalFlags } from "./flags/global-flags.ts";
import {
  errorScreen,
  outputColumns,
  surviveClosedOutput,
  writeJson,
} from "./words/output-streams.ts";
import { errorDocument } from "./words/print-result.ts";
import type { CommandEntry } from "./frame/command-entry.ts";
import { limitFileModes } from "./flags/file-modes.ts";
import { programVersion } from "./frame/run-command.ts";
import { misusedFlag, usageError } from "./frame/usage-error.ts";

/** Both signals stand in one line. */
const EXIT_LINES = Object.entries(exitMeanings)
  .filter(([code]) => Number(code) < EXIT.interrupted)
  .map(([code, meaning]) => `  ${code}  ${meaning}`)
  .join("\n");

const EPILOGUE = `Exit codes:
${EXIT_LINES}
  130, 143  stopped by a signal

First steps:`;
const FIRST_STEPS = {
  "cas-batch init": "asks, writes cas-batch.yaml",
  "cas-batch template": "a workbook to fill in",
  "cas-batch check customs-shipments-flat.xlsx": "every mistake",
  "cas-batch submit FILE --env simulator": "a rehearsal, without CAS",
  "cas-batch doctor --env acceptance": "credentials, rights, ledger",
};

const HELP_WIDTH_MAX = 100;
/** Where it is not known: a help is read in a pager, or pasted. */
const HELP_WIDTH_USUAL = 80;
const helpWidth = Math.min(HELP_WIDTH_MAX, outputColumns() ?? HELP_WIDTH_USUAL);
/** In less, two columns of words are hard to read. */
const TWO_COLUMNS_MIN = 76;
/** Flags that may be given several times; of `--wait` the last counts. */
const LISTS = [
  ...["settle", "set", "wait", "assume", "status", "type", "attachment-type", "originals"],
  ...["current-status", "customs-flow-step", "jurisdiction", "storage-location"],
  ...["webhook-fault", "webhook-host"],
  ...AMEND_FLAGS,
];

surviveClosedOutput();
limitFileModes();

/** In the order and under the headings of `--help`. */
const groups: Readonly<Record<string, readonly CommandEntry[]>> = {
  Prepare: [
    {
      signature: "init",
      about: "Ask, try the credentials, write cas-batch.yaml",
      load: () => import("./commands/init.ts"),
    },
    {
      signature: "template [kind]",
      about: "Write a blank workbook or CSV to fill in",
      load: () => import("./commands/template.ts"),
    },
    {
      signature: "check <files..>",
      about: "Read and validate spreadsheets, send nothing",
      load: () => import("./commands/check.ts"),
    },
    {
      signature: "fields [word]",
      about: "What columns and profiles can name",
      load: () => import("./commands/fields.ts"),
    },
    {
      signature: "profile",
      about: "How files of a source are read: init, show, test",
      load: () => import("./commands/profile.ts"),
    },
    {
      signature: "cells <file>",
      about: "What is read of a file, one JSON line per row",
      load: () => import("./commands/cells.ts"),
    },
  ],
  Send: [
    {
      signature: "submit <files..>",
      about: "Check, then send every valid shipment once",
      load: () => import("./commands/submit.ts"),
    },
    {
      signature: "ingest <kind> <files..>",
      about: "The same for other kinds: articles, formulas, …",
      load: () => import("./commands/ingest.ts"),
    },
    {
      signature: "run [inbox]",
      about: "The nightly job: send a folder, follow, report",
      load: () => import("./commands/run.ts"),
    },
    {
      signature: "resume",
      about: "Settle unknown outcomes, send what a run left",
      load: () => import("./commands/resume.ts"),
    },
  ],
  Follow: [
    {
      signature: "reconcile",
      about: "Ask CAS what became of it, write the report",
      load: () => import("./commands/reconcile.ts"),
    },
    {
      signature: "report [run]",
      about: "Write the report again, without CAS; or diff A B",
      load: () => import("./commands/report.ts"),
    },
    {
      signature: "explain <reference>",
      about: "One shipment's life: cells, receipts, statuses",
      load: () => import("./commands/explain.ts"),
    },
    {
      signature: "declarations",
      about: "Find, show, change, submit them; their documents",
      load: () => import("./commands/declarations.ts"),
    },
    {
      signature: "certificates",
      about: "Fetch certificates of origin: download",
      load: () => import("./commands/certificates.ts"),
    },
  ],
  "Be notified": [
    {
      signature: "subscriptions",
      about: "Where CAS notifies: list, create, delete, ensure",
      load: () => import("./commands/subscriptions.ts"),
    },
    {
      signature: "listen",
      about: "Receive notifications of CAS, until Ctrl-C",
      load: () => import("./commands/listen.ts"),
    },
    {
      signature: "notifications",
      about: "Those that were received: list, replay",
      load: () => import("./commands/notifications.ts"),
    },
  ],
  "Look after": [
    {
      signature: "status",
      about: "How the ledger stands; --max-age 26h for monitors",
      load: () => import("./commands/status.ts"),
    },
    {
      signature: "doctor",
      about: "Try credentials, rights, clock, ledger; send nothing",
      load: () => import("./commands/doctor.ts"),
    },
    {
      signature: "hooks",
      about: "Who is told how a run ended: test",
      load: () => import("./commands/hooks.ts"),
    },
    {
      signature: "ledger",
      about: "The books: backup, verify, export, prune, adopt",
      load: () => import("./commands/ledger.ts"),
    },
    {
      signature: "schedule",
      about: "The nightly job for systemd, cron, Windows: print",
      load: () => import("./commands/schedule.ts"),
    },
    {
      signature: "completion <shell>",
      about: "A script that completes commands and flags",
      load: () => import("./commands/completion.ts"),
    },
    {
      signature: "simulator",
      about: "A local CAS to rehearse against, until Ctrl-C",
      load: () => import("./commands/simulator.ts"),
    },
  ],
};
const commands = Object.values(groups).flat();

const typed = hideBin(process.argv);
/** A shell asks how the line may go on; see completion/scripts.ts. */
const isAsked = typed[0] === "--complete";
const words = isAsked
  ? await (await import("./completion/asked-words.ts")).wordsForShell(typed)
  : withAmendValues(withWaitValues(typed));
let parser = ownFlagsFirst(addGlobalFlags(yargs(words)));
for (const entry of commands) {
  const [name = ""] = entry.signature.split(" ");
  if (words.includes(name)) parser = (await entry.load()).addCommand(parser, entry);
  else if (isAsked) parser = parser.command(entry.signature, entry.about);
  // Listed by `commandList`: yargs knows no headings.
  else parser = parser.command(entry.signature, false);
}

await parser
  .scriptName("cas-batch")
  .usage(
    `$0 COMMAND\n\nSpreadsheets in, declarations followed, a status report out.\n\n${commandList()}`,
  )
  .version(programVersion())
  .alias("help", "h")
  .demandCommand(1, "No command was given")
  .recommendCommands()
  .check((values) => misusedFlag(values, LISTS, words) ?? true)
  .strict()
  .wrap(helpWidth)
  .epilogue(`${EPILOGUE}\n${twoColumns(Object.entries(FIRST_STEPS), "  ").join("\n")}`)
  .fail((message: string | null, error: Error | string | undefined, usage: object) => {
    if (error instanceof Error) throw error;
    const fault = usageError(message, usage, words, commands);
    if (words.includes("--json")) {
      const head = { command: words[0] ?? "", environment: null };
      void writeJson(errorDocument(head, EXIT.usage, { code: "usage", ...fault }));
    }
    const { now, monotonicMs } = systemClock;
    const terminal = createTerminal({
      ...{ format: logFormatIn(words), quiet: true, verbose: false, screen: errorScreen },
      ...{ now, monotonicMs, redact: createRedactor([]).text },
    });
    terminal.write(terminal.failure({ code: "usage", ...fault }, EXIT.usage));
    process.exit(EXIT.usage);
  })
  .parseAsync();

/** Of a command line that is not understood. */
function logFormatIn(words: readonly string[]): "text" | "json" {
  return /(?:^|\n)--log-format[=\n]json(?:$|\n)/.test(words.join("\n")) ? "json" : "text";
}

/** Not indented: yargs takes blanks at the beginning of a line away. */
function commandList(): string {
  const lines = twoColumns(
    commands.map(({ signature, about }) => [signature, about]),
    "",
  );
  return Object.entries(groups)
    .map(([heading, entries]) =>
      [`${heading}:`, ...entries.map((entry) => lines[commands.indexOf(entry)] ?? "")].join("\n"),
    )
    .join("\n\n");
}

/** Where there is no room for two columns, one text behind the other. */
function twoColumns(
  rows: readonly (readonly [string, string])[],
  indent: string,
): readonly string[] {
  const width = Math.max(...rows.map(([left]) => left.length));
  return rows.map(([left, right]) =>
    helpWidth < TWO_COLUMNS_MIN
      ? `${indent}${left}: ${right}`
      : `${indent}${left.padEnd(width)}  ${right}`,
  );
}

/**
 * `--wait` without a duration is the switch that it once was in `submit` (docs/decisions/0020): it gets a
 * value here, as yargs would take the file behind it for one.
 */
function withWaitValues(words: string[]): string[] {
  const isValue = /^(?:true|false|0|[\d.]+(?:ms|s|m|h|d))$/;
  return words.map((word, at) =>
    word === "--wait" &&
    (words.includes("submit") || words.includes("ingest")) &&
    !isValue.test(words[at + 1] ?? "")
      ? "--wait=true"
      : word,
  );
}
