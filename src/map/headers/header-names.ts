// Compares a header that is none of the default template's with what people call its columns: certainly
// one of them, likely one, or none. Accents, capitals, signs and blanks make no difference, `Nr.` is
// `Nummer`, and the words around EORI may stand in any order.
import { distance } from "fastest-levenshtein";
import { allFields } from "../catalogue/field-groups.ts";
import type { CatalogueField } from "../model/message-catalogue.ts";
import { headerUnit } from "./normalize-header.ts";
import { headerIn, templateLanguages } from "./template-languages.ts";
import { headerSynonyms, type FieldNames, type HeaderLanguage } from "./header-synonyms.ts";

const HEADER_LANGUAGES = ["English", "Dutch", "French", "German"] as const;

export type Certainty = keyof FieldNames;

/** One name of one field. */
export interface HeaderName {
  readonly field: CatalogueField;
  readonly text: string;
  readonly certainty: Certainty;
  readonly language: HeaderLanguage | "template";
}

type NameReading =
  | { readonly kind: "certain"; readonly field: CatalogueField }
  /** Shape: the fields that it may be, the likeliest first, and why that is not certain. */
  | {
      readonly kind: "likely" | "possible";
      readonly fields: readonly CatalogueField[];
      readonly doubt: Doubt;
    }
  | { readonly kind: "none" };

/** `slip`: a letter or two of a name differ; `part`: a name and more; `meaning`: the name says too little. */
type Doubt = "slip" | "part" | "meaning";

/** Our own headers are among the certain ones. */
export const headerNames: readonly HeaderName[] = allFields.flatMap((field) => [
  { field, text: field.header, certainty: "certain", language: "template" } as const,
  ...(["certain", "likely", "possible"] as const).flatMap((certainty) =>
    HEADER_LANGUAGES.flatMap((language) =>
      (headerSynonyms[field.header]?.[certainty]?.[language]?.split(", ") ?? []).map(
        (text) => ({ field, text, certainty, language }) as const,
      ),
    ),
  ),
  ...(field.group === undefined ? [] : translated(field)),
]);

/** The table of names has none that is certain for the columns of groups, but those of our own templates. */
function translated(field: CatalogueField): readonly HeaderName[] {
  return templateLanguages.map((language) => ({
    field,
    text: headerIn(language, field.header),
    certainty: "certain",
    language: ({ nl: "Dutch", fr: "French", de: "German" } as const)[language],
  }));
}

const KILOGRAMS = words("kg kgs kgm kilo kilos kilogram kilograms kilogramm kilogrammes");
const OTHER_UNITS = words(
  "g gr grm gram grams gramm grammes mg t tne lbr to ton tons tonne tonnes tonnen lb lbs pound pounds livre " +
    "livres pond pfund oz ounce ounces cwt stone",
);
/** Between a name and its unit: `Gewicht in kg`. */
const BEFORE_UNIT = words("in en");
/** What people put in parentheses that says nothing about the meaning. */
const HARMLESS = words(
  "required mandatory optional verplicht optioneel obligatoire facultatif pflicht pflichtfeld " +
    "digits stellig cijfers chiffres",
);
/** What is said of one piece is not said of a goods item. */
const OF_ONE_PIECE =
  / (?:(?:per|pro|par|p) (?:unit|piece|pcs?|item|stuck|stuks?|einheit|eenheid|unite|article)|unit|unitaire|each) /;
const NUMBER_WORDS = words("nr no num nummer number numero n");
/** Of names with EORI, which say no more with them. */
const EORI_FILLERS = words("number of the s de du des l la le van der den das code id");
const PLAIN = /^[\u0020-\u007e]*$/;
const PARENTHESES = /[([{]([^()[\]{}]*)[)\]}]/g;

interface NameIndex {
  readonly byKey: ReadonlyMap<string, readonly HeaderName[]>;
  /** Certain names as they may stand inside a longer header, the longest first. */
  readonly parts: readonly { readonly field: CatalogueField; readonly part: string }[];
}

