import fc from "fast-check";
import { expect, onTestFinished, test } from "vitest";
import { CannotNowError } from "../../src/core/errors.ts";
import type { ProgressEvent } from "../../src/core/progress.ts";
import type { DeclarationSummary } from "../../src/core/declaration.ts";
import type { ShipmentKey } from "../../src/core/shipment.ts";
import { defaultReconcileSettings, reconcile } from "../../src/reconcile/reconcile.ts";
import { collect, openBooks, type AcceptedShipment } from "./accepted-shipments.ts";
import {
  blankSummary,
  manualClock,
  scriptedCas,
  type Order,
  type ScriptedCasOptions,
} from "./scripted-cas.ts";

const START_MS = Date.parse("2026-11-20T12:00:00.000Z");

function key(externalReference: string, direction: "IN" | "OUT" = "IN"): ShipmentKey {
  return { direction, externalReference };
}

async function prepare(
  shipments: readonly AcceptedShipment[],
  options: Omit<ScriptedCasOptions, "clock"> = {},
) {
  const clock = manualClock(START_MS);
  const opened = await openBooks(clock);
  const { books } = opened;
  if (shipments.length > 0) await opened.accept(shipments);
  clock.advance(60_000);
  const cas = scriptedCas({ ...options, clock });
  const logged: string[] = [];
  const progress: ProgressEvent[] = [];
  const stop = new AbortController();
  const dependencies = {
    client: cas.client,
    books,
    clock,
    log: (_level: string, message: string, fields: object = {}) => {
      logged.push(`${message} ${JSON.stringify(fields)}`);
    },
    onProgress: (event: ProgressEvent) => {
      progress.push(event);
    },
  };
  const run = (more: { settings?: Partial<typeof defaultReconcileSettings>; since?: Date } = {}) =>
    reconcile(dependencies, {
      ...(more.since === undefined ? {} : { since: more.since }),
      settings: { ...defaultReconcileSettings, ...more.settings },
      signal: stop.signal,
    });
  /** The recorded declarations: id and the reference of their shipment. */
  const links = async () => {
    const unexplained = await collect(books.unexplainedDeclarations());
    const explained = await collect(books.lines({ latest: true }));
    const pairs = explained.flatMap(({ declarations, key: { direction, externalReference } }) =>
      declarations.map(({ declarationId }) => [declarationId, `${direction} ${externalReference}`]),
    );
    for (const { declarationId } of unexplained) pairs.push([declarationId, "unexplained"]);
    return Object.fromEntries(pairs) as Record<string, string>;
  };
  return { ...opened, clock, cas, logged, progress, stop, run, links };
}

/** For tests that end without `await using`. */
async function prepared(...given: Parameters<typeof prepare>) {
  const made = await prepare(...given);
  onTestFinished(() => made[Symbol.asyncDispose]());
  return made;
}

test("reconcile() asks nothing when no shipment was ever accepted", async () => {
  const { cas, run } = await prepared([]);
  expect(await run()).toMatchObject({ pages: 0, openShipments: 0, completeUpTo: null });
  expect(cas.searches).toEqual([]);
});

test("reconcile() records the declarations of our shipments and until when it has read them", async () => {
  const { cas, run, links } = await prepared([{ key: key("PO-1") }, { key: key("PO-2") }]);
  cas.put("1", { externalReference: "PO-1", direction: "IN", currentStatus: "Released" });
  cas.put("2", { externalReference: "PO-2", direction: "IN", currentStatus: "Submitted" });
  cas.put("3", { externalReference: "OTHER", direction: "IN", currentStatus: "Released" });
  expect(await run()).toEqual({
    ...{ pages: 1, declarationsSeen: 3, changed: 3, unexplained: 1, detailsFetched: 0 },
    ...{ openShipments: 1, completeUpTo: "2026-11-20T12:00:58.000Z", gaps: [] },
    byReference: { asked: 0, waiting: 0, allAskedSince: "2026-11-20T12:00:00.000Z" },
    ...{ lookedBackUntil: "2026-11-20T11:50:00.000Z", unseen: null },
  });
  expect(await links()).toEqual({ 1: "IN PO-1", 2: "IN PO-2", 3: "unexplained" });
});

test("reconcile() begins before the first accepted shipment, then before the last complete search", async () => {
  const { clock, cas, run } = await prepared([{ key: key("PO-1") }]);
  cas.put("1", { externalReference: "PO-1", direction: "IN" });
  await run();
  clock.advance(3_600_000);
  await run();
  await run({ since: new Date(START_MS - 86_400_000) });
  expect(cas.searches.map(({ query }) => query.lastUpdatedFrom)).toEqual([
    "2026-11-20T11:50:00.000Z",
    "2026-11-20T11:50:58.000Z",
    "2026-11-19T12:00:00.000Z",
  ]);
});

