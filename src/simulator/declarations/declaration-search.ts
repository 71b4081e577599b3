// GET /v1/declarations/search. Source: seeds/002, Search parameters and Pagination. Assumed: the
// bounds of dates include both ends, unknown parameters are ignored, everything else that does not
// fit its description is refused, and the order is a switch.
import { localReferenceNumber } from "./declaration-view.ts";
import type { FieldError } from "../api/answer.ts";
import type { SearchOrder } from "../api/api-request.ts";
import type { Declaration } from "../flow/declaration.ts";
import type { ShipmentBook } from "../flow/shipment-book.ts";

export interface SearchQuery {
  readonly limit: number;
  readonly offset: number;
  /** Canonical text of the criteria: equal for equal criteria. */
  readonly criteriaText: string;
  readonly externalReference: string | null;
  readonly matches: (declaration: Declaration) => boolean;
}

export interface SearchResult {
  readonly page: readonly Declaration[];
  readonly total: number;
}

type Test = (declaration: Declaration) => boolean;

const LIMIT_MAX = 100;

const textOf: Readonly<Record<string, (declaration: Declaration) => string | null>> = {
  externalReference: ({ shipment }) => shipment.externalReference,
  direction: ({ shipment }) => shipment.direction,
  shipFrom: ({ facts }) => facts.shipFrom,
  shipTo: ({ facts }) => facts.shipTo,
  lrn: localReferenceNumber,
  mrn: ({ mrn }) => mrn,
  arc: ({ facts }) => facts.arc,
  customsFlow: ({ facts }) => facts.customsFlow,
  ucr: ({ facts }) => facts.ucr,
};

const listedTextOf: Readonly<Record<string, (declaration: Declaration) => string | null>> = {
  customsFlowStep: ({ facts }) => facts.customsFlowStep,
  currentStatus: ({ status }) => status,
  jurisdiction: ({ facts }) => facts.jurisdiction,
  storageLocation: ({ facts }) => facts.storageLocation,
};

const timeOf: Readonly<Record<string, (declaration: Declaration) => number | null>> = {
  declarationDate: ({ submittedAtMs }) => submittedAtMs,
  creationDate: ({ createdAtMs }) => createdAtMs,
  lastUpdated: ({ lastUpdatedMs }) => lastUpdatedMs,
};

export function parseSearch(
  parameters: URLSearchParams,
):
  | { readonly kind: "fit"; readonly query: SearchQuery }
  | { readonly kind: "unfit"; readonly errors: readonly FieldError[] } {
  const errors: FieldError[] = [];
  const tests: Test[] = [];
  const criteria: string[] = [];
  const single = (name: string): string | null => {
    const values = parameters.getAll(name);
    if (values.length > 1) errors.push({ path: name, message: "must be given once" });
    return values[0] ?? null;
  };

  for (const [name, valueOf] of Object.entries(textOf)) {
    const wanted = single(name);
    if (wanted === null) continue;
    if (name === "direction" && wanted !== "IN" && wanted !== "OUT") {
      errors.push({ path: name, message: "must be IN or OUT" });
    }
    if ((name === "shipFrom" || name === "shipTo") && !/^[A-Z]{2}$/.test(wanted)) {
      errors.push({ path: name, message: "must be an ISO 3166 alpha-2 country code" });
    }
    criteria.push(name, wanted);
    tests.push((declaration) => valueOf(declaration) === wanted);
  }
  for (const [name, valueOf] of Object.entries(listedTextOf)) {
    const values = parameters.getAll(name);
    if (values.length === 0) continue;
    const wanted = new Set(values);
    criteria.push(name, ...values);
    tests.push((declaration) => {
      const value = valueOf(declaration);
      return value !== null && wanted.has(value);
    });
  }
  for (const [name, valueOf] of Object.entries(timeOf)) {
    const fromMs = parseTime(single(`${name}From`), `${name}From`, errors);
    const toMs = parseTime(single(`${name}To`), `${name}To`, errors);
    if (fromMs === null && toMs === null) continue;
    criteria.push(name, String(fromMs), String(toMs));
    tests.push((declaration) => {
      const atMs = valueOf(declaration);
      return (
        atMs !== null && (fromMs === null || atMs >= fromMs) && (toMs === null || atMs <= toMs)
      );
    });
  }

  const limit = parseCount(single("limit"), LIMIT_MAX);
  if (limit === null || limit < 1 || limit > LIMIT_MAX) {
    errors.push({ path: "limit", message: `must be a whole number from 1 to ${LIMIT_MAX}` });
  }
  const offset = parseCount(single("offset"), 0);
  if (offset === null || (limit !== null && limit > 0 && offset % limit !== 0)) {
    errors.push({ path: "offset", message: "must be a whole number divisible by limit" });
  }
  if (errors.length > 0 || limit === null || offset === null) return { kind: "unfit", errors };
  return {
    kind: "fit",
    query: {
      limit,
      offset,
      criteriaText: JSON.stringify(criteria),
      externalReference: parameters.get("externalReference"),
      matches: (declaration) => tests.every((test) => test(declaration)),
    },
  };
}

