// The cell that a value stood in, as messages and the ledger write it: `M8` in a file of one sheet,
// `Goods items!M8` elsewhere.
import { parseCellAddress, type CellPlace } from "./cell.ts";

export interface SourcePlace extends CellPlace {
  /** Null where the text names none. */
  readonly sheet: string | null;
}

/** @param cell Shape: `M8`. */
export function sourcePlaceText(sheet: string | null, cell: string): string {
  return sheet === null ? cell : `${sheet}!${cell}`;
}

/** The inverse of `sourcePlaceText`; null for any other text. */
export function parseSourcePlace(text: string): SourcePlace | null {
  // The last `!`, because a sheet's name may hold one and an address cannot.
  const split = text.lastIndexOf("!");
  const cell = parseCellAddress(text.slice(split + 1));
  return cell === null ? null : { sheet: split < 0 ? null : text.slice(0, split), ...cell };
}