test("reconcile() begins before the first version that CAS accepted, though that shipment was changed since", async () => {
  const { accept, clock, cas, run } = await prepared([{ key: key("PO-1") }, { key: key("PO-2") }]);
  cas.put("2", { externalReference: "PO-2", direction: "IN" });
  clock.advance(30 * HOUR_MS);
  await accept([{ key: key("PO-1"), body: { version: "2" } }]);
  clock.advance(60_000);
  const { completeUpTo } = await run({ settings: { referenceSearchesMax: 1 } });
  expect(cas.searches[0]?.query.lastUpdatedFrom).toBe("2026-11-20T11:50:00.000Z");
  expect(completeUpTo).toBe("2026-11-21T18:01:58.000Z");
});

test("reconcile() begins before a shipment of which all that was told is done", async () => {
  const { accept, books, clock, cas, run, links } = await prepared([{ key: key("PO-1") }]);
  for (const id of ["told", "lost"]) {
    cas.put(id, { externalReference: "PO-1", direction: "IN", currentStatus: "Released" });
  }
  const [shipment] = await books.findShipments(["PO-1"]);
  const summary = cas.declarations.get("told")?.summary ?? blankSummary;
  const told = { summary, shipmentId: shipment?.shipmentId ?? null, observedAt: clock.now() };
  await books.recordDeclarations([{ ...told, source: "notification" }]);
  clock.advance(30 * HOUR_MS);
  await accept([{ key: key("PO-2") }]);
  await run();
  expect(await links()).toEqual({ told: "IN PO-1", lost: "IN PO-1" });
});

test("reconcile() counts as changed only what changed since the last time", async () => {
  const { clock, cas, run } = await prepared([{ key: key("PO-1") }, { key: key("PO-2") }]);
  cas.put("1", { externalReference: "PO-1", direction: "IN" });
  cas.put("2", { externalReference: "PO-2", direction: "IN" });
  expect((await run()).changed).toBe(2);
  clock.advance(1_000);
  expect((await run()).changed).toBe(0);
  cas.put("2", { currentStatus: "Released" });
  expect(await run()).toMatchObject({ changed: 1, openShipments: 1 });
});

test("reconcile() does not take a window that leaves a gap for complete", async () => {
  const { cas, clock, run, books } = await prepared([{ key: key("PO-1") }]);
  cas.put("1", { externalReference: "PO-1", direction: "IN" });
  expect((await run({ since: clock.now() })).completeUpTo).toBeNull();
  await run();
  const before = await books.searchedUntil();
  clock.advance(86_400_000);
  expect((await run({ since: clock.now() })).completeUpTo).toBe(before);
});

const matching: readonly (readonly [string, Partial<DeclarationSummary>, string])[] = [
  ["externalReference", { externalReference: "PO-1", direction: "IN" }, "IN PO-1"],
  ["customsShipmentReference", { customsShipmentReference: "PO-1", direction: "IN" }, "IN PO-1"],
  [
    "traderReference",
    { traderReference: "PO-1", customsShipmentReference: "FQB1", direction: "IN" },
    "IN PO-1",
  ],
  ["no direction where only one shipment fits", { externalReference: "PO-1" }, "IN PO-1"],
  ["the other direction", { externalReference: "PO-1", direction: "OUT" }, "unexplained"],
  [
    "another spelling of the reference",
    { externalReference: "po-1", direction: "IN" },
    "unexplained",
  ],
  ["the reference of a third one", { externalReference: "PO-9", direction: "IN" }, "unexplained"],
  [
    "another reference, though ours is its trader's",
    { externalReference: "PO-9", traderReference: "PO-1", direction: "IN" },
    "unexplained",
  ],
  [
    "another reference, though ours is that of its shipment",
    { externalReference: "PO-9", customsShipmentReference: "PO-1", direction: "IN" },
    "unexplained",
  ],
  [
    "externalReference against traderReference",
    { externalReference: "PO-1", traderReference: "PO-2" },
    "IN PO-1",
  ],
];
test.each(matching)("reconcile() matches by %s", async (_what, summary, expected) => {
  const { cas, run, links } = await prepared([{ key: key("PO-1") }, { key: key("PO-2") }]);
  cas.put("1", summary);
  await run();
  expect(await links()).toEqual({ 1: expected });
});

