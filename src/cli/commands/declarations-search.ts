// `cas-batch declarations search`: the declarations that CAS finds, as a table, JSON, CSV or a workbook. They are
// put aside as they come, so that memory does not grow with them, and shown when all were read: a failure on the
// way shows no half list.
import { resolve } from "node:path";
import type { Argv } from "yargs";
import { declarationStatuses } from "../../core/codes/declaration-statuses.ts";
import type { DeclarationSummary } from "../../core/declaration.ts";
import { CasBatchError } from "../../core/errors.ts";
import { plural } from "../../core/text/count-words.ts";
import { didYouMean } from "../../core/text/did-you-mean.ts";
import { createSpool } from "../../intake/sinks/spool.ts";
import { EXIT } from "../../runs/result/exit-code.ts";
import { searchDeclarations, type SearchedDeclarations } from "../../runs/search-declarations.ts";
import type { GlobalOptions } from "../flags/global-flags.ts";
import { refuseToReplace } from "../flags/input-files.ts";
import { searchOptions, searchQuery, searchRange } from "../flags/search-flags.ts";
import { withReader } from "../frame/open-reader.ts";
import { runCommand, type CommandContext } from "../frame/run-command.ts";
import { plainResult } from "../words/plain-result.ts";

export function addSearchCommand(yargs: Argv<GlobalOptions>): Argv<GlobalOptions> {
  return yargs.command(
    "search",
    "Find declarations; every filter of CAS is a flag",
    (command) => {
      // Added to the same parser; their values are read by name.
      command.options(searchOptions);
      return command
        .option("output", {
          alias: "o",
          type: "string",
          describe: "Write the list to this file: .xlsx or .csv",
        })
        .option("force", { type: "boolean", default: false, describe: "Replace an existing file" })
        .example(
          "$0 declarations search --current-status Released --last-updated-from 26h --env production",
          "What was released since yesterday",
        )
        .example(
          "$0 declarations search --external-reference PO-4711 --json --env production",
          "For programs",
        );
    },
    async (flags) => {
      await runCommand("declarations search", flags, async (context) => {
        const query = searchQuery(flags, context.clock.now());
        const range = searchRange(flags);
        const output = outputPath(flags.output, flags.force);
        for (const status of query.currentStatus ?? []) warnOfStatus(status, context);
        return withReader(flags, context, async ({ client, authorization }) => {
          const spool = createSpool<DeclarationSummary>("declarations");
          try {
            const found = await searchDeclarations({ ...context, client }, query, range, (some) => {
              spool.add(some);
              return Promise.resolve();
            });
            if (output !== null) {
              const { writeDeclarations } = await import("../../report/write-declarations.ts");
              await writeDeclarations(output, spool, context.clock.now());
            } else if (!flags.json) {
              for (const line of tableLines(spool)) context.say(line);
            }
            const result = resultOf(found, output);
            const list = { name: "declarations", elements: spool };
            // Printed while what was put aside is there.
            await context.print({ ...result, list, simulated: authorization.simulated });
            return result.exitCode;
          } finally {
            spool.close();
          }
        });
      });
    },
  );
}

/** @throws CasBatchError `usage`, `file-not-writable` */
function outputPath(output: string | undefined, force: boolean): string | null {
  if (output === undefined) return null;
  if (!/\.(?:csv|xlsx)$/i.test(output)) {
    throw new CasBatchError("usage", `--output ${output} must end in .csv or .xlsx`);
  }
  const path = resolve(output);
  refuseToReplace(path, force);
  return path;
}

/** CAS has more statuses than are published, so an unknown one is asked for all the same. */
function warnOfStatus(status: string, { log }: CommandContext): void {
  const known = Object.keys(declarationStatuses);
  if (known.includes(status)) return;
  const meant = didYouMean(status, known);
  log("warn", `No page of CAS that is known names the status ${status}${meant}`);
}

function resultOf({ found, unread, isComplete }: SearchedDeclarations, output: string | null) {
  const exitCode = !isComplete
    ? EXIT.stoppedEarly
    : unread.length > 0
      ? EXIT.someFailed
      : EXIT.done;
  const summary = [
    `${plural(found, "declaration")} found${output === null ? "" : `: ${output}`}`,
    ...unread.map(
      ({ declarationId, fault }) =>
        `NOT READABLE: declaration ${declarationId ?? "without id"}, ${fault}`,
    ),
    ...(isComplete
      ? []
      : ["INCOMPLETE: there are more, or CAS changes faster than it can be read"]),
  ];
  const next = [
    ...unread.flatMap(({ declarationId }) =>
      declarationId === null ? [] : [`\`cas-batch declarations get ${declarationId}\``],
    ),
    ...(isComplete
      ? []
      : ["Ask for less at a time, with --last-updated-from and --last-updated-to"]),
  ];
  const more = { found, complete: isComplete, unread, ...(output === null ? {} : { output }) };
  return plainResult(summary, more, next, exitCode);
}

interface TableColumn {
  readonly header: string;
  readonly value: (declaration: DeclarationSummary) => string | null;
}

const tableColumns: readonly TableColumn[] = [
  { header: "Declaration", value: ({ declarationId }) => declarationId },
  { header: "Status", value: ({ currentStatus }) => currentStatus },
  { header: "Reference", value: ({ externalReference }) => externalReference },
  { header: "Dir", value: ({ direction }) => direction },
  { header: "MRN", value: ({ mrn }) => mrn },
  { header: "LRN", value: ({ lrn }) => lrn },
  { header: "Last updated", value: ({ lastUpdated }) => lastUpdated },
];
const COLUMN_WIDTH_MAX = 36;

/** As wide as what stands in it; what is longer pushes the rest of its line aside, and is never cut. */
function* tableLines(batches: Iterable<readonly DeclarationSummary[]>): Iterable<string> {
  const widths = tableColumns.map(({ header }) => header.length);
  let count = 0;
  for (const batch of batches) {
    for (const declaration of batch) {
      count += 1;
      tableColumns.forEach(({ value }, at) => {
        const width = Math.min(value(declaration)?.length ?? 0, COLUMN_WIDTH_MAX);
        widths[at] = Math.max(widths[at] ?? 0, width);
      });
    }
  }
  if (count === 0) return;
  const line = (texts: readonly string[]): string =>
    texts
      .map((text, at) => text.padEnd(widths[at] ?? 0))
      .join("  ")
      .trimEnd();
  yield line(tableColumns.map(({ header }) => header));
  for (const batch of batches) {
    for (const declaration of batch) {
      yield line(tableColumns.map(({ value }) => value(declaration) ?? ""));
    }
  }
}
