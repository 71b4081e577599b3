// `cas-batch declarations`: what CAS makes of shipments, and how it is changed. One file per command, or group of them;
// this one only gathers them.
import type { AddCommand } from "../frame/command-entry.ts";
import { addActionCommands } from "./declarations-actions.ts";
import { addAttachmentsCommand } from "./declarations-attachments.ts";
import { addGetCommand } from "./declarations-get.ts";
import { addItemsCommand } from "./declarations-items.ts";
import { addSearchCommand } from "./declarations-search.ts";
import { addUpdateCommand } from "./declarations-update.ts";

export const addCommand: AddCommand = (yargs, { signature, about }) =>
  yargs.command(signature, about, (command) =>
    [
      ...[addGetCommand, addSearchCommand, addAttachmentsCommand],
      ...[addUpdateCommand, addItemsCommand, addActionCommands],
    ]
      .reduce((parser, addCommand) => addCommand(parser), command)
      .demandCommand(
        1,
        "declarations needs a command, such as get, search, update, items, submit or invalidate",
      ),
  );
