// A text file's bytes as text that stands for exactly these bytes: one character for each byte, or
// for each pair of bytes in UTF-16. What is copied from it comes out as it went in, whatever it means.

import { encodeText, encodingLabel } from "../../../core/text-codec.ts";

export interface TextBytes {
  readonly fromBytes: (chunk: Buffer) => string;
  readonly toBytes: (text: string) => Buffer;
  /** A text of ours in the file's encoding; what the encoding does not know becomes a question mark. */
  readonly encode: (text: string) => string;
  /** The byte order mark that the file's first record begins with; empty without one. */
  readonly markOf: (record: string) => string;
  /** How many bytes make a character here. */
  readonly unitBytes: 1 | 2;
  /** The encoding's name where a few rows may not show which it is; null where they do. */
  readonly toTell: string | null;
}

const UTF8_MARK = "\xef\xbb\xbf";
const UTF16_MARK = "\ufeff";

export function textBytes(encoding: string): TextBytes {
  const label = encodingLabel(encoding) ?? "utf-8";
  switch (label) {
    case "utf-8":
      return {
        ...singleBytes,
        encode: (text) => Buffer.from(text, "utf8").toString("latin1"),
        markOf: (record) => (record.startsWith(UTF8_MARK) ? UTF8_MARK : ""),
        toTell: null,
      };
    case "utf-16le":
      return doubleBytes((bytes) => bytes);
    case "utf-16be":
      return doubleBytes((bytes) => Buffer.from(bytes).swap16());
    case "gbk":
    case "gb18030":
    case "big5":
    case "shift_jis":
    case "euc-kr":
      return { ...encoded(label), fromBytes: pairedBytes(label) };
    default:
      return encoded(label);
  }
}

const singleBytes = {
  fromBytes: (chunk: Buffer) => chunk.toString("latin1"),
  toBytes: (text: string) => Buffer.from(text, "latin1"),
  unitBytes: 1,
} as const;

function doubleBytes(inOrder: (bytes: Buffer) => Buffer): TextBytes {
  return {
    fromBytes: (chunk) => inOrder(chunk).toString("utf16le"),
    toBytes: (text) => inOrder(Buffer.from(text, "utf16le")),
    encode: (text) => text,
    markOf: (record) => (record.startsWith(UTF16_MARK) ? UTF16_MARK : ""),
    unitBytes: 2,
    toTell: null,
  };
}

function encoded(label: string): TextBytes {
  return {
    ...singleBytes,
    encode: (text) => encodeText(text, label).toString("latin1"),
    markOf: () => "",
    toTell: label === "windows-1252" ? null : label,
  };
}

const FIRST_OF_TWO = 0x81;
/** Half-width katakana of Shift_JIS, of one byte each. */
const KATAKANA_FIRST = 0xa0;
const KATAKANA_LAST = 0xdf;
/** What makes a second byte another character than the sign of ASCII that it would be alone. */
const SECOND = 0x100;

/**
 * The second byte of a character may be that of a vertical bar or another delimiter. It becomes a
 * character above FF, of which `toBytes` writes the low byte again.
 */
function pairedBytes(label: string): (chunk: Buffer) => string {
  const isAlone = (byte: number): boolean =>
    label === "shift_jis" && byte >= KATAKANA_FIRST && byte <= KATAKANA_LAST;
  let isSecond = false;
  return (chunk) => {
    const units = new Uint16Array(chunk.length);
    for (const [at, byte] of chunk.entries()) {
      units[at] = isSecond ? byte + SECOND : byte;
      isSecond = !isSecond && byte >= FIRST_OF_TWO && !isAlone(byte);
    }
    return Buffer.from(units.buffer).toString("utf16le");
  };
}
