// GET /v1/declarations/search. Source: seeds/002, Search parameters and Pagination. Assumed: the
// bounds of dates include both ends, unknown parameters are ignored, everything else that does not
// fit its description is refused, and the order is a switch.
import * as z from "zod";
import { fieldErrors } from "../api/field-errors.ts";
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
const LIMIT_MESSAGE = `must be a whole number from 1 to ${LIMIT_MAX}`;
const OFFSET_MESSAGE = "must be a whole number divisible by limit";
const TIME_MESSAGE = "must be an ISO 8601 date, or a timestamp that ends in Z or an offset";

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

const once = z.string("must be given once");
const country = once.regex(/^[A-Z]{2}$/, "must be an ISO 3166 alpha-2 country code");
const repeated = z.array(z.string());

/** Digits only: `1e2`, `+1` and blank text are no counts. */
function count(message: string, minimum: number, maximum: number) {
  return once
    .regex(/^\d{1,15}$/, message)
    .transform(Number)
    .refine((given) => given >= minimum && given <= maximum, message)
    .meta({
      override: ({ jsonSchema }) => {
        delete jsonSchema.pattern;
        Object.assign(jsonSchema, { type: "integer", minimum, maximum });
      },
    });
}

/** Source: Data types: a date, or a timestamp in UTC or with its offset; never a local time. */
const time = once
  .regex(
    /^\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}:\d{2}(?:\.\d{1,7})?(?:Z|[+-]\d{2}:\d{2})|Z)?$/,
    TIME_MESSAGE,
  )
  .transform((text) => Date.parse(text.replace(/^([\d-]{10})Z$/, "$1")))
  .refine((atMs) => !Number.isNaN(atMs), TIME_MESSAGE);

/** Source: seeds/002, Search parameters. */
export const searchParameters = z
  .object({
    externalReference: once,
    direction: z.enum(["IN", "OUT"], "must be IN or OUT"),
    shipFrom: country,
    shipTo: country,
    lrn: once,
    mrn: once,
    arc: once,
    customsFlow: once,
    customsFlowStep: repeated,
    currentStatus: repeated,
    jurisdiction: repeated,
    storageLocation: repeated,
    ucr: once,
    declarationDateFrom: time,
    declarationDateTo: time,
    creationDateFrom: time,
    creationDateTo: time,
    lastUpdatedFrom: time,
    lastUpdatedTo: time,
    limit: count(LIMIT_MESSAGE, 1, LIMIT_MAX),
    offset: count(OFFSET_MESSAGE, 0, Number.MAX_SAFE_INTEGER),
  })
  .partial()
  .refine(({ limit = LIMIT_MAX, offset = 0 }) => offset % limit === 0, {
    path: ["offset"],
    message: OFFSET_MESSAGE,
  });

export function parseSearch(
  parameters: URLSearchParams,
):
  | { readonly kind: "fit"; readonly query: SearchQuery }
  | { readonly kind: "unfit"; readonly errors: readonly FieldError[] } {
  const given = Object.fromEntries(
    Object.keys(searchParameters.shape).flatMap((name) => {
      const values = parameters.getAll(name);
      if (values.length === 0) return [];
      return [[name, values.length === 1 && !(name in listedTextOf) ? values[0] : values]];
    }),
  );
  const checked = searchParameters.safeParse(given);
  if (!checked.success) return { kind: "unfit", errors: fieldErrors(checked.error) };
  const { limit = LIMIT_MAX, offset = 0, ...criteria } = checked.data;
  const tests = Object.entries(criteria).map(([name, wanted]) => testOf(name, wanted));
  return {
    kind: "fit",
    query: {
      limit,
      offset,
      criteriaText: JSON.stringify(criteria),
      externalReference: criteria.externalReference ?? null,
      matches: (declaration) => tests.every((test) => test(declaration)),
    },
  };
}

function testOf(name: string, wanted: string | number | readonly string[] | undefined): Test {
  const single = textOf[name];
  if (single !== undefined) return (declaration) => single(declaration) === wanted;
  const listed = listedTextOf[name];
  if (listed !== undefined && typeof wanted === "object") {
    const values = new Set<string | null>(wanted);
    return (declaration) => values.has(listed(declaration));
  }
  const [, about = "", bound] = /^(.*)(From|To)$/.exec(name) ?? [];
  const timeAt = timeOf[about];
  if (timeAt === undefined) throw new Error(`Nothing is searched by ${name}`);
  return (declaration) => {
    const atMs = timeAt(declaration);
    return atMs !== null && (bound === "From" ? atMs >= Number(wanted) : atMs <= Number(wanted));
  };
}

/**
 * Answers searches over a book. Pages of the same search come one after the other, so the last
 * list found is kept until the book changes.
 */
export function createDeclarationSearch(
  order: SearchOrder,
): (book: ShipmentBook, query: SearchQuery) => SearchResult {
  let kept: { readonly key: string; readonly found: readonly Declaration[] } | null = null;

  const find = (book: ShipmentBook, query: SearchQuery): readonly Declaration[] => {
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

  return (book, query) => {
    const key = `${book.revision()} ${query.criteriaText}`;
    if (kept?.key !== key) kept = { key, found: find(book, query) };
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
