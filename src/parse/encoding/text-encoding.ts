// Finds the encoding of a text file: by a byte order mark, else UTF-16 by its zero bytes, else UTF-8, whose
// rules other encodings break at once, else by the words that its bytes make. The evidence is that of the
// whole file, because the first accent may stand in row 9,000.
import { CasBatchError } from "../../core/errors.ts";
import { encodingOfReasonHeader } from "../../core/reason-header.ts";
import { encodingLabel } from "../../core/text/text-codec.ts";
import type { ByteCensus, ByteContext } from "./byte-evidence.ts";
import type { Candidate } from "./choose-legacy-encoding.ts";
import { byteEncodings, latin9, UNKNOWN, wideEncodings, windows1252 } from "./legacy-encodings.ts";

export interface TextEncoding {
  /** A label that `openDecoder` takes. */
  readonly label: string;
  /** To show, and to name the encoding by. */
  readonly name: string;
  /** What decoding makes of bytes that are not valid; null when all of them are. */
  readonly faults: RegExp | null;
}

/** The encoding that a byte order mark at the start names, or null. */
function encodingByMark(head: Buffer): TextEncoding | null {
  if (head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf) return utf8;
  if (head[0] === 0xff && head[1] === 0xfe) return utf16le;
  if (head[0] === 0xfe && head[1] === 0xff) return utf16be;
  return null;
}

const REPLACEMENT = /\ufffd/;
const utf8: TextEncoding = { label: "utf-8", name: "UTF-8", faults: REPLACEMENT };
const utf16le: TextEncoding = { label: "utf-16le", name: "UTF-16LE", faults: REPLACEMENT };
const utf16be: TextEncoding = { label: "utf-16be", name: "UTF-16BE", faults: REPLACEMENT };

/** Of all characters, at least this share must be Latin for UTF-16 to show by its zero bytes. */
const UTF16_ZERO_SHARE_MIN = 0.4;
const UTF16_OTHER_ZERO_SHARE_MAX = 0.02;

/** UTF-16 by its mark, or by every other byte being zero; null for other encodings. */
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

/** Why an encoding may be the wrong one. */
export interface EncodingDoubt {
  /** Completes "… is read as …, though" and "… is not read, because". */
  readonly why: string;
  /** What a word of the file is in each encoding that it may have. */
  readonly candidates: readonly Candidate[];
  /** Whether words would be sent that are not in the file; else a few rare signs may differ. */
  readonly spoilsTexts: boolean;
  /** Whether no one encoding has all characters of the file. */
  readonly isMixed: boolean;
}

interface Decision {
  readonly encoding: TextEncoding;
  /** Null when the encoding is sure. */
  readonly doubt: EncodingDoubt | null;
}

/**
 * Signs in Windows-1252 that never stand between two letters: quotation marks, daggers, currencies and
 * the like. They are letters in the DOS code pages 437 and 850 (é ä ç ê ë ï ô ö ÿ ø í ó ú ñ Ñ) and on old
 * Macintosh computers (ß). The apostrophe and dashes are not among them.
 */
const SIGNS: ReadonlySet<number> = new Set([
  ...[0x82, 0x84, 0x87, 0x88, 0x89, 0x8b, 0x93, 0x94, 0x98, 0x9b],
  ...[0xa1, 0xa2, 0xa3, 0xa4, 0xa5, 0xa7],
]);

/** A letter of ASCII or, in all encodings of western Europe that Windows or DOS has, most likely one. */
function isLetter(byte: number): boolean {
  const small = byte | 0x20;
  return (small >= 0x61 && small <= 0x7a) || byte >= 0xc0;
}

/** ¡ ¢ £ ¤ ¥, which are í ó ú ñ Ñ of DOS; two of them side by side are letters. */
function isLetterOrMoney(byte: number): boolean {
  return isLetter(byte) || (byte >= 0xa1 && byte <= 0xa5);
}

function isSignInWord({ before, byte, behind }: ByteContext): boolean {
  return SIGNS.has(byte) && isLetterOrMoney(before) && isLetterOrMoney(behind);
}

function hasSign(word: Buffer): boolean {
  return word.some((byte) => SIGNS.has(byte));
}

const NO_BREAK_SPACE = 0xa0;
/**
 * A blank that does not break stands between words. `C diz` and `Pakist n` are Cádiz and Pakistán of
 * DOS: what is left beside the blank is no word, for want of a vowel or by how it begins.
 */
const BLANK_IN_WORD =
  /[A-Za-z]\u00a0(?!(?:kg|cm|mm)\b)(?:[b-df-hj-np-tv-z]+(?![A-Za-z])|[lmnr][b-df-hjkmp-tv-z][a-z])|(?:^|[^A-Za-z])[B-DF-HJLMNP-Tb-df-hjlmnp-t]\u00a0[a-z]{2}/;

