// Reads the cells of one column. What the kind of cell alone decides (errors, formulas, blanks) is handled
// here, the rest by the rule of the column. Compiled once per column, called for every cell.
import { nameOf } from "../../core/text/visible-text.ts";
import type { Cell } from "../../core/cell.ts";
import type { Decimal } from "../../core/decimal.ts";
import { isExcelErrorText } from "./excel-error-text.ts";
import type { CellReader, Report } from "../model/mapping-plan.ts";
import {
  isSoundCode,
  readCodeNumber,
  readCodeText,
  readReferenceText,
  reportDoubt,
  textOfNumberCell,
  withoutOddCharacters,
} from "./read-code.ts";
import {
  readDateCell,
  readDateText,
  readTimestampCell,
  readTimestampText,
  undecidedDates,
  type DateSettings,
} from "./read-date.ts";
import {
  readFileDecimal,
  readNumberCell,
  storeAmount,
  storeWholeNumber,
  type DecimalSettings,
} from "./read-decimal.ts";
import { ownWordHint } from "./own-word.ts";
import { findUnsendable, mayHoldUnsendable, withoutPadding } from "./unsendable-characters.ts";
import type { StoredValue, ValueRule } from "../model/value-rule.ts";

/** Where database drivers and old Excel functions cut texts off. */
const CUT_LENGTH = 255;
const CUT_END_SHOWN = 20;

/** How a rule reads each type of cell that holds something. */
interface TypeReaders {
  readonly text: (text: string, report: Report) => StoredValue | null;
  readonly number: (cell: Cell, report: Report) => StoredValue | null;
  /** Absent where such a cell is a mistake. */
  readonly boolean?: (cell: Cell, report: Report) => StoredValue | null;
  readonly date?: (cell: Cell, report: Report) => StoredValue | null;
  readonly time?: (cell: Cell, report: Report) => StoredValue | null;
  readonly duration?: undefined;
  /** Shape: completes "… is needed". */
  readonly needed: string;
}

/** What the file or its profile fixes for all cells of a column. */
export interface CellSettings extends DecimalSettings {
  readonly dates?: DateSettings;
}

/** What a profile does to cells that hold something, before they are read; null for a blank. */
export type CellPreparation = (cell: Cell, report: Report) => Cell | null;

export function compileCellReader(
  header: string,
  rule: ValueRule,
  settings: CellSettings,
  prepare: CellPreparation | null = null,
): CellReader {
  const read = compileReader(header, rule, settings);
  if (prepare === null) return read;
  return (cell, report) => {
    const isFaulty = cell.type === "error" || cell.formula === "missing";
    const text = cell.value.trim();
    // What is no value stays what it is: "#N/A" has no digits to take out of it.
    if (isFaulty || text === "" || isExcelErrorText(text)) return read(cell, report);
    const prepared = prepare(cell, report);
    return prepared === null ? null : read(prepared, report);
  };
}

function compileReader(header: string, rule: ValueRule, settings: CellSettings): CellReader {
  const readers = typeReaders(header, rule, settings);
  // The texts of a column often repeat the one above.
  let soundText = "";
  return (cell, report) => {
    if (cell.formula === "missing") {
      report(
        "formula-without-value",
        `${header} cannot be read: the formula's result is not in the file`,
      );
      return null;
    }
    switch (cell.type) {
      case "string": {
        const text = cell.value.trim();
        if (text === "") return null;
        if (!isExcelErrorText(text)) {
          if (text !== soundText) {
            if (mayHoldUnsendable(text)) {
              return readDoubtfulText(text, header, rule, readers, report);
            }
            soundText = text;
          }
          return readers.text(text, report);
        }
        report("formula-error", `${header} cannot be "${text}": ${readers.needed} is needed`);
        return null;
      }
      case "blank":
        return null;
      case "number":
        return readers.number(cell, report);
      case "error":
        report("formula-error", `${header} cannot be ${cell.value}: ${readers.needed} is needed`);
        return null;
      case "boolean":
      case "date":
      case "time":
      case "duration": {
        const read = readers[cell.type];
        if (read !== undefined) return read(cell, report);
        report(
          mistakenTypeCode(rule),
          `${header} cannot be ${cell.value}: it is a ${TYPE_NAMES[cell.type]}, and ${readers.needed} is needed`,
          cell.type === "boolean" || mistakenTypeCode(rule) === "date-invalid"
            ? undefined
            : `Format the column as text and enter the value again; Excel may have made a ${TYPE_NAMES[cell.type]} of it`,
        );
        return null;
      }
    }
  };
}

