// A CAS over real HTTP whose answers about declarations are odd: poisoned elements, pages without end.
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { defaultCasSettings } from "../../src/cas/cas-settings.ts";
import { createCasClient } from "../../src/cas/http-cas-client.ts";
import { throttledClient } from "../../src/cas/throttle/throttled-client.ts";
import { createThrottle } from "../../src/cas/throttle/throttle.ts";
import { gapWords } from "../../src/core/reason-words.ts";
import { systemClock } from "../../src/core/time/clock.ts";
import { defaultReconcileSettings, reconcile } from "../../src/reconcile/reconcile.ts";
import { waitUntilAtRest } from "../../src/reconcile/wait-until-at-rest.ts";
import { exitCodeOfReconcile } from "../../src/runs/result/exit-code.ts";
import { createHoldReason } from "../../src/submit/limits/decide-line.ts";
import { collect, openBooks } from "./accepted-shipments.ts";

type Asked = { readonly limit: number; readonly offset: number; readonly reference: string | null };

const NO_ANSWER = "no answer";
const BUSY = "busy";

interface Script {
  readonly search: (asked: Asked, nth: number) => unknown;
  readonly declaration?: (id: string) => unknown;
}

async function prepare(references: readonly string[], script: Script) {
  let searches = 0;
  const fetched: string[] = [];
  const current = { ...script };
  const answerTo = (url: URL): unknown => {
    if (url.pathname === "/token") return { access_token: "token-0001", expires_in: 3600 };
    const { searchParams } = url;
    if (url.pathname.endsWith("/search")) {
      searches += 1;
      const [limit, offset] = ["limit", "offset"].map((name) => Number(searchParams.get(name)));
      const reference = searchParams.get("externalReference");
      return current.search({ limit: limit ?? 0, offset: offset ?? 0, reference }, searches);
    }
    const id = url.pathname.slice(url.pathname.lastIndexOf("/") + 1);
    fetched.push(id);
    return current.declaration?.(id);
  };
  const server = createServer((request, response) => {
    const answer = answerTo(new URL(request.url ?? "", "http://localhost"));
    if (answer === NO_ANSWER) return;
    if (answer === BUSY) response.statusCode = 503;
    else response.statusCode = answer === undefined ? 404 : 200;
    response.setHeader("content-type", "application/json");
    response.end(typeof answer === "string" ? answer : JSON.stringify(answer ?? {}));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const cas = defaultCasSettings("acceptance", { clientId: "id", clientSecret: "s3cret-s3cret" });
  const log = (): undefined => undefined;
  const clock = systemClock;
  const direct = createCasClient(
    { ...cas, apiUrl: origin, tokenUrl: `${origin}/token` },
    { clock, log },
  );
  const throttle = createThrottle({ ratePerSecond: Infinity, clock });
  const client = throttledClient(direct, { throttle, clock, random: Math.random, log });
  const opened = await openBooks(clock);
  onTestFinished(async () => {
    await client.close();
    server.closeAllConnections();
    server.close();
    await opened[Symbol.asyncDispose]();
  });
  if (references.length > 0) {
    await opened.accept(
      references.map((externalReference) => ({ key: { direction: "IN", externalReference } })),
    );
  }
  const { books } = opened;
  const dependencies = { client, books, clock, log, onProgress: log };
  const { signal } = new AbortController();
  const bounds = (settings: Partial<typeof defaultReconcileSettings>) => ({
    ...defaultReconcileSettings,
    ...settings,
  });
  return {
    books,
    current,
    fetched,
    searches: () => searches,
    run: (settings: Partial<typeof defaultReconcileSettings> = {}) =>
      reconcile(dependencies, { settings: bounds(settings), signal }),
    wait: (waitMsMax: number) =>
      waitUntilAtRest(dependencies, {
        settings: { pollDelayMs: 50, quietMs: 60_000, waitMsMax },
        reconcile: bounds({}),
        signal,
      }),
  };
}

function declaration(id: string, reference: string, currentStatus: string | null = "Released") {
  const names = { direction: "IN", externalReference: reference };
  return { declarationId: id, ...names, ...(currentStatus === null ? {} : { currentStatus }) };
}

test("reconcile() fetches an element without a status by itself, and takes the others as they are", async () => {
  const { run, fetched, books } = await prepare(["PO-1", "PO-2"], {
    search: () => [declaration("1", "PO-1", null), declaration("2", "PO-2")],
    declaration: (id) => declaration(id, "PO-1", "Accepted"),
  });
  expect(await run()).toMatchObject({ declarationsSeen: 2, gaps: [], unseen: null });
  expect(fetched).toEqual(["1"]);
  const recorded = await collect(books.declarations({ latest: true }));
  expect(recorded.map(({ summary }) => summary.currentStatus).toSorted()).toEqual([
    "Accepted",
    "Released",
  ]);
});

test("reconcile() names what cannot be read either way, night for night until it can", async () => {
  const { run, fetched, current, books } = await prepare(["PO-1", "PO-2"], {
    search: () => [declaration("1", "PO-1", null), declaration("2", "PO-2")],
    declaration: (id) => declaration(id, "PO-1", null),
  });
  const first = await run();
  expect(first).toMatchObject({ declarationsSeen: 1, unseen: null });
  expect(first.gaps).toEqual([
    {
      code: "declarations-unread",
      count: 1,
      shown: [{ declarationId: "1", fault: "currentStatus: is missing" }],
    },
  ]);
  expect(first.gaps.map(gapWords).join()).toBe(
    "1 declaration could not be read: declaration 1 (currentStatus: is missing). Look it up in CAS, and report it to Customs4trade",
  );
  expect(exitCodeOfReconcile(first.gaps, 0)).toBe(5);
  // One that cannot be read is asked for once, not six times.
  expect(fetched).toEqual(["1"]);

  // The search shows it no more, and it is not forgotten; the window has moved on all the same.
  current.search = () => [];
  expect((await run()).gaps).toEqual(first.gaps);
  expect(await books.searchedUntil()).not.toBeNull();

  current.declaration = (id) => declaration(id, "PO-1", "Accepted");
  expect((await run()).gaps).toEqual([]);
  expect(await books.unreadDeclarations()).toEqual([]);
  const recorded = await collect(books.declarations({ latest: true }));
  expect(recorded).toHaveLength(2);
});

test("reconcile() forgets one that CAS does not have any more", async () => {
  const { run, current } = await prepare(["PO-1"], {
    search: () => [declaration("1", "PO-1", null)],
    declaration: (id) => declaration(id, "PO-1", null),
  });
  await run();
  current.search = () => [];
  current.declaration = () => undefined;
  expect((await run()).gaps).toEqual([]);
});

test("reconcile() says that changes may be unseen where an unreadable element names no shipment", async () => {
  const { run } = await prepare(["PO-1"], {
    search: () => [{ declarationId: "1" }, declaration("2", "PO-1")],
    declaration: () => ({ declarationId: "1" }),
  });
  expect((await run()).unseen).toEqual({ code: "declarations-unidentified", count: 1 });
});

test("reconcile() reads an element without an id again with the next window", async () => {
  const { run, books } = await prepare(["PO-1"], {
    search: () => [{ currentStatus: "New" }, declaration("2", "PO-1")],
  });
  const { gaps } = await run();
  expect(gaps.map(gapWords).join()).toContain("one without an id (declarationId: is missing)");
  expect(await books.searchedUntil()).toBeNull();
});

test("reconcile() takes no side where an element names its status twice", async () => {
  const { run } = await prepare(["PO-1"], {
    search: () =>
      '[{"id":"1","externalReference":"PO-1","direction":"IN","currentStatus":"Invalid","currentStatus":"Released"}]',
    declaration: () => '{"id":"1","currentStatus":"Invalid","currentStatus":"Released"}',
  });
  const { gaps } = await run();
  expect(gaps.map(gapWords).join()).toContain("currentStatus is named twice");
});

test("claim() holds a change of a shipment whose declaration cannot be read, and of no other", async () => {
  const { run, books } = await prepare(["PO-1", "PO-2"], {
    search: () => [declaration("1", "PO-1", null), declaration("2", "PO-2", "Invalid")],
    declaration: (id) => declaration(id, "PO-1", null),
  });
  await run();
  expect(await books.unreadDeclarations()).toMatchObject([
    { declarationId: "1", isForeign: false },
  ]);
  const [unread] = await books.unreadDeclarations();
  const [owner] = await books.findShipments(["PO-1"]);
  expect(unread?.shipmentId).toBe(owner?.shipmentId);
  const holdReason = createHoldReason({ allowAmend: false, acceptedAndBeyond: () => false });
  const key = { externalReference: "PO-1", direction: "IN" } as const;
  const message = { key, messageType: "Upsert", amendAllowed: false } as const;
  expect(holdReason({ ...message, declarationStatuses: ["not readable"] })).toMatchObject({
    code: "would-amend",
  });
  expect(holdReason({ ...message, declarationStatuses: ["Invalid"] })).toBeNull();
});

test("reconcile() stops where the server takes no notice of the offset, and says so", async () => {
  const page = Array.from({ length: 100 }, (_one, at) => declaration(`d${String(at)}`, "X"));
  const { run, searches } = await prepare(["PO-1"], {
    search: ({ limit }) => page.slice(0, limit),
  });
  const { gaps, unseen } = await run();
  expect(searches()).toBeLessThan(40);
  expect(unseen).toEqual({ code: "search-cut", because: "repeats" });
  expect(gapWords(gaps[0] as never)).toContain("CAS shows the same declarations on every page");
  expect(exitCodeOfReconcile(gaps, 0)).toBe(5);
});

test("reconcile() stops where the server gives the same declarations in ever new order", async () => {
  const page = Array.from({ length: 250 }, (_one, at) => declaration(`d${String(at)}`, "X"));
  const { run, searches } = await prepare(["PO-1"], {
    search: ({ limit }, nth) => [...page.slice(nth % 150), ...page].slice(0, limit),
  });
  expect((await run()).unseen).toMatchObject({ because: "repeats" });
  expect(searches()).toBeLessThan(250);
});

test("reconcile() stops at its bound where every page is new, and says so", async () => {
  let made = 0;
  const { run } = await prepare(["PO-1"], {
    search: ({ limit }) =>
      Array.from({ length: limit }, () => declaration(`d${String((made += 1))}`, "X")),
  });
  // Besides those of the window, ten pages for the one shipment.
  const { unseen, declarationsSeen, completeUpTo } = await run({ declarationsMax: 2_000 });
  expect(unseen).toEqual({ code: "search-cut", because: "count" });
  expect(declarationsSeen).toBeLessThan(3_100);
  expect(completeUpTo).toBeNull();
});

test("waitUntilAtRest() ends in time where pages never end", async () => {
  let made = 0;
  const { wait } = await prepare(["PO-1"], {
    search: ({ limit }) =>
      Array.from({ length: limit }, () => declaration(`d${String((made += 1))}`, "X")),
  });
  const startedMs = performance.now();
  const { summary } = await wait(1_500);
  expect(performance.now() - startedMs).toBeLessThan(10_000);
  expect(summary.unseen).toEqual({ code: "search-cut", because: "time" });
  expect(exitCodeOfReconcile(summary.gaps, 0)).toBe(5);
});

test.each([NO_ANSWER, BUSY])("waitUntilAtRest() ends in time where CAS has %s", async (answer) => {
  const { wait } = await prepare(["PO-1"], { search: () => answer });
  const startedMs = performance.now();
  expect((await wait(1_500)).summary.unseen).toEqual({ code: "search-cut", because: "time" });
  expect(performance.now() - startedMs).toBeLessThan(6_000);
});

test("reconcile() reads pages on which nothing can be read but ids", async () => {
  const all = Array.from({ length: 250 }, (_one, at) => declaration(`d${String(at)}`, "X", null));
  const { run, fetched } = await prepare(["PO-1"], {
    search: ({ limit, offset, reference }) =>
      reference === null ? all.slice(offset, offset + limit) : [],
    declaration: (id) => declaration(id, "X", "Released"),
  });
  expect(await run()).toMatchObject({ gaps: [], unseen: null });
  expect(new Set(fetched).size).toBe(250);
  expect(fetched).toHaveLength(250);
});

test("waitUntilAtRest() without a wait takes one whole look", async () => {
  const { wait } = await prepare(["PO-1"], { search: () => [declaration("1", "PO-1")] });
  expect((await wait(0)).summary.gaps).toEqual([]);
});

test("reconcile() fetches all errors there are, and leaves those that it may not fetch open", async () => {
  const references = Array.from({ length: 1_150 }, (_one, at) => `PO-${String(at)}`);
  const all = references.map((reference) => declaration(`D${reference}`, reference, "Invalid"));
  const { run, fetched } = await prepare(references, {
    search: ({ limit, offset }) => all.slice(offset, offset + limit),
    declaration: (id) => ({
      ...declaration(id, id.slice(1), "Invalid"),
      errors: [{ errorCode: "V1" }],
    }),
  });
  const first = await run({ errorFetchesMax: 20 });
  expect(first.gaps).toEqual([{ code: "errors-not-fetched", count: 1_130 }]);
  expect(exitCodeOfReconcile(first.gaps, 4)).toBe(4);
  expect((await run()).gaps).toEqual([]);
  expect(new Set(fetched).size).toBe(1_150);
}, 60_000);
