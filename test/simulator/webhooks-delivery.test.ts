import { describe, expect, onTestFinished, test } from "vitest";
import type { Subscription, WebhookEntry } from "../../src/simulator/journal/webhook-entry.ts";
import {
  createDelivering,
  isReachable,
  type Delivering,
  type WebhookOptions,
} from "../../src/simulator/webhooks/delivery.ts";
import { EVENING_MS, handClock, type HandClock } from "./simulator-session.ts";
import { answer, eventually, startReceiver, type Received } from "./webhook-receiver.ts";

interface Setting {
  readonly delivering: Delivering;
  readonly journal: WebhookEntry[];
  readonly clock: HandClock;
  readonly notify: (eventSubType?: string) => void;
  readonly attempts: () => readonly Extract<WebhookEntry, { kind: "delivery" }>[];
  /** Waits for so many attempts to be in the journal, letting what is due happen. */
  readonly untilAttempts: (count: number) => Promise<void>;
}

function open(
  options: WebhookOptions = {},
  {
    journal = [],
    clock = handClock(),
    timeScale = 1,
  }: Partial<{
    journal: WebhookEntry[];
    clock: HandClock;
    timeScale: number;
  }> = {},
): Setting {
  const delivering = createDelivering({
    idFor: (name) => `id of ${name}`,
    append: (entry) => journal.push(entry),
    clock,
    timeScale,
    options,
    log: undefined,
  });
  journal.forEach(delivering.apply);
  onTestFinished(() => delivering.close());
  const attempts: Setting["attempts"] = () => journal.filter((entry) => entry.kind === "delivery");
  return {
    delivering,
    journal,
    clock,
    notify: (eventSubType = "Released") => {
      delivering.notify(() => ({
        eventType: "DeclarationStatusChanged",
        eventSubType,
        bodyOf: (id) => JSON.stringify({ id, eventSubType }),
      }));
    },
    attempts,
    untilAttempts: (count) =>
      eventually(
        () => {
          delivering.advance(clock.now().getTime());
          return attempts().length >= count;
        },
        () => `${String(attempts().length)} of ${String(count)} attempts`,
      ),
  };
}

function subscribe(
  { delivering, journal }: Setting,
  url: string,
  change: Partial<Subscription["destination"]> & { eventSubType?: string } = {},
): string {
  const { eventSubType = null, ...protection } = change;
  const id = delivering.nextId();
  const entry: WebhookEntry = {
    kind: "subscribed",
    at: "",
    subscription: {
      id,
      eventType: "DeclarationStatusChanged",
      eventSubType,
      destinationType: "OAuthApiDestination",
      destination: { url, oAuth: null, apiKey: null, ...protection },
    },
  };
  journal.push(entry);
  delivering.apply(entry);
  return id;
}

const SECOND_MS = 1000;
const HOUR_MS = 3600 * SECOND_MS;
const DAY_MS = 24 * HOUR_MS;

