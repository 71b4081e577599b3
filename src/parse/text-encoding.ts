// Which encoding a text file has. A byte order mark decides; then UTF-16 by its zero bytes; then
// UTF-8, whose rules other encodings break at once; what is left is Windows-1252, which Excel writes
// in western Europe. The whole file is looked at, because the first accent may stand in row 9,000.
import { isAscii } from "node:buffer";
import { CasBatchError } from "../core/errors.ts";

export interface TextEncoding {
  /** A label that TextDecoder takes. */
  readonly label: string;
  /** In words to show. */
  readonly name: string;
  /** Whether some bytes may not be valid, so that reading must watch for them. */
  readonly suspect: boolean;
}

/** The encoding that a byte order mark at the start names, or null. */
function encodingByMark(head: Buffer): TextEncoding | null {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return utf8;
  if (head[0] === 0xff && head[1] === 0xfe) return utf16le;
  if (head[0] === 0xfe && head[1] === 0xff) return utf16be;
  return null;
}

const utf8: TextEncoding = { label: "utf-8", name: "UTF-8", suspect: true };
const utf16le: TextEncoding = { label: "utf-16le", name: "UTF-16LE", suspect: true };
const utf16be: TextEncoding = { label: "utf-16be", name: "UTF-16BE", suspect: true };
const windows1252: TextEncoding = { label: "windows-1252", name: "Windows-1252", suspect: false };

/** Of all characters, at least this share must be Latin for UTF-16 to show by its zero bytes. */
const UTF16_ZERO_SHARE_MIN = 0.4;
const UTF16_OTHER_ZERO_SHARE_MAX = 0.02;

/** UTF-16, told by its mark or by every other byte being zero, or null. */
export function utf16Encoding(head: Buffer): TextEncoding | null {
  const marked = encodingByMark(head);
  if (marked !== null) return marked.label === "utf-8" ? null : marked;
  const pairs = Math.floor(head.length / 2);
  if (pairs === 0) return null;
  let zerosFirst = 0;
  let zerosSecond = 0;
  for (let at = 0; at + 1 < head.length; at += 2) {
    if (head[at] === 0) zerosFirst += 1;
    if (head[at + 1] === 0) zerosSecond += 1;
  }
  const most = Math.max(zerosFirst, zerosSecond) / pairs;
  const least = Math.min(zerosFirst, zerosSecond) / pairs;
  if (most < UTF16_ZERO_SHARE_MIN || least > UTF16_OTHER_ZERO_SHARE_MAX) return null;
  return zerosSecond > zerosFirst ? utf16le : utf16be;
}

/** What the bytes of a whole file say about its encoding. */
export interface ByteCensus {
  /** Characters of several bytes that are valid UTF-8. */
  readonly utf8Characters: number;
  /** Bytes that cannot stand where they stand in UTF-8. */
  readonly utf8Faults: number;
  /** Bytes that Windows-1252 leaves undefined: 81, 8D, 8F, 90, 9D. */
  readonly undefined1252: number;
  /** Bytes 80 to 9F: letters and signs in Windows-1252, controls in the ISO encodings. */
  readonly upperControls: number;
  /** Bytes between letters that are signs in Windows-1252 and letters in older code pages. */
  readonly signsInWords: number;
  /** Bytes that ISO-8859-15 reads as other characters than Windows-1252, the euro sign among them. */
  readonly unlikeLatin9: number;
}

export interface ByteCounter {
  readonly add: (chunk: Buffer) => void;
  readonly census: () => ByteCensus;
}

const UNDEFINED_1252: ReadonlySet<number> = new Set([0x81, 0x8d, 0x8f, 0x90, 0x9d]);
/** Source: WHATWG Encoding Standard, index iso-8859-15 beside index windows-1252, from A0 on. */
const UNLIKE_LATIN9: ReadonlySet<number> = new Set([
  0xa4, 0xa6, 0xa8, 0xb4, 0xb8, 0xbc, 0xbd, 0xbe,
]);
/**
 * Signs in Windows-1252 that never stand between two letters: quotation marks, daggers, currencies and
 * the like. They are letters in the DOS code pages 437 and 850 (é ä ç ê ë ï ô ö ÿ ø í ó ú ñ Ñ) and on old
 * Macintosh computers (ß). The apostrophe and dashes are not among them.
 */
const SIGNS: ReadonlySet<number> = new Set([
  ...[0x82, 0x84, 0x87, 0x88, 0x89, 0x8b, 0x93, 0x94, 0x98, 0x9b],
  ...[0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa7],
]);
const UPPER_CONTROL_LAST = 0x9f;

/** How many bytes follow a first byte in UTF-8, 0 when it cannot be one. Source: RFC 3629, 4 */
function followersOf(byte: number): number {
  if (byte >= 0xc2 && byte <= 0xdf) return 1;
  if (byte >= 0xe0 && byte <= 0xef) return 2;
  return byte >= 0xf0 && byte <= 0xf4 ? 3 : 0;
}

