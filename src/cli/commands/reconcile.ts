// `cas-batch reconcile`: asks CAS what became of the shipments, and writes the status report.
import type { AddCommand } from "../frame/command-entry.ts";
import { resolve } from "node:path";
import { reconcileAndReport, reportPath } from "../../pipeline.ts";
import { attachmentOptions, documentChoices } from "../flags/document-flags.ts";
import { metricsOptions } from "../flags/metrics-flag.ts";
import { parseSince } from "../flags/time-flag.ts";
import { withSession } from "../frame/open-session.ts";
import { runWithHooks } from "../frame/with-hooks.ts";

export const addCommand: AddCommand = (yargs, { signature, about }) =>
  yargs.command(
    signature,
    about,
    (command) =>
      command
        .option("report", {
          type: "string",
          describe: "Where to write the report; by default OUT/RUN/status-report.xlsx",
        })
        .option("since", {
          type: "string",
          describe:
            "Ask for declarations changed since then: 2026-03-01 or 26h; by default since last time",
        })
        .option("out", { type: "string", describe: "Folder for reports; by default ./out" })
        .option("originals", {
          type: "string",
          array: true,
          nargs: 1,
          describe:
            "Folder that files were moved to after they were read; their annotated copies are made from them",
        })
        .options(attachmentOptions)
        .options(metricsOptions)
        .example("$0 reconcile --env production --report status.xlsx", "The morning report")
        .example(
          "$0 reconcile --attachments eads --attachment-type EAD --env production",
          "With all EADs of our declarations that are not there yet",
        )
        .example(
          "$0 reconcile --originals archive --env production",
          "Marks the annotated copies of files that were moved there",
        ),
    async (flags) => {
      await runWithHooks("reconcile", flags, (context) => {
        const documents = documentChoices(flags);
        return withSession("reconcile", flags, context, async (session, settings) => {
          const since =
            flags.since === undefined
              ? null
              : parseSince("--since", flags.since, context.clock.now());
          const path =
            flags.report === undefined
              ? reportPath(session, settings.outDirectory)
              : resolve(flags.report);
          return reconcileAndReport(session, since, path, settings.outDirectory, documents);
        });
      });
    },
  );
