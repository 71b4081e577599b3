// Chooses among the encodings older than Unicode by the words that a file's bytes make in each. Windows-1252
// wins unless another one fits better by far, because a wrong one sends words that are not in the file.
import type { ByteCensus, ByteContext, WideReading } from "./byte-evidence.ts";
import {
  bytesIn,
  byteEncodings,
  isUnknown,
  latin9,
  windows1252,
  type ByteEncoding,
} from "./legacy-encodings.ts";
import { frequentSigns } from "./letter-frequencies.ts";
import { isLetter, languages, likelihood } from "./letter-likelihood.ts";
import { openDecoder } from "../../core/text/text-codec.ts";

/** How much less likely a letter of another language is than one of the file's. */
const OTHER_LANGUAGE = -3;
/** By how much Windows-1252 has to fit better than any other, and another one than the rest. */
const MARGIN_1252 = 1;
const MARGIN_OTHER = 5;
/** Another one without letters has nothing that speaks for it. */
const MARGIN_WORDLESS = 12;
/** Less likely ones are shown too, for a person to choose from. */
const MARGIN_SHOWN = 8;
/** The first, where words are less usual in Windows-1252 than the second. */
const MARGIN_UNUSUAL = 2.6;
const USUAL_1252 = -12.4;
/** Of Iceland, and bytes of Turkish letters; a file of Iceland with a few words has enough to be sure. */
const RARE_LETTERS = /[ðþý]/i;
/** Signs less likely than this stand where no word has one. */
const ODD_SIGN = -11.5;
/** Of a blank that does not break between two letters, in encodings where few texts have one. */
const STRAY_BLANK = -13;
/** Below this the words make no sense; a few odd ones stand in any file. */
const SENSE_MIN = -13;
const ODD_CONTEXTS_MAX = 3;
/** The first ones decide, unless they are not clear enough; then all do. */
const FIRST_CONTEXTS = 400;
const CLEAR_MARGIN = 30;
/** Below the first, single bytes make no words; below the second, none that are usual. */
const WORDLESS = -11.5;
const UNUSUAL = -9;
/** From these on, bytes make characters of eastern Asia, and usual ones. */
const WIDE_MIN = -4.7;
const WIDE_USUAL_MIN = -4;
const MARGIN_WIDE = 10;
/** Below the first, words of other scripts are unusual; from the second on, such characters may be meant. */
const DOUBTFUL = -7.5;
const WIDE_POSSIBLE_MIN = -5.1;
const CANDIDATES_MAX = 5;
const SHOWN_CHARS_MAX = 30;

interface NamedEncoding {
  readonly label: string;
  readonly name: string;
}

export interface Candidate extends NamedEncoding {
  /** A word of the file in this encoding. */
  readonly word: string;
}

interface LegacyChoice {
  readonly encoding: NamedEncoding;
  /** The readings that are as likely, the chosen one first; empty when the choice is sure. */
  readonly candidates: readonly Candidate[];
}

/** An encoding of eastern Asia, by how usual its characters are. */
interface WideFit extends NamedEncoding {
  /** How likely its characters are, for each of their bytes. */
  readonly meanPerByte: number;
  /** Bytes of its different characters. */
  readonly bytes: number;
}

interface Fit {
  readonly encoding: ByteEncoding;
  readonly value: number;
  /** Of each context. */
  readonly mean: number;
  readonly hasLetters: boolean;
  /** Whether it has letters that few words of western Europe have. */
  readonly hasRareLetters: boolean;
  /** Whether a character stands beside a letter. */
  readonly hasWords: boolean;
  /** Whether signs stand where no word has them. */
  readonly hasOddSigns: boolean;
}