/** The second byte has tighter bounds where longer or forbidden forms would begin. */
function secondByteFits(first: number, second: number): boolean {
  if (first === 0xe0) return second >= 0xa0;
  if (first === 0xed) return second <= 0x9f;
  if (first === 0xf0) return second >= 0x90;
  return first === 0xf4 ? second <= 0x8f : true;
}

/** A letter of ASCII or, in all encodings of western Europe that Windows or DOS has, most likely one. */
function isLetter(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  const small = byte | 0x20;
  return (small >= 0x61 && small <= 0x7a) || byte >= 0xc0;
}

/** Counts what `ByteCensus` holds over chunks of a file. */
export function createByteCounter(): ByteCounter {
  let utf8Characters = 0;
  let utf8Faults = 0;
  let undefined1252 = 0;
  let upperControls = 0;
  let signsInWords = 0;
  let unlikeLatin9 = 0;
  let first = 0;
  let missing = 0;
  let isSecond = false;
  const addByte = (byte: number): void => {
    if (UNDEFINED_1252.has(byte)) undefined1252 += 1;
    if (byte >= 0x80 && byte <= UPPER_CONTROL_LAST) upperControls += 1;
    else if (UNLIKE_LATIN9.has(byte)) unlikeLatin9 += 1;
    if (missing > 0) {
      if (byte >= 0x80 && byte <= 0xbf && (!isSecond || secondByteFits(first, byte))) {
        isSecond = false;
        missing -= 1;
        if (missing === 0) utf8Characters += 1;
        return;
      }
      utf8Faults += 1;
      missing = 0;
    }
    if (byte < 0x80) return;
    missing = followersOf(byte);
    first = byte;
    isSecond = true;
    if (missing === 0) utf8Faults += 1;
  };
  return {
    add: (chunk) => {
      if (missing === 0 && isAscii(chunk)) return;
      for (let at = 0; at < chunk.length; at += 1) {
        const byte = chunk[at] ?? 0;
        if (byte >= 0x80 || missing > 0) addByte(byte);
        if (SIGNS.has(byte) && isLetter(chunk[at - 1]) && isLetter(chunk[at + 1])) {
          signsInWords += 1;
        }
      }
    },
    census: () => ({
      utf8Characters,
      utf8Faults: utf8Faults + (missing > 0 ? 1 : 0),
      undefined1252,
      upperControls,
      signsInWords,
      unlikeLatin9,
    }),
  };
}

/** Why an encoding may be the wrong one. */
export interface EncodingDoubt {
  /** Completes "…, though" and "…, because". */
  readonly why: string;
  /** Whether texts would be sent that nobody wrote; else a few rare signs may differ. */
  readonly spoilsTexts: boolean;
}

/** The encoding of a text, and what makes it doubtful; null when it is sure. */
export function decideEncoding(
  head: Buffer,
  census: ByteCensus,
): { readonly encoding: TextEncoding; readonly doubt: EncodingDoubt | null } {
  const fixed = utf16Encoding(head);
  if (fixed !== null) return { encoding: fixed, doubt: null };
  const asUtf8 = { ...utf8, suspect: census.utf8Faults > 0 };
  // Bytes that form UTF-8 characters by chance are rare: where they prevail, the file is UTF-8 that
  // was damaged, and the first row that is says more than a doubt about the file.
  const isUtf8 = census.utf8Faults === 0 || census.utf8Characters > census.utf8Faults;
  if (isUtf8 || encodingByMark(head) !== null) return { encoding: asUtf8, doubt: null };
  return { encoding: windows1252, doubt: doubtOf1252(census) };
}

function doubtOf1252(census: ByteCensus): EncodingDoubt | null {
  const { utf8Characters, undefined1252, signsInWords, upperControls, unlikeLatin9 } = census;
  if (utf8Characters > 0) {
    return { why: "some of its characters are UTF-8 and others are not", spoilsTexts: true };
  }
  if (undefined1252 > 0)
    return { why: "it holds bytes that mean nothing there", spoilsTexts: true };
  if (signsInWords > 0) {
    const why = "there its words have signs in them, as those of DOS and old Macintosh programs do";
    return { why, spoilsTexts: true };
  }
  if (upperControls > 0 || unlikeLatin9 === 0) return null;
  return {
    why: "it may be ISO-8859-15, where some of its bytes are other characters, such as € for ¤",
    spoilsTexts: false,
  };
}

/** The encoding that a user named. @throws CasBatchError when there is none of that name */
export function namedEncoding(name: string): TextEncoding {
  let label: string;
  try {
    label = new TextDecoder(name).encoding;
  } catch (error) {
    throw new CasBatchError("configuration-invalid", `The encoding "${name}" is not known`, {
      cause: error,
      hint: "Use utf-8, utf-16le, utf-16be, windows-1252 or iso-8859-15",
    });
  }
  const known = [utf8, utf16le, utf16be, windows1252].find((one) => one.label === label);
  return known ?? { label, name: label.toUpperCase(), suspect: true };
}
