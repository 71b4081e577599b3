// The likelihood of a character beyond ASCII between its neighbours, in each language: `ø` between K and b is
// Danish, `ř` there is nothing. It shows which encoding makes words of a file's bytes.
// Values are natural logarithms of a share of all letters; what cannot be is about -16.
import { LEVEL_END, latinGroups, otherGroups } from "./letter-frequencies.ts";

/** The value of the first level in the tables of letters. */
const TOP = -3;
const UNSEEN = -16;
const NO_LETTER_OF_LANGUAGE = -18;
/** For a group that was never counted, though its halves were. */
const UNCOUNTED_PENALTY = -2.5;
/** Names and words of western Europe stand in files of all its languages: none of its letters is odd. */
const WESTERN = new Set("éèëêàáâäöüïîçñôóíúåøæßûùòìãõ");
const WESTERN_MIN = -13.5;
/** İ is i in small letters, so that nothing counts it. */
const DOTTED_I = -7;
/** Any word of Italian may be stressed on its last letter; word lists have few of them. */
const STRESSED_END = -8.5;
const STRESSED = /^[bcdfglmnprstvz][àèìòù] $/;
const CASE_BREAK = -6;
const CASE_DIP = -5;
const CASE_START = -2;
const MIXED_SCRIPTS = -18;
const ALONE = -12.6;
/** Ø 12 mm. */
const DIAMETER = -6.5;

/** Languages that few of our files are in. */
const rareLanguages: Readonly<Record<string, number>> = {
  is: -3,
  ga: -4,
  ca: -1,
  et: -1,
  nb: -0.5,
  hr: -0.5,
  sl: -0.5,
  sr: -1,
  uk: -0.5,
  bg: -0.5,
  he: -1,
  ar: -1,
};

interface Language {
  readonly name: string;
  readonly prior: number;
  readonly isLatin: boolean;
  readonly groups: ReadonlyMap<string, number>;
  /** Shares of the halves of groups of three, and of their middles. */
  readonly parts: ReadonlyMap<string, number>;
}

function language(name: string, levels: string, isLatin: boolean): Language {
  const width = isLatin ? 3 : 2;
  const groups = new Map<string, number>();
  const parts = new Map<string, number>();
  levels.split(LEVEL_END).forEach((text, level) => {
    for (let at = 0; at < text.length; at += width) {
      const group = text.slice(at, at + width);
      const value = TOP - level;
      groups.set(group, value);
      if (!isLatin) continue;
      const [before = "", letter = "", behind = ""] = group;
      for (const part of [`${before}${letter}<`, `>${letter}${behind}`, letter]) {
        parts.set(part, (parts.get(part) ?? 0) + Math.exp(value));
      }
    }
  });
  return { name, prior: rareLanguages[name] ?? 0, isLatin, groups, parts };
}

let known: readonly Language[] | null = null;

/** Made when first asked for: most files are UTF-8. */
export function languages(): readonly Language[] {
  known ??= [
    ...Object.entries(latinGroups).map(([name, levels]) => language(name, levels, true)),
    ...Object.entries(otherGroups).map(([name, levels]) => language(name, levels, false)),
  ];
  return known;
}

/** A character and what stands beside it; blanks and delimiters too. */
interface Surroundings {
  readonly before: string;
  readonly character: string;
  readonly behind: string;
  /** Whether a letter stands before `before`. */
  readonly isInner: boolean;
  /** Whether the file has marks that open a quotation, and marks that close one. */
  readonly opens: boolean;
  readonly closes: boolean;
}

export function isLetter(text: string): boolean {
  return /\p{L}/u.test(text) && !"ªºµƒ".includes(text);
}

function isLatin(letter: string): boolean {
  return letter < "\u0370" || (letter >= "\u1e00" && letter < "\u1f00");
}

const isCapital = (text: string): boolean => text !== text.toLowerCase();
const isSmall = (text: string): boolean => text !== text.toUpperCase();

function folded(text: string): string {
  if (!isLetter(text)) return " ";
  const small = text.toLowerCase();
  return small.length === 1 ? small : "i";
}

/** A value for each of `languages()`, or one for all when it is no letter or cannot be one there. */
export function likelihood(where: Surroundings): number | Float64Array {
  const { before, character, behind } = where;
  if (!isLetter(character)) return signLikelihood(where);
  const isOfLatin = isLatin(character);
  const follows = isLetter(before);
  const goesOn = isLetter(behind);
  if (follows && isLatin(before) !== isOfLatin) return MIXED_SCRIPTS;
  if (goesOn && isLatin(behind) !== isOfLatin) return MIXED_SCRIPTS;
  if (!follows && !goesOn) {
    if (!isOfLatin) return ALONE;
    if (/[øØ]/.test(character)) return DIAMETER;
  }
  const penalty = casePenalty(before, character, behind, follows && goesOn);
  const [left, letter, right] = [folded(before), folded(character), folded(behind)];
  return Float64Array.from(languages(), (one) => {
    if (one.isLatin !== isOfLatin) return -Infinity;
    if (!isOfLatin) return penalty + (one.groups.get(left + letter) ?? UNSEEN);
    const counted = latinLikelihood(one, left, letter, right);
    const most = one.name === "fr" && WESTERN.has(letter) ? WESTERN_MIN : -Infinity;
    const dotted = one.name === "tr" && character === "İ" ? DOTTED_I : -Infinity;
    const isEnd = one.name === "it" && STRESSED.test(left + letter + right);
    return penalty + Math.max(counted, most, dotted, isEnd ? STRESSED_END : -Infinity);
  });
}

