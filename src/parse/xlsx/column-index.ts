import { COLUMNS_MAX } from "./row-sink.ts";

const ADDRESS = /^([A-Z]+)(\d*)$/i;

/** Of a cell; its row is null where the address names a column alone. Null when the text is no address. */
export function cellPlace(
  address: string,
): { readonly columnIndex: number; readonly rowNumber: number | null } | null {
  const [, letters, digits] = ADDRESS.exec(address) ?? [];
  if (letters === undefined) return null;
  let column = 0;
  for (const letter of letters.toUpperCase()) column = column * 26 + letter.charCodeAt(0) - 64;
  if (column > COLUMNS_MAX) return null;
  return { columnIndex: column - 1, rowNumber: digits === "" ? null : Number(digits) };
}
