// What a draft makes of each column, by its name and by the values below it. A name that can mean nothing
// else is taken. A likely one is taken as a guess, which every check tells until a person has looked. What
// would be false when the guess is wrong is asked: values that contradict the name, names of several
// fields, amounts, paths that are assumed.
import { customsOfficeCountries, countryCodes } from "../../../core/codes/countries.ts";
import { directionWords } from "../../catalogue/direction-words.ts";
import { allFields, groupFields } from "../../catalogue/field-groups.ts";
import { bearsOut, resembledFields } from "../../headers/header-evidence.ts";
import {
  certainField,
  foldHeader,
  isUnitOfMass,
  massUnit,
  readHeaderName,
} from "../../headers/header-names.ts";
import { matchHeader } from "../../headers/match-header.ts";
import type { CatalogueField } from "../../model/message-catalogue.ts";
import { MASS_FRACTION_DIGITS_MAX } from "../../model/value-rule.ts";
import { fits, rewriteOf, type Rewrite } from "./rewrite-values.ts";
import type { SheetSurvey, SurveyedColumn } from "./survey-sheet.ts";

export interface Taken extends Omit<Rewrite, "doubt"> {
  readonly kind: "take";
  readonly field: CatalogueField;
  readonly isGuess: boolean;
  readonly why: string;
}

export type Proposal =
  | Taken
  /** The likeliest first. */
  | { readonly kind: "ask"; readonly fields: readonly CatalogueField[]; readonly why: string }
  | { readonly kind: "leave"; readonly why: string };

/** Two names are the same. */
const SAME_SCORE = 0.995;
/** Less alike than this, a name says too little to be taken. */
const NEAR_SCORE_MIN = 0.8;
/** Exact by definition: the pound of 1959. */
const kilogramsPerUnit: ReadonlyMap<string, string> = new Map([
  ...["g", "gr", "grm", "gram", "grams", "gramm"].map((unit) => [unit, "0.001"] as const),
  ...["lb", "lbs", "lbr", "pound", "pounds"].map((unit) => [unit, "0.45359237"] as const),
  ...["t", "to", "tne", "ton", "tonne", "tonnes", "tonnen"].map((unit) => [unit, "1000"] as const),
]);
const ITEM_NUMBER = "Item number";

const EORI_FIELDS = ["Consignee EORI", "Consignor EORI", "Agent EORI"];
/** Fields of which hardly another column has such values. */
const TELLING = ["Commodity code", "Declaration office", "Direction", ...EORI_FIELDS];
/** Whose EORI number it is, by words beside it: of a customer or a supplier it is a guess. */
const parties: readonly (readonly [words: RegExp, header: string])[] = [
  [
    /\b(?:agent|broker|declarant|vertreter|vertegenwoordiger|representant|spediteur|transitaire|anmelder)/,
    "Agent EORI",
  ],
  [
    /\b(?:consignor|shipper|sender|supplier|vendor|exporter|afzender|leverancier|exporteur|versender|absender|lieferant|ausfuhrer|expediteur|fournisseur|exportateur)/,
    "Consignor EORI",
  ],
  [
    /\b(?:consignee|ship to|shipto|sold to|receiver|recipient|customer|importer|client|klant|kunde|we$|warenempf|empf|ontv|geadresseerde|goederenontv|destinataire|receptionnaire|importateur|einfuhrer|auftraggeber)/,
    "Consignee EORI",
  ],
];
/** Numbers of other registers have the form of an EORI number. */
const NO_EORI = /\b(?:vat|btw|tva|ust|uid|tax|steuer|mwst|iban|bank|account|konto)/;
const COUNTRY_NAME = /country|ctry|land|pays/;

/**
 * By the columns of the sheet.
 * @param joins Whether the goods items of several sheets are joined by their numbers.
 */
export function judgeColumns({ columns }: SheetSurvey, joins: boolean): readonly Proposal[] {
  const byName = columns.map((column, index) => judgeByName(column, columns, index, joins));
  const named = new Set(
    byName.flatMap((proposal) => (proposal?.kind === "take" ? [proposal.field.header] : [])),
  );
  const proposals = columns.map((column, index) => byName[index] ?? judgeByValues(column, named));
  const takers = Map.groupBy(
    proposals.flatMap((proposal) => (proposal.kind === "take" ? [proposal] : [])),
    ({ field }) => field.header,
  );
  return proposals.map((proposal) => {
    if (proposal.kind !== "take") return proposal;
    const { field, why } = proposal;
    // No two columns fill one member; the surer one does.
    const rivals = takers.get(field.header) ?? [];
    const winner = rivals.find(({ isGuess }) => !isGuess) ?? rivals[0];
    return proposal === winner ? proposal : { kind: "ask", fields: [field], why };
  });
}

