// `cas-batch ingest KIND FILE..`: as `submit`, for every kind of message that CAS takes in.
import type { AddCommand } from "../frame/command-entry.ts";
import { kindNames } from "../../core/message-kind.ts";
import { kindOptions } from "../flags/reading-flags.ts";
import { submitFiles, submitOptions } from "./submit.ts";

export const addCommand: AddCommand = (yargs, { signature, about }) =>
  yargs.command(
    signature,
    about,
    (command) =>
      command
        .options(submitOptions)
        .options(kindOptions)
        .positional("kind", {
          type: "string",
          demandOption: true,
          describe: `What the messages are: ${kindNames.join(", ")}`,
        })
        .positional("files", { type: "string", array: true, demandOption: true })
        .example(
          "$0 ingest MovementOrder orders.xlsx --env acceptance",
          "Send movement orders; `template MovementOrder` writes the workbook",
        )
        .example(
          "$0 ingest article-data-item articles.csv --env production --dry-run",
          "What would be sent of articles whose headers are JSON paths",
        ),
    ({ kind, key, ...flags }) => submitFiles("ingest", flags, { kind, key }),
  );
