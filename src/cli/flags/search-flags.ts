// The filters of a search for declarations: one flag for each parameter of CAS, and what each may be.
// Source: seeds/002, Search parameters.
import type { Options } from "yargs";
import type { DeclarationQuery } from "../../cas/cas-client.ts";
import { countryCodes } from "../../core/codes/countries.ts";
import { CasBatchError } from "../../core/errors.ts";
import { didYouMean } from "../../core/text/did-you-mean.ts";
import { PAGE_MAX, type SearchRange } from "../../runs/search-declarations.ts";
import { parseZonedTime } from "./time-flag.ts";

interface Filter {
  readonly kind: "text" | "direction" | "country" | "time";
  readonly describe: string;
  readonly isList?: true;
}

const text = (describe: string): Filter => ({ kind: "text", describe });
const texts = (describe: string): Filter => ({ kind: "text", describe, isList: true });
const country = (describe: string): Filter => ({ kind: "country", describe });
const time = (describe: string): Filter => ({ kind: "time", describe });

const filters = {
  externalReference: text("Your reference of the customs shipment"),
  direction: { kind: "direction", describe: "IN or OUT" },
  shipFrom: country("Country that it is shipped from, such as CN"),
  shipTo: country("Country that it is shipped to, such as BE"),
  lrn: text("Local reference number (LRN)"),
  mrn: text("Number that customs gave (MRN)"),
  arc: text("Administrative reference code of an excise movement (ARC)"),
  customsFlow: text("Name of the customs flow, such as INBE_H1"),
  customsFlowStep: texts("Name of a step of the flow; may be given several times"),
  currentStatus: texts("Status, such as Released; may be given several times"),
  jurisdiction: {
    kind: "country",
    describe: "Country of the customs, such as NL; may be given several times",
    isList: true,
  },
  storageLocation: texts("Name of a storage location; may be given several times"),
  ucr: text("Unique consignment reference (UCR)"),
  declarationDateFrom: time("Declared at this time or later: 2026-03-01T00:00:00+01:00, or 26h"),
  declarationDateTo: time("Declared at this time or earlier"),
  creationDateFrom: time("Created at this time or later"),
  creationDateTo: time("Created at this time or earlier"),
  lastUpdatedFrom: time("Last updated at this time or later"),
  lastUpdatedTo: time("Last updated at this time or earlier"),
} as const satisfies Record<keyof DeclarationQuery, Filter>;

/** Their values are read by name, by the functions below. */
export const searchOptions: Readonly<Record<string, Options>> = {
  ...Object.fromEntries(
    entries().map(([name, { describe, isList }]) => [
      flagName(name),
      { type: "string", describe, ...(isList === true ? { array: true, nargs: 1 } : {}) },
    ]),
  ),
  limit: { type: "number", describe: "How many at the most; by default all" },
  offset: {
    type: "number",
    describe: `How many to skip; divisible by --limit, or by ${String(PAGE_MAX)} where that is higher or absent`,
  },
};

function entries(): readonly (readonly [keyof DeclarationQuery, Filter])[] {
  return Object.entries(filters) as [keyof typeof filters, Filter][];
}

/** Shape: `external-reference`. */
function flagName(parameter: string): string {
  return parameter.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

/** @param flags as yargs has read them. @throws CasBatchError `usage` */
export function searchQuery(flags: Readonly<Record<string, unknown>>, now: Date): DeclarationQuery {
  const values = entries().flatMap(([name, filter]) => {
    const given = flags[name];
    if (given === undefined) return [];
    const flag = `--${flagName(name)}`;
    const all = [given].flat().map((one) => valueOf(flag, filter, textOf(one), now));
    return [[name, filter.isList === true ? all : all[0]] as const];
  });
  const query = Object.fromEntries(values) as DeclarationQuery;
  for (const [from, to] of RANGES) refuseBackwards(query, from, to);
  return query;
}

const RANGES = [
  ["declarationDateFrom", "declarationDateTo"],
  ["creationDateFrom", "creationDateTo"],
  ["lastUpdatedFrom", "lastUpdatedTo"],
] as const;

function refuseBackwards(
  query: DeclarationQuery,
  from: (typeof RANGES)[number][0],
  to: (typeof RANGES)[number][1],
): void {
  const [start, end] = [query[from], query[to]];
  if (start === undefined || end === undefined || start <= end) return;
  throw new CasBatchError(
    "usage",
    `--${flagName(from)} (${start}) is later than --${flagName(to)} (${end}), so nothing can be found`,
  );
}

function valueOf(flag: string, { kind }: Filter, given: string, now: Date): string {
  const value = given.trim();
  if (/\p{Cc}/u.test(value) || value === "") {
    throw new CasBatchError("usage", `${flag} is empty or holds a character that is not seen`);
  }
  switch (kind) {
    case "text":
      return value;
    case "time":
      return parseZonedTime(flag, value, now).toISOString();
    case "direction": {
      const direction = value.toUpperCase();
      if (direction === "IN" || direction === "OUT") return direction;
      throw new CasBatchError("usage", `${flag} cannot be "${value}"; it can be IN or OUT`);
    }
    case "country": {
      const code = value.toUpperCase();
      if (countryCodes.has(code)) return code;
      throw new CasBatchError(
        "usage",
        `${flag} ${value} is no code of a country; write two letters, such as BE${didYouMean(code, [...countryCodes], 1)}`,
      );
    }
  }
}

function textOf(given: unknown): string {
  return typeof given === "string" ? given : JSON.stringify(given);
}

/** @throws CasBatchError `usage` */
export function searchRange(flags: Readonly<Record<string, unknown>>): SearchRange {
  const limit = wholeNumber("--limit", flags["limit"], 1);
  const offset = wholeNumber("--offset", flags["offset"], 0) ?? 0;
  const step = Math.min(limit ?? PAGE_MAX, PAGE_MAX);
  if (offset % step !== 0) {
    throw new CasBatchError(
      "usage",
      `--offset ${String(offset)} is not divisible by ${String(step)}, as CAS demands; ${String(offset - (offset % step))} and ${String(offset - (offset % step) + step)} are`,
    );
  }
  return { limit, offset };
}

function wholeNumber(flag: string, given: unknown, min: number): number | null {
  if (given === undefined) return null;
  const value = Number(given);
  if (Number.isSafeInteger(value) && value >= min) return value;
  throw new CasBatchError(
    "usage",
    `${flag} ${textOf(given)} cannot be used; give a whole number from ${String(min)} on`,
  );
}