test("reconcile() fetches a declaration once when the search does not say whose it is", async () => {
  const bare = ({ declarationId, currentStatus, lastUpdated }: DeclarationSummary) => ({
    ...({ direction: null, externalReference: null, customsShipmentReference: null } as const),
    ...({ traderReference: null, lrn: null, mrn: null, jurisdiction: null } as const),
    ...({ customsFlow: null, customsFlowStep: null, storageLocation: null } as const),
    ...({ customsFlowStepInstanceCount: null, customsFlowStepInstanceSeq: null } as const),
    ...{ declarationId, currentStatus, lastUpdated, creationDate: null },
  });
  const { clock, cas, run, links } = await prepared([{ key: key("PO-1") }], { show: bare });
  cas.put("1", { externalReference: "PO-1", direction: "IN" });
  expect(await run()).toMatchObject({ detailsFetched: 1, unexplained: 0 });
  clock.advance(1_000);
  cas.put("1", { currentStatus: "Accepted" });
  // Linked by now, and that is remembered.
  expect(await run()).toMatchObject({ detailsFetched: 0, changed: 1, unexplained: 0 });
  expect(cas.fetched).toEqual(["1"]);
  expect(await links()).toEqual({ 1: "IN PO-1" });
});

test("reconcile() fetches no more declarations than allowed, says how many are left, and that it is not complete", async () => {
  const { cas, run, logged } = await prepared([{ key: key("PO-1") }]);
  for (let at = 0; at < 5; at += 1) cas.put(`d${at}`, {});
  const summary = await run({ settings: { detailsMax: 2 } });
  expect(summary).toMatchObject({ detailsFetched: 2, unexplained: 5, completeUpTo: null });
  expect(summary.gaps).toEqual([{ code: "declarations-unidentified", count: 3 }]);
  expect(logged.join()).toContain("3 declarations name no shipment");
});

test("reconcile() finds out later whose the declarations are that it could not ask about", async () => {
  const bare = (summary: DeclarationSummary) => ({
    ...summary,
    ...{ externalReference: null, traderReference: null, customsShipmentReference: null },
  });
  const shipments = ["PO-1", "PO-2", "PO-3"].map((reference) => ({ key: key(reference) }));
  const { cas, clock, run, links } = await prepared(shipments, { show: bare });
  for (const { key: own } of shipments) cas.put(`D-${own.externalReference}`, { ...own });
  const settings = { detailsMax: 2, referenceSearchesMax: 0 };
  expect((await run({ settings })).completeUpTo).toBeNull();
  // Nothing of it is updated any more, and far more time passes than two looks overlap by.
  clock.advance(3_600_000);
  const later = await run({ settings });
  expect(later).toMatchObject({ gaps: [], unexplained: 0 });
  expect(later.completeUpTo).not.toBeNull();
  expect(await links()).toEqual({
    ...{ "D-PO-1": "IN PO-1", "D-PO-2": "IN PO-2", "D-PO-3": "IN PO-3" },
  });
});

test("reconcile() whose search was not read to its end says so", async () => {
  const { cas, run } = await prepared([{ key: key("PO-1") }]);
  cas.put("1", { externalReference: "PO-1", direction: "IN" });
  const cut = await run({ settings: { roundsMax: 0 } });
  expect(cut).toMatchObject({ completeUpTo: null });
  expect(cut).toMatchObject({ gaps: [{ code: "search-cut" }], unseen: { code: "search-cut" } });
  expect((await run()).gaps).toEqual([]);
});

test("reconcile() leaves what is updated while it looks to the next look, and calls nothing missing", async () => {
  let tick: () => void = () => undefined;
  const { cas, clock, run } = await prepared([{ key: key("PO-1") }], {
    beforeAnswer: () => {
      tick();
    },
  });
  tick = () => {
    clock.advance(500);
    for (let at = 0; at < 8; at += 1) cas.put(`d${at}`, { externalReference: "PO-1" });
  };
  const summary = await run({ settings: { pageSize: 4 } });
  expect(summary.gaps).toEqual([]);
  expect(summary.completeUpTo).not.toBeNull();
});

test("reconcile() names shipments that it did not ask for, but only where its window does not tell", async () => {
  const shipments = ["PO-1", "PO-2", "PO-3"].map((reference) => ({ key: key(reference) }));
  const { run } = await prepared(shipments);
  const settings = { referenceSearchesMax: 2 };
  expect((await run({ settings })).gaps).toEqual([]);
  const { gaps } = await run({ settings: { ...settings, roundsMax: 0 } });
  expect(gaps.at(-1)).toEqual({ code: "shipments-not-searched", count: 1 });
});

