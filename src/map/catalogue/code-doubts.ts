// Codes of the right form that are hardly what was meant. Each is sent as it stands, with a finding: rules
// of single countries age, and customs has the last word.
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

const MODULUS = 11;
const FIRST_LETTER_VALUE = 10;
const letterValues = new Map<string, number>();
let next = FIRST_LETTER_VALUE;
for (const letter of "ABCDEFGHIJKLMNOPQRSTUVWXYZ") {
  if (next % MODULUS === 0) next += 1;
  letterValues.set(letter, next);
  next += 1;
}

/**
 * Whether the check digit of an MRN or a container number fits: letters count from 10 on without the
 * multiples of 11, each sign is weighed with a power of 2, and the sum modulo 11 is the digit, 10
 * standing for 0. Source: ISO 6346; EU customs data model, MRN.
 * @param code Capital letters and digits, the last of them the check digit.
 */
function endsInCheckDigit(code: string): boolean {
  let sum = 0;
  for (let at = 0; at < code.length - 1; at += 1) {
    const sign = code.charAt(at);
    sum += (letterValues.get(sign) ?? Number(sign)) * 2 ** at;
  }
  return String((sum % MODULUS) % FIRST_LETTER_VALUE) === code.at(-1);
}
