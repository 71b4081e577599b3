// What the values of a column show about its field. Only some fields have values of a form of their own;
// only those can be recognised below a header that says nothing.
import type { Cell } from "../../core/cell.ts";
import { countryCodes, customsOfficeCountries } from "../../core/codes/countries.ts";
import { codeForms } from "../catalogue/code-forms.ts";
import { fieldCatalogue } from "../catalogue/field-catalogue.ts";
import { directionWords } from "../catalogue/direction-words.ts";
import type { CatalogueField } from "../model/message-catalogue.ts";

type Form = (text: string) => boolean;

const NUMBER = /^[-+]?\d[\d.,'\s]*(?:kgs?)?$/i;
const EORI = /^([A-Z]{2})(?=(?:.*\d){6})[A-Z0-9/-]{7,15}$/;
const COMMODITY_CODE =
  /^(?:\d{6}|\d{8}|\d{10}|\d{4}[. ]\d{2}(?:[. ]\d{2}){0,2}|\d{6}[. ]\d{2}(?:[. ]?\d{2})?|\d{4}[. ]\d{4})$/;
const MASS_WITH_UNIT = /^\d[\d.,]*\s*kgs?$/i;
const MRN = /^\d{2}[A-Z]{2}[A-Z0-9]{13}\d$/;
/** A date written as one number: `20260401`, `01042026`. */
const DATE = /^(?:(?:19|20)\d{2}(?:0[1-9]|1[0-2])[0-3]\d|[0-3]\d(?:0[1-9]|1[0-2])(?:19|20)\d{2})$/;
/** Chapter 77 of the Harmonized System is kept for later, 98 and 99 for national use. */
const CHAPTER = /^(?!00|77|98|99)\d{2}/;

const isCommodityCode: Form = (text) =>
  COMMODITY_CODE.test(text) && CHAPTER.test(text) && !DATE.test(text);
const isEori: Form = (text) => {
  const [, country] = EORI.exec(text.toUpperCase()) ?? [];
  return country !== undefined && countryCodes.has(country);
};
const isCurrency: Form = (text) => codeForms.currency.known?.has(text.toUpperCase()) === true;
const isOffice: Form = (text) =>
  codeForms.customsOffice.pattern.test(text) &&
  /\d/.test(text) &&
  customsOfficeCountries.has(text.slice(0, 2));
const isPackageType: Form = (text) =>
  codeForms.packageType.listed?.codes.has(text.toUpperCase()) === true;
const isDeclarationType: Form = (text) => /^(?:IM|EX|CO)(?:[ -]?[A-Z])?$/i.test(text);
const isNumber: Form = (text) => NUMBER.test(text);
const isDirection: Form = (text) => directionWords.has(text.toLowerCase());

/** By header. Fields that are not here have values without a form of their own. */
const forms: Readonly<Record<string, Form>> = {
  Direction: isDirection,
  "Declaration type": isDeclarationType,
  "Invoice currency": isCurrency,
  "Declaration office": isOffice,
  "Agent EORI": isEori,
  "Consignor EORI": isEori,
  "Consignee EORI": isEori,
  "Commodity code": isCommodityCode,
  "Gross mass (kg)": isNumber,
  "Net mass (kg)": isNumber,
  "Package type": isPackageType,
  "Package quantity": isNumber,
  "Customs value": isNumber,
  "Customs value currency": isCurrency,
};

/** Forms that hardly any other column has. */
const telling: readonly (readonly [form: Form, headers: readonly string[]])[] = [
  [(text) => isCommodityCode(text) && text.length >= 8, ["Commodity code"]],
  [isOffice, ["Declaration office"]],
  [
    (text) => isEori(text) && customsOfficeCountries.has(text.slice(0, 2)),
    ["Consignee EORI", "Consignor EORI", "Agent EORI"],
  ],
  [isCurrency, ["Invoice currency", "Customs value currency"]],
  [(text) => isPackageType(text) && !countryCodes.has(text.toUpperCase()), ["Package type"]],
  [(text) => MASS_WITH_UNIT.test(text), ["Gross mass (kg)", "Net mass (kg)"]],
  [(text) => MRN.test(text), ["Document reference"]],
];

/** What stands in cells for nothing. */
const NOTHING = /^(?:-+|\/|\?|x|n\/?a|null|none|nil|0)$/i;

export function textOfCell(cell: Cell | undefined): string | null {
  if (cell === undefined || cell.type === "blank" || cell.type === "date") return null;
  const text = cell.value.trim();
  return text === "" || NOTHING.test(text) ? null : text;
}

/**
 * Whether most of the values may be of the field; null when its values have no form of their own.
 * @param texts At least one.
 */
export function bearsOut(field: CatalogueField, texts: readonly string[]): boolean | null {
  const form = forms[field.header];
  if (form === undefined) return null;
  const fitting = texts.filter(form).length;
  return fitting * 2 > texts.length;
}

/** The fields whose form all the values have; texts that stand for nothing left out. */
export function resembledFields(texts: readonly string[]): readonly CatalogueField[] {
  if (texts.length === 0) return [];
  for (const [form, headers] of telling) {
    if (texts.every(form)) {
      return headers.flatMap((wanted) => fieldCatalogue.filter(({ header }) => header === wanted));
    }
  }
  return [];
}

/** Whether all values are the unit of masses, as the column beside them has it. */
export function isKilogramColumn(texts: readonly string[]): boolean {
  return texts.length > 0 && texts.every((text) => /^kgs?\.?$/i.test(text));
}
