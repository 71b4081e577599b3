// `cas-batch declarations items`: the goods items of a declaration: shown, added, changed, deleted.
import type { Argv } from "yargs";
import { CasBatchError } from "../../core/errors.ts";
import type { ChangeRequest } from "../../change/change-request.ts";
import {
  changeOptions,
  contentOf,
  contentOptions,
  type ChangeFlags,
} from "../flags/change-flags.ts";
import type { SessionCommand } from "../../runs/command-scopes.ts";
import type { GlobalOptions } from "../flags/global-flags.ts";
import { withSession } from "../frame/open-session.ts";
import { itemOrNull, noItem } from "../../change/plan-change.ts";
import { parseJson } from "../../core/json.ts";
import { runChange } from "../frame/run-change.ts";
import { runCommand, type CommandContext } from "../frame/run-command.ts";
import { plainResult } from "../words/plain-result.ts";

const DECLARATION = {
  type: "string",
  demandOption: true,
  describe: "The declaration's id",
} as const;
const ITEM = {
  type: "string",
  demandOption: true,
  describe: "The item's governmentAgencyGoodsItemId, as `declarations get` shows it",
} as const;

export function addItemsCommand(yargs: Argv<GlobalOptions>): Argv<GlobalOptions> {
  return yargs.command(
    "items",
    "The goods items of a declaration: get, add, update, delete",
    (items) =>
      [addGet, addAdd, addUpdate, addDelete]
        .reduce((parser, addCommand) => addCommand(parser), items)
        .demandCommand(1, "declarations items needs get, add, update or delete"),
  );
}

function addGet(yargs: Argv<GlobalOptions>): Argv<GlobalOptions> {
  return yargs.command(
    "get <declaration> <item>",
    "Show one item as CAS has it",
    (command) => command.positional("declaration", DECLARATION).positional("item", ITEM),
    async (flags) => {
      await runCommand("declarations items get", flags, (context) =>
        withSession("declarations items get", flags, context, async ({ client, signal }) => {
          const { declaration: declarationId, item: itemId } = flags;
          const raw = await itemOrNull(client, declarationId, itemId, signal);
          if (raw === null) throw noItem(declarationId, itemId);
          const item = parseJson(raw);
          return plainResult(JSON.stringify(item, null, 2).split("\n"), { item });
        }),
      );
    },
  );
}

function addAdd(yargs: Argv<GlobalOptions>): Argv<GlobalOptions> {
  return yargs.command(
    "add <declaration>",
    "Add an item to a declaration",
    (command) =>
      command
        .positional("declaration", DECLARATION)
        .options({ ...contentOptions, ...changeOptions })
        .example(
          "$0 declarations items add 100200300 --file item.json --env acceptance",
          "The members of an item, as `items get` shows them",
        ),
    async (flags) => {
      await runCommand("declarations items add", flags, async (context) => {
        const content = await contentNeeded(flags);
        const request = { kind: "add-item", itemId: null, content } as const;
        return changed("declarations items add", flags, context, request);
      });
    },
  );
}

function addUpdate(yargs: Argv<GlobalOptions>): Argv<GlobalOptions> {
  return yargs.command(
    "update <declaration> <item>",
    "Change given values of an item",
    (command) =>
      command
        .positional("declaration", DECLARATION)
        .positional("item", ITEM)
        .options({ ...contentOptions, ...changeOptions })
        .example(
          "$0 declarations items update 100200300 7 --set goodsMeasure.gmass=12.5 --env acceptance",
          "Paths begin at the item",
        ),
    async (flags) => {
      await runCommand("declarations items update", flags, async (context) => {
        const content = await contentNeeded(flags);
        const request = { kind: "update-item", itemId: flags.item, content } as const;
        return changed("declarations items update", flags, context, request);
      });
    },
  );
}

function addDelete(yargs: Argv<GlobalOptions>): Argv<GlobalOptions> {
  return yargs.command(
    "delete <declaration> <item>",
    "Delete an item of a declaration",
    (command) =>
      command
        .positional("declaration", DECLARATION)
        .positional("item", ITEM)
        .options(changeOptions)
        .example(
          "$0 declarations items delete 100200300 7 --dry-run --env production",
          "Shows what would go",
        ),
    async (flags) => {
      await runCommand("declarations items delete", flags, (context) => {
        const request = { kind: "delete-item", itemId: flags.item, content: null } as const;
        return changed("declarations items delete", flags, context, request);
      });
    },
  );
}

function changed(
  command: SessionCommand,
  flags: ChangeFlags & { readonly declaration: string },
  context: CommandContext,
  request: Pick<ChangeRequest, "kind" | "itemId" | "content">,
): ReturnType<typeof runChange> {
  const { declaration: declarationId } = flags;
  const whole = { ...request, declarationId, action: null, reason: null, place: "" };
  return runChange(command, flags, context, [whole]);
}

async function contentNeeded(
  flags: Parameters<typeof contentOf>[0],
): Promise<NonNullable<ChangeRequest["content"]>> {
  const content = await contentOf(flags);
  if (content !== null) return content;
  throw new CasBatchError("usage", "No values are given for the item", {
    hint: "Add --set PATH=VALUE, such as --set goodsMeasure.gmass=12.5, or --file FILE.json",
  });
}
