// The form of one column of a profile: what it is, and what is done to its cells.
import * as z from "zod";
import { MASS_FRACTION_DIGITS_MAX } from "../model/value-rule.ts";
import { DATE_FORMAT_TOKENS, isDateFormat } from "./date-format.ts";
import { NUMBER_SAMPLES } from "./number-format.ts";

/** Longest list or table that a profile may hold; a longer table belongs into a lookup file. */
export const ENTRIES_MAX = 1_000;
const PAD_LENGTH_MAX = 64;
const TRANSFORMS_MAX = 20;
const REPLACEMENT_CHARS_MAX = 1_000;
/** One column may say this many things. */
const TARGETS_MAX = 20;

export const dateFormat = z
  .string()
  .refine(isDateFormat, `a date format is made of ${DATE_FORMAT_TOKENS.join(", ")}`);
const SPLIT_PARTS_MAX = 20;
/** Masses have the most. */
const DECIMALS_MAX = MASS_FRACTION_DIGITS_MAX;

/** Words and codes; a number in YAML is taken as it is written. */
const word = z.union([z.string(), z.number()]).transform(String);
export const filledWord = word.refine((text) => text.trim() !== "", "a text is needed");
export const words = z
  .union([filledWord.transform((text) => [text]), z.array(filledWord).min(1).max(ENTRIES_MAX)])
  .meta({ description: "One word or a list of them; capital or small letters make no difference" });

/** What is wrong with a target, as the end of a sentence; null when nothing is. */
export type TargetCheck = (text: string) => string | null;

function targetFor(check: TargetCheck) {
  return z
    .string()
    .superRefine((text, context) => {
      const mistake = check(text);
      if (mistake !== null) context.addIssue({ code: "custom", message: mistake });
    })
    .meta({
      id: "target",
      description:
        "A header of the default template (docs/fields.md), or a path into the message such as singleAdministrativeDocument.goodsShipment.exportCountry",
    });
}

export const decimalMark = z
  .enum([",", "."])
  .meta({ description: "How fractions are written in text" });
export const dateOrder = z
  .enum(["dmy", "mdy", "ymd"])
  .meta({ description: "What 03/04/2026 means: day, month, year in this order" });

const transformNames = z.enum(["trim", "upper", "lower", "digits"]);
const transformWithOptions = z
  .strictObject({
    pad: z
      .union([
        z.int().min(1).max(PAD_LENGTH_MAX),
        z.strictObject({
          length: z
            .int()
            .min(1)
            .max(PAD_LENGTH_MAX)
            .meta({ description: "So many characters in all" }),
          with: word.optional().meta({ description: "The character to fill up with" }),
        }),
      ])
      .optional()
      .meta({ description: "Fill up on the left to this length, with zeros by default" }),
    split: z
      .strictObject({
        by: z.string().min(1).meta({ description: "The text between the parts" }),
        part: z
          .int()
          .min(-SPLIT_PARTS_MAX)
          .max(SPLIT_PARTS_MAX)
          .refine((part) => part !== 0, "parts are counted from 1, or from -1 at the end")
          .meta({ description: "Which part: 1 is the first, -1 the last" }),
      })
      .optional()
      .meta({ description: "One part of a text: 1 is the first, -1 the last" }),
    replace: z
      .strictObject({
        find: z.string().min(1).meta({ description: "The text to look for" }),
        with: z.string().max(REPLACEMENT_CHARS_MAX).meta({ description: "What takes its place" }),
      })
      .optional()
      .meta({ description: "Every occurrence of a text by another" }),
    date: dateFormat
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

function columnTargetFor(check: TargetCheck) {
  return z.strictObject({
    to: targetFor(check),
    optional: z.boolean().optional().meta({
      description: "Whether files may lack the column; a missing one is an error otherwise",
    }),
    guess: z.literal(true).optional().meta({
      description: "What a draft guessed: told in every check until a person deletes it",
    }),
    transforms: z
      .array(z.union([transformNames, transformWithOptions]))
      .max(TRANSFORMS_MAX)
      .optional()
      .meta({ description: "What is done to the text of a cell, in this order" }),
    values: z
      .record(z.string(), word)
      .optional()
      .meta({ description: "What stands in the file: what it means" }),
    lookup: z
      .strictObject({
        file: z.string().min(1).meta({ description: "The spreadsheet, beside the profile" }),
        from: filledWord.meta({ description: "Header there of what stands in the file" }),
        to: filledWord.meta({ description: "Header there of what it means" }),
      })
      .optional()
      .meta({
        description: "A spreadsheet beside the profile that says what values mean, by two headers",
      }),
    otherValues: z
      .enum(["refuse", "keep"])
      .optional()
      .meta({ description: "Values that neither values nor lookup names; refused by default" }),
    decimalMark: decimalMark.optional(),
    dateOrder: dateOrder.optional(),
  });
}

/** The form of a column whose targets pass `check`. */
export function columnFor(check: TargetCheck) {
  const columnTarget = columnTargetFor(check);
  return z.union([
    z
      .string()
      .superRefine((text, context) => {
        const mistake = text === IGNORE ? null : check(text);
        if (mistake !== null) context.addIssue({ code: "custom", message: mistake });
      })
      .meta({ description: "A header of the default template, a path, or `ignore`" }),
    columnTarget,
    z.array(columnTarget).min(1).max(TARGETS_MAX),
  ]);
}

/** Says of a column that it is known and not wanted. */
export const IGNORE = "ignore";

export type WrittenColumn = z.output<ReturnType<typeof columnFor>>;
