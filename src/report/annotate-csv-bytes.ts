// A text file's bytes as text that stands for exactly these bytes: one character for each byte, or
// for each pair of bytes in UTF-16. What is copied from it comes out as it went in, whatever it means.

export interface TextBytes {
  readonly fromBytes: (chunk: Buffer) => string;
  readonly toBytes: (text: string) => Buffer;
  /** A text of ours in the file's encoding; what the encoding does not know becomes a question mark. */
  readonly encode: (text: string) => string;
  /** The byte order mark that the file's first record begins with; empty without one. */
  readonly markOf: (record: string) => string;
  /** How many bytes make a character here. */
  readonly unitBytes: 1 | 2;
}

const UTF8_MARK = "\xef\xbb\xbf";
const UTF16_MARK = "\ufeff";
const UNKNOWN = "?";

export function textBytes(encoding: string): TextBytes {
  switch (encoding.toLowerCase()) {
    case "utf-8":
      return {
        ...singleBytes,
        encode: (text) => Buffer.from(text, "utf8").toString("latin1"),
        markOf: (record) => (record.startsWith(UTF8_MARK) ? UTF8_MARK : ""),
      };
    case "utf-16le":
      return doubleBytes((bytes) => bytes);
    case "utf-16be":
      return doubleBytes((bytes) => Buffer.from(bytes).swap16());
    default:
      return { ...singleBytes, encode: tableEncoder(encoding), markOf: () => "" };
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
  };
}

/** For encodings of one byte each, found out by decoding all 256. */
function tableEncoder(encoding: string): (text: string) => string {
  const decoder = new TextDecoder(encoding);
  const bytes = new Map<string, string>();
  for (let byte = 255; byte >= 0; byte -= 1) {
    const character = decoder.decode(Uint8Array.of(byte));
    if (character.length === 1 && character !== "\ufffd") {
      bytes.set(character, String.fromCharCode(byte));
    }
  }
  return (text) => Array.from(text, (character) => bytes.get(character) ?? UNKNOWN).join("");
}
