// The form of a profile's YAML. Editors get it as JSON Schema (`templates/profiles/`), so every member
// says what it is for.
import * as z from "zod";
import { encodingLabel } from "../../core/text/text-codec.ts";
import { kindNamed, kindNames } from "../../core/message-kind.ts";
import { didYouMean } from "../../core/text/did-you-mean.ts";
import { findingCodes, type FindingCode } from "../../core/codes/finding-codes.ts";
import { HEADER_SEARCH_ROWS } from "../model/levels.ts";
import {
  columnFor,
  dateFormat,
  dateOrder,
  decimalMark,
  ENTRIES_MAX,
  filledWord,
  words,
  type TargetCheck,
} from "./column-schema.ts";
import { checkTarget } from "./target.ts";
import { checkTimeZone } from "./zoned-time.ts";

const HEADER_LINES_MAX = 4;
/** A tab is hard to see between quotes. */
export const TAB_WORD = "tab";
const NO_QUOTE_WORD = "none";
/** So many columns may make one reference. */
const GROUP_COLUMNS_MAX = 20;

const condition = z
  .strictObject({
    column: filledWord.meta({ description: "A header of the file" }),
    is: words.optional().meta({ description: "The cell is one of these words" }),
    startsWith: words.optional().meta({ description: "The cell begins with one of these words" }),
    contains: words.optional().meta({ description: "One of these words stands in the cell" }),
    blank: z.literal(true).optional().meta({ description: "The cell is empty" }),
  })
  .refine(
    (test) => Object.keys(test).length === 2,
    "one of is, startsWith, contains and blank is needed",
  );

const headerRowNumber = z.int().min(1).max(HEADER_SEARCH_ROWS);
const headerRowNumbers = z
  .array(headerRowNumber)
  .min(1)
  .max(HEADER_LINES_MAX)
  .refine(
    (rows) => rows.every((row, index) => index === 0 || row > (rows[index - 1] ?? row)),
    "the rows of the headers are named from top to bottom, such as [2, 3]",
  );