const joiningColumn: Proposal | null =
  fieldsOf(["External reference"]).map((field): Proposal => {
    const why = "its values are those of the references on another sheet";
    return { kind: "take", field, isGuess: true, why, transforms: [], values: [] };
  })[0] ?? null;

function fieldsOf(headers: readonly string[]): readonly CatalogueField[] {
  return headers.flatMap((header) => allFields.filter((field) => field.header === header));
}

/** Null when its name says nothing. */
function judgeByName(
  column: SurveyedColumn,
  columns: readonly SurveyedColumn[],
  index: number,
  joins: boolean,
): Proposal | null {
  const { suggestion, texts } = column;
  if (column.joins === true) return joiningColumn;
  const party = partyOf(column);
  if (suggestion === null) return party;
  const { field, score, like, language, certainty, fields } = suggestion;
  const source = language === "template" ? "our own header" : language;
  const why = `${score.toFixed(2)} like ${JSON.stringify(like)} (${source})`;
  if (field.group !== undefined) return { kind: "ask", fields, why: `${why}; its path is assumed` };
  const isEori = EORI_FIELDS.includes(field.header);
  if (party !== null && !(isEori && fields.length === 1)) return party;
  if (fields.length > 1) return { kind: "ask", fields, why };
  if (certainty !== "possible" && readHeaderName(column.cell.spanned).kind === "possible") {
    return { kind: "ask", fields, why: `${why}, but it may be of one piece` };
  }
  if (field.units !== undefined) return judgeMass(column, columns, index, why);
  const rewritten = rewriteOf(field, texts);
  if (rewritten === null) {
    const but = isEori
      ? "its values are no EORI numbers; where they are numbers of partners, a `lookup` can say their EORI"
      : "its values are not of that form";
    return { kind: "ask", fields, why: `${why}, but ${but}` };
  }
  const isSame = score >= SAME_SCORE;
  const isUnderstood =
    rewritten.values.length === 0
      ? texts.every((text) => fits(field, text))
      : rewritten.values.every(([, meaning]) => meaning !== null);
  // What is said beside a name that is only likely makes another thing of it: an office of exit, a number for
  // taxes.
  const isWhole = wordCount(column.cell.spanned) <= wordCount(like);
  const isBorneOut = TELLING.includes(field.header) && texts.length > 0 && isUnderstood && isWhole;
  const isGuessable =
    (certainty === "certain" && score >= NEAR_SCORE_MIN) ||
    (certainty === "likely" && (isSame || isBorneOut) && field.header !== "Customs value") ||
    (joins && isSame && field.header === ITEM_NUMBER);
  if (!isGuessable) return { kind: "ask", fields, why };
  // Words for import and export say all. A party may be another one than the message means, and a code one
  // of another tariff.
  const isDirection = isBorneOut && field.header === "Direction";
  const isNameSure = isSame && (isSureName(column) || isDirection);
  const { transforms, values, doubt } = rewritten;
  const isGuess = !isNameSure || doubt !== null;
  return { kind: "take", field, isGuess, why: withDoubt(why, doubt), transforms, values };
}

function wordCount(text: string): number {
  return foldHeader(text).split(" ").length;
}

/** A draft is no surer of a name than a check is: `Zollwert (USD)` says more than the name. */
function isSureName({ cell }: Pick<SurveyedColumn, "cell">): boolean {
  return [cell.text, cell.spanned].some(
    (text) => matchHeader(text).kind === "field" || certainField(text) !== null,
  );
}

