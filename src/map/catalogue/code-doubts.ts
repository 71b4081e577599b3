// Codes that have their form and are hardly what was meant. Each is told and sent as it stands: rules
// of single countries age, and customs has the last word.
import { endsInCheckDigit } from "./check-digit.ts";
import { incoterms, transportIdentificationTypes, transportModes } from "./code-lists.ts";
import type { Doubt } from "../model/value-rule.ts";

const BRITISH = /^(?:GB|XI)(?!(?:\d{12}|\d{15})$)/;
const GERMAN_WITH_BRANCH = /^DE[0-9]{6,}\/[0-9]{4}$/;
/** Only zeros and dashes behind the country, or one other sign. */
const EORI_WITHOUT_NUMBER = /^[A-Z]{2}(?:[0-]*|[^0-])$/;
const EORI_UNUSUAL = /^[A-Z]{2}.*[^A-Z0-9-]/;

/** Source: EU rule R0850; UK and Northern Ireland: 12 or 15 digits. Check digits are no concern of it. */
export const eoriDoubt: Doubt = (code) => {
  if (EORI_WITHOUT_NUMBER.test(code)) return { why: "it has a country and no number behind it" };
  if (BRITISH.test(code)) {
    return {
      why: `${code.slice(0, 2)} is followed by 12 or 15 digits`,
      hint: "Enter the whole EORI number; the 9 digits of a VAT number become one with 000 behind them",
    };
  }
  if (GERMAN_WITH_BRANCH.test(code)) {
    return {
      why: "it ends in a German branch number",
      hint: "Leave the branch number away, from the slash on: it is no part of the EORI number",
    };
  }
  return EORI_UNUSUAL.test(code)
    ? { why: "it holds signs other than letters, digits and hyphens" }
    : null;
};

const ONE_DIGIT_ONLY = /^(\d)\1+$/;

export const commodityCodeDoubt: Doubt = (code) =>
  ONE_DIGIT_ONLY.test(code) ? { why: "it is one digit over and over, and no goods have it" } : null;

/** The procedures that have a letter of their own since 2024. Source: EU customs data model, MRN. */
const MRN = /^\d{2}[A-Z]{2}[A-Z0-9]{12}(?:[0-9A-EJ-M])\d$/;

export const mrnDoubt: Doubt = (text) =>
  MRN.test(text) && !endsInCheckDigit(text)
    ? { why: "the last digit of the MRN does not fit the others" }
    : null;

const CONTAINER = /^[A-Z]{3}[UJZ]\d{7}$/;

/** Source: ISO 6346. Other equipment has other numbers. */
export const containerDoubt: Doubt = (text) =>
  CONTAINER.test(text) && !endsInCheckDigit(text)
    ? { why: "the last digit of the container number does not fit the others" }
    : null;

export const transportModeDoubt: Doubt = unlisted(
  transportModes,
  "it is no mode of transport: 1, 2, 3, 4, 5, 7, 8 and 9 are",
);

export const transportIdentificationDoubt: Doubt = unlisted(
  transportIdentificationTypes,
  "it is no type of identification of a means of transport",
);

export const incotermDoubt: Doubt = unlisted(incoterms, "it is none of the Incoterms 2020");

function unlisted(codes: ReadonlySet<string>, why: string): Doubt {
  return (text) => (codes.has(text.toUpperCase()) ? null : { why });
}
