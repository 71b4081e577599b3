// What a column's values must be: the part of the catalogue that cell readers are compiled from.

/**
 * A cell's value on its way through the row stage. A number is wrapped: its exact text differs so from
 * text that looks like a number.
 */
export type StoredValue = string | boolean | readonly [decimal: string];

/** Source: Data types, money `n..20,4`. */
export const MONEY_FRACTION_DIGITS_MAX = 4;
/** Source: EU customs data model, masses n..16,6; the data types of the API limit money only. */
export const MASS_FRACTION_DIGITS_MAX = 6;

export type ValueRule =
  /** Free text that identifies something: kept as written, yet damage by Excel is found. */
  | { readonly kind: "reference"; readonly lengthMax?: number }
  | { readonly kind: "text"; readonly lengthMax: number | null }
  | {
      readonly kind: "choice";
      readonly values: readonly string[];
      /** Words of other languages that can mean one of the values only, in small letters. */
      readonly words?: ReadonlyMap<string, string>;
    }
  | { readonly kind: "code"; readonly form: CodeForm }
  /** At most 20 digits; not negative unless it says so. */
  | {
      readonly kind: "decimal";
      readonly fractionDigitsMax: number;
      readonly mayBeNegative?: true;
    }
  | { readonly kind: "boolean" }
  | { readonly kind: "integer"; readonly digitsMax: number; readonly positive: boolean }
  /** A calendar date, `YYYY-MM-DD`. Source: Data types, date. */
  | { readonly kind: "date" }
  /** A point in time with its zone. Source: Data types, timestamp. */
  | { readonly kind: "timestamp" }
  /** A member that we do not know: whatever the cell holds, as exactly as JSON can say it. */
  | { readonly kind: "any"; readonly doubt?: Doubt };

/** Why a value of the right form is hardly what was meant, and what to do; null for most values. */
export type Doubt = (value: string) => { readonly why: string; readonly hint?: string } | null;

export interface CodeForm {
  /** Shape: completes "… is needed", such as "a customs office, 2 letters and 6 characters". */
  readonly description: string;
  /** Matched against the code in capitals. */
  readonly pattern: RegExp;
  /** The list of codes where we have it. */
  readonly known: ReadonlySet<string> | null;
  /** The list that a code should be in; another code is sent with a finding. Null where we have none. */
  readonly listed: CodeList | null;
  /** What else makes a code doubtful; it is sent with a finding. */
  readonly doubt: Doubt | null;
  /** Whether blanks and dots that people put in to read it better are taken out. */
  readonly blanksAndDotsTolerated: boolean;
  /** Lengths of a number cell that show that no leading zero is lost. */
  readonly digitsWhole: readonly number[];
  /** Lengths of a number cell that show that a leading zero is lost, or may be. */
  readonly digitsLost: readonly number[];
}

export interface CodeList {
  readonly codes: ReadonlySet<string>;
  /** How many of a code's first characters are in the list; null for all of them. */
  readonly prefixLength: number | null;
  /** Shape: completes "… is not in", such as "the countries of ISO 3166". */
  readonly name: string;
}