function latinLikelihood(one: Language, left: string, letter: string, right: string): number {
  const counted = one.groups.get(left + letter + right);
  if (counted !== undefined) return counted;
  const whole = one.parts.get(letter);
  if (whole === undefined) return NO_LETTER_OF_LANGUAGE;
  const first = one.parts.get(`${left}${letter}<`);
  const second = one.parts.get(`>${letter}${right}`);
  if (first === undefined || second === undefined) return UNSEEN;
  return Math.max(UNSEEN, Math.log((first * second) / whole) + UNCOUNTED_PENALTY);
}

/** Words are written in small letters, in capitals, or begin with one capital. */
function casePenalty(before: string, letter: string, behind: string, isWithin: boolean): number {
  if (isLetter(before) && isSmall(before) && isCapital(letter) && !isSmall(letter)) {
    return CASE_BREAK;
  }
  if (!isWithin || !isCapital(before)) return 0;
  if (isCapital(letter)) return isSmall(behind) && !isCapital(behind) ? CASE_START : 0;
  return isCapital(behind) && isSmall(letter) && letter !== "ß" ? CASE_DIP : 0;
}

const USUAL = -7;
const RARE = -8.5;
const ODD = -13;
const SENSELESS = -17;

/** Signs have places of their own, and are seldom between two letters. */
function signLikelihood(where: Surroundings): number {
  const { before, character, behind } = where;
  if (/[\u2500-\u259f]/.test(character)) return -22;
  if (character === "\u00a0") return -9;
  const follows = isLetter(before);
  const goesOn = isLetter(behind);
  if (character === "’" && follows) return apostropheLikelihood(where, goesOn);
  if (/[–—]/.test(character)) {
    if (follows && goesOn) return isSmall(behind) ? -11.9 : -9;
    return goesOn || (character === "—" && follows) ? -11 : USUAL;
  }
  if (character === "\u00ad") return follows && goesOn ? -10 : RARE;
  if (character === "·")
    return follows && goesOn && !/l.l|[Nm]m/.test(before + " " + behind) ? ODD : RARE;
  if (follows && goesOn) return /[°®™©²³¹]/.test(character) ? ODD : SENSELESS;
  if (/[¹²³]/.test(character)) return /[mM\d)]/.test(before) ? -6 : ODD;
  if (/[½¼¾]/.test(character)) return goesOn || follows ? -14 : USUAL;
  if (/[ºª]/.test(character)) {
    return /[\dN.nC]/i.test(before) && (!goesOn || /[CF]/.test(behind)) ? USUAL : ODD;
  }
  if (character === "´" && follows) return goesOn ? RARE : ODD;
  if (character === "°") return follows || (goesOn && !/[CF]/i.test(behind)) ? -12 : -6;
  if (character === "µ") return !follows && /[mgslAVWFHN ]/.test(behind) ? -6 : ODD;
  if (/[¿¡]/.test(character)) return !follows && isCapital(behind) ? USUAL : ODD;
  if (/[£€¥]/.test(character)) {
    if (goesOn || follows) return -12;
    return character === "¥" ? -9 : -6.5;
  }
  if (/[„“«‚‘‹]/.test(character) && goesOn) return where.closes ? USUAL : -11;
  if (/[”»›]/.test(character) && goesOn) return where.closes ? -8 : -12;
  if (/[„«‚‹]/.test(character) && follows) return ODD;
  if (/[”»›“‘]/.test(character) && follows) return where.opens ? USUAL : -12;
  if (/[”“„’‘»«]/.test(character)) return -8;
  if (/[®™©]/.test(character)) return goesOn ? ODD : USUAL;
  if (character === "…") {
    if (goesOn) return ODD;
    return follows || (before === " " && behind === " ") ? -9 : USUAL;
  }
  if (character === "•") return follows ? ODD : USUAL;
  if (/[±×‰§†]/.test(character)) return goesOn || follows ? ODD : USUAL;
  return character === "¤" ? -9 : -15;
}

/** `l’eau`, `qu’il`, `it’s`, `O’Brien`; not `Mar’a`, which is María of another encoding. */
function apostropheLikelihood(where: Surroundings, goesOn: boolean): number {
  const { before, behind } = where;
  if (!goesOn) return where.opens || /s/i.test(before) ? -8 : -12;
  if (isCapital(before) && isCapital(behind)) return RARE;
  if (/[stdm]/i.test(behind)) return USUAL;
  if (/[lrv]/i.test(behind) && /[aeiouyd]/i.test(before)) return USUAL;
  if (!where.isInner && /[ldnscjmt]/i.test(before) && /[aeiouyhéèêëàâîôœ]/i.test(behind))
    return USUAL;
  return /[ultd]/i.test(before) && /[aeiouyhéèêâà]/i.test(behind) ? RARE : ODD;
}
