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

/** Of one or two bytes for each character; the few characters of more are not written. */
const PAIRED: readonly string[] = ["gbk", "gb18030", "big5", "shift_jis", "euc-jp", "euc-kr"];
const QUESTION_MARK = Buffer.from("?");
const writers = new Map<string, ReadonlyMap<string, Buffer>>();

/** A text in an encoding that has the signs of ASCII; what it does not have becomes a question mark. */
export function encodeText(text: string, label: string): Buffer {
  if (label === "utf-8") return Buffer.from(text);
  let bytesOf = writers.get(label);
  if (bytesOf === undefined) {
    bytesOf = PAIRED.includes(label) ? pairedWriter(label) : byteWriter(label);
    writers.set(label, bytesOf);
  }
  return Buffer.concat(Array.from(text, (character) => bytesOf.get(character) ?? QUESTION_MARK));
}

function byteWriter(label: string): ReadonlyMap<string, Buffer> {
  return new Map(byteTable(label).map((character, byte) => [character, Buffer.of(byte)]));
}

function pairedWriter(label: string): ReadonlyMap<string, Buffer> {
  const decoder = new TextDecoder(label);
  const bytesOf = new Map<string, Buffer>();
  const add = (bytes: Buffer): void => {
    const text = decoder.decode(bytes);
    if (text.length === 1 && text !== "\ufffd" && !bytesOf.has(text)) bytesOf.set(text, bytes);
  };
  for (let first = 0; first <= 0xff; first += 1) add(Buffer.of(first));
  for (let first = 0x81; first <= 0xfe; first += 1) {
    for (let second = 0x30; second <= 0xfe; second += 1) add(Buffer.of(first, second));
  }
  return bytesOf;
}
