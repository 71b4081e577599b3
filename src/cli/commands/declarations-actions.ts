// `cas-batch declarations submit|validate|invalidate|…`: starts an action on declarations.
import type { Argv } from "yargs";
import type { ChangeContent, ChangeRequest } from "../../change/change-request.ts";
import {
  declarationActions,
  exciseActions,
  type DeclarationActionName,
} from "../../core/codes/change-rules.ts";
import { CasBatchError } from "../../core/errors.ts";
import { changeOptions, contentOf, sheetOption } from "../flags/change-flags.ts";
import type { GlobalOptions } from "../flags/global-flags.ts";
import { rowsOfSheet, runChange } from "../frame/run-change.ts";
import { runCommand } from "../frame/run-command.ts";

/** Source: page Declaration actions. */
const ABOUT: Readonly<Record<DeclarationActionName, string>> = {
  submit: "Send declarations to customs, where CAS does not do it by itself",
  validate: "Have CAS check declarations now",
  invalidate: "Withdraw declarations that customs has accepted; needs --reason",
  "goods-arrived": "Tell customs that the goods of pre-lodged declarations have arrived",
  "generate-sad": "Have CAS make the SAD document",
  amend: "Ask for an amendment of declarations that customs has accepted",
  "receipt-report": "Report the receipt of an excise movement; its content by --file",
  "complementary-explanation": "Send a complementary explanation; its content by --file",
  "change-destination": "Change the destination of an excise movement; its content by --file",
  "reject-or-alert-ead": "Reject the e-AD of an excise movement, or alert; its content by --file",
  "delay-for-delivery": "Explain the delay of a delivery; its content by --file",
};

/** Source: page Declaration actions for `invalidate`; that `amend` may carry one is assumed. */
const WITH_REASON: readonly DeclarationActionName[] = ["invalidate", "amend"];

export function addActionCommands(yargs: Argv<GlobalOptions>): Argv<GlobalOptions> {
  return declarationActions.reduce(addAction, yargs);
}

function addAction(yargs: Argv<GlobalOptions>, action: DeclarationActionName): Argv<GlobalOptions> {
  const name = `declarations ${action}` as const;
  return yargs.command(
    `${action} [declarations..]`,
    ABOUT[action],
    (command) =>
      command
        .positional("declarations", {
          type: "string",
          array: true,
          default: [],
          describe: "Ids of declarations",
        })
        .options({
          reason: {
            type: "string",
            hidden: !WITH_REASON.includes(action),
            describe: "Why; customs is told",
          },
          file: {
            type: "string",
            hidden: !isExcise(action),
            describe: "A JSON file with the content of the action, sent to the letter",
          },
          ...sheetOption,
          ...changeOptions,
        })
        .example(
          action === "invalidate"
            ? '$0 declarations invalidate 100200300 --reason "Sent twice" --env acceptance'
            : isExcise(action)
              ? `$0 ${name} 100200300 --file content.json --env acceptance`
              : `$0 ${name} 100200300 100200301 --env acceptance`,
          "Checks the status first, then looks for the effect",
        )
        .example(
          `$0 ${name} --sheet list.xlsx --env acceptance`,
          action === "invalidate" ? "Columns: Declaration id, Reason" : "Column: Declaration id",
        ),
    async (flags) => {
      await runCommand(name, flags, async (context) => {
        const { declarations: ids, sheet } = flags;
        const reason = reasonOf(action, flags.reason, sheet !== undefined);
        const content = await contentOfAction(action, flags.file);
        const base = { kind: "action", itemId: null, action, content } as const;
        const run = (requests: readonly ChangeRequest[]): ReturnType<typeof runChange> =>
          runChange(name, flags, context, requests);
        if (sheet !== undefined && ids.length === 0) {
          const isNeeded = action === "invalidate" && reason === null;
          const needed = isNeeded
            ? (["declaration", "reason"] as const)
            : (["declaration"] as const);
          return rowsOfSheet(sheet, needed, flags, context, (rows) => {
            const byId = Map.groupBy(rows, ({ declarationId }) => declarationId);
            return run(
              [...byId].map(([declarationId, [first]]) => {
                const own = first?.texts.reason ?? "";
                const place = first?.place ?? "";
                const said = WITH_REASON.includes(action) && own !== "" ? own : reason;
                return { ...base, declarationId, reason: said, place };
              }),
            );
          });
        }
        if (ids.length === 0 || sheet !== undefined) {
          throw new CasBatchError("usage", "It is not said which declarations are meant", {
            hint: "Give their ids, or --sheet FILE.xlsx with a column Declaration id, one of both",
          });
        }
        return run(
          [...new Set(ids)].map((id) => ({ ...base, declarationId: id, reason, place: "" })),
        );
      });
    },
  );
}

function isExcise(action: DeclarationActionName): boolean {
  return exciseActions.some((name) => name === action);
}

/** @throws CasBatchError `usage`, `file-not-found`, `content-unusable` */
async function contentOfAction(
  action: DeclarationActionName,
  file: string | undefined,
): Promise<ChangeContent | null> {
  if (isExcise(action) === (file !== undefined)) return contentOf({ file });
  throw new CasBatchError(
    "usage",
    isExcise(action)
      ? `It is not said what CAS is to be told with ${action}`
      : `${action} takes no --file`,
    {
      hint: isExcise(action)
        ? "Give its content with --file FILE.json; your CAS team knows its members"
        : "Leave --file out",
    },
  );
}

/** @throws CasBatchError `usage` */
function reasonOf(
  action: DeclarationActionName,
  reason: string | undefined,
  maySheetSay: boolean,
): string | null {
  const said = reason?.trim() ?? "";
  if (said !== "" && !WITH_REASON.includes(action)) {
    throw new CasBatchError("usage", `${action} takes no reason`, {
      hint: `Leave --reason out; ${WITH_REASON.join(" and ")} take one`,
    });
  }
  if (said !== "" || action !== "invalidate" || maySheetSay) return said === "" ? null : said;
  throw new CasBatchError("usage", "To invalidate a declaration, customs must be told why", {
    hint: 'Add --reason "TEXT"',
  });
}
