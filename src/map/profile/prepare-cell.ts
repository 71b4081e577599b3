// Applies a profile to a column's cells before the column's own rule reads them: transforms in their
// order, then the table of values. Compiled once per column.
import type { Cell } from "../../core/cell.ts";
import { multiplyDecimals, roundDecimal, toDecimal, type Decimal } from "../../core/decimal.ts";
import type { CellPreparation, CellSettings } from "../cells/cell-reader.ts";
import { decimalTail } from "../cells/decimal-tail.ts";
import type { Report } from "../model/mapping-plan.ts";
import { readFileDecimal, readNumberCell } from "../cells/read-decimal.ts";
import type { ValueRule } from "../model/value-rule.ts";
import { dateReader } from "./date-format.ts";
import { numberReader } from "./number-format.ts";
import {
  lookupKey,
  type ColumnTarget,
  type Profile,
  type Transform,
  type ValueTable,
} from "./profile.ts";

/** A cell on its way; null when it turned out to be blank, or its fault was reported. */
type Step = (cell: Cell, report: Report) => Cell | null;

export interface Column {
  readonly header: string;
  readonly rule: ValueRule;
  readonly settings: CellSettings;
}

/** No cell of a spreadsheet holds more: `replace` after `replace` would make any length of one letter. */
const PREPARED_CHARS_MAX = 32_767;

/** Null when the profile leaves the cells as they are. */
export function compilePreparation(
  target: ColumnTarget,
  column: Column,
  lookups: Profile["lookups"],
): CellPreparation | null {
  const table = tableOf(target, lookups);
  const steps = [
    ...target.transforms.map((transform) => transformStep(transform, column)),
    ...(table === null ? [] : [valueStep(table, target, column)]),
  ];
  if (steps.length === 0) return null;
  return (cell, report) => {
    let prepared: Cell | null = { ...cell, value: cell.value.trim() };
    for (const step of steps) {
      prepared = step(prepared, report);
      if (prepared === null || prepared.value === "") return null;
      if (prepared.value.length > Math.max(cell.value.length, PREPARED_CHARS_MAX)) {
        report(
          "transforms-too-long",
          `${column.header} cannot be read: the transforms of the profile make ${prepared.value.length} characters of ${cell.value.length}, and no cell holds more than ${PREPARED_CHARS_MAX}`,
        );
        return null;
      }
    }
    return prepared;
  };
}

function tableOf(target: ColumnTarget, lookups: Profile["lookups"]): ValueTable | null {
  if (target.lookup === null) return target.values;
  const looked = lookups.get(lookupKey(target.lookup)) ?? new Map<string, string>();
  // What stands in the profile itself wins over the file beside it.
  return new Map([...looked, ...(target.values ?? [])]);
}

function transformStep(transform: Transform, column: Column): Step {
  const { header, rule } = column;
  switch (transform.kind) {
    case "trim":
      return (cell) => ({ ...cell, value: cell.value.trim() });
    case "upper":
      return textStep((text) => text.toUpperCase());
    case "lower":
      return textStep((text) => text.toLowerCase());
    case "digits":
      return textStep((text) => digitsOf(text, rule));
    case "pad":
      return textStep((text) =>
        withoutDecimals(text, rule).padStart(transform.length, transform.with),
      );
    case "split":
      return textStep((text) => {
        const parts = text.split(transform.by);
        const { part } = transform;
        return (parts[part > 0 ? part - 1 : parts.length + part] ?? "").trim();
      });
    case "replace":
      return textStep((text) => text.replaceAll(transform.find, transform.with).trim());
    case "date":
      return dateStep(transform.format, header, rule);
    case "number":
      return numberStep(transform.like, header);
    case "multiply": {
      const factor = toDecimal(transform.factor);
      if (factor === null)
        throw new Error(`A profile that was checked multiplies by ${transform.factor}`);
      return decimalStep((decimal) => multiplyDecimals(decimal, factor), column);
    }
    case "round":
      return decimalStep((decimal) => roundDecimal(decimal, transform.decimals), column);
  }
}

function decimalStep(change: (decimal: Decimal) => Decimal, { header, settings }: Column): Step {
  return (cell, report) => {
    const decimal =
      cell.type === "number"
        ? readNumberCell(cell, header, report)
        : readFileDecimal(cell.value.trim(), header, settings, report);
    if (decimal === null) return null;
    const value = change(decimal);
    return { ...cell, type: "number", value, raw: value };
  };
}

function textStep(change: (text: string) => string): Step {
  return (cell) => ({ ...cell, type: "string", value: change(cell.value) });
}

/**
 * `1022100.0` is the number 1022100. The dot of `854231.00` may be one between groups of a code: then
 * the text is left for the reader, who takes the dot out or refuses it.
 */
function withoutDecimals(text: string, rule: ValueRule): string {
  const tail = decimalTail(text);
  if (tail === null) return text;
  const mayBeCode = tail.mayBeGroups && rule.kind === "code" && rule.form.pattern.test(tail.joined);
  return mayBeCode ? text : tail.digits;
}

function digitsOf(text: string, rule: ValueRule): string {
  const whole = withoutDecimals(text, rule);
  return decimalTail(whole) === null ? whole.replace(/\D/g, "") : whole;
}

/** Real dates of a workbook need no format. */
function dateStep(format: string, header: string, rule: ValueRule): Step {
  const read = dateReader(format);
  const isDate = rule.kind === "date" || rule.kind === "any";
  return (cell, report) => {
    const date = cell.type === "date" ? cell.value : read(cell.value);
    if (date === null) {
      report(
        "date-invalid",
        `${header} cannot be "${cell.value}": a date that exists, written as ${format}, is needed`,
        "Correct the date, or the date format in the profile",
      );
      return null;
    }
    return { ...cell, type: isDate ? "date" : "string", value: date };
  };
}

/** Real numbers of a workbook need no format. */
function numberStep(like: Parameters<typeof numberReader>[0], header: string): Step {
  const read = numberReader(like);
  return (cell, report) => {
    if (cell.type === "number") return cell;
    const decimal = read(cell.value);
    if (decimal === null) {
      report(
        "number-invalid",
        `${header} cannot be "${cell.value}": a number written as ${like} is needed`,
        "Correct the number, or the number format in the profile",
      );
      return null;
    }
    return { ...cell, type: "number", value: decimal, raw: decimal };
  };
}

function valueStep(table: ValueTable, target: ColumnTarget, { header, rule }: Column): Step {
  const bySmall = new Map([...table].map(([from, to]) => [from.trim().toLowerCase(), to]));
  const type = rule.kind === "decimal" || rule.kind === "integer" ? "number" : "string";
  return (cell, report) => {
    const value = table.get(cell.value) ?? bySmall.get(cell.value.toLowerCase());
    if (value !== undefined) return { ...cell, type, value };
    if (target.otherValues === "keep") return cell;
    report(
      "value-not-allowed",
      `${header} cannot be "${cell.value}": the profile has no meaning for it`,
      target.lookup === null
        ? "Add it to `values` in the profile, or correct the cell"
        : `Add it to ${target.lookup.file}, or correct the cell`,
    );
    return null;
  };
}