const TYPE_NAMES = {
  boolean: "boolean",
  date: "date",
  time: "time of day",
  duration: "duration",
} as const;

/** A text that may hold characters that cannot be sent. */
function readDoubtfulText(
  written: string,
  header: string,
  rule: ValueRule,
  readers: TypeReaders,
  report: Report,
): StoredValue | null {
  const text = withoutPadding(written);
  if (text !== written) {
    const padding = written.length - text.length;
    report(
      "value-repaired",
      `${header} "${text}" was read without the ${padding} × ${nameOf("\0")} behind it`,
    );
    if (text === "") return null;
  }
  const isFree = rule.kind === "text" || rule.kind === "any";
  const found = findUnsendable(text, isFree);
  if (found === null) return readers.text(text, report);
  const where = found.before === "" ? "at its beginning" : `behind "${shownEnd(found.before)}"`;
  if (found.kind === "control") {
    report(
      "control-character",
      `${header} cannot hold the character ${found.name}, which stands ${where}`,
    );
    return null;
  }
  report(
    "character-lost",
    `${header} has lost a character ${where}: ${found.name} stands in its place`,
  );
  // Kept for a profile that makes less of the fault; as an error it stops the shipment.
  return isFree || rule.kind === "reference" ? readers.text(text, report) : null;
}

function shownEnd(text: string): string {
  return text.length <= CUT_END_SHOWN ? text : `…${text.slice(-CUT_END_SHOWN)}`;
}

function mistakenTypeCode(
  rule: ValueRule,
): "number-invalid" | "code-format" | "date-invalid" | "value-not-allowed" {
  switch (rule.kind) {
    case "decimal":
    case "integer":
      return "number-invalid";
    case "code":
    case "reference":
      return "code-format";
    case "date":
    case "timestamp":
      return "date-invalid";
    case "text":
    case "choice":
    case "boolean":
    case "any":
      return "value-not-allowed";
  }
}

function typeReaders(header: string, rule: ValueRule, settings: CellSettings): TypeReaders {
  const { dates = undecidedDates } = settings;
  switch (rule.kind) {
    case "reference":
      return referenceReaders(header, rule.lengthMax ?? null);
    case "text":
      return {
        needed: "text",
        text: (text, report) => withinLength(text, header, rule.lengthMax, report),
        number: (cell, report) => textOfNumberCell(cell, header, report),
      };
    case "choice":
      return choiceReaders(header, rule.values, rule.words ?? noWords);
    case "code": {
      const { form } = rule;
      // The codes of a column mostly repeat the one above.
      let soundCode = "";
      return {
        needed: form.description,
        text: (text, report) => {
          if (text === soundCode) return text;
          if (!isSoundCode(text, form)) return readCodeText(text, header, form, report);
          soundCode = text;
          return text;
        },
        number: (cell, report) => readCodeNumber(cell, header, form, report),
      };
    }
    case "decimal": {
      const { fractionDigitsMax, mayBeNegative = false } = rule;
      return numberReaders("a number", header, settings, (decimal, report) =>
        storeAmount(decimal, header, fractionDigitsMax, report, mayBeNegative),
      );
    }
    case "integer":
      return numberReaders("a whole number", header, settings, (decimal, report) =>
        storeWholeNumber(decimal, header, rule, report),
      );
    case "boolean": {
      const { text, number } = choiceReaders(header, ["true", "false"], truthWords);
      return {
        needed: "true or false",
        text: (written, report) => {
          const value = text(written, report);
          return value === null ? null : value === "true";
        },
        number,
        boolean: (cell) => cell.value === "true",
      };
    }
    case "date":
      return {
        needed: "a date",
        text: (text, report) => readDateText(text, header, report, dates),
        number: (cell, report) => readDateText(cell.value, header, report, dates),
        date: (cell, report) => readDateCell(cell.value, header, report, dates),
      };
    case "timestamp":
      return {
        needed: "a point in time with its zone",
        text: (text, report) => readTimestampText(text, header, report, dates),
        number: (cell, report) => readTimestampText(cell.value, header, report, dates),
        date: (cell, report) => readTimestampCell(cell.value, header, report, dates),
      };
    case "any": {
      const { doubt } = rule;
      return {
        needed: "a value",
        text: (text, report) => {
          if (doubt !== undefined) reportDoubt(doubt, text, header, report);
          return text;
        },
        number: (cell, report) => {
          const decimal = readNumberCell(cell, header, report);
          if (decimal === null) return null;
          if (doubt !== undefined) reportDoubt(doubt, decimal, header, report);
          return [decimal];
        },
        boolean: (cell) => cell.value === "true",
        time: (cell) => cell.value,
        date: (cell, report) =>
          dates.zoned === null || !cell.value.includes("T")
            ? cell.value
            : readDateCell(cell.value, header, report, dates),
      };
    }
  }
}

