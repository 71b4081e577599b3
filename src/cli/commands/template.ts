// `cas-batch template [kind]`: a blank workbook or CSV to fill in.
import type { AddCommand } from "../frame/command-entry.ts";
import { resolve } from "node:path";
import { CasBatchError } from "../../core/errors.ts";
import { DEFAULT_KIND, kindNamed, kindNames } from "../../core/message-kind.ts";
import type { OtherKind } from "../../core/shipment.ts";
import { didYouMean } from "../../core/text/did-you-mean.ts";
import { pastablePath } from "../../core/text/pastable-path.ts";
import { groupNames } from "../../map/list-fields.ts";
import { writeTemplate } from "../../pipeline.ts";
import { EXIT } from "../../runs/result/exit-code.ts";
import { plainResult } from "../words/plain-result.ts";
import { refuseToReplace } from "../flags/input-files.ts";
import { runCommand } from "../frame/run-command.ts";

const ALL_GROUPS = "all";

export const addCommand: AddCommand = (yargs, { signature, about }) =>
  yargs.command(
    signature,
    about,
    (command) =>
      command
        .positional("kind", {
          type: "string",
          default: "flat",
          describe: `flat: one sheet, a row per goods item. workbook: a sheet per level. Or a kind of message: ${kindNames.join(", ")}`,
        })
        .option("output", {
          alias: "o",
          type: "string",
          describe: "File to write, .xlsx or .csv; by default named after the kind",
        })
        .option("language", {
          choices: ["en", "nl", "fr", "de"] as const,
          default: "en" as const,
          describe:
            "Language of headers, sheets and Read me; files in each are read without a profile",
        })
        .option("with", {
          type: "string",
          requiresArg: true,
          describe: `Further columns, by group, separated by commas; their paths are assumed: ${groupNames.join(", ")}, or all`,
        })
        .option("force", { type: "boolean", default: false, describe: "Replace an existing file" })
        .example("$0 template", "customs-shipments-flat.xlsx, with drop-downs and a Read me")
        .example("$0 template --language de", "customs-shipments-flat-de.xlsx, in German")
        .example("$0 template flat -o shipments.csv", "The same columns as CSV")
        .example("$0 template --with origin,procedure", "With columns for origin and procedure")
        .example("$0 template MovementOrder", "movement-order.xlsx, for movement orders"),
    async (flags) => {
      await runCommand("template", flags, async (context) => {
        const language = flags.language === "en" ? null : flags.language;
        const layout = layoutOf(flags.kind);
        const isKind = layout !== "flat" && layout !== "workbook";
        if (isKind && (language !== null || flags.with !== undefined)) {
          const flag = language === null ? "with" : "language";
          throw new CasBatchError("usage", `The template of ${layout} knows no --${flag}`, {
            hint: `Run \`cas-batch template ${layout}\``,
          });
        }
        const name = isKind
          ? hyphened(layout)
          : `customs-shipments-${layout}${language === null ? "" : `-${language}`}`;
        const path = resolve(flags.output ?? `${name}.xlsx`);
        refuseToReplace(path, flags.force);
        if (layout === "workbook" && path.toLowerCase().endsWith(".csv")) {
          throw new CasBatchError("usage", "A CSV file has no sheets, so it can only be flat", {
            hint: "Write `cas-batch template flat -o FILE.csv`, or name an .xlsx file",
          });
        }
        const groups = groupsOf([flags.with ?? []].flat());
        await writeTemplate(layout, path, { language, groups });
        if (flags.json) return plainResult([], { output: path, groups });
        context.say(`Wrote ${path}`);
        if (groups.length > 0) {
          context.say(
            "The columns of --with fill members whose names are assumed: ask your CAS team first",
          );
        }
        const ofKind = isKind ? ` --kind ${layout}` : "";
        context.say(`Fill it in, then: cas-batch check "${path}"${ofKind}`);
        return EXIT.done;
      });
    },
  );

/** @throws CasBatchError `usage` for what is neither a layout nor a kind of message */
function layoutOf(text: string): "flat" | "workbook" | OtherKind {
  if (text === "flat" || text === "workbook") return text;
  const kind = kindNamed(text);
  if (kind !== null) return kind === DEFAULT_KIND ? "flat" : kind;
  const known = ["flat", "workbook", ...kindNames];
  const isFileName = /\.(xlsx|csv)$/i.test(text);
  throw new CasBatchError("usage", `There is no template "${text}"${didYouMean(text, known)}`, {
    hint: isFileName
      ? `Run \`cas-batch template --output ${pastablePath(text)}\`: the name of the file goes after --output`
      : `Run \`cas-batch template --help\`; there are ${known.join(", ")}`,
  });
}

/** Shape: `movement-order` for `MovementOrder`. */
function hyphened(kind: string): string {
  return kind.replace(/(?<=.)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
}

/** @throws CasBatchError `usage` for a word that is no group */
function groupsOf(texts: readonly string[]): readonly string[] {
  const words = texts.flatMap((text) => text.split(",")).map((word) => word.trim().toLowerCase());
  const asked = words.flatMap((word) => (word === ALL_GROUPS ? groupNames : [word]));
  const unknown = asked.find((word) => !groupNames.includes(word));
  if (unknown === undefined) return groupNames.filter((name) => asked.includes(name));
  const message = `\`--with\` knows no group "${unknown}"${didYouMean(unknown, groupNames)}`;
  throw new CasBatchError("usage", message, {
    hint: `The groups are ${groupNames.join(", ")}, and ${ALL_GROUPS} for all of them`,
  });
}