/** Digits only: `1e2`, `+1` and blank text are no counts. */
function parseCount(text: string | null, absent: number): number | null {
  if (text === null) return absent;
  const count = /^\d{1,15}$/.test(text) ? Number(text) : NaN;
  return Number.isSafeInteger(count) ? count : null;
}

// Source: Data types: a date, or a timestamp in UTC or with its offset; never a local time.
const TIME = /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}(?:\.\d{1,7})?(?:Z|[+-]\d{2}:\d{2})|Z)?$/;

function parseTime(text: string | null, path: string, errors: FieldError[]): number | null {
  if (text === null) return null;
  const atMs = TIME.test(text) ? Date.parse(text.replace(/^([\d-]{10})Z$/, "$1")) : NaN;
  if (!Number.isNaN(atMs)) return atMs;
  errors.push({
    path,
    message: "must be an ISO 8601 date, or a timestamp that ends in Z or an offset",
  });
  return null;
}

/**
 * Answers searches over a book. Pages of the same search come one after the other, so the last
 * list found is kept until the book changes.
 */
export function createDeclarationSearch(
  book: ShipmentBook,
  order: SearchOrder,
): (query: SearchQuery) => SearchResult {
  let kept: { readonly key: string; readonly found: readonly Declaration[] } | null = null;

  const find = (query: SearchQuery): readonly Declaration[] => {
    const candidates =
      query.externalReference === null
        ? ordered(book, order)
        : book
            .shipmentsUnder(query.externalReference)
            .flatMap(({ declarations }) => declarations)
            .filter(({ status }) => status !== null)
            .sort(compareIn(order));
    return candidates.filter(query.matches);
  };

  return (query) => {
    const key = `${book.revision()} ${query.criteriaText}`;
    if (kept?.key !== key) kept = { key, found: find(query) };
    return {
      page: kept.found.slice(query.offset, query.offset + query.limit),
      total: kept.found.length,
    };
  };
}

function ordered(book: ShipmentBook, order: SearchOrder): readonly Declaration[] {
  switch (order) {
    case "created-asc":
      return book.inCreationOrder();
    case "created-desc":
      return book.inCreationOrder().toReversed();
    case "updated-asc":
      return book.inUpdateOrder();
    case "updated-desc":
      return book.inUpdateOrder().toReversed();
  }
}

function compareIn(order: SearchOrder): (left: Declaration, right: Declaration) => number {
  const place = order.startsWith("created")
    ? (declaration: Declaration) => declaration.createdAtMs
    : (declaration: Declaration) => declaration.updateOrder;
  const sign = order.endsWith("asc") ? 1 : -1;
  return (left, right) => sign * (place(left) - place(right));
}