/** The encoding of a text that is no UTF-8; null when none has characters for all of its bytes. */
export function chooseLegacyEncoding(census: ByteCensus): LegacyChoice | null {
  const { contexts } = census;
  const wide = census.wide.map(wideFit);
  const bytes = [...new Set(contexts.map(({ byte }) => byte))];
  const possible = byteEncodings.filter(({ label }) =>
    bytes.every((byte) => !isUnknown(bytesIn(label)[byte] ?? "")),
  );
  const fits = fitsOf(possible, contexts);
  const best = fits[0];
  const wideChoice = chooseWide(wide, best, census);
  if (wideChoice !== null) return wideChoice;
  if (best === undefined) return null;
  const isAlike = (left: string, right: string): boolean =>
    bytes.every((byte) => bytesIn(left)[byte] === bytesIn(right)[byte]);
  const western = fits.find(({ encoding }) => encoding.label === windows1252);
  const isWestern = western !== undefined && isAlike(windows1252, best.encoding.label);
  const chosen = isWestern ? western : best;
  const otherMargin = chosen.hasLetters ? MARGIN_OTHER : MARGIN_WORDLESS;
  const rivals: { readonly encoding: NamedEncoding }[] = fits.filter(
    (rival) =>
      rival.value > best.value - (isWestern ? westernMargin(western, rival) : otherMargin) &&
      !isAlike(rival.encoding.label, chosen.encoding.label),
  );
  if (!isWestern) {
    const least = chosen.mean < DOUBTFUL ? WIDE_POSSIBLE_MIN : WIDE_USUAL_MIN;
    rivals.push(...wide.filter(({ meanPerByte }) => meanPerByte >= least).map(asFit));
  }
  const makesSense = chosen.mean >= SENSE_MIN || (isWestern && contexts.length <= ODD_CONTEXTS_MAX);
  if (rivals.length === 0 && makesSense) return { encoding: chosen.encoding, candidates: [] };
  const shown = fits.filter(
    (fit) => fit !== chosen && (!makesSense || fit.value > best.value - MARGIN_SHOWN),
  );
  const others = [...rivals, ...shown, ...(makesSense ? [] : wide.map(asFit))];
  const named = [chosen, ...others].map(({ encoding }) => encoding);
  return {
    encoding: chosen.encoding,
    candidates: readings(named, census.words),
  };
}

function westernMargin(western: Fit, rival: Fit): number {
  const { mean, hasRareLetters, hasOddSigns, hasWords } = western;
  if (rival.hasOddSigns || !hasWords) return MARGIN_1252;
  if (hasOddSigns || hasRareLetters) return MARGIN_OTHER;
  return mean < USUAL_1252 ? MARGIN_UNUSUAL : MARGIN_1252;
}

function asFit({ label, name }: WideFit): { readonly encoding: NamedEncoding } {
  return { encoding: { label, name } };
}

/** What all candidates would make of one word, each reading once. */
export function readings(
  encodings: readonly NamedEncoding[],
  words: readonly Buffer[],
): readonly Candidate[] {
  let most: readonly Candidate[] = [];
  for (const bytes of words) {
    const seen = new Set<string>();
    const found: Candidate[] = [];
    for (const { label, name } of encodings) {
      const decoder = openDecoder(label);
      const word = (decoder.write(bytes) + decoder.end()).slice(0, SHOWN_CHARS_MAX);
      if (seen.has(word) || found.length === CANDIDATES_MAX) continue;
      seen.add(word);
      found.push({ label, name, word });
    }
    if (found.length > most.length) most = found;
    if (most.length === Math.min(CANDIDATES_MAX, encodings.length)) break;
  }
  return most;
}

function chooseWide(
  wide: readonly WideFit[],
  best: Fit | undefined,
  { words }: ByteCensus,
): LegacyChoice | null {
  const [first, ...rest] = [...wide].sort((left, right) => right.meanPerByte - left.meanPerByte);
  if (first === undefined) return null;
  const single = best?.mean ?? -Infinity;
  const isWide =
    single < WORDLESS
      ? first.meanPerByte >= WIDE_MIN
      : single < UNUSUAL && first.meanPerByte >= WIDE_USUAL_MIN;
  if (!isWide) return null;
  const rivals = rest.filter(
    ({ meanPerByte, bytes }) =>
      (first.meanPerByte - meanPerByte) * Math.min(bytes, first.bytes) < MARGIN_WIDE,
  );
  return {
    encoding: first,
    candidates: rivals.length === 0 ? [] : readings([first, ...rivals], words),
  };
}

const wideLanguage: Readonly<Record<string, keyof typeof frequentSigns>> = {
  gbk: "zhHans",
  big5: "zhHant",
  shift_jis: "ja",
  "euc-jp": "ja",
  "euc-kr": "ko",
};
const HALF_WIDTH = /[\uff61-\uff9f]/;

function wideFit({ label, name, characters }: WideReading): WideFit {
  const frequent = new Set(frequentSigns[wideLanguage[label] ?? "ja"]);
  let sum = 0;
  let bytes = 0;
  for (const character of characters) {
    sum += signValue(character, frequent);
    bytes += HALF_WIDTH.test(character) ? 1 : 2;
  }
  return { label, name, meanPerByte: sum / bytes, bytes };
}

