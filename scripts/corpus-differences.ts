// Where two readers differ over a workbook.
import type { CorpusCell, CorpusSheets } from "./corpus-cells.ts";

export interface Difference {
  readonly reader: string;
  readonly sheet: string;
  readonly address: string;
  /** Null where a reader has no cell. */
  readonly ours: CorpusCell | null;
  readonly theirs: CorpusCell | null;
  /** Whether they found no cell at all on the sheet. */
  readonly theirSheetIsEmpty: boolean;
}

function same(ours: CorpusCell, theirs: CorpusCell): boolean {
  return ours.type === theirs.type && ours.value === theirs.value;
}

/** Every address at which the two do not say the same. */
export function differences(
  reader: string,
  ours: CorpusSheets,
  theirs: CorpusSheets,
): readonly Difference[] {
  const found: Difference[] = [];
  for (const sheet of new Set([...ours.keys(), ...theirs.keys()])) {
    const ourCells = ours.get(sheet) ?? new Map<string, CorpusCell>();
    const theirCells = theirs.get(sheet) ?? new Map<string, CorpusCell>();
    const theirSheetIsEmpty = theirCells.size === 0;
    for (const address of new Set([...ourCells.keys(), ...theirCells.keys()])) {
      const our = ourCells.get(address) ?? null;
      const their = theirCells.get(address) ?? null;
      if (our !== null && their !== null && same(our, their)) continue;
      found.push({ reader, sheet, address, ours: our, theirs: their, theirSheetIsEmpty });
    }
  }
  return found;
}
