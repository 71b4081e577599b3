// What a profile says about the cells of one column, compiled once, before a row is read.
import type { Cell } from "../../core/cell.ts";
import type { CellPreparation, CellSettings } from "../cells/cell-reader.ts";
import type { WantedColumn } from "./header-meaning.ts";
import type { ByFileMark } from "../model/mapping-plan.ts";
import type { ColumnTarget, Profile, Transform } from "../profile/profile.ts";
import { compilePreparation, type Column } from "../profile/prepare-cell.ts";
import { zonedTimeReader } from "../profile/zoned-time.ts";

interface CompiledColumn {
  readonly settings: CellSettings;
  /** Null when cells are read as they stand. */
  readonly prepare: CellPreparation | null;
  /** Null when a person named the mark, or the column holds no numbers. */
  readonly byFileMark: ByFileMark | null;
}

export interface FileMark extends Required<
  Pick<CellSettings, "decimalMark" | "decimalMarkIsGuess" | "isDelimited">
> {
  readonly decimalMarkIsNamed: boolean;
}

export type ColumnCompiler = (header: string, wanted: WantedColumn) => CompiledColumn;

/** @param fileMark That of the file, unless the profile says otherwise. */
export function columnCompiler(profile: Profile | null, fileMark: FileMark): ColumnCompiler {
  const { dateOrder = null, timeZone = null } = profile ?? {};
  const lookups: Profile["lookups"] = profile?.lookups ?? new Map();
  const zoned = timeZone === null ? null : zonedTimeReader(timeZone);
  return (header, { target, spec }) => {
    const named = spec?.decimalMark ?? profile?.decimalMark ?? null;
    const isNamed = named !== null || fileMark.decimalMarkIsNamed;
    const settings: CellSettings = {
      decimalMark: named ?? fileMark.decimalMark,
      decimalMarkIsGuess: named === null && fileMark.decimalMarkIsGuess,
      decimalMarkIsNamed: isNamed,
      isDelimited: fileMark.isDelimited,
      dates: { order: spec?.dateOrder ?? dateOrder, zoned },
    };
    const column: Column = { header, rule: target.rule, settings };
    const prepare = spec === null ? null : compilePreparation(spec, column, lookups);
    const textOf = isNamed ? null : numberTextOf(spec, column, lookups);
    if (textOf === null) return { settings, prepare, byFileMark: null };
    const { decimalMark: mark, decimalMarkIsGuess: isGuess } = fileMark;
    return { settings, prepare, byFileMark: { mark, isGuess, textOf } };
  };
}

/** What of a cell is read with the mark; null when nothing of the column is. */
function numberTextOf(
  spec: ColumnTarget | null,
  column: Column,
  lookups: Profile["lookups"],
): ByFileMark["textOf"] | null {
  const transforms = spec?.transforms ?? [];
  const at = transforms.findIndex(({ kind }) => NUMBER_STEPS.has(kind));
  const reading = transforms[at];
  // `number` says itself how its numbers are written.
  if (reading?.kind === "number") return null;
  const { kind } = column.rule;
  if (reading === undefined && kind !== "decimal" && kind !== "integer") return null;
  const before =
    spec === null || reading === undefined
      ? spec
      : { ...spec, transforms: transforms.slice(0, at), values: null, lookup: null };
  const prepare = before === null ? null : compilePreparation(before, column, lookups);
  if (prepare === null) return textOfString;
  return (cell) => {
    const prepared = cell.type === "string" ? prepare(cell, () => undefined) : null;
    return prepared === null ? null : textOfString(prepared);
  };
}

const NUMBER_STEPS: ReadonlySet<Transform["kind"]> = new Set(["number", "multiply", "round"]);

function textOfString({ type, value }: Cell): string | null {
  return type === "string" ? value.trim() : null;
}
