// `cas-batch report [RUN]`: writes the status report again, from the ledger alone.
import { CasBatchError } from "../../core/errors.ts";
import type { AddCommand } from "../frame/command-entry.ts";
import { resolve } from "node:path";
import { dayBegin, reportFormats, type ReportFormat } from "../../report/status-report.ts";
import { reportAgain, reportAgainPath, reportScope } from "../../runs/report-again.ts";
import { reportResult } from "../../runs/result/report-result.ts";
import { parseSince } from "../flags/time-flag.ts";
import { addDiffCommand } from "./report-diff.ts";
import { runCommand } from "../frame/run-command.ts";
import { ledgerPathOf } from "../flags/settings.ts";

export const addCommand: AddCommand = (yargs, { signature, about }) =>
  yargs.command(
    signature,
    about,
    (command) =>
      addDiffCommand(command)
        .positional("run", {
          type: "string",
          describe:
            "The id of a run, or `latest` for the one that ended last; without it the newest state of every shipment",
        })
        .option("report", {
          type: "string",
          describe:
            "Where to write it; by default OUT/status-report.xlsx, and OUT/RUN/status-report.xlsx for a run",
        })
        .option("evidence", {
          type: "string",
          describe:
            "Write evidence for an auditor into this new folder besides: files, messages, answers, report, manifest",
        })
        .option("redact", {
          type: "boolean",
          default: false,
          describe: "Take personal data out of the evidence",
        })
        .option("originals", {
          type: "string",
          array: true,
          nargs: 1,
          describe: "Folder that files were moved to after they were read",
        })
        .option("format", {
          type: "string",
          describe: "Which forms to write, such as xlsx,html; by default xlsx,html,json",
        })
        .option("only", {
          choices: ["open"] as const,
          describe:
            "List only what is open or needs a person, in status-report-open.xlsx; the totals are of everything",
        })
        .option("since", {
          type: "string",
          describe:
            "What changed since then, in place of since the last report: 2026-11-28 or 26h; in status-report-since.xlsx",
        })
        .option("out", { type: "string", describe: "Folder for reports; by default ./out" })
        .option("tenant", {
          type: "string",
          describe: "Whose books; needed where the ledger has those of several",
        })
        .example("$0 report --env production", "All shipments as the ledger knows them now")
        .example("$0 report latest --env production", "The last run, with what came in since")
        .example("$0 report diff 26h now --env production", "What moved since yesterday")
        .example("$0 report --only open --format html --env production", "A page of what is open")
        .example(
          "$0 report latest --evidence audit --env production",
          "For an auditor; see `ledger verify`",
        ),
    async (flags) => {
      await runCommand("report", flags, async (context) => {
        const { tenant = null, run = null, only = null } = flags;
        if (flags.redact && flags.evidence === undefined) {
          throw new CasBatchError(
            "usage",
            "--redact is about evidence, and --evidence names no folder",
            {
              hint: "Add --evidence DIR; the report itself is never redacted",
            },
          );
        }
        const formats = formatsOf(flags.format);
        const { outDirectory, originals, ...place } = await ledgerPathOf(flags, context.variables);
        context.nameEnvironment(place.environment);
        const scope = await reportScope({ ...context, ...place, tenant }, run);
        const since =
          flags.since === undefined
            ? null
            : parseSince("--since", flags.since, context.clock.now(), (day) =>
                dayBegin(day, place.timeZone),
              );
        const choices = { onProgress: context.onProgress, formats, only, since };
        const path =
          flags.report === undefined
            ? reportAgainPath(scope, outDirectory, choices)
            : resolve(flags.report);
        const result = reportResult(scope.source, await reportAgain(scope, path, choices));
        if (flags.evidence === undefined) return result;
        const { writeEvidence } = await import("../../runs/evidence.ts");
        const { withEvidence } = await import("../words/evidence-words.ts");
        const folder = resolve(flags.evidence);
        const wanted = { folder, redact: flags.redact, originals: originals.folders };
        return withEvidence(result, await writeEvidence(scope, wanted, context.onProgress));
      });
    },
  );

/** @throws CasBatchError `usage` */
function formatsOf(text: string | undefined): readonly ReportFormat[] {
  if (text === undefined) return reportFormats;
  return text.split(",").map((name) => {
    const format = reportFormats.find((known) => known === name.trim().toLowerCase());
    if (format !== undefined) return format;
    throw new CasBatchError("usage", `--format cannot be "${text}": "${name.trim()}" is no form`, {
      hint: `Name one or more of ${reportFormats.join(", ")}, with commas: --format xlsx,html`,
    });
  });
}
