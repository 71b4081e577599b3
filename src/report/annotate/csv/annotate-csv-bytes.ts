// Turns a text file's bytes into text that stands for exactly these bytes, one character for each byte, or for
// each pair in UTF-16: what is copied comes out as it went in.
import type { SteadyFile } from "../../../core/files/steady-file.ts";
import { encodeText } from "../../../core/text/text-codec.ts";
import type { ChunkDecoder } from "../../../parse/csv/csv-splitter.ts";

export interface TextBytes {
  /** Turns one reading of the file, chunk by chunk, into text. */
  readonly open: () => (chunk: Buffer) => string;
  readonly toBytes: (text: string) => Buffer;
  /** A text of ours in the file's encoding; what the encoding does not know becomes a question mark. */
  readonly encode: (text: string) => string;
  /** The byte order mark that such a file may begin with; empty where there is none. */
  readonly mark: string;
  /** The encoding's name where a few rows may not show which it is; null where they do. */
  readonly toTell: string | null;
}

/** @param label one that `openDecoder` takes */
export function textBytes(label: string): TextBytes {
  switch (label) {
    case "utf-8":
      return {
        ...singleBytes,
        encode: (text) => Buffer.from(text, "utf8").toString("latin1"),
        mark: "\xef\xbb\xbf",
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
      return { ...encoded(label), open: () => pairedBytes(label) };
    default:
      return encoded(label);
  }
}

const singleBytes = {
  open: () => (chunk: Buffer) => chunk.toString("latin1"),
  toBytes: (text: string) => Buffer.from(text, "latin1"),
} as const;

function doubleBytes(inOrder: (bytes: Buffer) => Buffer): TextBytes {
  return {
    open: () => {
      let odd: Buffer = Buffer.alloc(0);
      return (chunk) => {
        const whole = Buffer.concat([odd, chunk]);
        const even = whole.length - (whole.length % 2);
        odd = whole.subarray(even);
        return inOrder(whole.subarray(0, even)).toString("utf16le");
      };
    },
    toBytes: (text) => inOrder(Buffer.from(text, "utf16le")),
    encode: (text) => text,
    mark: "\ufeff",
    toTell: null,
  };
}

/** The byte order mark that the file begins with; empty without one. */
export async function markOf(source: SteadyFile, { open, mark }: TextBytes): Promise<string> {
  const head = open()(await source.read(0, MARK_BYTES_MAX));
  return mark !== "" && head.startsWith(mark) ? mark : "";
}

const MARK_BYTES_MAX = 4;

/** Decodes one reading of the file, from behind its byte order mark on. */
export function openBytes({ open }: TextBytes, mark: string): ChunkDecoder {
  const decode = open();
  let skipped = mark.length;
  return {
    write: (chunk) => {
      const text = decode(chunk).slice(skipped);
      skipped = 0;
      return text;
    },
    end: () => "",
  };
}

function encoded(label: string): TextBytes {
  return {
    ...singleBytes,
    encode: (text) => encodeText(text, label).toString("latin1"),
    mark: "",
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
