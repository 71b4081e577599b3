// The form of a profile's YAML. Editors get it as JSON Schema (`templates/profiles/`), so every member
// says what it is for.
import { z } from "zod";
import { findingCodes, findingEntry, type FindingCode } from "../../core/finding-codes.ts";
import { DATE_FORMAT_TOKENS, isDateFormat } from "./date-format.ts";
import { NUMBER_SAMPLES } from "./number-format.ts";
import { checkTarget } from "./target.ts";
import { checkTimeZone } from "./zoned-time.ts";

/** Longest list or table that a profile may hold; a longer table belongs into a lookup file. */
const ENTRIES_MAX = 1_000;
/** A header row further down than what is read to plan would never be seen. */
const HEADER_ROW_MAX = 25;
const HEADER_LINES_MAX = 4;
const PAD_LENGTH_MAX = 64;
const SPLIT_PARTS_MAX = 20;
/** Source: Data types, money `n..20,4`. */
const DECIMALS_MAX = 4;

/** Words and codes; a number in YAML is taken as it is written. */
const word = z.union([z.string(), z.number()]).transform(String);
const filledWord = word.refine((text) => text.trim() !== "", "a text is needed");
const words = z
  .union([filledWord.transform((text) => [text]), z.array(filledWord).min(1).max(ENTRIES_MAX)])
  .meta({ description: "One word or a list of them; capital or small letters make no difference" });

const target = z
  .string()
  .superRefine((text, context) => {
    const mistake = checkTarget(text);
    if (mistake !== null) context.addIssue({ code: "custom", message: mistake });
  })
  .meta({
    id: "target",
    description:
      "A header of the default template (docs/fields.md), or a path into the message such as singleAdministrativeDocument.goodsShipment.exportCountry",
  });

const decimalMark = z.enum([",", "."]).meta({ description: "How fractions are written in text" });
const dateOrder = z
  .enum(["dmy", "mdy", "ymd"])
  .meta({ description: "What 03/04/2026 means: day, month, year in this order" });

const transformNames = z.enum(["trim", "upper", "lower", "digits"]);
const transformWithOptions = z
  .strictObject({
    pad: z
      .union([
        z.int().min(1).max(PAD_LENGTH_MAX),
        z.strictObject({ length: z.int().min(1).max(PAD_LENGTH_MAX), with: word.optional() }),
      ])
      .optional()
      .meta({ description: "Fill up on the left to this length, with zeros unless told" }),
    split: z
      .strictObject({
        by: z.string().min(1),
        part: z
          .int()
          .min(-SPLIT_PARTS_MAX)
          .max(SPLIT_PARTS_MAX)
          .refine((part) => part !== 0, "parts are counted from 1, or from -1 at the end"),
      })
      .optional()
      .meta({ description: "One part of a text: 1 is the first, -1 the last" }),
    replace: z
      .strictObject({ find: z.string().min(1), with: z.string() })
      .optional()
      .meta({ description: "Every occurrence of a text by another" }),
    date: z
      .string()
      .refine(isDateFormat, `a date format is made of ${DATE_FORMAT_TOKENS.join(", ")}`)
      .optional()
      .meta({ description: "How dates are written, such as DD.MM.YYYY or YYYYMMDD HH:mm" }),
    number: z
      .enum(NUMBER_SAMPLES)
      .optional()
      .meta({ description: "How numbers are written, shown by the number 1234.56" }),
    multiply: word
      .refine((text) => /^\d{1,12}(?:\.\d{1,12})?$/.test(text), "a decimal such as 0.001 is needed")
      .optional()
      .meta({ description: "A factor, such as 0.001 for grams" }),
    round: z
      .int()
      .min(0)
      .max(DECIMALS_MAX)
      .optional()
      .meta({ description: "Round to so many decimals, half of the last one up" }),
  })
  .refine((options) => Object.keys(options).length === 1, "one transform per line of the list");

const condition = z
  .strictObject({
    column: filledWord.meta({ description: "A header of the file" }),
    is: words.optional(),
    startsWith: words.optional(),
    contains: words.optional(),
    blank: z.literal(true).optional(),
  })
  .refine(
    (test) => Object.keys(test).length === 2,
    "one of is, startsWith, contains and blank is needed",
  );

const columnTarget = z.strictObject({
  to: target,
  optional: z.boolean().optional().meta({
    description: "Whether files may lack the column; a missing one is an error otherwise",
  }),
  transforms: z
    .array(z.union([transformNames, transformWithOptions]))
    .max(SPLIT_PARTS_MAX)
    .optional()
    .meta({ description: "What is done to the text of a cell, in this order" }),
  values: z
    .record(z.string(), word)
    .optional()
    .meta({ description: "What stands in the file: what it means" }),
  lookup: z
    .strictObject({ file: z.string().min(1), from: filledWord, to: filledWord })
    .optional()
    .meta({
      description: "A spreadsheet beside the profile that says what values mean, by two headers",
    }),
  otherValues: z
    .enum(["refuse", "keep"])
    .optional()
    .meta({ description: "Values that neither values nor lookup names; refused unless told" }),
  decimalMark: decimalMark.optional(),
  dateOrder: dateOrder.optional(),
});

