// The proof of decision 25, tried: however CAS orders its answers and whatever moves between two of them, no
// declaration up to the time that a walk calls complete is missed. A plain reader misses many in the same harness.
import { expect, test } from "vitest";
import { defaultReconcileSettings } from "../../src/reconcile/reconcile-settings.ts";
import { walkWindow, type WindowWalk } from "../../src/reconcile/walk-window.ts";
import { CutShortError } from "../../src/reconcile/reconcile-settings.ts";
import { manualClock, scriptedCas, type Order } from "./scripted-cas.ts";

const SEEDS = 200;
const ORDERS: readonly Order[] = [
  ...(["id", "created", "created-desc", "updated", "updated-desc", "scrambled"] as const),
];
const START_MS = Date.parse("2026-11-20T12:00:00.000Z");
const HOUR_MS = 3_600_000;
const QUIET = Number.MAX_SAFE_INTEGER;
/** What was updated within the grain of the clock has no more pages. */
const MOMENT_PAGES_MAX = 12;

/** Numbers that a seed repeats. Source: mulberry32, public domain. */
function numbersOf(seed: number): (below: number) => number {
  let state = seed * 0x9e3779b1;
  return (below) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

interface Night {
  readonly seed: number;
  readonly order: Order;
  /** Of CAS's clock. */
  readonly aheadMs: number;
  readonly dateHeader?: "seconds" | "absent";
}

/** A CAS whose declarations are inserted, updated and deleted between two answers, until answer `quietFrom`. */
function night({ seed, order, aheadMs, dateHeader = "seconds" }: Night) {
  const below = numbersOf(seed + 1);
  const clock = manualClock(START_MS);
  const pageSize = 1 + below(5);
  const count = below(8) * pageSize + (below(2) === 0 ? 0 : below(5));
  let quietFrom = QUIET;
  const cas = scriptedCas({
    ...{ clock, order, aheadMs, dateHeader, boundsAreInclusive: below(2) === 0 },
    // Two machines answer, and their clocks differ.
    dateBehindMs: (answers) => (seed % 3 === 0 && answers % 2 === 1 ? 1_500 : 0),
    beforeAnswer: (answers) => {
      clock.advance([0, 1, 300, 1_000, 2_500][below(5)] ?? 0);
      if (answers >= quietFrom) return;
      for (let moves = below(4); moves > 0; moves -= 1) {
        const id = idOf(below(count + 1));
        const kind = below(8);
        if (kind === 0) cas.put(idOf(1_000 + answers * 10 + moves), {});
        else if (kind === 1) cas.declarations.delete(id);
        else if (cas.declarations.has(id)) cas.put(id, { currentStatus: "Accepted" });
      }
    },
  });
  // Many of one night carry the same time.
  for (let at = 0; at < count; at += 1) {
    const lastUpdatedMs = START_MS + aheadMs - HOUR_MS + (at >> below(4)) * 20_000;
    cas.put(idOf(at), {}, { lastUpdatedMs });
  }
  return {
    ...{ clock, cas, pageSize },
    begin: new Date(START_MS + aheadMs - 2 * HOUR_MS),
    quiet: () => {
      quietFrom = 0;
    },
  };
}

/** Ids in an order of their own. */
function idOf(at: number): string {
  return `d${String((at * 7_919) % 10_007)}`;
}

type Visited = Map<string, string>;

function walk(
  { cas, clock, pageSize }: ReturnType<typeof night>,
  from: Date,
  visited: Visited,
  more: { readonly pagesPerWindowMax?: number; readonly visitsMax?: number } = {},
): Promise<WindowWalk> {
  const { pagesPerWindowMax = 1_000, visitsMax = Infinity } = more;
  let visits = 0;
  return walkWindow(
    {
      search: (query, page) => cas.client.searchDeclarations(query, page),
      visit: ({ declarations }) => {
        visits += 1;
        if (visits > visitsMax) throw new CutShortError("time");
        for (const { declarationId, lastUpdated } of declarations) {
          const before = visited.get(declarationId) ?? "";
          if ((lastUpdated ?? "") > before) visited.set(declarationId, lastUpdated ?? "");
        }
        return Promise.resolve();
      },
      ...{ clock, settings: { ...defaultReconcileSettings, pageSize, pagesPerWindowMax } },
      signal: new AbortController().signal,
    },
    from,
  );
}

/** Those that should have been seen by now, and were not in their last state. */
function missed(
  { cas }: ReturnType<typeof night>,
  { completeUntil, caughtUp }: WindowWalk,
  visited: Visited,
): readonly string[] {
  const untilMs = caughtUp ? Infinity : Date.parse(completeUntil ?? "");
  return [...cas.declarations.values()]
    .filter(({ lastUpdatedMs }) => lastUpdatedMs <= untilMs)
    .filter(({ summary }) => visited.get(summary.declarationId) !== summary.lastUpdated)
    .map(({ summary }) => summary.declarationId);
}

const nights = Array.from({ length: SEEDS }, (_, seed) => ({
  seed,
  aheadMs: [0, -3 * HOUR_MS, 3 * HOUR_MS, -90_000][seed % 4] ?? 0,
}));

test.each(ORDERS)(
  "walkWindow() misses none in 200 nights that move between its requests, in the order %s",
  async (order) => {
    let proven = 0;
    for (const { seed, aheadMs } of nights) {
      const made = night({ seed, order, aheadMs });
      const visited: Visited = new Map();
      const first = await walk(made, made.begin, visited);
      expect([seed, missed(made, first, visited)]).toEqual([seed, []]);
      if (first.reachedStart) proven += 1;
    }
    // It says so of nearly all, or it would prove nothing.
    expect(proven).toBeGreaterThan(SEEDS * 0.9);
  },
);

test.each(ORDERS)(
  "walkWindow() misses none where it halves windows, is cut short and reads on, in the order %s",
  async (order) => {
    let cut = 0;
    for (const { seed, aheadMs } of nights) {
      const made = night({ seed, order, aheadMs });
      const visited: Visited = new Map();
      const bounds = { pagesPerWindowMax: 1 + (seed % 3), visitsMax: 1 + (seed % 9) };
      const first = await walk(made, made.begin, visited, bounds);
      if (first.cutBy !== null) cut += 1;
      expect([seed, missed(made, first, visited)]).toEqual([seed, []]);
      made.quiet();
      made.clock.advance(60_000);
      // What is complete need not be read again, beside what the grain of the clock leaves open.
      const untilMs = first.completeUntil === null ? Number.NaN : Date.parse(first.completeUntil);
      const on = Number.isNaN(untilMs) ? made.begin : new Date(untilMs - 2_000);
      const second = await walk(made, on, visited, { pagesPerWindowMax: MOMENT_PAGES_MAX });
      expect([seed, second.caughtUp, missed(made, second, visited)]).toEqual([seed, true, []]);
    }
    expect(cut).toBeGreaterThan(SEEDS / 4);
  },
);

test.each(ORDERS)(
  "walkWindow() misses none where CAS tells no time, in the order %s",
  async (order) => {
    for (const { seed, aheadMs } of nights.slice(0, SEEDS / 2)) {
      const made = night({ seed, order, aheadMs, dateHeader: "absent" });
      const visited: Visited = new Map();
      const first = await walk(made, made.begin, visited);
      expect([seed, missed(made, first, visited)]).toEqual([seed, []]);
    }
  },
);

test.each(["updated", "updated-desc", "created", "id", "scrambled"] satisfies Order[])(
  "a plain reader, page after page, misses declarations in the same nights, in the order %s",
  async (order) => {
    let lost = 0;
    for (const { seed } of nights) {
      const made = night({ seed, order, aheadMs: 0 });
      const { cas, pageSize: limit, clock } = made;
      const query = {
        lastUpdatedFrom: made.begin.toISOString(),
        lastUpdatedTo: clock.now().toISOString(),
      };
      const visited = new Set<string>();
      for (let offset = 0; ; offset += limit) {
        const { declarations } = await cas.client.searchDeclarations(query, { limit, offset });
        for (const { declarationId } of declarations) visited.add(declarationId);
        if (declarations.length < limit) break;
      }
      const untilMs = Date.parse(query.lastUpdatedTo);
      for (const { summary, lastUpdatedMs } of cas.declarations.values()) {
        if (lastUpdatedMs <= untilMs && !visited.has(summary.declarationId)) lost += 1;
      }
    }
    expect(lost).toBeGreaterThan(0);
  },
);

test("walkWindow() halves a window that has more pages than allowed, and keeps what it has read of it", async () => {
  const clock = manualClock(START_MS);
  const cas = scriptedCas({ clock, order: "scrambled" });
  for (let at = 0; at < 60; at += 1) {
    cas.put(idOf(at), {}, { lastUpdatedMs: START_MS - HOUR_MS + at * 30_000 });
  }
  const visited: Visited = new Map();
  const made = { cas, clock, pageSize: 4, begin: new Date(START_MS - HOUR_MS), quiet: () => {} };
  const cut = await walk(made, made.begin, visited, { pagesPerWindowMax: 2, visitsMax: 6 });
  expect(cut).toMatchObject({ cutBy: "time", reachedStart: false });
  const untilMs = Date.parse(cut.completeUntil ?? "");
  expect(untilMs).toBeGreaterThan(made.begin.getTime());
  const rest = await walk(made, new Date(untilMs - 2_000), visited, { pagesPerWindowMax: 2 });
  expect([rest.caughtUp, visited.size]).toEqual([true, 60]);
});

test("walkWindow() says that a moment with more declarations than allowed cannot be halved", async () => {
  const clock = manualClock(START_MS);
  const cas = scriptedCas({ clock });
  for (let at = 0; at < 60; at += 1) cas.put(idOf(at), {}, { lastUpdatedMs: START_MS - HOUR_MS });
  const made = {
    cas,
    clock,
    pageSize: 4,
    begin: new Date(START_MS - 2 * HOUR_MS),
    quiet: () => {},
  };
  const visited: Visited = new Map();
  const said = await walk(made, made.begin, visited, { pagesPerWindowMax: 3 });
  expect(said).toMatchObject({ cutBy: "dense", reachedStart: false, caughtUp: false });
  // All up to that moment is proven; the moment itself is read, and not called complete.
  expect(Date.parse(said.completeUntil ?? "")).toBeLessThan(START_MS - HOUR_MS);
  expect(visited.size).toBe(60);
});

test("walkWindow() does not call a window complete when CAS's clock proves to be earlier than it had seemed", async () => {
  const clock = manualClock(START_MS);
  // The first answer comes from a machine whose clock is ahead by a minute.
  const cas = scriptedCas({
    ...{ clock, aheadMs: 60_000, dateBehindMs: (answers) => (answers === 0 ? 0 : 60_000) },
    beforeAnswer: () => {
      clock.advance(100);
    },
  });
  for (let at = 0; at < 10; at += 1) cas.put(idOf(at), {}, { lastUpdatedMs: START_MS - 60_000 });
  const made = { cas, clock, pageSize: 4, begin: new Date(START_MS - HOUR_MS), quiet: () => {} };
  const { completeUntil } = await walk(made, made.begin, new Map());
  expect(Date.parse(completeUntil ?? "")).toBeLessThan(clock.now().getTime());
});
