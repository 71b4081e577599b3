import { expect, test } from "vitest";
import type { CallOptions, CasClient, Receipt } from "../../../src/cas/cas-client.ts";
import { CannotNowError, CasBatchError, OutcomeUnknownError } from "../../../src/core/errors.ts";
import { createThrottle } from "../../../src/cas/throttle/throttle.ts";
import {
  defaultRetrySettings,
  throttledClient,
  type RetrySettings,
  type ThrottledClient,
} from "../../../src/cas/throttle/throttled-client.ts";
import { silentCas } from "../silent-cas.ts";
import { createScriptedCas } from "../../submit/scripted-cas.ts";
import { createVirtualClock, type VirtualClock } from "../../submit/virtual-clock.ts";

const page = { limit: 100, offset: 0 };
const query = { externalReference: "S-1" };

function throttled(
  client: CasClient,
  clock: VirtualClock,
  options: {
    readonly ratePerSecond?: number;
    readonly retry?: RetrySettings;
    readonly random?: () => number;
  } = {},
): ThrottledClient {
  const { ratePerSecond = Infinity, retry = defaultRetrySettings, random = () => 1 } = options;
  const throttle = createThrottle({ ratePerSecond, clock });
  return throttledClient(client, { throttle, clock, random, log: () => undefined, retry });
}

const turn = {
  startSignal: new AbortController().signal,
  signal: new AbortController().signal,
  onStart: () => undefined,
  onNothingTaken: () => undefined,
};

function sendOn(client: ThrottledClient): Promise<Receipt> {
  return client.sendInTurn("CustomsShipment", "{}", turn);
}

const unreachable = new CannotNowError("unreachable", "Nobody listens");

test("throttledClient() repeats a failed search with growing delays until it succeeds", async () => {
  const clock = createVirtualClock();
  const atMs: number[] = [];
  const cas = createScriptedCas({
    search: (_reference, nth) => {
      atMs.push(clock.elapsedMs());
      return nth < 5 ? Promise.reject(unreachable) : Promise.resolve([]);
    },
  });
  await throttled(cas, clock).searchDeclarations(query, page);
  expect(atMs).toEqual([0, 500, 1_500, 3_500, 7_500]);
});

test("throttledClient() spreads its delays over the whole range (full jitter)", async () => {
  const clock = createVirtualClock();
  const cas = createScriptedCas({
    search: (_reference, nth) => (nth === 1 ? Promise.reject(unreachable) : Promise.resolve([])),
  });
  await throttled(cas, clock, { random: () => 0.1 }).searchDeclarations(query, page);
  expect(clock.elapsedMs()).toBe(50);
});

test("throttledClient() gives a search up after its attempts, with the last error", async () => {
  const clock = createVirtualClock();
  const cas = createScriptedCas({ search: () => Promise.reject(unreachable) });
  await expect(throttled(cas, clock).searchDeclarations(query, page)).rejects.toBe(unreachable);
  expect(cas.searched).toHaveLength(defaultRetrySettings.attemptsMax);
});

test("throttledClient() gives a search up when the next try would be beyond its time", async () => {
  const clock = createVirtualClock();
  const retry = { attemptsMax: 100, totalMaxMs: 10_000, baseDelayMs: 500, delayMaxMs: 4_000 };
  const cas = createScriptedCas({ search: () => Promise.reject(unreachable) });
  await expect(throttled(cas, clock, { retry }).searchDeclarations(query, page)).rejects.toBe(
    unreachable,
  );
  expect(clock.elapsedMs()).toBeLessThanOrEqual(10_000);
  expect(cas.searched.length).toBeGreaterThan(3);
});