function numberReaders(
  needed: string,
  header: string,
  settings: CellSettings,
  store: (decimal: Decimal, report: Report) => StoredValue | null,
): TypeReaders {
  return {
    needed,
    text: (text, report) => {
      const decimal = readFileDecimal(text, header, settings, report);
      return decimal === null ? null : store(decimal, report);
    },
    number: (cell, report) => {
      const decimal = readNumberCell(cell, header, report);
      return decimal === null ? null : store(decimal, report);
    },
  };
}

function referenceReaders(header: string, lengthMax: number | null): TypeReaders {
  return {
    needed: "text",
    text: (text, report) => {
      const reference = readReferenceText(text, header, report);
      return reference === null ? null : withinLength(reference, header, lengthMax, report);
    },
    number: (cell, report) => textOfNumberCell(cell, header, report),
  };
}

/** As spreadsheet programs write them in text files. */
const truthWords: ReadonlyMap<string, string> = new Map([
  ["true", "true"],
  ["false", "false"],
]);
const noWords: ReadonlyMap<string, string> = new Map();

function choiceReaders(
  header: string,
  values: readonly string[],
  words: ReadonlyMap<string, string>,
): TypeReaders {
  const canonical = new Map(values.map((value) => [value.toUpperCase(), value]));
  const allowed = values.join(", ");
  const refuse = (text: string, report: Report): null => {
    report(
      "value-not-allowed",
      `${header} cannot be "${text}": one of ${allowed} is needed`,
      ownWordHint(text, `one of ${allowed}`),
    );
    return null;
  };
  return {
    needed: `one of ${allowed}`,
    text: (text, report) => {
      if (values.includes(text)) return text;
      const meant = words.get(text.toLowerCase());
      if (meant !== undefined) return meant;
      const value = canonical.get(withoutOddCharacters(text));
      if (value === undefined) return refuse(text, report);
      report("value-repaired", `${header} "${text}" was read as ${value}`);
      return value;
    },
    number: (cell, report) => refuse(cell.value, report),
  };
}

function withinLength(
  text: string,
  header: string,
  lengthMax: number | null,
  report: Report,
): string {
  if (lengthMax !== null && text.length > lengthMax) {
    report(
      "text-too-long",
      `${header} cannot hold a text of ${text.length} characters: ${lengthMax} are allowed`,
    );
  } else if (text.length === CUT_LENGTH) {
    report(
      "text-maybe-cut",
      `${header} has exactly ${CUT_LENGTH} characters and may have been cut off after "${text.slice(-CUT_END_SHOWN)}"`,
    );
  }
  return text;
}