const withoutDirection = (summary: DeclarationSummary) => ({ ...summary, direction: null });

test("reconcile() fetches a declaration that fits both directions, and goes by what it says", async () => {
  const both = [{ key: key("PO-1", "IN") }, { key: key("PO-1", "OUT") }];
  const { cas, run, links } = await prepared(both, { show: withoutDirection });
  cas.put("1", { externalReference: "PO-1", direction: "OUT" });
  expect(await run()).toMatchObject({ detailsFetched: 1, unexplained: 0 });
  expect(await links()).toEqual({ 1: "OUT PO-1" });
});

test.each<[what: string, hidden: Partial<DeclarationSummary>, said: Partial<DeclarationSummary>]>([
  ["the other direction", { direction: null }, { externalReference: "PO-1", direction: "OUT" }],
  [
    "another reference and ours as its trader's",
    { externalReference: null },
    { externalReference: "PO-9", traderReference: "PO-1", direction: "IN" },
  ],
])(
  "reconcile() links nothing that is of %s, as only the declaration itself says",
  async (_what, hidden, said) => {
    const { cas, run, links } = await prepared([{ key: key("PO-1") }], {
      show: (summary) => ({ ...summary, ...hidden }),
      // A server that is deaf to what it is asked for.
      replace: ({ searchDeclarations }) => ({
        searchDeclarations: (query, page) =>
          searchDeclarations(query.externalReference === undefined ? query : {}, page),
      }),
    });
    cas.put("1", said);
    expect(await run()).toMatchObject({ detailsFetched: 1, unexplained: 1 });
    expect(await links()).toEqual({ 1: "unexplained" });
  },
);

test("reconcile() asks a declaration for its direction once, however often it moves on", async () => {
  const { clock, cas, run, links } = await prepared([{ key: key("PO-1") }], {
    show: withoutDirection,
  });
  for (const currentStatus of ["New", "Submitted", "Accepted", "Released", "Amending"]) {
    cas.put("1", { externalReference: "PO-1", direction: "IN", currentStatus });
    await run();
    clock.advance(1_000);
  }
  expect(cas.fetched).toEqual(["1"]);
  expect(await links()).toEqual({ 1: "IN PO-1" });
});

test("reconcile() links nothing that still fits several shipments, and says so", async () => {
  const both = [{ key: key("PO-1", "IN") }, { key: key("PO-1", "OUT") }];
  const { cas, run, links, logged } = await prepared(both);
  cas.put("1", { traderReference: "PO-1" });
  expect(await run()).toMatchObject({ detailsFetched: 1, unexplained: 1, openShipments: 2 });
  expect(await links()).toEqual({ 1: "unexplained" });
  expect(logged).toEqual([
    'A declaration fits several shipments and was linked to none {"declarationId":"1","candidates":2}',
  ]);
});

test("reconcile() lets one shipment have many declarations", async () => {
  const { cas, run, links } = await prepared([{ key: key("PO-1") }]);
  for (const id of ["1", "2", "3"]) cas.put(id, { externalReference: "PO-1", direction: "IN" });
  await run();
  expect(await links()).toEqual({ 1: "IN PO-1", 2: "IN PO-1", 3: "IN PO-1" });
});

test("reconcile() asks by reference for shipments that the window shows nothing of", async () => {
  const generated = (summary: DeclarationSummary): DeclarationSummary => ({
    ...withoutDirection(summary),
    ...{ externalReference: null, customsShipmentReference: "FQB1XH5TPU" },
  });
  const { cas, run, links, progress } = await prepared(
    [{ key: key("PO-1", "IN") }, { key: key("PO-1", "OUT") }, { key: key("PO-3") }],
    { show: generated },
  );
  cas.put("1", { externalReference: "PO-1", direction: "OUT", currentStatus: "Released" });
  expect(await run()).toMatchObject({ unexplained: 0, pages: 4, openShipments: 2 });
  expect(await links()).toEqual({ 1: "OUT PO-1" });
  expect(cas.searches.slice(1).map(({ query }) => query)).toEqual([
    { externalReference: "PO-1", direction: "IN" },
    { externalReference: "PO-1", direction: "OUT" },
    { externalReference: "PO-3", direction: "IN" },
  ]);
  expect(progress.filter(({ subject }) => subject === "shipments").at(-1)).toMatchObject({
    ...{ done: 3, total: 3 },
  });
});