test("throttledClient() waits as long as CAS asks for, and so does everybody else", async () => {
  const clock = createVirtualClock();
  const sentAtMs: number[] = [];
  const cas = createScriptedCas({
    search: (_reference, nth) =>
      nth === 1
        ? Promise.reject(new CannotNowError("rate-limited", "429", { retryAfterMs: 40_000 }))
        : Promise.resolve([]),
    send: () => {
      sentAtMs.push(clock.elapsedMs());
      return Promise.resolve({ referenceId: "r" });
    },
  });
  const client = throttled(cas, clock);
  const searching = client.searchDeclarations(query, page);
  await clock.sleep(1);
  await expect(sendOn(client)).rejects.toMatchObject({ code: "rate-limited" });
  await searching;
  await sendOn(client);
  expect(sentAtMs).toHaveLength(1);
  expect(sentAtMs[0]).toBeGreaterThanOrEqual(40_000);
});

test("throttledClient() does not wait for a Retry-After beyond its budget", async () => {
  const clock = createVirtualClock();
  const tooLong = new CannotNowError("rate-limited", "429", { retryAfterMs: 86_400_000 });
  const cas = createScriptedCas({ search: () => Promise.reject(tooLong) });
  const client = throttled(cas, clock);
  await expect(client.searchDeclarations(query, page)).rejects.toBe(tooLong);
  await expect(client.searchDeclarations(query, page)).rejects.toMatchObject({
    code: "rate-limited",
  });
  expect(cas.searched).toHaveLength(1);
  expect(clock.elapsedMs()).toBe(0);
});

test.each([
  ["cannot go on", new CasBatchError("scope-missing", "403")],
  ["must not be repeated blindly", new OutcomeUnknownError("outcome-unknown", "No answer")],
])("throttledClient() does not repeat a search that %s", async (_what, error) => {
  const cas = createScriptedCas({ search: () => Promise.reject(error) });
  const client = throttled(cas, createVirtualClock());
  await expect(client.searchDeclarations(query, page)).rejects.toBe(error);
  expect(cas.searched).toHaveLength(1);
});

test("throttledClient() never repeats a send by itself", async () => {
  const cas = createScriptedCas({ send: () => Promise.reject(unreachable) });
  const client = throttled(cas, createVirtualClock());
  await expect(sendOn(client)).rejects.toBe(unreachable);
  expect(cas.sent).toHaveLength(1);
});

test("throttledClient() stops waiting for a repeat when it is aborted", async () => {
  const clock = createVirtualClock();
  const cas = createScriptedCas({ search: () => Promise.reject(unreachable) });
  const controller = new AbortController();
  const searching = throttled(cas, clock).searchDeclarations(query, page, {
    signal: controller.signal,
  });
  await clock.sleep(1);
  controller.abort(new Error("SIGINT"));
  await expect(searching).rejects.toThrow("SIGINT");
  expect(cas.searched).toHaveLength(1);
});

test("throttledClient() holds sending and searching together to one rate", async () => {
  const clock = createVirtualClock();
  const client = throttled(createScriptedCas(), clock, { ratePerSecond: 10 });
  await Promise.all(
    Array.from({ length: 40 }, (_, index) =>
      index % 2 === 0 ? sendOn(client) : client.searchDeclarations(query, page),
    ),
  );
  expect(clock.elapsedMs()).toBeGreaterThanOrEqual(3_900);
});

test("sendInTurn() gives its turn back when onStart throws", async () => {
  const cas = createScriptedCas();
  const clock = createVirtualClock();
  const client = throttled(cas, clock, { ratePerSecond: 1 });
  const onStart = (): void => {
    throw new CasBatchError("lock-held", "The lease has run out");
  };
  await expect(
    client.sendInTurn("CustomsShipment", "{}", { ...turn, onStart }),
  ).rejects.toMatchObject({
    code: "lock-held",
  });
  expect(cas.sent).toEqual([]);
  await client.searchDeclarations(query, page);
  expect(clock.elapsedMs()).toBeLessThan(1_100);
});

