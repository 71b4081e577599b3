import fc from "fast-check";
import { expect, test } from "vitest";
import { defaultReconcileSettings } from "../../src/reconcile/reconcile-settings.ts";
import { walkWindow } from "../../src/reconcile/walk-window.ts";
import { manualClock, scriptedCas, type Order, type ScriptedCasOptions } from "./scripted-cas.ts";

const START_MS = Date.parse("2026-11-20T12:00:00.000Z");
const HOUR_MS = 3_600_000;
const from = new Date(START_MS - HOUR_MS);

function prepare(
  count: number,
  options: Omit<ScriptedCasOptions, "clock" | "beforeAnswer"> & { readonly pageSize?: number } = {},
) {
  const clock = manualClock(START_MS);
  let beforeAnswer: (answers: number) => void = () => undefined;
  const cas = scriptedCas({
    ...options,
    clock,
    beforeAnswer: (answers) => {
      beforeAnswer(answers);
    },
  });
  for (let at = 0; at < count; at += 1) {
    cas.put(`d${at}`, {}, { lastUpdatedMs: START_MS - HOUR_MS + (at + 1) * 5_000 });
  }
  const visited = new Map<string, string | null>();
  /** How many declarations were visited together. */
  const visits: number[] = [];
  const walk = () =>
    walkWindow(
      {
        search: (query, page) => cas.client.searchDeclarations(query, page),
        visit: ({ declarations }) => {
          if (declarations.length > 0) visits.push(declarations.length);
          for (const { declarationId, lastUpdated } of declarations) {
            const before = visited.get(declarationId) ?? "";
            visited.set(declarationId, (lastUpdated ?? "") > before ? lastUpdated : before);
          }
          return Promise.resolve();
        },
        clock,
        settings: {
          ...defaultReconcileSettings,
          pageSize: options.pageSize ?? defaultReconcileSettings.pageSize,
        },
        signal: new AbortController().signal,
      },
      from,
    );
  return {
    clock,
    cas,
    visited,
    visits,
    walk,
    onAnswer: (act: (answers: number) => void) => {
      beforeAnswer = act;
    },
  };
}

test.each([0, 1, 99])("walkWindow() reads %d declarations with one request", async (count) => {
  const { cas, visited, walk } = prepare(count);
  expect(await walk()).toEqual({
    completeUntil: "2026-11-20T11:59:58.000Z",
    ...{ reachedStart: true, wentBack: false, caughtUp: true, cutBy: null },
  });
  expect(visited.size).toBe(count);
  expect(cas.searches.length).toBe(1);
});

test.each([100, 101, 199, 200, 201, 300, 400, 401])(
  "walkWindow() reads all of %d declarations",
  async (count) => {
    const { visited, walk } = prepare(count);
    expect(await walk()).toEqual({
      completeUntil: "2026-11-20T11:59:58.000Z",
      ...{ reachedStart: true, wentBack: false, caughtUp: true, cutBy: null },
    });
    expect(visited.size).toBe(count);
  },
);

test("walkWindow() visits five pages together, and each by itself where CAS takes a second for one", async () => {
  const quick = prepare(48, { pageSize: 4 });
  await quick.walk();
  // The first page by itself, then the window.
  expect(quick.visits).toEqual([4, 20, 20, 8]);

  const slow = prepare(48, { pageSize: 4 });
  slow.onAnswer(() => {
    slow.clock.advance(1_000);
  });
  await slow.walk();
  expect(slow.visits.slice(1)).toEqual(Array.from({ length: 12 }, () => 4));
});

test("walkWindow() visits the pages that came, whatever ends the reading", async () => {
  const { visits, walk, onAnswer } = prepare(48, { pageSize: 4 });
  let answers = 0;
  onAnswer(() => {
    if (visits.length >= 2) answers += 1;
    if (answers === 4) throw new Error("CAS went away");
  });
  await expect(walk()).rejects.toThrow("CAS went away");
  // Those of the end each by itself.
  expect(visits).toEqual([4, 20, 4, 4, 4]);
});

test("walkWindow() needs few requests beside those that a plain reader needs", async () => {
  const { cas, walk } = prepare(719);
  await walk();
  expect(cas.searches.length).toBeLessThanOrEqual(8 + 2 + 2 * Math.ceil(Math.log2(8)));
});

test.each(["updated", "created", "scrambled"] satisfies Order[])(
  "walkWindow() finds what an update pushes over the border of a page, in the order %s",
  async (order) => {
    const { clock, cas, visited, walk, onAnswer } = prepare(12, { order, pageSize: 4 });
    onAnswer((answers) => {
      clock.advance(300);
      if (answers > 0 && answers < 12) cas.put(`d${answers - 1}`, { currentStatus: "Accepted" });
    });
    expect((await walk()).caughtUp).toBe(true);
    expect([...visited.keys()].sort()).toEqual([...cas.declarations.keys()].sort());
  },
);

test("a plain reader misses declarations where walkWindow() does not", async () => {
  const { clock, cas, onAnswer } = prepare(12, { order: "updated", pageSize: 4 });
  onAnswer((answers) => {
    clock.advance(300);
    if (answers > 0 && answers < 12) cas.put(`d${answers - 1}`, { currentStatus: "Accepted" });
  });
  const plain = new Set<string>();
  const query = { lastUpdatedFrom: from.toISOString(), lastUpdatedTo: clock.now().toISOString() };
  for (let offset = 0; offset < 20; offset += 4) {
    const page = await cas.client.searchDeclarations(query, { limit: 4, offset });
    for (const { declarationId } of page.declarations) plain.add(declarationId);
  }
  expect(plain.size).toBeLessThan(12);
});

