// The cell of the user's file that an error is about, in a few words before its message.
import { parseCellAddress } from "../../core/cell.ts";
import { profileLineText } from "../../core/profile-line.ts";
import { sourcePlaceText } from "../../core/source-place.ts";
import type { FieldPlace } from "../../trace/field-locator.ts";

/** A longer value is cut visibly; the sheet Errors has all of it. Unit: UTF-16 code units. */
const VALUE_SHOWN_MAX = 60;

/**
 * Shape: `M8 "XXX"`, or `Goods items!M8 "XXX"` on another sheet, or `export.yaml:14 (constant: IM)`, or `near M8` where
 * no cell is that of the field; null when there is neither a cell nor a line of a profile.
 */
export function placeWords(
  { sheet, cell, value, profile, notInMessage }: FieldPlace,
  ownSheet: string | null,
): string | null {
  const shown =
    value !== null && value.length > VALUE_SHOWN_MAX
      ? `${value.slice(0, VALUE_SHOWN_MAX).toWellFormed()} …`
      : value;
  const line = profile === undefined ? null : profileLineText(profile, shown);
  if (cell === null) return line;
  const address = sourcePlaceText(sheet === ownSheet ? null : sheet, cell);
  if (notInMessage !== undefined) return `near ${address}`;
  const ofCell = shown === null ? address : `${address} "${shown}"`;
  return line === null ? ofCell : `${ofCell} by ${line}`;
}

/** `words`, behind the place that they are about when it is known. */
export function withPlace(place: string | null, words: string): string {
  return place === null ? words : `${place}: ${words}`;
}

export function rowOfCell(cell: string | null): number | null {
  return cell === null ? null : (parseCellAddress(cell)?.rowNumber ?? null);
}
