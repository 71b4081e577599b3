import { COLUMNS_MAX } from "./row-sink.ts";

const ADDRESS = /^[A-Z]+(\d+)?$/i;

/** Of a cell; its row is null where the address names a column alone. Null when the text is no address. */
export function cellPlace(
  address: string,
): { readonly columnIndex: number; readonly rowNumber: number | null } | null {
  const match = ADDRESS.exec(address);
  const columnIndex = match === null ? null : columnIndexOf(address);
  if (columnIndex === null) return null;
  return { columnIndex, rowNumber: match?.[1] === undefined ? null : Number(match[1]) };
}

/** Zero-based; the letters of `M8` say 12. Null when the text is no address. */
export function columnIndexOf(address: string): number | null {
  let column = 0;
  let at = 0;
  for (; at < address.length; at += 1) {
    const code = address.charCodeAt(at) & ~32;
    if (code < 65 || code > 90) break;
    column = column * 26 + code - 64;
  }
  return at > 0 && column <= COLUMNS_MAX ? column - 1 : null;
}