test("reconcile() does not take a search's answer for a shipment that it contradicts", async () => {
  const { cas, run, links } = await prepared([{ key: key("PO-1") }], {
    // A server that is deaf to the reference.
    replace: ({ searchDeclarations }) => ({
      searchDeclarations: (query, page) =>
        searchDeclarations(query.externalReference === undefined ? query : {}, page),
    }),
  });
  cas.put("1", { externalReference: "PO-9", direction: "IN" }, { lastUpdatedMs: 0 });
  await run();
  expect(await links()).toEqual({ 1: "unexplained" });
});

test("reconcile() asks by reference for no more shipments than allowed, oldest first, and says what is left", async () => {
  const shipments = ["PO-1", "PO-2", "PO-3"].map((reference) => ({ key: key(reference) }));
  const { cas, run, logged } = await prepared(shipments);
  await run({ settings: { referenceSearchesMax: 2 } });
  expect(cas.searches.slice(1).map(({ query }) => query.externalReference)).toEqual([
    ...["PO-1", "PO-2"],
  ]);
  expect(logged.join()).toContain('{"asked":2,"left":1}');
});

test("reconcile() does not ask by reference again for what an incomplete window showed", async () => {
  const { cas, clock, run } = await prepared([{ key: key("PO-1") }, { key: key("PO-2") }]);
  cas.put("1", { externalReference: "PO-1", direction: "IN" });
  cas.put("2", { externalReference: "PO-2", direction: "IN" });
  await run();
  clock.advance(3_600_000);
  cas.put("2", { currentStatus: "Accepted" });
  cas.searches.length = 0;
  await run({ since: clock.now() });
  expect(cas.searches.map(({ query }) => query.externalReference)).toEqual([undefined, "PO-1"]);
});

const HOUR_MS = 3_600_000;

test("reconcile() reads once a day for a second time what was updated, and finds what CAS showed late", async () => {
  let isLateShown = false;
  const { cas, clock, run, links } = await prepared([{ key: key("PO-1") }], {
    isShown: (declarationId) => declarationId !== "late" || isLateShown,
  });
  const own = { externalReference: "PO-1", direction: "IN", currentStatus: "Released" };
  cas.put("1", own);
  cas.put("late", own);
  const settings = { referenceSearchesMax: 0 };
  await run({ settings });
  clock.advance(HOUR_MS);
  await run({ settings });
  isLateShown = true;
  for (const hours of [5, 17]) {
    clock.advance(hours * HOUR_MS);
    expect(await run({ settings })).toMatchObject({ declarationsSeen: 0, gaps: [] });
  }
  expect(await links()).toEqual({ 1: "IN PO-1" });
  clock.advance(2 * HOUR_MS);
  const without = { ...settings, lookBackMs: 0 };
  expect(await run({ settings: without })).toMatchObject({ declarationsSeen: 0 });
  expect(await run({ settings })).toMatchObject({ declarationsSeen: 2, changed: 1 });
  expect(await links()).toEqual({ 1: "IN PO-1", late: "IN PO-1" });
  // Not with every look that follows.
  cas.searches.length = 0;
  clock.advance(60_000);
  expect(await run({ settings })).toMatchObject({ pages: 1, declarationsSeen: 0 });
});

test("reconcile() whose second reading is cut says so, and reads it again", async () => {
  const { cas, clock, run, books } = await prepared([{ key: key("PO-1") }]);
  for (let at = 0; at < 9; at += 1) cas.put(`d${at}`, { currentStatus: "Released" });
  for (const hours of [1, 24]) {
    await run();
    clock.advance(hours * HOUR_MS);
  }
  const before = await books.lookedBackUntil();
  const cut = await run({ settings: { declarationsMax: 8 } });
  expect(cut.gaps).toEqual([{ code: "look-back-cut" }]);
  expect(await books.lookedBackUntil()).toBe(before);
  expect(await run()).toMatchObject({ declarationsSeen: 9, gaps: [] });
});

test("reconcile() asks an open shipment by its reference once a day until it is done, though its window shows it", async () => {
  const { cas, clock, run } = await prepared([{ key: key("PO-1") }]);
  cas.put("1", { externalReference: "PO-1", direction: "IN", currentStatus: "Submitted" });
  const asked = async (hours: number) => {
    clock.advance(hours * HOUR_MS);
    return (await run()).byReference.asked;
  };
  expect([await asked(0), await asked(23), await asked(1), await asked(1)]).toEqual([0, 0, 1, 0]);
  cas.put("1", { currentStatus: "Released" });
  expect(await asked(0)).toBe(0);
  expect(await run()).toMatchObject({ openShipments: 0, byReference: { allAskedSince: null } });
  expect(await asked(48)).toBe(0);
});

