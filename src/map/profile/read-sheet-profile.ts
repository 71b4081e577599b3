// What a profile says about one sheet, with everything that it leaves out filled in.
import type {
  ColumnProfile,
  ColumnTarget,
  RowCondition,
  SheetProfile,
  Transform,
} from "./profile.ts";
import { IGNORE, type WrittenColumn } from "./column-schema.ts";
import type { WrittenSheet } from "./profile-schema.ts";
import type { YamlFile } from "../../yaml/checked-yaml.ts";

/** Words that totals begin with in exports, in the languages that headers are known in. */
const TOTAL_WORDS = [
  ...["total", "totals", "grand total", "subtotal", "sub-total", "sum"],
  ...["totaal", "totalen", "subtotaal", "eindtotaal"],
  ...["summe", "gesamt", "gesamtsumme", "zwischensumme", "endsumme"],
  ...["totaux", "total général", "sous-total", "somme"],
];
const JOIN_TEXT = "-";

/** @param file null where nothing is written @param at the sheet in it */
export function readSheet(
  written: WrittenSheet,
  at: readonly PropertyKey[],
  file: YamlFile | null,
): SheetProfile {
  const lineOf = (member: readonly PropertyKey[]): number =>
    file?.line([...at, "columns", ...member]) ?? 1;
  const { sheet, headerRow, columns, otherColumns, groupBy, rows } = written;
  return {
    names: sheet ?? null,
    headerRows: headerRow === undefined ? null : [headerRow].flat(),
    columns:
      columns === undefined
        ? null
        : Object.entries(columns).map(([header, column]) => readColumn(header, column, lineOf)),
    otherColumns: otherColumns ?? (columns === undefined ? "match" : "report"),
    groupBy:
      groupBy === undefined
        ? null
        : Array.isArray(groupBy)
          ? { columns: groupBy, join: JOIN_TEXT }
          : { columns: groupBy.columns, join: groupBy.join ?? JOIN_TEXT },
    totals: totalsOf(rows?.totals),
    leaveOut: (rows?.leaveOut ?? []).map(readCondition),
    keepOnly: (rows?.keepOnly ?? []).map(readCondition),
  };
}

type LineOf = (member: readonly PropertyKey[]) => number;

function readColumn(header: string, written: WrittenColumn, lineOf: LineOf): ColumnProfile {
  if (written === IGNORE) return { header, targets: [] };
  const targets = typeof written === "string" ? [{ to: written }] : [written].flat();
  const isList = Array.isArray(written);
  return {
    header,
    targets: targets.map((target, at) =>
      readTarget(target, (member) => lineOf([header, ...(isList ? [at] : []), member])),
    ),
  };
}

function readTarget(
  written: Exclude<Exclude<WrittenColumn, string>, readonly unknown[]>,
  lineOf: (member: string) => number,
) {
  const table = written.lookup === undefined ? "values" : "lookup";
  const target: ColumnTarget = {
    to: written.to,
    optional: written.optional ?? false,
    guess: written.guess ?? false,
    transforms: (written.transforms ?? []).map(readTransform),
    values: written.values === undefined ? null : new Map(Object.entries(written.values)),
    lookup: written.lookup ?? null,
    otherValues: written.otherValues ?? "refuse",
    tableLine: written[table] === undefined ? null : lineOf(table),
    decimalMark: written.decimalMark ?? null,
    dateOrder: written.dateOrder ?? null,
  };
  return target;
}

type WrittenTransform = NonNullable<
  Exclude<Exclude<WrittenColumn, string>, readonly unknown[]>["transforms"]
>[number];

function readTransform(written: WrittenTransform): Transform {
  if (typeof written === "string") return { kind: written };
  const { pad, split, replace, date, number, round, multiply } = written;
  if (pad !== undefined) {
    const options = typeof pad === "number" ? { length: pad } : pad;
    return {
      kind: "pad",
      length: options.length,
      with: "with" in options ? (options.with ?? "0") : "0",
    };
  }
  if (split !== undefined) return { kind: "split", ...split };
  if (replace !== undefined) return { kind: "replace", ...replace };
  if (date !== undefined) return { kind: "date", format: date };
  if (number !== undefined) return { kind: "number", like: number };
  if (round !== undefined) return { kind: "round", decimals: round };
  return { kind: "multiply", factor: multiply ?? "1" };
}

function totalsOf(written: boolean | readonly string[] | undefined): readonly string[] {
  if (written === undefined || written === false) return [];
  return written === true ? TOTAL_WORDS : written.map((text) => text.trim().toLowerCase());
}

type WrittenCondition = NonNullable<NonNullable<WrittenSheet["rows"]>["leaveOut"]>[number];

function readCondition({ column, ...tests }: WrittenCondition): RowCondition {
  for (const test of ["is", "startsWith", "contains"] as const) {
    const words = tests[test];
    if (words === undefined) continue;
    return { column, test, words: words.map((text) => text.trim().toLowerCase()) };
  }
  return { column, test: "blank", words: [] };
}