describe("createDelivering()", () => {
  test("posts the event to those who want its type and subtype, and to nobody else", async () => {
    const setting = open();
    const [all, released, invalid] = [
      await startReceiver(),
      await startReceiver(),
      await startReceiver(),
    ];
    subscribe(setting, all.url);
    subscribe(setting, released.url, { eventSubType: "Released" });
    subscribe(setting, invalid.url, { eventSubType: "Invalid" });
    setting.notify();
    await setting.untilAttempts(2);
    expect(all.received).toHaveLength(1);
    expect(all.received[0]).toMatchObject({
      path: "/webhooks/cas",
      headers: { "content-type": "application/json", "cas-batch-simulator": "1" },
    });
    expect(released.received[0]?.text).toBe(all.received[0]?.text);
    expect(invalid.received).toHaveLength(0);
  });

  test.each([200, 201, 202, 204, 299])("takes %i as acknowledged", async (status) => {
    const setting = open();
    subscribe(setting, (await startReceiver(answer(status))).url);
    setting.notify();
    await setting.untilAttempts(1);
    expect(setting.attempts()).toMatchObject([
      { result: "acknowledged", status, nextAttemptAt: null },
    ]);
  });

  test.each([301, 307, 400, 401, 404, 410, 429, 500, 503])(
    "sends again after %i",
    async (status) => {
      const setting = open();
      const receiver = await startReceiver((response, _received, count) =>
        response.writeHead(count === 1 ? status : 200, { location: receiver.url }).end(),
      );
      subscribe(setting, receiver.url);
      setting.notify();
      await setting.untilAttempts(1);
      setting.clock.move(9 * SECOND_MS);
      setting.delivering.advance(setting.clock.now().getTime());
      expect(setting.attempts()).toMatchObject([{ result: "failed", status }]);
      setting.clock.move(2 * SECOND_MS);
      await setting.untilAttempts(2);
      expect(setting.attempts()[1]).toMatchObject({ attempt: 2, result: "acknowledged" });
      expect(new Set(receiver.received.map(({ text }) => text)).size).toBe(1);
    },
  );

  test.each([1, 60])(
    "keeps the documented schedule until the event expires, %i times as fast",
    async (timeScale) => {
      const setting = open({}, { timeScale });
      subscribe(setting, (await startReceiver(answer(500))).url);
      setting.notify();
      for (let attempt = 1; attempt <= 11; attempt += 1) {
        await setting.untilAttempts(attempt);
        const { nextAttemptAt } = setting.attempts()[attempt - 1] ?? {};
        if (nextAttemptAt == null) break;
        setting.clock.move(Date.parse(nextAttemptAt) - setting.clock.now().getTime());
      }
      const times = setting.attempts().map(({ at }) => (Date.parse(at) - EVENING_MS) * timeScale);
      const pauses = times.slice(1).map((time, index) => time - (times[index] ?? 0));
      const documented = [10, 30, 60, 300, 600, 1800, 3600, 10_800, 21_600, 43_200];
      expect(pauses.length).toBeGreaterThanOrEqual(9);
      pauses.forEach((pauseMs, index) => {
        const delayMs = (documented[index] ?? 0) * SECOND_MS;
        expect(pauseMs).toBeGreaterThanOrEqual(delayMs - timeScale);
        expect(pauseMs).toBeLessThanOrEqual(1.1 * delayMs + timeScale);
      });
      expect(setting.attempts().at(-1)).toMatchObject({ result: "expired", nextAttemptAt: null });
      expect(times.at(-1)).toBeLessThanOrEqual(DAY_MS);
      setting.clock.move(2 * DAY_MS);
      setting.delivering.advance(setting.clock.now().getTime());
      expect(setting.attempts().filter(({ result }) => result === "expired")).toHaveLength(1);
    },
  );

  test("sends again when nobody answers, or nobody is there", async () => {
    const setting = open({ timeoutMs: 50 });
    const silent = await startReceiver(() => undefined);
    subscribe(setting, silent.url);
    subscribe(setting, "http://127.0.0.1:1/nobody");
    setting.notify();
    await setting.untilAttempts(2);
    for (const attempt of setting.attempts()) {
      expect(attempt).toMatchObject({ result: "failed", status: null });
    }
    expect(setting.attempts().map(({ detail }) => detail)).toEqual(
      expect.arrayContaining([
        expect.stringContaining("No answer"),
        expect.stringContaining("ECONNREFUSED"),
      ]),
    );
  });

  test("goes on where it stopped after a restart, with the same bodies", async () => {
    const first = open();
    let isUp = false;
    const receiver = await startReceiver((response) => response.writeHead(isUp ? 200 : 503).end());
    subscribe(first, receiver.url);
    for (const status of ["Accepted", "Released"]) first.notify(status);
    await first.untilAttempts(2);
    first.notify("Cancelled");
    await first.delivering.close();
    isUp = true;
    const second = open({}, { journal: first.journal, clock: first.clock });
    second.clock.move(SECOND_MS);
    await second.untilAttempts(3);
    second.clock.move(11 * SECOND_MS);
    await second.untilAttempts(5);
    expect(second.attempts().slice(2)).toMatchObject(
      Array.from({ length: 3 }, () => ({ result: "acknowledged" })),
    );
    expect(new Set(receiver.received.map(({ text }) => text)).size).toBe(3);
    const third = open({}, { journal: second.journal, clock: first.clock });
    third.clock.move(DAY_MS);
    third.delivering.advance(third.clock.now().getTime());
    third.notify("Again");
    await third.untilAttempts(6);
    expect(third.attempts()).toHaveLength(6);
    expect(receiver.received.at(-1)?.event).toMatchObject({ id: "id of event 4" });
  });

  test("what a subscription waits for ends with it", async () => {
    const setting = open();
    const receiver = await startReceiver(answer(500));
    const subscriptionId = subscribe(setting, receiver.url);
    setting.notify();
    await setting.untilAttempts(1);
    const entry: WebhookEntry = { kind: "unsubscribed", at: "", subscriptionId };
    setting.delivering.apply(entry);
    setting.clock.move(HOUR_MS);
    setting.delivering.advance(setting.clock.now().getTime());
    setting.notify();
    expect(receiver.received).toHaveLength(1);
    expect(setting.journal.filter(({ kind }) => kind === "notification")).toHaveLength(1);
  });

  test("has no more than 16 attempts on their way to one receiver", async () => {
    const setting = open();
    const held: (() => void)[] = [];
    const receiver = await startReceiver((response) => {
      held.push(() => response.writeHead(200).end());
    });
    subscribe(setting, receiver.url);
    for (let count = 0; count < 40; count += 1) setting.notify();
    setting.delivering.advance(setting.clock.now().getTime());
    await receiver.until(16);
    expect(setting.attempts()).toHaveLength(0);
    await eventually(
      () => {
        held.splice(0).forEach((release) => {
          release();
        });
        return setting.attempts().length === 40;
      },
      () => `${String(setting.attempts().length)} attempts`,
    );
    expect(receiver.received).toHaveLength(40);
  });

  test("waits a moment for attempts on their way when it closes, and makes the others again", async () => {
    const setting = open();
    const silent = await startReceiver(() => undefined);
    const quick = await startReceiver();
    subscribe(setting, silent.url);
    subscribe(setting, quick.url);
    setting.notify();
    setting.delivering.advance(setting.clock.now().getTime());
    await silent.until(1);
    await setting.delivering.close();
    expect(setting.attempts()).toMatchObject([{ result: "acknowledged" }]);
    const next = open({ timeoutMs: 50 }, { journal: setting.journal, clock: setting.clock });
    await next.untilAttempts(2);
    expect(silent.received).toHaveLength(2);
  });
});