test("reconcile() asks a shipment without a declaration the more rarely the older it is", async () => {
  const { clock, run } = await prepared([{ key: key("PO-1") }]);
  let asked = 0;
  for (let minutes = 0; minutes < 600; minutes += 5) {
    asked += (await run()).byReference.asked;
    clock.advance(300_000);
  }
  expect(asked).toBeGreaterThan(10);
  expect(asked).toBeLessThan(60);
});

test("reconcile() asks those that were asked longest ago first, so that none waits for ever", async () => {
  const shipments = ["PO-1", "PO-2", "PO-3"].map((reference) => ({ key: key(reference) }));
  const { cas, clock, run } = await prepared(shipments);
  for (let night = 0; night < 6; night += 1) {
    const { byReference } = await run({ settings: { referenceSearchesMax: 1 } });
    expect(byReference).toMatchObject({ asked: 1, waiting: 2 });
    clock.advance(30 * HOUR_MS);
  }
  const asked = cas.searches.flatMap(({ query }) => query.externalReference ?? []);
  expect(asked).toEqual(["PO-1", "PO-2", "PO-3", "PO-1", "PO-2", "PO-3"]);
});

test("reconcile() names open shipments that were not asked by their reference for a week", async () => {
  const { cas, clock, run } = await prepared([{ key: key("PO-1") }, { key: key("PO-2") }]);
  for (const at of [1, 2]) {
    cas.put(`${at}`, { externalReference: `PO-${at}`, direction: "IN", currentStatus: "New" });
  }
  await run();
  clock.advance(8 * 24 * HOUR_MS);
  const first = await run({ settings: { referenceSearchesMax: 1 } });
  expect(first.gaps).toEqual([
    { code: "shipments-not-asked", count: 1, since: "2026-11-20T12:00:00.000Z" },
  ]);
  expect(first.byReference.allAskedSince).toBe("2026-11-20T12:00:00.000Z");
  const second = await run({ settings: { referenceSearchesMax: 1 } });
  expect(second.gaps).toEqual([]);
  expect(second.byReference.allAskedSince).toBe(clock.now().toISOString());
});

test.each([-2, 2])(
  "reconcile() misses nothing of a CAS whose clock is %d hours ahead of ours",
  async (hours) => {
    const { cas, clock, run, links, logged } = await prepared([{ key: key("PO-1") }], {
      aheadMs: hours * HOUR_MS,
    });
    const settings = { pageSize: 2, referenceSearchesMax: 0 };
    const expected: Record<string, string> = {};
    for (let night = 0; night < 3; night += 1) {
      for (let at = 0; at < 5; at += 1) {
        cas.put(`${night}-${at}`, { externalReference: "PO-1", direction: "IN" });
        expected[`${night}-${at}`] = "IN PO-1";
      }
      const { completeUpTo } = await run({ settings });
      expect(await links()).toEqual(expected);
      const latestMs = clock.now().getTime() + Math.min(hours * HOUR_MS, 300_000);
      expect(Date.parse(completeUpTo ?? "")).toBeLessThanOrEqual(latestMs);
      clock.advance(HOUR_MS);
    }
    expect(logged.join()).not.toContain("was ahead");
  },
);

test("reconcile() misses nothing of a CAS whose clock is set back by hours", async () => {
  let aheadMs = 0;
  const { cas, clock, run, links, logged } = await prepared([{ key: key("PO-1") }], {
    aheadMs: () => aheadMs,
  });
  const settings = { referenceSearchesMax: 0 };
  await run({ settings });
  clock.advance(HOUR_MS);
  aheadMs = -3 * HOUR_MS;
  cas.put("1", { externalReference: "PO-1", direction: "IN" });
  const { completeUpTo } = await run({ settings });
  expect(await links()).toEqual({ 1: "IN PO-1" });
  expect(completeUpTo).toBe("2026-11-20T10:00:58.000Z");
  expect(logged.join()).toContain("it was set back");
});

const wrongType = {
  errorCode: "V0010",
  message: "Invalid additional declaration type",
  description: null,
  fieldReference: [{ fieldName: "AddDeclType1", path: "SingleAdministrativeDocument" }],
};
const invalidShipment = (reference: string, row: number): AcceptedShipment => ({
  key: key(reference),
  body: { ...key(reference), singleAdministrativeDocument: { addDeclType: "A" } },
  sources: {
    externalReference: `Shipments!A${row}`,
    singleAdministrativeDocument: { addDeclType: `Shipments!F${row}` },
  },
});

