// `cas-batch declarations update`: changes given values of a declaration, or of many from a spreadsheet.
import type { Argv } from "yargs";
import type { Edit } from "../../change/body-of-edits.ts";
import type { ChangeRequest } from "../../change/change-request.ts";
import { CasBatchError } from "../../core/errors.ts";
import type { ChangeRow } from "../../intake/change-sheet.ts";
import { changeOptions, contentOf, contentOptions, sheetOption } from "../flags/change-flags.ts";
import type { GlobalOptions } from "../flags/global-flags.ts";
import { rowsOfSheet, runChange } from "../frame/run-change.ts";
import { runCommand } from "../frame/run-command.ts";

export function addUpdateCommand(yargs: Argv<GlobalOptions>): Argv<GlobalOptions> {
  return yargs.command(
    "update [declaration]",
    "Change values of a declaration that customs does not have yet, or has rejected",
    (command) =>
      command
        .positional("declaration", { type: "string", describe: "The declaration's id" })
        .options({ ...contentOptions, ...sheetOption, ...changeOptions })
        .example(
          "$0 declarations update 100200300 --set singleAdministrativeDocument.addDeclType=D --env acceptance",
          "Shows old and new, then sends only that value",
        )
        .example(
          "$0 declarations update --sheet corrections.xlsx --dry-run --env production",
          "Many: columns Declaration id, Path, Value",
        ),
    async (flags) => {
      await runCommand("declarations update", flags, async (context) => {
        const { declaration, sheet } = flags;
        if (sheet !== undefined) {
          refuseBoth(
            declaration !== undefined || flags.set !== undefined || flags.file !== undefined,
          );
          return rowsOfSheet(sheet, ["declaration", "path", "value"], flags, context, (rows) =>
            runChange("declarations update", flags, context, requestsOf(rows)),
          );
        }
        const content = await contentOf(flags);
        if (declaration === undefined || content === null) {
          throw new CasBatchError("usage", "It is not said what is to be changed", {
            hint: "Give the declaration's id with --set PATH=VALUE or --file FILE.json, or --sheet FILE.xlsx",
          });
        }
        const request = { ...update, declarationId: declaration, content };
        return runChange("declarations update", flags, context, [request]);
      });
    },
  );
}

const update = { kind: "update", itemId: null, action: null, reason: null, place: "" } as const;

function refuseBoth(isBoth: boolean): void {
  if (!isBoth) return;
  throw new CasBatchError("usage", "--sheet says itself what is to be changed", {
    hint: "Leave out the id, --set and --file, or --sheet",
  });
}

/** All rows of a declaration are one change, in the order in which each is named first. */
function requestsOf(rows: readonly ChangeRow[]): readonly ChangeRequest[] {
  const byDeclaration = Map.groupBy(rows, ({ declarationId }) => declarationId);
  return [...byDeclaration].map(([declarationId, some]) => ({
    ...update,
    declarationId,
    content: some.map(({ texts, place }): Edit => ({
      path: texts.path,
      value: texts.value,
      isJson: false,
      place,
    })),
    place: some[0]?.place ?? "",
  }));
}