describe("protected destinations", () => {
  test("an API key goes in the header that the subscription names", async () => {
    const setting = open();
    const receiver = await startReceiver();
    subscribe(setting, receiver.url, { apiKey: { headerName: "X-Hook-Key", value: "s3cret" } });
    setting.notify();
    await setting.untilAttempts(1);
    expect(receiver.received[0]?.headers["x-hook-key"]).toBe("s3cret");
    expect(receiver.received[0]?.headers.authorization).toBeUndefined();
  });

  async function openProtected(expiresInS: number) {
    const setting = open();
    let given = 0;
    const tokens = await startReceiver((response) => {
      given += 1;
      const answered = {
        access_token: `token-${String(given)}`,
        token_type: "Bearer",
        expires_in: expiresInS,
      };
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(answered));
    });
    const refused: { token: string | null } = { token: null };
    const receiver = await startReceiver((response, { headers }) =>
      response.writeHead(headers.authorization === refused.token ? 401 : 200).end(),
    );
    const oAuth = {
      tokenUrl: tokens.url,
      clientId: "cas",
      clientSecret: "s3 cret",
      scope: "hooks",
    };
    subscribe(setting, receiver.url, { oAuth });
    return { setting, tokens, receiver, refused, oAuth };
  }

  const bearers = (received: readonly Received[]) =>
    received.map(({ headers }) => headers.authorization);

  test("a token of the token address goes with each event, one until shortly before it expires", async () => {
    const { setting, tokens, receiver } = await openProtected(100);
    for (let count = 0; count < 5; count += 1) setting.notify();
    await setting.untilAttempts(5);
    expect(Object.fromEntries(new URLSearchParams(tokens.received[0]?.text))).toEqual({
      grant_type: "client_credentials",
      client_id: "cas",
      client_secret: "s3 cret",
      scope: "hooks",
    });
    setting.clock.move(89 * SECOND_MS);
    setting.notify();
    await setting.untilAttempts(6);
    expect(new Set(bearers(receiver.received))).toEqual(new Set(["Bearer token-1"]));
    setting.clock.move(2 * SECOND_MS);
    setting.notify();
    await setting.untilAttempts(7);
    expect(bearers(receiver.received).at(-1)).toBe("Bearer token-2");
    expect(tokens.received).toHaveLength(2);
  });

  test("a token that the receiver refuses is not shown again", async () => {
    const { setting, receiver, refused } = await openProtected(3600);
    refused.token = "Bearer token-1";
    setting.notify();
    await setting.untilAttempts(1);
    setting.clock.move(11 * SECOND_MS);
    await setting.untilAttempts(2);
    expect(bearers(receiver.received)).toEqual(["Bearer token-1", "Bearer token-2"]);
    expect(setting.attempts()[1]).toMatchObject({ result: "acknowledged" });
  });

  test.each([
    ["refuses", answer(401), "answered 401"],
    ["answers something else", answer(200), "no OAuth token"],
  ])(
    "nothing is sent without a token when the token address %s",
    async (_name, respond, detail) => {
      const setting = open();
      const [tokens, receiver] = [await startReceiver(respond), await startReceiver()];
      const oAuth = { tokenUrl: tokens.url, clientId: "cas", clientSecret: "x", scope: null };
      subscribe(setting, receiver.url, { oAuth });
      setting.notify();
      await setting.untilAttempts(1);
      expect(receiver.received).toHaveLength(0);
      expect(setting.attempts()).toMatchObject([{ result: "failed", status: null }]);
      expect(setting.attempts()[0]?.detail).toContain(detail);
      setting.clock.move(11 * SECOND_MS);
      await setting.untilAttempts(2);
      expect(tokens.received).toHaveLength(2);
    },
  );
});

