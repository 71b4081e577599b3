// What a profile settles about the cells of one column: made once, before a row is read.
import type { CellPreparation, CellSettings } from "../cell-reader.ts";
import type { WantedColumn } from "../header-meaning.ts";
import type { DecimalMark, Profile } from "./profile.ts";
import { compilePreparation } from "./prepare-cell.ts";
import { zonedTimeReader } from "./zoned-time.ts";

interface CompiledColumn {
  readonly settings: CellSettings;
  /** Null when cells are read as they stand. */
  readonly prepare: CellPreparation | null;
}

export type ColumnCompiler = (header: string, wanted: WantedColumn) => CompiledColumn;

/** @param decimalMark That of the file, unless the profile says otherwise. */
export function columnCompiler(profile: Profile | null, decimalMark: DecimalMark): ColumnCompiler {
  if (profile === null) return () => ({ settings: { decimalMark }, prepare: null });
  const { dateOrder, timeZone, lookups } = profile;
  const zoned = timeZone === null ? null : zonedTimeReader(timeZone);
  return (header, { target, spec }) => {
    const settings: CellSettings = {
      decimalMark: spec?.decimalMark ?? profile.decimalMark ?? decimalMark,
      dates: { order: spec?.dateOrder ?? dateOrder, zoned },
    };
    if (spec === null) return { settings, prepare: null };
    const column = { header, rule: target.rule, decimalMark: settings.decimalMark };
    return { settings, prepare: compilePreparation(spec, column, lookups) };
  };
}
