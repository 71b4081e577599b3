// Encodings of text by name. TextDecoder knows those of the WHATWG Encoding Standard; iconv-lite has the
// code pages of DOS, and turns texts into bytes.
import iconv from "iconv-lite";

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
  if (isDosPage(label)) {
    const decoder = iconv.getDecoder(label);
    return {
      write: (chunk) => decoder.write(Buffer.from(chunk)),
      end: () => decoder.end() ?? "",
    };
  }
  const decoder = new TextDecoder(label);
  return {
    write: (chunk) => decoder.decode(chunk, { stream: true }),
    end: () => decoder.decode(),
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

/** A text in an encoding; what that does not have becomes a question mark. */
export function encodeText(text: string, label: string): Buffer {
  // iconv-lite lacks a few that TextDecoder has; all of them have ASCII.
  if (!iconv.encodingExists(label)) return Buffer.from(text.replace(/[^\0-\x7f]/gu, "?"), "latin1");
  return iconv.encode(text, label);
}

function isDosPage(label: string): boolean {
  return /^cp\d/.test(label);
}