const column = z.union([
  z
    .string()
    .superRefine((text, context) => {
      const mistake = text === IGNORE ? null : checkTarget(text);
      if (mistake !== null) context.addIssue({ code: "custom", message: mistake });
    })
    .meta({ description: "A header of the default template, a path, or `ignore`" }),
  columnTarget,
  z.array(columnTarget).min(1).max(SPLIT_PARTS_MAX),
]);

/** Says of a column that it is known and not wanted. */
export const IGNORE = "ignore";

const headerRowNumber = z.int().min(1).max(HEADER_ROW_MAX);

const sheetMembers = {
  sheet: words.optional().meta({
    description: "Name of the sheet; * stands for anything. The one with the headers unless told",
  }),
  headerRow: z
    .union([headerRowNumber, z.array(headerRowNumber).min(1).max(HEADER_LINES_MAX)])
    .optional()
    .meta({ description: "Row of the headers, or several that are joined; found unless told" }),
  columns: z.record(z.string().min(1), column).optional().meta({
    description: "Headers of the file: what they are. The default template's unless told",
  }),
  otherColumns: z.enum(["report", "ignore", "match"]).optional().meta({
    description: "Columns not named: a warning, silence, or read by the default template",
  }),
  groupBy: z
    .union([
      z.array(filledWord).min(1).max(SPLIT_PARTS_MAX),
      z.strictObject({
        columns: z.array(filledWord).min(1).max(SPLIT_PARTS_MAX),
        join: z.string().optional(),
      }),
    ])
    .optional()
    .meta({ description: "Headers whose values together are the External reference" }),
  rows: z
    .strictObject({
      totals: z
        .union([z.boolean(), z.array(filledWord).min(1).max(ENTRIES_MAX)])
        .optional()
        .meta({ description: "Leave out rows that begin with Total, Summe … or with these words" }),
      leaveOut: z.array(condition).min(1).max(ENTRIES_MAX).optional(),
      keepOnly: z.array(condition).min(1).max(ENTRIES_MAX).optional(),
    })
    .optional()
    .meta({ description: "Which rows are read" }),
};

const sheet = z.strictObject(sheetMembers);

const codes = Object.keys(findingCodes) as FindingCode[];
const severity = z.enum(["error", "warning", "info", "off"]);
/** Of what has no value to send. */
const errorAlways = z.enum(["error"]);

function severityOf(code: FindingCode): typeof severity | typeof errorAlways {
  const { severity: usual, lowerable } = findingEntry(code);
  return usual === "error" && lowerable !== true ? errorAlways : severity;
}

export const profileSchema = z
  .strictObject({
    version: z.literal(1).meta({ description: "Version of this format" }),
    description: z.string().optional(),
    layout: z
      .enum(["flat", "workbook"])
      .optional()
      .meta({ description: "One row per goods item, or a sheet per level" }),
    messageType: z.enum(["New", "Replace", "Update", "Upsert"]).optional(),
    csv: z
      .strictObject({ encoding: z.string().optional(), delimiter: z.string().optional() })
      .optional()
      .meta({ description: "How text files are read; found out unless told" }),
    decimalMark: decimalMark.optional(),
    dateOrder: dateOrder.optional(),
    timeZone: z
      .string()
      .superRefine((name, context) => {
        const mistake = checkTimeZone(name);
        if (mistake !== null) context.addIssue({ code: "custom", message: mistake });
      })
      .optional()
      .meta({ description: "Time zone of dates with a time of day, such as Europe/Brussels" }),
    emptyCell: z
      .enum(["absent", "delete"])
      .optional()
      .meta({ description: "What an empty cell says; delete clears the member under Update" }),
    constants: z
      .record(z.string(), z.union([z.string().min(1), z.number(), z.boolean()]))
      .superRefine((constants, context) => {
        for (const name of Object.keys(constants)) {
          const message = checkTarget(name);
          if (message !== null) context.addIssue({ code: "custom", message, path: [name] });
        }
      })
      .optional()
      .meta({ description: "Values that are the same everywhere, or where a cell is blank" }),
    severities: z
      .strictObject(
        Object.fromEntries(
          codes.map((code) => [
            code,
            severityOf(code).optional().meta({ description: findingCodes[code].meaning }),
          ]),
        ),
      )
      .optional()
      .meta({ description: "How grave a finding is in these files, by its code" }),
    ...sheetMembers,
    sheets: z
      .strictObject({
        shipments: sheet,
        goodsItems: sheet.optional(),
        packaging: sheet.optional(),
        documents: sheet.optional(),
      })
      .optional()
      .meta({ description: "The sheets of the workbook layout" }),
  })
  .superRefine((profile, context) => {
    if (profile.layout === "workbook") {
      if (profile.sheets === undefined) {
        const message = "the workbook layout needs `sheets`";
        context.addIssue({ code: "custom", message, path: ["layout"] });
      }
      for (const name of Object.keys(sheetMembers)) {
        if (!(name in profile)) continue;
        const message = "in the workbook layout this belongs below a sheet in `sheets`";
        context.addIssue({ code: "custom", message, path: [name] });
      }
    } else if (profile.sheets !== undefined) {
      const message = "`sheets` belongs to `layout: workbook`; the flat layout has `sheet`";
      context.addIssue({ code: "custom", message, path: ["sheets"] });
    }
  });

export type WrittenProfile = z.output<typeof profileSchema>;
export type WrittenSheet = z.output<typeof sheet>;
export type WrittenColumn = z.output<typeof column>;