test("reconcile() fetches the errors of invalid declarations and names the cells", async () => {
  const { cas, clock, run, books } = await prepared([
    ...[invalidShipment("PO-1", 2), invalidShipment("PO-2", 3), { key: key("PO-3") }],
  ]);
  const errors = [wrongType];
  cas.put(
    "1",
    { externalReference: "PO-1", direction: "IN", currentStatus: "Invalid" },
    { errors },
  );
  cas.put(
    "2",
    { externalReference: "PO-2", direction: "IN", currentStatus: "CustomsError" },
    { errors },
  );
  cas.put(
    "3",
    { externalReference: "PO-3", direction: "IN", currentStatus: "Released" },
    { errors },
  );
  expect((await run()).detailsFetched).toBe(2);
  const recorded = await collect(books.declarations({ latest: true }));
  expect(
    recorded.map(({ declarationId, errors: [traced] }) => [declarationId, traced?.cell]),
  ).toEqual([
    ...[
      ["1", "F2"],
      ["2", "F3"],
      ["3", undefined],
    ],
  ]);
  expect(recorded[0]?.errors[0]).toMatchObject({
    file: "night.xlsx",
    sheet: "Shipments",
    value: "A",
  });
  clock.advance(1_000);
  // Once for each change, not once for each night.
  expect((await run()).detailsFetched).toBe(0);
  cas.put("1", { currentStatus: "CustomsError" });
  expect((await run()).detailsFetched).toBe(1);
});

test("reconcile() goes on when one declaration is gone", async () => {
  const { cas, run, books, logged } = await prepared(
    [invalidShipment("PO-1", 2), invalidShipment("PO-2", 3)],
    {
      replace: ({ declaration }) => ({
        declaration: (declarationId) => declaration(declarationId === "1" ? "gone" : declarationId),
      }),
    },
  );
  const more = { errors: [wrongType] };
  cas.put("1", { externalReference: "PO-1", direction: "IN", currentStatus: "Invalid" }, more);
  cas.put("2", { externalReference: "PO-2", direction: "IN", currentStatus: "Invalid" }, more);
  expect((await run()).detailsFetched).toBe(1);
  const recorded = await collect(books.declarations({ latest: true }));
  expect(recorded.map(({ errors }) => errors.length)).toEqual([0, 1]);
  expect(logged).toEqual([
    'A declaration could not be fetched {"declarationId":"1","code":"request-refused","reason":"There is no such declaration"}',
    "The errors of 1 declaration are not fetched yet; the next run or reconcile fetches them {}",
  ]);
});

test("reconcile() fetches the errors of no more declarations than allowed, and says that more wait", async () => {
  const shipments = ["PO-1", "PO-2", "PO-3"].map((reference) => invalidShipment(reference, 2));
  const { cas, run, logged } = await prepared(shipments);
  for (const { key: own } of shipments) {
    cas.put(own.externalReference, { ...own, currentStatus: "Invalid" }, { errors: [wrongType] });
  }
  const first = await run({ settings: { errorFetchesMax: 2 } });
  expect(first.detailsFetched).toBe(2);
  expect(first.gaps).toEqual([{ code: "errors-not-fetched", count: 1 }]);
  expect(logged.join()).toContain("The errors of 1 declaration are not fetched yet");
  expect(await run()).toMatchObject({ detailsFetched: 1, gaps: [] });
});

test("reconcile() keeps what it has seen when CAS fails, and does not call it complete", async () => {
  let failing = true;
  const { cas, run, links, books } = await prepared([{ key: key("PO-1") }], {
    beforeAnswer: (answers) => {
      if (failing && answers === 3)
        throw new CannotNowError("unreachable", "CAS cannot be reached");
    },
  });
  for (let at = 0; at < 9; at += 1)
    cas.put(`d${at}`, { externalReference: "PO-1", direction: "IN" });
  const settings = { pageSize: 2 };
  await expect(run({ settings })).rejects.toThrow("CAS cannot be reached");
  expect(Object.keys(await links()).length).toBeGreaterThan(0);
  // All of them were updated later.
  expect(await books.searchedUntil()).toBe("2026-11-20T12:00:57.999Z");
  failing = false;
  await run({ settings });
  expect(Object.keys(await links()).length).toBe(9);
});

test("reconcile() stops when it is told to", async () => {
  const { cas, stop, run } = await prepared([{ key: key("PO-1") }]);
  stop.abort(new Error("Stopped"));
  await expect(run()).rejects.toThrow("Stopped");
  expect(cas.searches).toEqual([]);
});

