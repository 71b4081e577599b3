// The forms of the codes that a shipment holds. Only the form is checked: whether a customs office or a
// commodity code exists, and is allowed in this flow, is for CAS to say. A code that is not in a public
// list is sent with a finding: it may be a national one.
import { countryCodes, customsOfficeCountries } from "../../core/codes/countries.ts";
import { currencyCodes, withdrawnCurrencyCodes } from "../../core/codes/currencies.ts";
import { commodityCodeDoubt, eoriDoubt } from "./code-doubts.ts";
import {
  additionalDeclarationTypes,
  chapters,
  declarationTypes,
  incoterms,
  packageTypes,
  transportModes,
} from "./code-lists.ts";
import type { CodeForm, CodeList } from "../model/value-rule.ts";

function codeForm(
  description: string,
  pattern: RegExp,
  more: Partial<Omit<CodeForm, "description" | "pattern">> = {},
): CodeForm {
  return {
    description,
    pattern,
    known: more.known ?? null,
    listed: more.listed ?? null,
    doubt: more.doubt ?? null,
    blanksAndDotsTolerated: more.blanksAndDotsTolerated ?? false,
    digitsWhole: more.digitsWhole ?? [],
    digitsLost: more.digitsLost ?? [],
  };
}

function listOf(name: string, codes: ReadonlySet<string>, prefixLength?: number): CodeList {
  return { name, codes, prefixLength: prefixLength ?? null };
}

const COUNTRY_LENGTH = 2;
const CHAPTER_LENGTH = 2;
const countries = listOf("the countries of ISO 3166", countryCodes);
const countriesInFront = listOf("the countries of ISO 3166", countryCodes, COUNTRY_LENGTH);
const officesInFront = listOf(
  "the countries that have customs offices of this form",
  customsOfficeCountries,
  COUNTRY_LENGTH,
);
const chaptersInFront = listOf("the chapters of the Harmonized System", chapters, CHAPTER_LENGTH);

export const codeForms = {
  /** Source: seeds/000 and 002 (`IM`). */
  declarationType: codeForm("a declaration type, 2 letters such as IM", /^[A-Z]{2}$/, {
    listed: listOf("the declaration types IM, EX and CO", declarationTypes),
  }),
  /** Source: seeds/000 and 002 (`Z`, `A`, `D`). */
  additionalDeclarationType: codeForm("one letter such as A", /^[A-Z]$/, {
    listed: listOf("the additional declaration types of the EU", additionalDeclarationTypes),
  }),
  /** Source: Data types, country: ISO 3166. */
  country: codeForm("a country of ISO 3166, 2 letters such as BE", /^[A-Z]{2}$/, {
    listed: countries,
  }),
  /** Source: Data types, currency: ISO 4217. */
  currency: codeForm("a currency of ISO 4217, 3 letters such as EUR", /^[A-Z]{3}$/, {
    known: new Set([...currencyCodes, ...withdrawnCurrencyCodes]),
    listed: listOf("the currencies of ISO 4217 that are still in use", currencyCodes),
  }),
  /** Source: seeds/000 (`BE212000`), 002 (`NL000567`). */
  customsOffice: codeForm(
    "a customs office, 2 letters and 6 letters or digits such as BE212000",
    /^[A-Z]{2}[A-Z0-9]{6}$/,
    { blanksAndDotsTolerated: true, listed: officesInFront },
  ),
  /** Source: seeds/002 (`"2"`, a string). A single digit has no zero to lose. */
  agentStatus: codeForm("one digit or letter such as 2", /^[A-Z0-9]$/),
  /**
   * Source: seeds/000 and 002; EU rule R0850: printable characters, so a hyphen is legal, as Finnish
   * numbers have it. Dots are taken out with blanks: people group digits by them.
   */
  eori: codeForm(
    "an EORI number, 2 letters and up to 15 letters, digits or hyphens such as BE0123456789",
    /^[A-Z]{2}(?:(?![.a-z])[!-~]){1,15}$/,
    { blanksAndDotsTolerated: true, listed: countriesInFront, doubt: eoriDoubt },
  ),
  /** Source: seeds/000 (`85423190`); 6 digits HS, 8 CN, 10 TARIC. */
  commodityCode: codeForm("a commodity code of 6, 8 or 10 digits", /^(?:\d{6}|\d{8}|\d{10})$/, {
    blanksAndDotsTolerated: true,
    digitsWhole: [6, 8, 10],
    digitsLost: [5, 7, 9],
    listed: chaptersInFront,
    doubt: commodityCodeDoubt,
  }),
  /** Source: seeds/000 (`CT`); UN/ECE Recommendation 21 has codes such as 43 and 1A too. */
  packageType: codeForm("a package type, 2 letters or digits such as CT", /^[A-Z0-9]{2}$/, {
    digitsWhole: [2],
    digitsLost: [1],
    listed: listOf("the package types of UN/ECE Recommendation 21", packageTypes),
  }),
  /** Source: seeds/002 (`N`). */
  documentCategory: codeForm("one letter or digit such as N", /^[A-Z0-9]$/),
  /** Source: seeds/002 (`380`); national types have 4 characters. */
  documentType: codeForm(
    "a document type, 3 or 4 letters or digits such as 380",
    /^[A-Z0-9]{3,4}$/,
    { digitsWhole: [3, 4], digitsLost: [1, 2] },
  ),
  /** Source: EU customs data model, D.E. 11 09. */
  procedure: codeForm(
    "a procedure of 2 digits such as 40 (4000 is two: 40 requested, 00 previous)",
    /^\d{2}$/,
    { digitsWhole: [2], digitsLost: [1] },
  ),
  /** Source: EU customs data model, D.E. 11 10. */
  additionalProcedure: codeForm(
    "an additional procedure, 3 letters or digits such as 000 or C07",
    /^[A-Z0-9]{3}$/,
    { digitsWhole: [3], digitsLost: [1, 2] },
  ),
  /** Source: Incoterms 2020. */
  incoterm: codeForm("an Incoterm, 3 letters such as DAP", /^[A-Z]{3}$/, {
    listed: listOf("the Incoterms 2020", incoterms),
  }),
  /** Source: EU customs data model, D.E. 19 03 and 19 04. */
  transportMode: codeForm("a mode of transport, one digit such as 3 for road", /^\d$/, {
    listed: listOf("the modes of transport 1, 2, 3, 4, 5, 7, 8 and 9", transportModes),
  }),
  /** Source: EU customs data model, D.E. 18 02: an..4, the unit and a qualifier. */
  unit: codeForm("a unit of 2 to 4 letters or digits such as NAR", /^[A-Z0-9]{2,4}$/),
  /** Source: EU customs data model, D.E. 14 11. */
  preference: codeForm("a preference of 3 digits such as 100", /^\d{3}$/, {
    digitsWhole: [3],
    digitsLost: [1, 2],
  }),
} as const;
