// `cas-batch report diff A B`: what moved between two reports, from the ledger alone.
import type { Argv } from "yargs";
import { keyText } from "../../core/shipment.ts";
import { counted, plural } from "../../core/text/count-words.ts";
import type { ChangeKind, ChangeView } from "../../ledger/contract/learned.ts";
import { changeWords, dayBegin, minuteIn } from "../../report/status-report.ts";
import { withReportDiff, type NamedMoment, type ReportDiff } from "../../runs/report-diff.ts";
import { diffResult } from "../../runs/result/diff-result.ts";
import type { GlobalOptions } from "../flags/global-flags.ts";
import { ledgerPathOf } from "../flags/settings.ts";
import { timeOrNull } from "../flags/time-flag.ts";
import { runCommand } from "../frame/run-command.ts";

/** More are read in the JSON form. */
const SHOWN_MAX = 100;

export function addDiffCommand(yargs: Argv<GlobalOptions>): Argv<GlobalOptions> {
  return yargs.command(
    "diff <from> [to]",
    "What moved between two reports",
    (command) =>
      command
        .positional("from", {
          type: "string",
          demandOption: true,
          describe:
            "A run, `latest`, a time (2026-11-28, 2026-11-28T06:00:00Z, 26h) or the .json file of a report",
        })
        .positional("to", {
          type: "string",
          default: "now",
          describe: "The same, or `now`",
        })
        .option("tenant", {
          type: "string",
          describe: "Whose books; needed where the ledger has those of several",
        })
        .example("$0 report diff 26h now --env production", "Since yesterday morning")
        .example(
          "$0 report diff monday.json tuesday.json --env production",
          "Between two reports that were kept",
        ),
    async (flags) => {
      await runCommand("report diff", flags, async (context) => {
        const place = await ledgerPathOf(flags, context.variables);
        const { environment, ledgerPath, timeZone } = place;
        context.nameEnvironment(environment);
        const now = context.clock.now();
        const named = (name: string): NamedMoment => ({
          name,
          time: timeOrNull(name, now, (day) => dayBegin(day, timeZone)),
        });
        return withReportDiff(
          { environment, ledgerPath, timeZone, tenant: flags.tenant ?? null, now },
          { from: named(flags.from), to: named(flags.to) },
          async (diff) => {
            const words = flags.json ? null : await diffLines(diff, timeZone);
            const result = diffResult(diff, words);
            await context.print(result);
            return result.exitCode;
          },
        );
      });
    },
  );
}

/** How many of a kind. */
const sumWords: Readonly<Record<ChangeKind, readonly [one: string, several: string]>> = {
  "file-read": ["file read", "files read"],
  outcome: ["outcome changed", "outcomes changed"],
  "declaration-new": ["new declaration", "new declarations"],
  status: ["status changed", "statuses changed"],
  "status-late": ["earlier status told late", "earlier statuses told late"],
};

async function diffLines(
  { from, to, changes }: ReportDiff,
  timeZone: string,
): Promise<readonly string[]> {
  const counts = new Map<ChangeKind, number>();
  const lines: string[] = [];
  let found = 0;
  let ofNew = 0;
  for await (const some of changes) {
    for (const change of some) {
      if (change.isOfNewShipment) {
        ofNew += 1;
        continue;
      }
      found += 1;
      counts.set(change.what, (counts.get(change.what) ?? 0) + 1);
      if (lines.length < SHOWN_MAX) lines.push(lineOf(change, timeZone));
    }
  }
  const sums = [...counts].map(([what, count]) => plural(count, ...sumWords[what]));
  return [
    `From ${from.words}`,
    `To   ${to.words}`,
    sums.length === 0 ? "Nothing has changed" : sums.join(", "),
    ...(ofNew === 0
      ? []
      : [
          `${plural(ofNew, "change")} of shipments that came with the files read in between; --json lists them`,
        ]),
    ...(lines.length === 0 ? [] : ["", `Times are in ${timeZone}`]),
    ...lines,
    ...(found > lines.length
      ? [`… ${counted(lines.length)} of ${counted(found)} shown; --json shows all`]
      : []),
  ];
}

/** Shape: `2026-11-28 06:00  Status changed   IN S-1, declaration 5453: Submitted → Released`. */
function lineOf(change: ChangeView, timeZone: string): string {
  const { what, key, declarationId, fileName, before, after, at, shipments } = change;
  const subject = [
    ...(key === null ? [] : [keyText(key)]),
    ...(declarationId === null ? [] : [`declaration ${declarationId}`]),
    ...(key === null && declarationId === null ? [fileName ?? ""] : []),
  ].join(", ");
  const now = what === "file-read" ? plural(shipments ?? 0, "shipment") : after;
  const moved = before === null ? now : `${before} → ${now}`;
  return `  ${minuteIn(at, timeZone)}  ${changeWords[what].padEnd(24)}  ${subject}: ${moved}`;
}
