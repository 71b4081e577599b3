// `cas-batch declarations`: one file per command; this one only gathers them.
import type { AddCommand } from "../frame/command-entry.ts";
import { addActionCommands } from "./declarations-actions.ts";
import { addItemsCommand } from "./declarations-items.ts";
import { addUpdateCommand } from "./declarations-update.ts";

export const addCommand: AddCommand = (yargs, { signature, about }) =>
  yargs.command(signature, about, (command) =>
    [addUpdateCommand, addItemsCommand, addActionCommands]
      .reduce((parser, addCommand) => addCommand(parser), command)
      .demandCommand(
        1,
        "declarations needs a command: update, items, submit, validate, invalidate …",
      ),
  );