/** A mass is in the unit of its header, or of the column of units beside it. */
function judgeMass(
  { suggestion, texts, cell }: SurveyedColumn,
  columns: readonly SurveyedColumn[],
  index: number,
  why: string,
): Proposal {
  if (suggestion === null) return { kind: "leave", why };
  const { field, fields, score, certainty } = suggestion;
  const numbers = texts.filter((text) => fits(field, text)).length;
  if (texts.length > 0 && numbers * 2 <= texts.length) {
    return { kind: "ask", fields, why: `${why}, but its values are no numbers` };
  }
  const own = massUnit(cell.spanned)?.unit;
  const units = own === undefined ? unitsBeside(columns, index) : [own];
  const [unit, other] = [...new Set(units.map((text) => foldHeader(text)))];
  if (other !== undefined) {
    return {
      kind: "ask",
      fields,
      why: `${why}, but its rows have several units: ${unit ?? ""}, ${other} …`,
    };
  }
  const isKilogram = unit === undefined || /^k(?:g|gs|gm|ilo)/.test(unit);
  const factor = kilogramsPerUnit.get(unit ?? "") ?? null;
  const isNamed = certainty === "certain" ? score >= NEAR_SCORE_MIN : score >= SAME_SCORE;
  if (certainty === "possible" || !isNamed || (!isKilogram && factor === null)) {
    return { kind: "ask", fields, why: isKilogram ? why : `${why}, in ${unit}` };
  }
  const transforms =
    factor === null ? [] : [`{ multiply: ${factor} }`, `{ round: ${MASS_FRACTION_DIGITS_MAX} }`];
  const isGuess = !isSureName({ cell }) || score < SAME_SCORE || factor !== null;
  const converted = factor === null ? null : `${unit ?? ""} is made kilograms`;
  return { kind: "take", field, isGuess, why: withDoubt(why, converted), transforms, values: [] };
}

/** The units in the nearest column of units of mass behind the column, else in front of it. */
function unitsBeside(columns: readonly SurveyedColumn[], index: number): readonly string[] {
  const isUnits = ({ texts }: SurveyedColumn): boolean =>
    texts.length > 0 && texts.every((text) => isUnitOfMass(text));
  const behind = columns.slice(index + 1).find(isUnits);
  return (behind ?? columns.slice(0, index).findLast(isUnits))?.texts ?? [];
}

/** A column of EORI numbers is one, whatever it is called; whose they are, words beside it may say. */
function partyOf({ cell, texts }: SurveyedColumn): Proposal | null {
  const name = foldHeader(cell.spanned);
  const [consignee] = fieldsOf(EORI_FIELDS);
  if (consignee === undefined || texts.length === 0 || NO_EORI.test(name)) return null;
  const isOfUnion = texts.some((text) =>
    customsOfficeCountries.has(text.slice(0, 2).toUpperCase()),
  );
  if (!isOfUnion || !texts.every((text) => bearsOut(consignee, [text]) === true)) return null;
  const why = "its values are EORI numbers";
  const [field] = fieldsOf(
    parties.flatMap(([words, header]) => (words.test(name) ? [header] : [])),
  );
  return field === undefined
    ? { kind: "ask", fields: fieldsOf(EORI_FIELDS), why }
    : { kind: "take", field, isGuess: true, why, transforms: [], values: [] };
}

function judgeByValues({ cell, texts }: SurveyedColumn, taken: ReadonlySet<string>): Proposal {
  const name = foldHeader(cell.spanned);
  if (texts.length === 0) return { kind: "leave", why: "" };
  if (texts.every((text) => isUnitOfMass(text))) return { kind: "leave", why: "units of mass" };
  const direction = directionByValues(texts);
  if (direction !== null && !taken.has(direction.field.header)) return direction;
  const fields = resembledFields(texts).filter(({ header }) => !taken.has(header));
  if (fields.length > 0 && !NO_EORI.test(name)) {
    return { kind: "ask", fields, why: "its values have that form" };
  }
  const isCountry = texts.every((text) => countryCodes.has(text.toUpperCase()));
  if (isCountry && COUNTRY_NAME.test(name)) {
    const countries = groupFields.filter(({ header }) => /country/.test(header));
    return {
      kind: "ask",
      fields: countries,
      why: "its values are countries; the paths are assumed",
    };
  }
  return { kind: "leave", why: "" };
}

/** Words for import and export mean hardly anything else in a list of shipments. */
function directionByValues(texts: readonly string[]): Taken | null {
  const [field] = fieldsOf(["Direction"]);
  if (field === undefined || !texts.every((text) => directionWords.has(text.toLowerCase())))
    return null;
  const values = rewriteOf(field, texts)?.values ?? [];
  return { kind: "take", field, isGuess: true, why: DIRECTION_WHY, transforms: [], values };
}

const DIRECTION_WHY = "its values are words for import and export";

function withDoubt(why: string, doubt: string | null): string {
  return doubt === null ? why : `${why}; ${doubt}`;
}