const csv = z.strictObject({
  encoding: z
    .string()
    .refine(
      (name) => encodingLabel(name) !== null,
      "no such text encoding is known; utf-8, windows-1252, windows-1250, iso-8859-15, macintosh and cp850 are, among others",
    )
    .optional()
    .meta({ description: "Text encoding, such as utf-8, windows-1252 or cp850" }),
  delimiter: z
    .string()
    .refine(
      (text) => text === TAB_WORD || /^[^"\r\n]$/u.test(text),
      `one character is needed, such as ";", or ${TAB_WORD}`,
    )
    .optional()
    .meta({ description: `What stands between two cells: one character, or ${TAB_WORD}` }),
  quote: z
    .string()
    .refine(
      (text) => text === NO_QUOTE_WORD || /^[^\r\n]$/u.test(text),
      `one character is needed, such as "'", or ${NO_QUOTE_WORD}`,
    )
    .optional()
    .meta({ description: "Quotation mark, or none; the usual one by default" }),
});

const membersOfSheet = {
  sheet: words.optional().meta({
    description: "Name of the sheet; * stands for anything. By default the one with the headers",
  }),
  headerRow: z
    .union([headerRowNumber, headerRowNumbers])
    .optional()
    .meta({ description: "Row of the headers, or several that are joined; found by default" }),
  otherColumns: z.enum(["report", "ignore", "match"]).optional().meta({
    description: "Columns not named: a warning, silence, or read by the default template",
  }),
  groupBy: z
    .union([
      z.array(filledWord).min(1).max(GROUP_COLUMNS_MAX),
      z.strictObject({
        columns: z
          .array(filledWord)
          .min(1)
          .max(GROUP_COLUMNS_MAX)
          .meta({ description: "Headers of the file, in this order" }),
        join: z.string().optional().meta({ description: "What stands between their values" }),
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
      leaveOut: z
        .array(condition)
        .min(1)
        .max(ENTRIES_MAX)
        .optional()
        .meta({ description: "A row is left out when one of these conditions holds" }),
      keepOnly: z
        .array(condition)
        .min(1)
        .max(ENTRIES_MAX)
        .optional()
        .meta({ description: "A row is left out unless all of these conditions hold" }),
    })
    .optional()
    .meta({ description: "Which rows are read" }),
};

function sheetMembersFor(check: TargetCheck) {
  return {
    ...membersOfSheet,
    columns: z.record(z.string().min(1), columnFor(check)).optional().meta({
      description: "Headers of the file: what they are. By default those of the default template",
    }),
  };
}

const sheetMembers = sheetMembersFor(checkTarget);
const sheet = z.strictObject(sheetMembers);

const codes = Object.keys(findingCodes) as FindingCode[];
const severity = z.enum(["error", "warning", "info", "off"]);
/** Of what has no value to send. */
const errorAlways = z.enum(["error"]);

function severityOf(code: FindingCode): typeof severity | typeof errorAlways {
  const { severity: usual, lowerable } = findingCodes[code];
  return usual === "error" && lowerable !== true ? errorAlways : severity;
}

const kindSetting = z
  .string()
  .superRefine((text, context) => {
    if (kindNamed(text) !== null) return;
    const message = `"${text}" is no kind of message${didYouMean(text, kindNames) || `; there are ${kindNames.join(", ")}`}`;
    context.addIssue({ code: "custom", message });
  })
  .meta({
    description: "What the messages are, such as MovementOrder; CustomsShipment by default",
  });

function constantsFor(check: TargetCheck) {
  return z
    .record(z.string(), z.union([z.string().min(1), z.number(), z.boolean()]))
    .superRefine((constants, context) => {
      for (const name of Object.keys(constants)) {
        const message = check(name);
        if (message !== null) context.addIssue({ code: "custom", message, path: [name] });
      }
    })
    .optional()
    .meta({ description: "Values that are the same everywhere, or where a cell is blank" });
}

/** What profiles of every kind of message have. */
const common = {
  version: z.literal(1).meta({ description: "Version of this format" }),
  description: z.string().optional().meta({ description: "A line about the source, for people" }),
  kind: kindSetting.optional(),
  csv: csv
    .optional()
    .meta({ description: "How text files are read; by default inferred from the file" }),
  decimalMark: decimalMark.optional(),
  dateOrder: dateOrder.optional(),
  fileDate: dateFormat.optional().meta({
    description:
      "Day in the file's name, such as YYYYMMDD: of two files with one shipment the later day counts. By default the file that was saved later",
  }),
  timeZone: z
    .string()
    .superRefine((name, context) => {
      const mistake = checkTimeZone(name);
      if (mistake !== null) context.addIssue({ code: "custom", message: mistake });
    })
    .optional()
    .meta({ description: "Time zone of dates with a time of day, such as Europe/Brussels" }),
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
};

export const profileSchema = z
  .strictObject({
    ...common,
    layout: z
      .enum(["flat", "workbook"])
      .optional()
      .meta({ description: "One row per goods item, or a sheet per level" }),
    messageType: z
      .enum(["New", "Replace", "Update", "Upsert"])
      .optional()
      .meta({ description: "Message type of shipments that do not say one; Upsert by default" }),
    emptyCell: z
      .enum(["absent", "delete"])
      .optional()
      .meta({ description: "What an empty cell says; delete clears the member under Update" }),
    constants: constantsFor(checkTarget),
    ...sheetMembers,
    sheets: z
      .strictObject({
        shipments: sheet.meta({ description: "One row per shipment" }),
        goodsItems: sheet.optional().meta({ description: "One row per goods item" }),
        packaging: sheet.optional().meta({ description: "One row per packaging" }),
        documents: sheet.optional().meta({ description: "One row per document" }),
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

/**
 * The form of a profile for a kind that has no layout of its own. It knows no message type, no sheets beside
 * each other and no key that several columns make.
 */
export function kindProfileSchema(check: TargetCheck) {
  const { groupBy: _groupBy, ...members } = sheetMembersFor(check);
  return z.strictObject({
    ...common,
    kind: kindSetting,
    key: z.string().min(1).optional().meta({
      description: "The member that identifies a message, as a path",
    }),
    constants: constantsFor(check),
    ...members,
  });
}

export type WrittenProfile = z.output<typeof profileSchema>;
export type WrittenSheet = z.output<typeof sheet>;