describe("faults", () => {
  async function flood(options: WebhookOptions, count = 200) {
    const setting = open(options);
    const receiver = await startReceiver();
    subscribe(setting, receiver.url);
    for (let index = 0; index < count; index += 1) setting.notify(`Status${String(index)}`);
    const planned = setting.journal.flatMap((entry) =>
      entry.kind === "notification"
        ? entry.deliveries.map(({ dueAt }) => Date.parse(dueAt) - EVENING_MS)
        : [],
    );
    return { setting, receiver, planned };
  }

  test("without any, each event is sent once, at once", async () => {
    const { planned } = await flood({});
    expect(planned).toEqual(Array.from({ length: 200 }, () => 0));
  });

  test("lost ones are never sent, and in the journal", async () => {
    const { setting, planned } = await flood({ faults: { lost: 0.25 } });
    expect(planned.length).toBeGreaterThan(120);
    expect(planned.length).toBeLessThan(180);
    expect(setting.journal.filter(({ kind }) => kind === "notification")).toHaveLength(200);
  });

  test("duplicated ones are sent again though they were acknowledged, with the same id", async () => {
    const { setting, receiver, planned } = await flood({ faults: { duplicated: 1 } }, 20);
    expect(planned).toHaveLength(40);
    setting.clock.move(60 * SECOND_MS);
    await setting.untilAttempts(40);
    expect(new Set(receiver.received.map(({ event }) => event.id)).size).toBe(20);
  });

  test("late ones come after an hour, reordered ones within ten seconds", async () => {
    const late = await flood({ faults: { late: 0.5 } });
    expect(new Set(late.planned)).toEqual(new Set([0, HOUR_MS]));
    const { setting, receiver, planned } = await flood({ faults: { reordered: 1 } });
    expect(Math.max(...planned)).toBeLessThan(10 * SECOND_MS);
    for (let second = 0; second < 10; second += 1) {
      setting.clock.move(SECOND_MS);
      await setting.untilAttempts(
        planned.filter((delayMs) => delayMs <= (second + 1) * SECOND_MS).length,
      );
    }
    expect(receiver.received).toHaveLength(200);
    const order = receiver.received.map(({ event }) =>
      Number(event.eventSubType.slice("Status".length)),
    );
    expect(order).not.toEqual(order.toSorted((left, right) => left - right));
  });

  test("the same events meet the same faults every time", async () => {
    const faults = { lost: 0.2, late: 0.2, reordered: 0.5, duplicated: 0.5 };
    expect((await flood({ faults })).planned).toEqual((await flood({ faults })).planned);
  });
});

describe("isReachable()", () => {
  const to = (url: string, tokenUrl: string | null = null) => ({
    url,
    apiKey: null,
    oAuth: tokenUrl === null ? null : { tokenUrl, clientId: "x", clientSecret: "x", scope: null },
  });

  test.each([
    "http://127.0.0.1:1/x",
    "http://127.9.9.9/x",
    "https://localhost/x",
    "http://[::1]:8/x",
  ])("%s is this machine", (url) => {
    expect(isReachable(to(url), [])).toBe(true);
  });

  test.each([
    "https://hooks.example.org/cas",
    "http://127.0.0.1.example.org/",
    "http://localhost.example.org/",
  ])("%s is another, unless it is allowed", (url) => {
    expect(isReachable(to(url), [])).toBe(false);
    expect(isReachable(to(url), [new URL(url).hostname])).toBe(true);
  });

  test("the token address counts too", () => {
    expect(isReachable(to("http://localhost/", "https://login.example.org/token"), [])).toBe(false);
  });

  test("no event goes to another machine", () => {
    const setting = open();
    subscribe(setting, "https://hooks.example.org/cas");
    setting.notify();
    setting.delivering.advance(setting.clock.now().getTime());
    expect(setting.journal).toContainEqual(
      expect.objectContaining({ kind: "notification", deliveries: [] }),
    );
  });
});