test.each([true, false])(
  "walkWindow() loses nothing at the border of two windows when including bounds is %s",
  async (boundsAreInclusive) => {
    const { clock, cas, visited, walk, onAnswer } = prepare(12, {
      boundsAreInclusive,
      pageSize: 4,
    });
    onAnswer((answers) => {
      if (answers > 0) clock.advance(500);
    });
    // One for every second around the end of the first window.
    for (let ageS = 0; ageS < 10; ageS += 1) {
      cas.put(`young${ageS}`, {}, { lastUpdatedMs: START_MS - ageS * 1_000 });
    }
    const { caughtUp } = await walk();
    expect([caughtUp, visited.size]).toEqual([true, 22]);
  },
);

test("walkWindow() reads on when declarations are updated faster than it reads, and says how far it is sure", async () => {
  const { clock, cas, visited, walk, onAnswer } = prepare(8, { pageSize: 4 });
  onAnswer(() => {
    clock.advance(100);
    for (let at = 0; at < 8; at += 1) cas.put(`d${at}`, {});
  });
  const { caughtUp, completeUntil } = await walk();
  expect(caughtUp).toBe(false);
  expect(completeUntil).not.toBeNull();
  expect(visited.size).toBe(8);
});

test("walkWindow() goes by the newest update that CAS shows when CAS tells no time, never by our clock", async () => {
  const { walk } = prepare(3, { dateHeader: "absent" });
  const { completeUntil, caughtUp } = await walk();
  expect([completeUntil, caughtUp]).toEqual(["2026-11-20T11:00:13.000Z", true]);
  expect(await prepare(0, { dateHeader: "absent" }).walk()).toMatchObject({
    ...{ completeUntil: null, caughtUp: true },
  });
});

test("walkWindow() visits everything even where it cannot be sure of it", async () => {
  const { cas, visited, walk } = prepare(3, { pageSize: 4, dateHeader: "absent" });
  for (let at = 0; at < 30; at += 1) cas.put(`young${at}`, {}, { lastUpdatedMs: START_MS - 1_000 });
  expect((await walk()).caughtUp).toBe(false);
  expect(visited.size).toBe(33);
});

test("walkWindow() stops when it is told to", async () => {
  const { cas } = prepare(5);
  const stop = new AbortController();
  stop.abort(new Error("Stopped"));
  const reader = {
    search: (...asked: Parameters<typeof cas.client.searchDeclarations>) =>
      cas.client.searchDeclarations(...asked),
    visit: () => Promise.resolve(),
    clock: manualClock(START_MS),
    settings: defaultReconcileSettings,
    signal: stop.signal,
  };
  await expect(walkWindow(reader, from)).rejects.toThrow("Stopped");
  expect(cas.searches).toEqual([]);
});

type Move = { readonly at: number } & (
  { readonly kind: "update" | "delete"; readonly which: number } | { readonly kind: "create" }
);

const moves: fc.Arbitrary<readonly Move[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({ kind: fc.constant("update"), which: fc.nat(40), at: fc.nat(30) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({ kind: fc.constant("delete"), which: fc.nat(40), at: fc.nat(30) }),
    },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant("create"), at: fc.nat(30) }) },
  ),
  { maxLength: 60 },
);

test("walkWindow() visits the last state of every declaration, whatever moves between its requests", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        count: fc.nat(40),
        pageSize: fc.integer({ min: 1, max: 6 }),
        order: fc.constantFrom<Order>(
          "created",
          "created-desc",
          "updated",
          "updated-desc",
          "scrambled",
        ),
        boundsAreInclusive: fc.boolean(),
        dateHeader: fc.constantFrom<"seconds" | "absent">(
          "seconds",
          "seconds",
          "seconds",
          "absent",
        ),
      }),
      moves,
      fc.array(fc.constantFrom(0, 1, 200, 999, 1_000, 2_500), { minLength: 1, maxLength: 20 }),
      async ({ count, ...options }, planned, delaysMs) => {
        const { clock, cas, visited, walk, onAnswer } = prepare(count, options);
        onAnswer((answers) => {
          clock.advance(delaysMs[answers % delaysMs.length] ?? 0);
          for (const move of planned.filter(({ at }) => at === answers)) {
            if (move.kind === "create") cas.put(`new${answers}`, {});
            else if (move.kind === "delete") cas.declarations.delete(`d${move.which}`);
            else if (cas.declarations.has(`d${move.which}`)) cas.put(`d${move.which}`, {});
          }
        });
        const { completeUntil, caughtUp } = await walk();
        const provenUntilMs = completeUntil === null ? -Infinity : Date.parse(completeUntil);
        for (const [id, { summary, lastUpdatedMs }] of cas.declarations) {
          if (!caughtUp && lastUpdatedMs > provenUntilMs) continue;
          expect([id, visited.get(id)]).toEqual([id, summary.lastUpdated]);
        }
      },
    ),
    { numRuns: 500 },
  );
});
