// `cas-batch report [RUN]`: writes the status report again, from the ledger alone.
import { CasBatchError } from "../../core/errors.ts";
import type { AddCommand } from "../frame/command-entry.ts";
import { resolve } from "node:path";
import { reportAgain, reportAgainPath, reportScope } from "../../runs/report-again.ts";
import { reportResult } from "../../runs/result/report-result.ts";
import { runCommand } from "../frame/run-command.ts";
import { ledgerPathOf } from "../flags/settings.ts";

export const addCommand: AddCommand = (yargs, { signature, about }) =>
  yargs.command(
    signature,
    about,
    (command) =>
      command
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
        .option("out", { type: "string", describe: "Folder for reports; by default ./out" })
        .option("tenant", {
          type: "string",
          describe: "Whose books; needed where the ledger has those of several",
        })
        .example("$0 report --env production", "All shipments as the ledger knows them now")
        .example("$0 report latest --evidence audit", "For an auditor; see `ledger verify`")
        .example("$0 report latest --env production", "The last run, with what came in since"),
    async (flags) => {
      await runCommand("report", flags, async (context) => {
        const { tenant = null, run = null } = flags;
        if (flags.redact && flags.evidence === undefined) {
          throw new CasBatchError(
            "usage",
            "--redact is about evidence, and --evidence names no folder",
            {
              hint: "Add --evidence DIR; the report itself is never redacted",
            },
          );
        }
        const { outDirectory, originals, ...place } = await ledgerPathOf(flags, context.variables);
        context.nameEnvironment(place.environment);
        const scope = await reportScope({ ...context, ...place, tenant }, run);
        const path =
          flags.report === undefined ? reportAgainPath(scope, outDirectory) : resolve(flags.report);
        const result = reportResult(
          scope.source,
          await reportAgain(scope, path, context.onProgress),
        );
        if (flags.evidence === undefined) return result;
        const { writeEvidence } = await import("../../runs/evidence.ts");
        const { withEvidence } = await import("../words/evidence-words.ts");
        const folder = resolve(flags.evidence);
        const choices = { folder, redact: flags.redact, originals: originals.folders };
        return withEvidence(result, await writeEvidence(scope, choices, context.onProgress));
      });
    },
  );
