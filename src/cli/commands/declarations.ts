// `cas-batch declarations`: what CAS makes of shipments. One file per command; this one only gathers them.
import type { AddCommand } from "../frame/command-entry.ts";
import { addAttachmentsCommand } from "./declarations-attachments.ts";
import { addGetCommand } from "./declarations-get.ts";
import { addSearchCommand } from "./declarations-search.ts";

export const addCommand: AddCommand = (yargs, { signature, about }) =>
  yargs.command(signature, about, (command) =>
    [addGetCommand, addSearchCommand, addAttachmentsCommand]
      .reduce((parser, addCommand) => addCommand(parser), command)
      .demandCommand(1, "declarations needs get, search or attachments"),
  );
