// The blank file of a kind that has no layout of its own: its columns where its fields are public, the members
// that are hints where they are not, and the key alone where nothing is known.
import { kindOf, type MessageKind } from "../../core/message-kind.ts";
import type { TemplateColumn, TemplateModel } from "../../core/template.ts";
import { kindColumns } from "./kind-columns.ts";

export function kindTemplate(kind: MessageKind, words: TemplateModel["words"]): TemplateModel {
  const { key, noun, nouns, repeat } = kindOf(kind);
  const known = kindColumns(kind);
  const isTyped = known.some(({ header }) => header !== null);
  const ofKey: TemplateColumn = {
    header: key,
    note: `Identifies the ${noun}${isTyped ? "" : ". That this member does is assumed; --key names another one"}`,
    required: true,
    about: "shipment",
    carriedAs: "reference",
    type: "code",
    allowedValues: [],
    example: `${key}-001`,
  };
  const columns = known.map(({ header, path, note, example, offered }): TemplateColumn => {
    if (path === key) return { ...ofKey, header: header ?? path, example };
    return {
      header: header ?? path,
      note,
      required: false,
      about: path.includes("[]") ? "item" : "shipment",
      type: "text",
      allowedValues: offered,
      example,
    };
  });
  return {
    title: `${kind}: ${nouns}`,
    instructions: [
      `Each row is a ${noun}, identified by ${columns.find(({ required }) => required)?.header ?? key}. Rows with the same one go together: what belongs to the ${noun} is repeated, or left blank after its first row, and each row adds an element to the list whose headers hold [].`,
      isTyped
        ? "For a member that has no column, add a column whose header is its path, such as `header.number` or `lines[].code`."
        : "The headers are JSON paths into the message: `name`, `types[0]` for the first element of a list, `address.city`, `lines[].code` for a list that each row adds to. Add a column for each member that your CAS team names, and delete those that you do not need.",
      ...(isTyped || known.length === 0
        ? []
        : ["The members here are hints from an old public sample: ask your CAS team first."]),
      "A cell that is text is sent as text, a number as a number, a date as a date. In a CSV file everything is text: write `(number)`, `(date)` or `(true/false)` behind the path to have it read as that.",
      repeat === "harmless"
        ? `CAS creates the ${noun}, or updates the one that it has.`
        : `CAS creates a ${noun} and does not change it: other content for one that was sent is held until a person allows a second one with --allow-again.`,
      `\`cas-batch check FILE --kind ${kind}\` shows what would be sent, and sends nothing; \`cas-batch ingest ${kind} FILE\` sends it.`,
    ],
    sheets: [
      {
        name: kind,
        columns: columns.some(({ required }) => required) ? columns : [ofKey, ...columns],
        examples: [],
      },
    ],
    words,
  };
}