/** Natural logarithms of shares, by what kind of character it is. */
function signValue(character: string, frequent: ReadonlySet<string>): number {
  if (frequent.has(character)) return -6.5;
  if (/[\u3041-\u30ff]/.test(character)) return -4.5;
  if (HALF_WIDTH.test(character)) return -9;
  if (/[\u3000-\u303f\uff01-\uff5e]/.test(character)) return -7;
  return /[\p{Script=Han}\p{Script=Hangul}]/u.test(character) ? -10 : -12;
}

/** The best first. */
function fitsOf(
  possible: readonly ByteEncoding[],
  contexts: readonly ByteContext[],
): readonly Fit[] {
  const first = fitAll(possible, contexts.slice(0, FIRST_CONTEXTS));
  const isClear =
    contexts.length <= FIRST_CONTEXTS ||
    first.every(({ value }, index) => index === 0 || value < (first[0]?.value ?? 0) - CLEAR_MARGIN);
  return isClear ? first : fitAll(possible, contexts);
}

function fitAll(
  possible: readonly ByteEncoding[],
  contexts: readonly ByteContext[],
): readonly Fit[] {
  const cache = new Map<string, number | Float64Array>();
  return possible
    .map((encoding) => fit(encoding, contexts, cache))
    .sort((left, right) => right.value - left.value);
}

function fit(
  encoding: ByteEncoding,
  contexts: readonly ByteContext[],
  cache: Map<string, number | Float64Array>,
): Fit {
  const table = bytesIn(encoding.label);
  const { opens, closes } = quotations(table, contexts);
  const sums = new Float64Array(languages().length);
  let signs = 0;
  let letters = 0;
  let hasWords = false;
  let hasOddSigns = false;
  let hasRareLetters = false;
  for (const context of contexts) {
    const before = table[context.before] ?? " ";
    const character = table[context.byte] ?? " ";
    const behind = table[context.behind] ?? " ";
    const { isInner } = context;
    const isBeside = isLetter(before) || isLetter(behind);
    hasWords ||= isBeside;
    const isStray = isStrayBlank(character, context.byte) && isLetter(before) && isLetter(behind);
    const key = `${before}${character}${behind}${isInner ? 1 : 0}${opens ? 1 : 0}${closes ? 1 : 0}`;
    let values = isStray ? STRAY_BLANK : cache.get(key);
    if (values === undefined) {
      values = likelihood({ before, character, behind, isInner, opens, closes });
      cache.set(key, values);
    }
    if (typeof values === "number") {
      signs += values;
      hasOddSigns ||= isBeside && values < ODD_SIGN;
      continue;
    }
    letters += 1;
    hasRareLetters ||= RARE_LETTERS.test(character);
    const most = Math.max(...values) + OTHER_LANGUAGE;
    for (const [at, value] of values.entries()) sums[at] = (sums[at] ?? 0) + Math.max(value, most);
  }
  const best =
    letters === 0 ? 0 : Math.max(...languages().map(({ prior }, at) => prior + (sums[at] ?? 0)));
  const value = signs + best;
  return {
    encoding,
    value: value + encoding.prior,
    mean: value / Math.max(1, contexts.length),
    hasLetters: letters > 0,
    hasRareLetters,
    hasWords,
    hasOddSigns,
  };
}

/** Blanks that do not break come from Windows and the web; keyboards of DOS and KOI8 have none. */
function isStrayBlank(character: string, byte: number): boolean {
  return character === "\u00a0" && byte !== 0xa0;
}

/** Whether marks stand there as they open and close quotations. */
function quotations(table: readonly string[], contexts: readonly ByteContext[]) {
  let opens = false;
  let closes = false;
  for (const { before, byte, behind } of contexts) {
    const character = table[byte] ?? "";
    if ("„“”«‚‘‹".includes(character) && !isLetter(table[before] ?? "")) opens = true;
    if ("”»›“‘’".includes(character) && !isLetter(table[behind] ?? "")) closes = true;
  }
  return { opens, closes };
}

/** Whether ISO-8859-15 is all that is as likely as Windows-1252: a few rare signs would differ. */
export function differsInSignsOnly({ encoding, candidates }: LegacyChoice): boolean {
  const labels = new Set([encoding.label, ...candidates.map(({ label }) => label)]);
  return labels.size === 2 && labels.has(windows1252) && labels.has(latin9);
}