/** Made for the first header that is none of our own: a file that has only those needs no name. */
let index: NameIndex | null = null;

/** A name with a unit is one only with it: `Gross kg` is a mass, `Gross` may be an amount. */
function indexedNames(): NameIndex {
  if (index !== null) return index;
  const byKey = new Map<string, HeaderName[]>();
  const parts: {
    readonly field: CatalogueField;
    readonly part: string;
    readonly length: number;
  }[] = [];
  for (const name of headerNames.toSorted(templateLast)) {
    const { field, text, certainty } = name;
    const all = wordsOf(text);
    if (certainty === "certain") {
      const part = unitTakenOff(all).words.join(" ");
      if (part.length >= SLIP_NAME_LENGTH_MIN) parts.push({ field, part, length: text.length });
    }
    const key = keyOf(all);
    const names = byKey.get(key) ?? [];
    // `Item no` is Item number by its letters, and mostly the number of an article.
    if (name.language === "template" && names.length > 0) continue;
    if (!names.some((other) => other.field === field)) names.push(name);
    byKey.set(key, names);
  }
  index = { byKey, parts: parts.toSorted((left, right) => right.length - left.length) };
  return index;
}

/** Of what was written differently by a letter or two. */
const SLIP_LETTERS_MAX = 2;
const SLIP_SHARE_MAX = 0.2;
/** Shorter names are too easily inside another word's slip. */
const SLIP_NAME_LENGTH_MIN = 6;

/** A longer text is no header. */
const HEADER_LENGTH_MAX = 120;

/** The field that a header can only be, as it stands in the file; null when it is none for certain. */
export function certainField(text: string): CatalogueField | null {
  if (text.length > HEADER_LENGTH_MAX) return null;
  const whole = found(wordsOf(text));
  if (whole?.certainty === "certain") return whole.field;
  const { words: named, unit } = withoutUnit(text);
  const withUnit = unit === null ? null : found(named);
  if (withUnit?.certainty === "certain" && withUnit.field.units !== undefined) {
    return withUnit.field;
  }
  const inside = insideParentheses(text);
  if (inside.length === 0) return null;
  const isHarmless = inside.every((word) => HARMLESS.has(word) || /^\d+$/.test(word));
  const bare = found(wordsOf(text.replace(PARENTHESES, " ")));
  return isHarmless && bare?.certainty === "certain" ? bare.field : null;
}

/** @param text As it stands in the file. */
export function readHeaderName(text: string): NameReading {
  const reading = readName(text);
  return reading.kind === "likely" && OF_ONE_PIECE.test(` ${foldHeader(text)} `)
    ? { ...reading, kind: "possible" }
    : reading;
}

function readName(text: string): NameReading {
  if (text.length > HEADER_LENGTH_MAX) return { kind: "none" };
  const field = certainField(text);
  if (field !== null) return { kind: "certain", field };
  const { words: named } = withoutUnit(text);
  // A name without its unit, or without what else is in parentheses, may be another thing.
  for (const form of [wordsOf(text), named, wordsOf(text.replace(PARENTHESES, " "))]) {
    const names = namesOf(form);
    const [first] = names;
    if (first === undefined) continue;
    const kind = first.certainty === "possible" ? "possible" : "likely";
    return { kind, fields: names.map(({ field }) => field), doubt: "meaning" };
  }
  const slips = slipsOf(named);
  if (slips.length > 0) return { kind: "likely", fields: slips, doubt: "slip" };
  const parts = partsOf(named);
  return parts.length > 0 ? { kind: "likely", fields: parts, doubt: "part" } : { kind: "none" };
}

/** The unit of mass that a header ends with; null when it names none that is known. */
export function massUnit(
  text: string,
): { readonly unit: string; readonly isKilogram: boolean } | null {
  const inside = headerUnit(text);
  const [unit, more] =
    inside === null
      ? [withoutUnit(text).unit]
      : wordsOf(inside).filter((word) => !BEFORE_UNIT.has(word));
  if (unit == null || more !== undefined) return null;
  const isKilogram = KILOGRAMS.has(unit);
  return isKilogram || OTHER_UNITS.has(unit) ? { unit, isKilogram } : null;
}