test("reconcile() records every declaration of its window, however they move while it reads", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.record({
        count: fc.nat(25),
        pageSize: fc.integer({ min: 1, max: 5 }),
        order: fc.constantFrom<Order>(
          "created",
          "created-desc",
          "updated",
          "updated-desc",
          "scrambled",
        ),
        boundsAreInclusive: fc.boolean(),
      }),
      fc.array(fc.record({ which: fc.nat(25), at: fc.nat(15), delayMs: fc.nat(3_000) }), {
        maxLength: 30,
      }),
      async ({ count, pageSize, ...options }, updates) => {
        await using made = await prepare([{ key: key("PO-1") }], {
          ...options,
          beforeAnswer: (answers) => {
            for (const { which, delayMs } of updates.filter(({ at }) => at === answers)) {
              made.clock.advance(delayMs);
              if (made.cas.declarations.has(`d${which}`))
                made.cas.put(`d${which}`, { currentStatus: "Accepted" });
            }
          },
        });
        for (let at = 0; at < count; at += 1) {
          const lastUpdatedMs = START_MS + at * 2_000;
          made.cas.put(`d${at}`, { externalReference: "PO-1", direction: "IN" }, { lastUpdatedMs });
        }
        const { completeUpTo } = await made.run({ settings: { pageSize } });
        const recorded = new Map(
          (await collect(made.books.declarations({ latest: true }))).map((view) => [
            view.declarationId,
            view,
          ]),
        );
        for (const [id, { summary, lastUpdatedMs }] of made.cas.declarations) {
          if (completeUpTo === null || lastUpdatedMs > Date.parse(completeUpTo)) continue;
          expect([id, recorded.get(id)?.summary.currentStatus]).toEqual([
            id,
            summary.currentStatus,
          ]);
        }
        if (completeUpTo !== null) expect(recorded.size).toBe(count);
      },
    ),
    { numRuns: 25 },
  );
});

test("reconcile() does not believe a time in the ledger that is later than now", async () => {
  const { books, cas, run, logged } = await prepared([{ key: key("PO-1") }]);
  await books.recordSearchedUntil("2027-11-20T12:00:00.000Z");
  cas.put("1", { externalReference: "PO-1", direction: "IN", currentStatus: "Submitted" });
  expect(await run()).toMatchObject({ declarationsSeen: 1 });
  expect(await books.searchedUntil()).toBe("2026-11-20T12:00:58.000Z");
  expect(logged.join()).toContain("the clock of this machine was ahead");
  cas.put("1", { currentStatus: "Released" });
  expect(await run()).toMatchObject({ changed: 1 });
});

test("reconcile() does not believe a server whose clock is far ahead", async () => {
  const { clock, books, cas, run } = await prepared([{ key: key("PO-1") }], {
    replace: ({ searchDeclarations }) => ({
      searchDeclarations: async (...search) => ({
        ...(await searchDeclarations(...search)),
        serverTime: "2036-01-01T00:00:00.000Z",
      }),
    }),
  });
  cas.put("1", { externalReference: "PO-1", direction: "IN" });
  await run();
  const until = Date.parse((await books.searchedUntil()) ?? "");
  expect(until - clock.now().getTime()).toBeLessThanOrEqual(defaultReconcileSettings.clockSkewMs);
});

test("reconcile() explains a declaration that stands on two pages which are recorded together", async () => {
  const { cas, run, links } = await prepared([{ key: key("PO-1") }], {
    // The search names no shipment: only the declaration itself does.
    show: (summary) => ({ ...summary, externalReference: null, direction: null }),
    replace: (client) => ({
      // It slipped over the border of two pages.
      searchDeclarations: async (query, page, options) => {
        const answer = await client.searchDeclarations(query, page, options);
        const isFirst = query.lastUpdatedTo !== undefined && page.limit === 2 && page.offset === 0;
        const second = { ...page, offset: 2 };
        const shown = isFirst ? await client.searchDeclarations(query, second, options) : answer;
        return { ...answer, declarations: shown.declarations };
      },
    }),
  });
  for (const id of ["1", "2", "3", "4"]) {
    const lastUpdatedMs = START_MS + Number(id) * 5_000;
    cas.put(id, { externalReference: "PO-1", direction: "IN" }, { lastUpdatedMs });
  }
  const { unexplained } = await run({ settings: { pageSize: 2, referenceSearchesMax: 0 } });
  expect(unexplained).toBe(0);
  expect(new Set(Object.values(await links()))).toEqual(new Set(["IN PO-1"]));
});
