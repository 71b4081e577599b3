// What a draft does to the values of a column so that they become those of a field: zeros that a number
// lost, words that have a code. What is only likely says so.
import { directionWords } from "../../catalogue/direction-words.ts";
import { packageWords } from "../../catalogue/package-words.ts";
import { dateForm } from "../../cells/read-date.ts";
import { bearsOut } from "../../headers/header-evidence.ts";
import type { CatalogueField } from "../../model/message-catalogue.ts";

/** A column with more different values than this is no column of kinds. */
const KINDS_MAX = 12;
const COMMODITY_CODE_LENGTHS = [6, 8, 10];

const ISO_DATE = /^\d{4}-\d{2}-\d{2}(?!\d)/;

export interface Rewrite {
  /** Shape: `{ pad: 8 }`. */
  readonly transforms: readonly string[];
  /** What each word of the file means; null where nothing is known of it. Empty without any. */
  readonly values: readonly (readonly [word: string, meaning: string | null])[];
  /** Why the rewriting is a guess; null when it is sure. */
  readonly doubt: string | null;
}

const asItStands: Rewrite = { transforms: [], values: [], doubt: null };

/** What makes the values those of the field; null when nothing that is known does. */
export function rewriteOf(field: CatalogueField, texts: readonly string[]): Rewrite | null {
  const fitting = texts.filter((text) => fits(field, text));
  if (fitting.length === texts.length) return asItStands;
  if (field.header === "Commodity code") {
    const length = paddedLength(texts);
    if (length !== null) {
      const doubt = `some have only ${length - 1} digits, as if a leading zero was lost`;
      return { ...asItStands, transforms: [`{ pad: ${length} }`], doubt };
    }
  }
  const meanings = wordsFor(field);
  if (meanings !== null && texts.length <= KINDS_MAX) {
    const isDirection = field.header === "Direction";
    const values = texts.map((text) => {
      const meaning = meanings.get(text.toLowerCase());
      return [text, meaning ?? (fits(field, text) ? text.toUpperCase() : null)] as const;
    });
    // Direction words mean nothing else; a word for a package may be another kind of it.
    const doubt = isDirection ? null : "so are the meanings of the words";
    if (isDirection || values.some(([, meaning]) => meaning !== null)) {
      return { ...asItStands, values, doubt };
    }
  }
  return fitting.length * 2 > texts.length ? asItStands : null;
}

/** Null for a field whose values are not a few kinds. */
function wordsFor({ header }: CatalogueField): ReadonlyMap<string, string> | null {
  switch (header) {
    case "Direction":
      return directionWords;
    case "Declaration type":
      return new Map([...directionWords].map(([word, is]) => [word, is === "IN" ? "IM" : "EX"]));
    case "Package type":
      return packageWords;
    default:
      return null;
  }
}

/** The length that codes had before a number took their leading zero; null where that is not shown. */
function paddedLength(texts: readonly string[]): number | null {
  const lengths = new Set(texts.map(({ length }) => length));
  if (!texts.every((text) => /^\d+$/.test(text))) return null;
  const length = COMMODITY_CODE_LENGTHS.find(
    (whole) =>
      lengths.has(whole - 1) && [...lengths].every((one) => one === whole || one === whole - 1),
  );
  // A zero in front makes a chapter from 01 to 09.
  const isWhole = texts.every((text) => text.length === length || !text.startsWith("0"));
  return length !== undefined && isWhole ? length : null;
}

/** Whether a value may be one of the field, as it stands. */
export function fits(field: CatalogueField, text: string): boolean {
  const { rule, header } = field;
  if (rule.kind === "choice") return rule.values.includes(text.toUpperCase());
  const isBorneOut = bearsOut(field, [text]);
  if (isBorneOut !== null) return isBorneOut;
  switch (rule.kind) {
    case "code":
      return rule.form.pattern.test(text.toUpperCase().replace(/[ .]/g, ""));
    case "reference":
      return dateForm(text) === "other" && !ISO_DATE.test(text);
    case "text":
      return /\p{L}/u.test(text) || header !== "Goods description";
    case "integer":
      return (
        /^\d+$/.test(text) && text.length <= rule.digitsMax && !(rule.positive && /^0+$/.test(text))
      );
    case "decimal":
    case "date":
    case "timestamp":
    case "boolean":
    case "any":
      return true;
  }
}
