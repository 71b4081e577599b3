// A CAS in memory whose declarations can be made to move between two requests, with a clock of its
// own and a search whose order, bounds and answers can be chosen.
import type { CasClient, DeclarationQuery } from "../../src/cas/cas-client.ts";
import type { Clock } from "../../src/core/time/clock.ts";
import type { DeclarationError, DeclarationSummary } from "../../src/core/declaration.ts";
import { RefusedError } from "../../src/core/errors.ts";
import { silentCas } from "../cas/silent-cas.ts";

interface ScriptedDeclaration {
  readonly summary: DeclarationSummary;
  readonly errors: readonly DeclarationError[];
  readonly createdOrder: number;
  readonly updatedOrder: number;
  readonly lastUpdatedMs: number;
}

export type Order = "id" | "created" | "created-desc" | "updated" | "updated-desc" | "scrambled";

export interface ScriptedCasOptions {
  readonly clock: Clock;
  readonly order?: Order;
  readonly boundsAreInclusive?: boolean;
  readonly dateHeader?: "seconds" | "absent";
  /** How far its clock is ahead of `clock`; what it stamps and its Date header go by it. */
  readonly aheadMs?: number;
  /** How far the Date header of this answer is behind that clock: another machine may write it. */
  readonly dateBehindMs?: (answers: number) => number;
  /** Whether a search shows the declaration by now. */
  readonly isShown?: (declarationId: string) => boolean;
  /** What of a declaration its search result shows. */
  readonly show?: (summary: DeclarationSummary) => DeclarationSummary;
  /** Calls that answer otherwise than this script would. */
  readonly replace?: (client: CasClient) => Partial<CasClient>;
  /** Called before every answer of the search, with the number of answers so far. */
  readonly beforeAnswer?: (answers: number) => void;
}

export interface ScriptedCas {
  readonly client: CasClient;
  readonly declarations: Map<string, ScriptedDeclaration>;
  readonly searches: { readonly query: DeclarationQuery; readonly offset: number }[];
  readonly fetched: string[];
  /** Creates the declaration, or changes it; its last update is now, or `lastUpdatedMs`. */
  readonly put: (
    declarationId: string,
    change: Partial<DeclarationSummary>,
    more?: { readonly errors?: readonly DeclarationError[]; readonly lastUpdatedMs?: number },
  ) => void;
}

export function manualClock(startMs: number): Clock & { readonly advance: (byMs: number) => void } {
  let elapsedMs = 0;
  return {
    now: () => new Date(startMs + elapsedMs),
    monotonicMs: () => elapsedMs,
    sleep: (delayMs, signal) => {
      signal?.throwIfAborted();
      elapsedMs += delayMs;
      return Promise.resolve();
    },
    advance: (byMs) => {
      elapsedMs += byMs;
    },
  };
}

export const blankSummary: DeclarationSummary = {
  declarationId: "",
  currentStatus: "New",
  direction: null,
  externalReference: null,
  customsShipmentReference: null,
  traderReference: null,
  lrn: null,
  mrn: null,
  jurisdiction: null,
  customsFlow: null,
  customsFlowStep: null,
  customsFlowStepInstanceCount: null,
  customsFlowStepInstanceSeq: null,
  storageLocation: null,
  creationDate: null,
  lastUpdated: null,
};

const compare: Readonly<
  Record<Order, (left: ScriptedDeclaration, right: ScriptedDeclaration) => number>
> = {
  id: (left, right) => (left.summary.declarationId < right.summary.declarationId ? -1 : 1),
  created: (left, right) => left.createdOrder - right.createdOrder,
  "created-desc": (left, right) => right.createdOrder - left.createdOrder,
  updated: (left, right) => left.updatedOrder - right.updatedOrder,
  "updated-desc": (left, right) => right.updatedOrder - left.updatedOrder,
  scrambled: (left, right) => scramble(left.createdOrder) - scramble(right.createdOrder),
};

function scramble(number: number): number {
  return Math.imul(number + 1, 0x9e3779b1) >>> 0;
}

export function scriptedCas(options: ScriptedCasOptions): ScriptedCas {
  const { clock, order = "updated", boundsAreInclusive = true, aheadMs = 0 } = options;
  const { dateBehindMs = () => 0, isShown = () => true } = options;
  const serverMs = () => clock.now().getTime() + aheadMs;
  const show = options.show ?? ((summary: DeclarationSummary) => summary);
  const declarations = new Map<string, ScriptedDeclaration>();
  const searches: ScriptedCas["searches"] = [];
  const fetched: string[] = [];
  let nextOrder = 0;

  const put: ScriptedCas["put"] = (declarationId, change, more = {}) => {
    nextOrder += 1;
    const before = declarations.get(declarationId);
    const lastUpdatedMs = more.lastUpdatedMs ?? serverMs();
    declarations.set(declarationId, {
      summary: {
        ...(before?.summary ?? blankSummary),
        ...change,
        declarationId,
        lastUpdated: new Date(lastUpdatedMs).toISOString(),
      },
      errors: more.errors ?? before?.errors ?? [],
      createdOrder: before?.createdOrder ?? nextOrder,
      updatedOrder: nextOrder,
      lastUpdatedMs,
    });
  };

  function matches({ summary, lastUpdatedMs }: ScriptedDeclaration, query: DeclarationQuery) {
    const { externalReference, direction, lastUpdatedFrom, lastUpdatedTo } = query;
    const fromMs = lastUpdatedFrom === undefined ? -Infinity : Date.parse(lastUpdatedFrom);
    const toMs = lastUpdatedTo === undefined ? Infinity : Date.parse(lastUpdatedTo);
    return (
      (externalReference === undefined || externalReference === summary.externalReference) &&
      (direction === undefined || direction === summary.direction) &&
      (boundsAreInclusive
        ? lastUpdatedMs >= fromMs && lastUpdatedMs <= toMs
        : lastUpdatedMs > fromMs && lastUpdatedMs < toMs)
    );
  }

  const client: CasClient = {
    ...silentCas,
    searchDeclarations: async (query, { limit, offset }) => {
      await Promise.resolve();
      if (limit < 1 || limit > 100 || offset % limit !== 0) {
        throw new Error(`CAS takes no limit ${limit} with offset ${offset}`);
      }
      options.beforeAnswer?.(searches.length);
      searches.push({ query, offset });
      const found = [...declarations.values()]
        .filter((declaration) => matches(declaration, query))
        .filter(({ summary }) => isShown(summary.declarationId))
        .sort(compare[order]);
      const dateMs = serverMs() - dateBehindMs(searches.length - 1);
      const serverTime = new Date(Math.floor(dateMs / 1_000) * 1_000).toISOString();
      return {
        declarations: found.slice(offset, offset + limit).map(({ summary }) => show(summary)),
        unread: [],
        serverTime: options.dateHeader === "absent" ? null : serverTime,
      };
    },
    declaration: async (declarationId) => {
      await Promise.resolve();
      fetched.push(declarationId);
      const declaration = declarations.get(declarationId);
      if (declaration === undefined) {
        const problem = { status: 404, title: null, detail: null, errors: [], rawBody: "" };
        throw new RefusedError("request-refused", "There is no such declaration", problem);
      }
      const { summary, errors } = declaration;
      return { ...summary, errors, attachments: [], raw: "{}" };
    },
  };
  return {
    ...{ declarations, searches, fetched, put },
    client: { ...client, ...options.replace?.(client) },
  };
}
