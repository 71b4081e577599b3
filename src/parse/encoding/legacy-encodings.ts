// The encodings older than Unicode that a file may have, and how likely each is here: most files come from
// western Europe, few from programs of DOS and of old Macintosh computers.
import { byteTable } from "../../core/text/text-codec.ts";

export interface ByteEncoding {
  readonly label: string;
  readonly name: string;
  /** Natural logarithm, beside Windows-1252. Source: chosen over texts in 32 languages, see decision 15. */
  readonly prior: number;
}

export const windows1252 = "windows-1252";
export const latin9 = "iso-8859-15";

/** Of one byte for each character. */
export const byteEncodings: readonly ByteEncoding[] = [
  { label: windows1252, name: "Windows-1252", prior: 0 },
  { label: latin9, name: "ISO-8859-15", prior: -3 },
  { label: "windows-1250", name: "Windows-1250", prior: -3 },
  { label: "iso-8859-2", name: "ISO-8859-2", prior: -3.5 },
  { label: "windows-1254", name: "Windows-1254", prior: -3 },
  { label: "windows-1257", name: "Windows-1257", prior: -3.5 },
  { label: "windows-1251", name: "Windows-1251", prior: -2 },
  { label: "koi8-r", name: "KOI8-R", prior: -2.5 },
  { label: "koi8-u", name: "KOI8-U", prior: -3 },
  { label: "iso-8859-5", name: "ISO-8859-5", prior: -3 },
  { label: "ibm866", name: "IBM866", prior: -3 },
  { label: "windows-1253", name: "Windows-1253", prior: -2 },
  { label: "iso-8859-7", name: "ISO-8859-7", prior: -2.5 },
  { label: "windows-1255", name: "Windows-1255", prior: -3 },
  { label: "windows-1256", name: "Windows-1256", prior: -3 },
  { label: "macintosh", name: "Macintosh", prior: -3.5 },
  { label: "cp850", name: "CP850", prior: -3.5 },
  { label: "cp437", name: "CP437", prior: -4 },
  { label: "cp852", name: "CP852", prior: -4 },
];

/** Of one or two bytes for each character, as in eastern Asia. */
export const wideEncodings: readonly { readonly label: string; readonly name: string }[] = [
  { label: "gbk", name: "GBK" },
  { label: "big5", name: "Big5" },
  { label: "shift_jis", name: "Shift_JIS" },
  { label: "euc-jp", name: "EUC-JP" },
  { label: "euc-kr", name: "EUC-KR" },
];

const tables = new Map<string, readonly string[]>();

/** What each byte is in an encoding of `byteEncodings`. */
export function bytesIn(label: string): readonly string[] {
  const known = tables.get(label);
  if (known !== undefined) return known;
  const table = byteTable(label);
  tables.set(label, table);
  return table;
}

/** Whether a byte is no character in an encoding: U+FFFD, or a control that no text holds. */
export function isUnknown(character: string): boolean {
  return UNKNOWN.test(character);
}
export const UNKNOWN = /[\u0080-\u009f\ufffd]/;
