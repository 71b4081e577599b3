import { COLUMNS_MAX } from "./row-sink.ts";

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
