// `cas-batch fields [word]`: what the columns of a file, and the lines of a profile, can name.
import type { AddCommand } from "../frame/command-entry.ts";
import { listFields, type ListedField } from "../../map/list-fields.ts";
import { EXIT } from "../../runs/result/exit-code.ts";
import { runCommand } from "../frame/run-command.ts";
import { plainResult } from "../words/plain-result.ts";

export const addCommand: AddCommand = (yargs, { signature, about }) =>
  yargs.command(
    signature,
    about,
    (command) =>
      command
        .positional("word", {
          type: "string",
          describe: "Show what has this word, in English, Dutch, French or German",
        })
        .example("$0 fields Ursprungsland", "The column for the country of origin")
        .example("$0 fields mass", "Everything about masses"),
    async (flags) => {
      await runCommand("fields", flags, (context) => {
        const word = flags.word ?? "";
        const fields = listFields(word);
        if (flags.json) return Promise.resolve(plainResult([], { fields }));
        for (const line of fields.length === 0 ? nothingFor(word) : linesOf(fields)) {
          context.say(line);
        }
        return Promise.resolve(EXIT.done);
      });
    },
  );

function nothingFor(word: string): readonly string[] {
  return [
    `No column and no member that is known has "${word}" in its name or meaning`,
    "  Try another word or a part of it; `cas-batch fields` lists everything. CAS may know more members:",
    "  a column whose header is the path of one is sent as it stands",
  ];
}

interface Part {
  readonly title: string;
  readonly holds: (field: ListedField) => boolean;
}

const parts: readonly Part[] = [
  {
    title: "Columns of every template (* must be filled in)",
    holds: ({ header, group }) => header !== null && group === null,
  },
  {
    title:
      "Columns of `cas-batch template --with GROUP`; their paths are assumed, ask your CAS team",
    holds: ({ header, group }) => header !== null && group !== null,
  },
  {
    title:
      "Members without a column; their paths are assumed too: write the path as the header, or in a profile",
    holds: ({ header }) => header === null,
  },
];

function linesOf(fields: readonly ListedField[]): readonly string[] {
  return parts.flatMap(({ title, holds }) => {
    const held = fields.filter(holds);
    return held.length === 0 ? [] : [title, "", ...held.flatMap(linesOfField)];
  });
}

function linesOfField(field: ListedField): readonly string[] {
  const { header, path, level, required, group, note, example, allowedValues } = field;
  const star = required ? " *" : "";
  const of = [levelWords[level], ...(group === null ? [] : [`--with ${group}`])].join(", ");
  const values = allowedValues.length === 0 ? "" : ` (${allowedValues.join(", ")})`;
  const such = example === null ? "" : `; example: ${example}`;
  return [
    `  ${header ?? path ?? ""}${star}   [${of}]`,
    `    ${note}${values}${such}`,
    ...(header === null ? [] : [`    ${path ?? "no member of the message"}`]),
    "",
  ];
}

const levelWords = {
  shipment: "shipment",
  item: "goods item",
  packaging: "packaging",
  document: "document",
} as const;
