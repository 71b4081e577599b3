// `cas-batch declarations attachments`: the documents of declarations, into a folder.
import type { Argv } from "yargs";
import { CasBatchError } from "../../core/errors.ts";
import { documentsFolder, fetchAttachments } from "../../runs/documents.ts";
import { withDocuments } from "../../runs/result/documents-result.ts";
import { documentOptions, withoutOut } from "../flags/document-flags.ts";
import type { GlobalOptions } from "../flags/global-flags.ts";
import { parseSince } from "../flags/time-flag.ts";
import { withSession } from "../frame/open-session.ts";
import { runCommand } from "../frame/run-command.ts";
import { plainResult } from "../words/plain-result.ts";

export function addAttachmentsCommand(yargs: Argv<GlobalOptions>): Argv<GlobalOptions> {
  return yargs.command(
    "attachments [ids..]",
    "Download the documents of declarations, such as EADs",
    (command) =>
      command
        .positional("ids", { type: "string", array: true, describe: "Ids of declarations at CAS" })
        .option("status", {
          type: "string",
          array: true,
          nargs: 1,
          describe: "Of all declarations in this status; may be given several times",
        })
        .option("since", {
          type: "string",
          describe: "Of all declarations changed since then: 2026-03-01 or 26h",
        })
        .option("type", {
          type: "string",
          array: true,
          nargs: 1,
          describe: "Only documents of this type, such as EAD; may be given several times",
        })
        .options(documentOptions)
        .example(
          "$0 declarations attachments 100200300 --out documents --env production",
          "All documents of one declaration",
        )
        .example(
          "$0 declarations attachments --since 26h --type EAD --out eads --env production",
          "All EADs of last night; those that are there are skipped",
        ),
    async (flags) => {
      await runCommand("declarations attachments", flags, async (context) => {
        const { ids = [], status = [], since, type = [] } = flags;
        const isSearch = status.length > 0 || since !== undefined;
        if (ids.length > 0 === isSearch) {
          throw new CasBatchError(
            "usage",
            isSearch
              ? "Ids and --status or --since cannot be given together"
              : "It is not said of which declarations; name ids, --status or --since",
            { hint: "Run `cas-batch declarations attachments --help`" },
          );
        }
        const from = since === undefined ? null : parseSince("--since", since, context.clock.now());
        const wanted = isSearch
          ? {
              ...(status.length === 0 ? {} : { currentStatus: status }),
              ...(from === null ? {} : { lastUpdatedFrom: from.toISOString() }),
            }
          : ids.map(String);
        const asked = {
          folder: documentsFolder(flags.out),
          types: type,
          again: flags.again,
          linkForm: flags.link,
        };
        return withSession(
          "declarations attachments",
          withoutOut(flags),
          context,
          async (session) => {
            const { simulated } = session.authorization;
            const result = { ...plainResult([], {}), runId: session.runId, simulated };
            const fetched = await fetchAttachments(session, wanted, asked);
            return withDocuments(result, session, fetched, "each");
          },
        );
      });
    },
  );
}
