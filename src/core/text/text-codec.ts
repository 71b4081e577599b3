// Encodings of text by name: those of the WHATWG Encoding Standard, which TextDecoder reads, and the code
// pages of DOS. Texts are written by what TextDecoder reads.
import { endianness } from "node:os";
import { dosPages } from "./dos-pages.ts";

const DOS_NAME = /^(?:cp|ibm|dos|oem)?[-_ ]?(437|737|775|850|852|855|857|858|86[0135])$/;
const MAC_NAME = /^(?:x-)?mac(?:[-_ ]?roman)?$/;

/** The one name of an encoding, in small letters, or null when there is none of that name. */
export function encodingLabel(name: string): string | null {
  const small = name.trim().toLowerCase();
  const dos = DOS_NAME.exec(small)?.[1];
  if (dos !== undefined) return `cp${dos}`;
  if (MAC_NAME.test(small)) return "macintosh";
  try {
    return new TextDecoder(small).encoding;
  } catch {
    return null;
  }
}

export interface StreamDecoder {
  readonly write: (chunk: Uint8Array) => string;
  readonly end: () => string;
}

/** Decodes a text piece by piece; what the encoding does not have becomes U+FFFD, or a control above 7F. */
export function openDecoder(label: string): StreamDecoder {
  const page = dosPages[label];
  if (page !== undefined) return pageDecoder(page);
  const decoder = new TextDecoder(label);
  return {
    write: (chunk) => decoder.decode(chunk, { stream: true }),
    end: () => decoder.decode(),
  };
}

function pageDecoder(page: string): StreamDecoder {
  const units = Uint16Array.from({ length: 256 }, (_, byte) =>
    byte < 0x80 ? byte : page.charCodeAt(byte - 0x80),
  );
  return {
    write: (chunk) => {
      const text = new Uint16Array(chunk.length);
      for (let at = 0; at < chunk.length; at += 1) text[at] = units[chunk[at] ?? 0] ?? 0;
      const bytes = Buffer.from(text.buffer);
      return (endianness() === "LE" ? bytes : bytes.swap16()).toString("utf16le");
    },
    end: () => "",
  };
}

/** The text that each of the 256 bytes is in an encoding of one byte each. */
export function byteTable(label: string): readonly string[] {
  const decoder = openDecoder(label);
  // One decoder for all bytes: opening one for each costs more than reading a small file.
  return Array.from(
    decoder.write(Uint8Array.from({ length: 256 }, (_, byte) => byte)) + decoder.end(),
  );
}

/** Encodings of up to four bytes for each character. */
const MULTI_BYTE: readonly string[] = ["gbk", "gb18030", "big5", "shift_jis", "euc-jp", "euc-kr"];
const QUESTION_MARK = Buffer.from("?");
const LOST = "\ufffd";
const writers = new Map<string, CharacterWriter>();

/** The bytes of one character; undefined when the encoding lacks it. */
type CharacterWriter = (character: string) => Buffer | undefined;

/** A text in an encoding that has the signs of ASCII; what it does not have becomes a question mark. */
export function encodeText(text: string, label: string): Buffer {
  if (label === "utf-8") return Buffer.from(text);
  let bytesOf = writers.get(label);
  if (bytesOf === undefined) {
    bytesOf = MULTI_BYTE.includes(label) ? multiByteWriter(label) : byteWriter(label);
    writers.set(label, bytesOf);
  }
  return Buffer.concat(Array.from(text, (character) => bytesOf(character) ?? QUESTION_MARK));
}

function byteWriter(label: string): CharacterWriter {
  const bytesOf = asciiBytes();
  for (const [byte, character] of byteTable(label).entries()) {
    if (byte >= 0x80 && character !== LOST) bytesOf.set(character, Buffer.of(byte));
  }
  return (character) => bytesOf.get(character);
}

/** The decoder of Shift_JIS exchanges three control characters, so ASCII is not asked of it. */
function asciiBytes(): Map<string, Buffer> {
  return new Map(
    Array.from({ length: 0x80 }, (_, byte) => [String.fromCharCode(byte), Buffer.of(byte)]),
  );
}

/**
 * Pairs that mean what another pair does, and that encoders do not write.
 * Source: WHATWG Encoding Standard, index Big5 pointer and index Shift_JIS pointer
 */
const unwrittenPairs: Readonly<Record<string, (first: number, second: number) => boolean>> = {
  big5: (first, second) => first === 0xa2 && [0xa4, 0xa5, 0xa7, 0xa6, 0xcc, 0xce].includes(second),
  shift_jis: (first) => first === 0xed || first === 0xee,
};

function multiByteWriter(label: string): CharacterWriter {
  const decoder = new TextDecoder(label);
  const bytesOf = asciiBytes();
  const add = (bytes: Buffer): void => {
    const text = decoder.decode(bytes);
    if (text.length === 1 && text !== LOST && !bytesOf.has(text)) bytesOf.set(text, bytes);
  };
  // GB 18030 has no character of one byte but ASCII, though its decoder takes 80 for the euro sign.
  if (label !== "gb18030") for (let byte = 0x80; byte <= 0xff; byte += 1) add(Buffer.of(byte));
  const isUnwritten = unwrittenPairs[label] ?? (() => false);
  for (let first = 0x81; first <= 0xfe; first += 1) {
    for (let second = 0x30; second <= 0xfe; second += 1) {
      if (!isUnwritten(first, second)) add(Buffer.of(first, second));
    }
  }
  if (label === "euc-jp") {
    for (let second = 0xa1; second <= 0xfe; second += 1) {
      for (let third = 0xa1; third <= 0xfe; third += 1) add(Buffer.of(0x8f, second, third));
    }
  }
  if (label !== "gb18030") return (character) => bytesOf.get(character);
  for (let index = 0; index < GB18030_BASIC; index += 1) add(fourBytes(index));
  return (character) => {
    const codePoint = character.codePointAt(0) ?? 0;
    return codePoint > 0xffff
      ? fourBytes(GB18030_SUPPLEMENTARY + codePoint - 0x10000)
      : bytesOf.get(character);
  };
}

/**
 * Four bytes of GB 18030 count their characters: so many of the basic plane, the others from an index on.
 * Source: WHATWG Encoding Standard, index gb18030 ranges
 */
const GB18030_BASIC = 39_420;
const GB18030_SUPPLEMENTARY = 189_000;

function fourBytes(index: number): Buffer {
  return Buffer.of(
    0x81 + Math.floor(index / 12_600),
    0x30 + (Math.floor(index / 1260) % 10),
    0x81 + (Math.floor(index / 10) % 126),
    0x30 + (index % 10),
  );
}