export function isUnitOfMass(text: string): boolean {
  const unit = foldHeader(text);
  return KILOGRAMS.has(unit) || OTHER_UNITS.has(unit);
}

function templateLast(left: HeaderName, right: HeaderName): number {
  return Number(left.language === "template") - Number(right.language === "template");
}

function namesOf(of: readonly string[]): readonly HeaderName[] {
  return indexedNames().byKey.get(keyOf(of)) ?? [];
}

function found(of: readonly string[]): HeaderName | null {
  return namesOf(of)[0] ?? null;
}

function slipsOf(of: readonly string[]): readonly CatalogueField[] {
  const key = keyOf(of);
  const near = new Map<CatalogueField, number>();
  for (const [name, [first]] of indexedNames().byKey) {
    if (first?.certainty !== "certain" || name.length < SLIP_NAME_LENGTH_MIN) continue;
    if (Math.abs(name.length - key.length) > SLIP_LETTERS_MAX) continue;
    const letters = distance(name, key);
    if (letters > Math.min(SLIP_LETTERS_MAX, SLIP_SHARE_MAX * name.length)) continue;
    near.set(first.field, Math.min(letters, near.get(first.field) ?? letters));
  }
  const least = Math.min(...near.values());
  return [...near].filter(([, letters]) => letters === least).map(([field]) => field);
}

/** Fields of which a certain name stands whole inside the header, the longest name first. */
function partsOf(of: readonly string[]): readonly CatalogueField[] {
  const header = ` ${of.join(" ")} `;
  const inside = indexedNames().parts.filter(({ part }) => header.includes(` ${part} `));
  return [...new Set(inside.map(({ field }) => field))];
}

interface Unitless {
  readonly words: readonly string[];
  readonly unit: string | null;
}

function withoutUnit(text: string): Unitless {
  return unitTakenOff(wordsOf(text));
}

function unitTakenOff(all: readonly string[]): Unitless {
  const unit = all.at(-1) ?? "";
  if (all.length < 2 || !(KILOGRAMS.has(unit) || OTHER_UNITS.has(unit))) {
    return { words: all, unit: null };
  }
  const rest = all.slice(0, -1);
  return {
    words: BEFORE_UNIT.has(rest.at(-1) ?? "") && rest.length > 1 ? rest.slice(0, -1) : rest,
    unit,
  };
}

/** The same for headers that are one name, written another way: `Ordernr.` and `order nummer`. */
export function nameKey(text: string): string {
  return keyOf(wordsOf(text));
}

/** What two headers are compared by: their words without blanks between them. */
function keyOf(of: readonly string[]): string {
  if (!of.includes("eori")) return of.join("");
  const others = of.filter((word) => word !== "eori" && !EORI_FILLERS.has(word));
  return `eori ${others.toSorted().join("")}`;
}

function wordsOf(text: string): readonly string[] {
  return foldHeader(text.replace(/([a-zß-ÿ])([A-ZÀ-Þ])/g, "$1 $2").replaceAll("&", " and "))
    .replace(/\beori|eori\b/g, " eori ")
    .split(" ")
    .filter((word) => word !== "")
    .map((word) =>
      NUMBER_WORDS.has(word) ? "number" : word.replace(/(?:nummer|(?<=..)nr)$/, "number"),
    );
}

function insideParentheses(text: string): readonly string[] {
  return [...text.matchAll(PARENTHESES)].flatMap(([, inside = ""]) => wordsOf(inside));
}

/** Small letters without accents and signs; an umlaut and its two letters are the same. */
export function foldHeader(text: string): string {
  const small = text.toLowerCase();
  return withoutAccents(small)
    .replace(/([aou])e/g, "$1")
    .replace(/[^a-z0-9]+/g, " ")
    .trim();
}

function withoutAccents(small: string): string {
  if (PLAIN.test(small)) return small;
  return small
    .replaceAll("ß", "ss")
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "");
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(" "));
}
