// What a profile settles about the cells of one column: made once, before a row is read.
import type { CellPreparation, CellSettings } from "../cell-reader.ts";
import type { WantedColumn } from "../header-meaning.ts";
import type { Profile } from "./profile.ts";
import { compilePreparation } from "./prepare-cell.ts";
import { zonedTimeReader } from "./zoned-time.ts";

interface CompiledColumn {
  readonly settings: CellSettings;
  /** Null when cells are read as they stand. */
  readonly prepare: CellPreparation | null;
}

export type FileMark = Required<Pick<CellSettings, "decimalMark" | "decimalMarkIsGuess">>;

export type ColumnCompiler = (header: string, wanted: WantedColumn) => CompiledColumn;

/** @param fileMark That of the file, unless the profile says otherwise. */
export function columnCompiler(profile: Profile | null, fileMark: FileMark): ColumnCompiler {
  if (profile === null) return () => ({ settings: fileMark, prepare: null });
  const { dateOrder, timeZone, lookups } = profile;
  const zoned = timeZone === null ? null : zonedTimeReader(timeZone);
  return (header, { target, spec }) => {
    const named = spec?.decimalMark ?? profile.decimalMark;
    const settings: CellSettings = {
      decimalMark: named ?? fileMark.decimalMark,
      decimalMarkIsGuess: named === null && fileMark.decimalMarkIsGuess,
      dates: { order: spec?.dateOrder ?? dateOrder, zoned },
    };
    if (spec === null) return { settings, prepare: null };
    const column = { header, rule: target.rule, settings };
    return { settings, prepare: compilePreparation(spec, column, lookups) };
  };
}