function hasBlankInWord(word: Buffer): boolean {
  return BLANK_IN_WORD.test(word.toString("latin1"));
}

/** The encoding of a text, and what makes it doubtful. */
export async function decideEncoding(head: Buffer, census: ByteCensus): Promise<Decision> {
  const fixed = utf16Encoding(head);
  if (fixed !== null) return { encoding: fixed, doubt: null };
  const { utf8Characters, utf8Faults } = census;
  // Bytes that form UTF-8 characters by chance are rare: where they prevail, the file is UTF-8 that
  // was damaged, and the first row that is says more than a doubt about the file.
  const isUtf8 = utf8Faults === 0 || utf8Characters > utf8Faults;
  if (isUtf8 || encodingByMark(head) !== null) return { encoding: utf8Of(census), doubt: null };
  const named = encodingOfReasonHeader(head.toString("latin1"));
  const label = named === null ? null : encodingLabel(named);
  if (label !== null) return { encoding: watchedEncoding(label), doubt: null };
  return decideLegacy(census);
}

/** An encoding that was named, so that bytes which it does not have are a fault. */
function watchedEncoding(label: string): TextEncoding {
  const known = [utf16le, utf16be, ...byteEncodings, ...wideEncodings].find(
    (one) => one.label === label,
  );
  return { label, name: known?.name ?? label.toUpperCase(), faults: UNKNOWN };
}

function utf8Of({ utf8Faults }: ByteCensus): TextEncoding {
  return { ...utf8, faults: utf8Faults > 0 ? REPLACEMENT : null };
}

async function decideLegacy(census: ByteCensus): Promise<Decision> {
  // The letters of all languages are loaded for the few files that are no UTF-8.
  const legacy = await import("./choose-legacy-encoding.ts");
  const { chooseLegacyEncoding, differsInSignsOnly, readings } = legacy;
  const { words } = census;
  const choice = chooseLegacyEncoding(census);
  const western: TextEncoding = { label: windows1252, name: "Windows-1252", faults: null };
  if (choice === null) {
    const why = "no one encoding has all of its characters";
    const candidates = readings([...byteEncodings, ...wideEncodings], words);
    return { encoding: western, doubt: { why, candidates, spoilsTexts: true, isMixed: true } };
  }
  const encoding: TextEncoding = { ...choice.encoding, faults: null };
  const { candidates } = choice;
  const isWestern = encoding.label === windows1252 || encoding.label === latin9;
  const spoilt = (why: string, shown = candidates, isMixed = false): Decision => ({
    encoding,
    doubt: { why, candidates: shown, spoilsTexts: true, isMixed },
  });
  // Pairs of bytes in another script may be valid UTF-8 by chance; where its words are sure, they are.
  if (census.utf8Characters > 0 && (isWestern || candidates.length > 0)) {
    const why = "some of its characters are UTF-8 and others are not";
    return spoilt(why, readings([utf8, encoding, ...candidates], words), true);
  }
  if (differsInSignsOnly(choice)) {
    if (encoding.label === latin9) return { encoding, doubt: null };
    const why =
      "it may be ISO-8859-15, where some of its bytes are other characters, such as € for ¤";
    return { encoding: western, doubt: { why, candidates, spoilsTexts: false, isMixed: false } };
  }
  if (candidates.length > 0) return spoilt("its letters fit more than one encoding");
  if (isWestern && census.contexts.some(isSignInWord)) {
    const why = "some of its words would have signs in them";
    return spoilt(why, readings(byteEncodings, words.filter(hasSign)));
  }
  if (isWestern && census.contexts.every(({ byte }) => byte === NO_BREAK_SPACE)) {
    const broken = words.filter(hasBlankInWord);
    const pages = byteEncodings.filter(({ label }) => label === "cp850" || label === windows1252);
    if (broken.length > 0)
      return spoilt("some of its words would have blanks in them", readings(pages, broken));
  }
  return { encoding, doubt: null };
}

/** The encoding that a user named. @throws CasBatchError when there is none of that name */
export function namedEncoding(name: string, census: ByteCensus): TextEncoding {
  const label = encodingLabel(name);
  if (label === null) {
    throw new CasBatchError("configuration-invalid", `The encoding "${name}" is not known`, {
      hint: "Use utf-8, utf-16le, windows-1252, windows-1250, iso-8859-15, macintosh, cp850 or another one by its usual name",
    });
  }
  if (label === utf8.label) return utf8Of(census);
  return watchedEncoding(label);
}
