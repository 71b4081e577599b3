// Codes and references: short texts where every character counts, and where Excel does its damage. A
// certain damage is repaired with a finding; a code that may have lost a digit is refused.
import type { Cell } from "../../core/cell.ts";
import { nameOf } from "../../core/text/visible-text.ts";
import { decimalTail, type DecimalTail } from "./decimal-tail.ts";
import type { Report } from "../model/mapping-plan.ts";
import { ownWordHint } from "./own-word.ts";
import { shownText } from "./shown-text.ts";
import type { CodeForm, CodeList, Doubt } from "../model/value-rule.ts";
import { saysNothing } from "./words-for-nothing.ts";

// Blanks that look like the ordinary one, and characters that look like nothing at all.
const ODD_BLANKS = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g;
const INVISIBLE =
  /[\u00ad\u034f\u061c\u115f\u1160\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\u3164\ufe00-\ufe0f\ufeff\uffa0]/g;
const NOT_ASCII = /[^\u0020-\u007e]/;
// Capital letters of the Cyrillic and the Greek alphabet, and the Latin ones that they look like.
const LOOK_ALIKES = new Map([
  ...lettersOf("АВЕКМНОРСТУХІЈЅԚԜҺ", "ABEKMHOPCTYXIJSQWH"),
  ...lettersOf("ΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "ABEZHIKMNOPTYX"),
]);
const CYRILLIC_OR_GREEK = /[\u0370-\u03ff\u0400-\u052f]/g;
// Letters that people and scanners take for digits. Which one was meant is not certain.
const DIGIT_LETTERS = new Map([...lettersOf("OQDILSBZGЗ", "0001158263")]);
/** More slips than these are no slips. */
const MISTYPED_MAX = 2;
const LETTER_DIGITS = new Map([...lettersOf("0158", "OISB")]);
const BLANKS_AND_DOTS = /[ .]/g;
/** A code with letters in front, without groups, that ends like a number with decimals. */
const CODE_WITH_TAIL = /^[A-Z]{2}[A-Z0-9]*\d\.0{1,2}$/;

/** Without a plus sign as programs in Java write it. */
const EXPONENT_TEXT = /^\d(?:[.,]\d+)?E\+\d+$|^\d[.,]\d+E\d+$/i;
const DIGITS = /^\d+$/;
const LETTERS = /^\p{L}[\p{L}\p{M} '/-]*$/u;
/** Excel keeps no more digits of a number than these. */
const EXACT_DIGITS_MAX = 15;

/**
 * The text that a number cell shows where a code is expected; null when digits are lost for certain.
 */
export function textOfNumberCell(cell: Cell, header: string, report: Report): string | null {
  const { value, format } = cell;
  const shown = shownText(value, format);
  if (shown === null) {
    report(
      "code-shown-differently",
      `${header} cannot be ${value}: the cell shows it in the number format "${format}", as something else`,
    );
    return null;
  }
  if (!DIGITS.test(value)) return value;
  if (value.length > EXACT_DIGITS_MAX) {
    report(
      "code-lost-digits",
      `${header} cannot be ${value}: it is stored as a number, and of ${value.length} digits only ${EXACT_DIGITS_MAX} are kept`,
    );
    return null;
  }
  if (shown !== value) {
    report("value-repaired", `${header} ${value} was read as "${shown}", as the cell shows it`);
    return shown;
  }
  return value;
}

/** A reference: kept as written, apart from blanks that only look like blanks. */
export function readReferenceText(text: string, header: string, report: Report): string | null {
  if (EXPONENT_TEXT.test(text)) {
    reportExponent(text, header, report);
    return null;
  }
  // Both are kept for a profile that makes less of the fault; as an error it stops the shipment.
  if (saysNothing(text) !== null) reportNothing(text, header, report);
  const tail = decimalTail(text);
  if (tail !== null) {
    report(
      "code-with-decimals",
      `${header} cannot be "${text}": it ends like a number with decimals, so it may be ${tail.digits}`,
      'Enter it without the decimals, in a workbook as text; where all of the column have them, `transforms: [{ split: { by: ".", part: 1 } }]` in a profile takes them off',
    );
  }
  if (!NOT_ASCII.test(text)) return text;
  const plain = text.replace(ODD_BLANKS, " ").trim();
  const cleaned = plain.replace(INVISIBLE, "").trim();
  if (cleaned !== plain) reportInvisible(plain, cleaned, header, report);
  else if (plain !== text) reportOddCharacters(text, plain, header, report);
  const foreign = cleaned.match(CYRILLIC_OR_GREEK);
  // A word of another alphabet has letters of its own; one of look-alikes alone is a slip.
  if (foreign?.every((letter) => LOOK_ALIKES.has(letter.toUpperCase())) === true) {
    report(
      "text-mixes-scripts",
      `${header} "${cleaned}" looks like "${withoutLookAlikes(cleaned.toUpperCase())}" but has letters of another alphabet; it is sent as it stands`,
    );
  }
  return cleaned === "" ? null : cleaned;
}

/** With blanks that only look like blanks as blanks, and without what is not seen. */
export function withoutOddBlanks(text: string): string {
  return text.replace(ODD_BLANKS, " ").replace(INVISIBLE, "").trim();
}

/** Whether a code can be taken as it is, without a word. */
export function isSoundCode(text: string, form: CodeForm): boolean {
  return (
    isOf(form, text) &&
    (form.listed === null || isListed(form.listed, text)) &&
    (form.doubt === null || form.doubt(text) === null) &&
    saysNothing(text) === null
  );
}

export function readCodeText(
  text: string,
  header: string,
  form: CodeForm,
  report: Report,
): string | null {
  if (saysNothing(text) !== null) {
    reportNothing(text, header, report);
    return text;
  }
  if (isOf(form, text)) return listed(form, text, header, report);
  const tail = decimalTail(text);
  const ofNumber = tail === null ? undefined : readDecimalTail(text, tail, header, form, report);
  if (ofNumber !== undefined) return ofNumber;
  const plain = NOT_ASCII.test(text) ? withoutOddCharacters(text) : text;
  const capitals = plain.toUpperCase();
  const compact = form.blanksAndDotsTolerated ? capitals.replace(BLANKS_AND_DOTS, "") : capitals;
  if (isOf(form, compact)) {
    if (CODE_WITH_TAIL.test(capitals)) {
      report(
        "code-with-decimals",
        `${header} cannot be "${text}": it ends like a number with decimals, so it may be ${capitals.replace(/\.0+$/, "")} or ${compact}`,
      );
      return null;
    }
    if (plain !== text) reportOddCharacters(text, compact, header, report);
    else report("value-repaired", `${header} "${text}" was read as ${compact}`);
    return listed(form, compact, header, report);
  }
  if (EXPONENT_TEXT.test(text)) {
    reportExponent(text, header, report);
    return null;
  }
  const meant = mistypedFor(form, compact);
  if (meant !== null) {
    report(
      "code-looks-mistyped",
      `${header} cannot be "${text}": it may have been meant as ${meant}, ${form.description} is needed`,
    );
    return null;
  }
  const isOneOfFew = form.listed !== null && form.listed.prefixLength === null;
  const ownWord = isOneOfFew && LETTERS.test(compact) ? ownWordHint(text, "the code") : undefined;
  if (form.known !== null && form.pattern.test(compact)) {
    report(
      "value-not-allowed",
      `${header} cannot be "${text}": ${form.description} is needed`,
      ownWord,
    );
  } else if (DIGITS.test(compact) && form.digitsLost.includes(compact.length)) {
    report(
      "code-format",
      `${header} cannot be "${text}": ${form.description} is needed`,
      `A leading zero may be lost: enter the code with all its digits, in a workbook as text; where all codes of the column have ${compact.length + 1}, \`transforms: [{ pad: ${compact.length + 1} }]\` in a profile fills them up`,
    );
  } else {
    report("code-format", `${header} cannot be "${text}": ${form.description} is needed`, ownWord);
  }
  // Kept for a profile that makes less of the fault; as an error it stops the shipment.
  return text;
}

/**
 * A code that ends in a mark and zeros, as a number does: undefined where that says nothing about it,
 * null when a fault was reported.
 */
function readDecimalTail(
  text: string,
  { digits, joined, mayBeGroups }: DecimalTail,
  header: string,
  form: CodeForm,
  report: Report,
): string | null | undefined {
  const isWhole = isOf(form, digits);
  const lacksZero = form.digitsLost.includes(digits.length) && isOf(form, `0${digits}`);
  if (!isWhole && !lacksZero) return undefined;
  const isGrouped = mayBeGroups && form.blanksAndDotsTolerated && isOf(form, joined);
  // A number has no zero in front: what has one is text, and its dot is put in by a person.
  if (isGrouped && digits.startsWith("0")) return undefined;
  if (isWhole && !isGrouped) {
    const message = `${header} "${text}" was a number with decimals and was read as ${digits}`;
    if (form.digitsWhole.includes(digits.length)) {
      report("code-as-number", `${message}; its length is that of a whole code`);
    } else report("value-repaired", message);
    return listed(form, digits, header, report);
  }
  const meant = isWhole ? digits : `0${digits}`;
  const readings = isOf(form, joined) ? `${meant} or ${joined}` : `${meant} or another code`;
  const { length } = meant;
  report(
    "code-with-decimals",
    `${header} cannot be "${text}": it ends like a number with decimals${isWhole ? "" : ", and numbers lose their leading zeros"}, so it may be ${readings}`,
    `Enter the code with all its digits, in a workbook as text; where all codes of the column have ${length}, \`transforms: [{ pad: ${length} }]\` in a profile fills them up with zeros`,
  );
  return null;
}

/** The code, with a finding when it is not in the list of its form, or is doubtful by itself. */
function listed(form: CodeForm, code: string, header: string, report: Report): string {
  if (form.listed !== null && !isListed(form.listed, code)) {
    const part = listedPart(form.listed, code);
    const { name } = form.listed;
    report("code-not-in-list", `${header} ${code} is sent, though ${part} is not in ${name}`);
  } else if (form.doubt !== null) reportDoubt(form.doubt, code, header, report);
  return code;
}

export function reportDoubt(doubt: Doubt, code: string, header: string, report: Report): void {
  const found = doubt(code);
  if (found === null) return;
  report("code-doubtful", `${header} ${code} is sent, though ${found.why}`, found.hint);
}

function isListed(list: CodeList, code: string): boolean {
  return list.codes.has(listedPart(list, code));
}

function listedPart({ prefixLength }: CodeList, code: string): string {
  return prefixLength === null ? code : code.slice(0, prefixLength);
}

/** What a code becomes when its letters that look like digits are digits, or the other way round. */
function mistypedFor(form: CodeForm, code: string): string | null {
  for (const likes of [DIGIT_LETTERS, LETTER_DIGITS]) {
    const letters = Array.from(code);
    const mistyped = letters.filter((letter) => likes.has(letter)).length;
    if (mistyped === 0 || mistyped > MISTYPED_MAX) continue;
    const meant = letters.map((letter) => likes.get(letter) ?? letter).join("");
    if (isOf(form, meant)) return meant;
  }
  return null;
}

export function readCodeNumber(
  cell: Cell,
  header: string,
  form: CodeForm,
  report: Report,
): string | null {
  if (!DIGITS.test(cell.value)) {
    report(
      "code-format",
      `${header} cannot be the number ${cell.value}: ${form.description} is needed`,
    );
    return null;
  }
  const text = textOfNumberCell(cell, header, report);
  if (text === null) return null;
  // Zeros that the cell's format shows are certain; what follows is about those that it does not.
  if (text !== cell.value) return readCodeText(text, header, form, report);
  if (form.digitsLost.includes(text.length)) {
    report(
      "code-lost-zeros",
      `${header} cannot be ${text}: it is stored as a number with ${text.length} digits, and ${form.description} is needed`,
    );
    return null;
  }
  const code = readCodeText(text, header, form, report);
  if (code !== null && form.digitsWhole.includes(text.length)) {
    report(
      "code-as-number",
      `${header} ${text} is stored as a number; its length is that of a whole code`,
    );
  }
  return code;
}

function isOf(form: CodeForm, code: string): boolean {
  return form.known === null ? form.pattern.test(code) : form.known.has(code);
}

export function withoutOddCharacters(text: string): string {
  // NFKC makes of full-width letters and digits the ordinary ones.
  const plain = text.normalize("NFKC").replace(ODD_BLANKS, "").replace(INVISIBLE, "");
  return withoutLookAlikes(plain.toUpperCase());
}

function withoutLookAlikes(capitals: string): string {
  return Array.from(capitals, (letter) => LOOK_ALIKES.get(letter) ?? letter).join("");
}

function reportOddCharacters(text: string, cleaned: string, header: string, report: Report): void {
  report(
    "text-with-odd-characters",
    `${header} "${text}" holds characters that are easily overlooked; it was read as "${cleaned}"`,
  );
}

function reportInvisible(text: string, cleaned: string, header: string, report: Report): void {
  const names = [...new Set(text.match(INVISIBLE) ?? [])].map(nameOf).join(", ");
  report(
    "invisible-characters",
    `${header} cannot be "${cleaned}" with invisible characters in it: ${names}`,
  );
}

function reportNothing(text: string, header: string, report: Report): void {
  report("value-says-nothing", `${header} cannot be "${text}": that says that there is no value`);
}

function reportExponent(text: string, header: string, report: Report): void {
  report("number-exponent", `${header} cannot be "${text}": its digits were lost to an exponent`);
}

function lettersOf(odd: string, latin: string): readonly (readonly [string, string])[] {
  return Array.from(odd, (letter, position) => [letter, latin.charAt(position)] as const);
}