test("throttledClient() repeats a change that was certainly not taken, and tells so each time", async () => {
  const clock = createVirtualClock();
  let asked = 0;
  let nothingTaken = 0;
  const cas: CasClient = {
    ...silentCas,
    changeDeclaration: () => {
      asked += 1;
      return asked < 3
        ? Promise.reject(unreachable)
        : Promise.resolve({ status: 202, referenceId: null, raw: "" });
    },
  };
  const change = { kind: "update", declarationId: "1", body: "{}" } as const;
  const onNothingTaken = (): void => {
    nothingTaken += 1;
  };
  expect(await throttled(cas, clock).changeDeclaration(change, { onNothingTaken })).toMatchObject({
    status: 202,
  });
  expect([asked, nothingTaken]).toEqual([3, 2]);
});

test.each([
  new OutcomeUnknownError("outcome-unknown", "No answer came"),
  new CasBatchError("scope-missing", "No right"),
])("throttledClient() sends a change once after $name", async (error) => {
  let asked = 0;
  const changeDeclaration = (): Promise<never> => {
    asked += 1;
    return Promise.reject(error);
  };
  const client = throttled({ ...silentCas, changeDeclaration }, createVirtualClock());
  const change = { kind: "delete-item", declarationId: "1", itemId: "2" } as const;
  await expect(client.changeDeclaration(change)).rejects.toBe(error);
  expect(asked).toBe(1);
});

const unavailable = new CannotNowError("server-error", "CAS answered 503", { retryAfterMs: 1_000 });

/** Answers 503 to what is written, and counts it. */
function unavailableCas(): { readonly client: ThrottledClient; readonly asked: () => number } {
  let asked = 0;
  const ask = (options: CallOptions | undefined): Promise<never> => {
    asked += 1;
    options?.onWrite?.();
    return Promise.reject(unavailable);
  };
  const cas: CasClient = {
    ...silentCas,
    changeDeclaration: (_change, options) => ask(options),
    createSubscription: (_subscription, options) => ask(options),
    deleteSubscription: (_id, options) => ask(options),
    ingest: (_kind, _body, options) => ask(options),
  };
  return { client: throttled(cas, createVirtualClock()), asked: () => asked };
}

const changeCalls: Readonly<Record<string, (client: ThrottledClient) => Promise<unknown>>> = {
  "an action": (client) =>
    client.changeDeclaration({ kind: "action", declarationId: "1", action: "submit", body: null }),
  "a new item": (client) =>
    client.changeDeclaration({ kind: "add-item", declarationId: "1", body: "{}" }),
  "a subscription": (client) =>
    client.createSubscription({ eventType: "E", destinationUrl: "https://a.example" }),
  "the deletion of a subscription": (client) => client.deleteSubscription("1"),
  "a certificate of origin": (client) => client.ingest("CertificateOfOrigin", "{}"),
  "a shipment of the default type": (client) => client.ingest("CustomsShipment", "{}"),
  "a New shipment": (client) => client.ingest("CustomsShipment", `{"messageType":"New"}`),
};

test.each(Object.entries(changeCalls))(
  "throttledClient() sends %s once after 503, which a gateway may have passed on",
  async (_what, call) => {
    const { client, asked } = unavailableCas();
    await expect(call(client)).rejects.toBeInstanceOf(OutcomeUnknownError);
    expect(asked()).toBe(1);
    expect(client.pausedForMs()).toBeGreaterThan(0);
  },
);

test.each([
  ["ArticleDataItem", "{}"],
  ["CustomsShipment", `{"messageType":"Upsert"}`],
] as const)("throttledClient() repeats %s %s after 503: it is harmless", async (kind, body) => {
  const { client, asked } = unavailableCas();
  await expect(client.ingest(kind, body)).rejects.toBe(unavailable);
  expect(asked()).toBe(defaultRetrySettings.attemptsMax);
});

test("throttledClient() repeats a change when only its token could not be had", async () => {
  let asked = 0;
  const changeDeclaration = (): Promise<never> => {
    asked += 1;
    return Promise.reject(unavailable);
  };
  const client = throttled({ ...silentCas, changeDeclaration }, createVirtualClock());
  const change = { kind: "delete-item", declarationId: "1", itemId: "2" } as const;
  await expect(client.changeDeclaration(change)).rejects.toBe(unavailable);
  expect(asked).toBe(defaultRetrySettings.attemptsMax);
});
