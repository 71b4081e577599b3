// A simulator on a clock that stands still until it is moved, and a client that has a token.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { request } from "undici";
import { onTestFinished } from "vitest";
import type { Clock } from "../../src/core/time/clock.ts";
import type { JournalEntry } from "../../src/simulator/journal/journal-entry.ts";
import {
  startSimulator,
  type Simulator,
  type SimulatorOptions,
} from "../../src/simulator/start-simulator.ts";

export interface HandClock extends Clock {
  readonly move: (byMs: number) => void;
}

export const EVENING_MS = Date.parse("2026-11-20T18:00:00.000Z");

export function handClock(startMs = EVENING_MS): HandClock {
  let nowMs = startMs;
  return {
    now: () => new Date(nowMs),
    monotonicMs: () => nowMs - startMs,
    sleep: () => Promise.reject(new Error("Nobody sleeps on this clock")),
    move: (byMs) => {
      nowMs += byMs;
    },
  };
}

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly json: unknown;
}

export interface Session {
  readonly simulator: Simulator;
  readonly clock: HandClock;
  readonly stateFile: string;
  readonly get: (path: string, headers?: Record<string, string>) => Promise<Reply>;
  readonly post: (message: unknown, headers?: Record<string, string>) => Promise<Reply>;
  /** Any request with the token; a body that is no text goes as JSON. */
  readonly ask: (
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) => Promise<Reply>;
  /** Posts a message and lets `steps` of its processing happen. */
  readonly send: (message: unknown, steps?: number) => Promise<string>;
  readonly search: (query?: string) => Promise<readonly Summary[]>;
  readonly statusOf: (externalReference: string) => Promise<readonly string[]>;
  readonly entries: <Kind extends JournalEntry["kind"]>(
    kind: Kind,
  ) => readonly Extract<JournalEntry, { kind: Kind }>[];
}

interface Summary {
  readonly declarationId: string;
  readonly currentStatus: string;
  readonly externalReference: string;
  readonly lastUpdated: string;
  readonly creationDate: string;
  readonly mrn?: string;
  readonly [member: string]: unknown;
}

export function temporaryStateFile(): string {
  const folder = mkdtempSync(join(tmpdir(), "cas-simulator-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return join(folder, "state.jsonl");
}

export const SCOPE = "https://c4taccb2c.onmicrosoft.com/simulator/.default";

export function tokenForm(change: Record<string, string> = {}): string {
  return new URLSearchParams({
    grant_type: "client_credentials",
    client_id: "simulator",
    client_secret: "simulator",
    scope: SCOPE,
    ...change,
  }).toString();
}

export async function call(
  url: string,
  options: { method?: string; headers?: Record<string, string>; body?: string } = {},
): Promise<Reply> {
  const { statusCode, headers, body } = await request(url, {
    method: options.method ?? "GET",
    ...(options.headers === undefined ? {} : { headers: options.headers }),
    ...(options.body === undefined ? {} : { body: options.body }),
  });
  const text = await body.text();
  return {
    status: statusCode,
    headers,
    text,
    get json(): unknown {
      return JSON.parse(text) as unknown;
    },
  };
}

export async function fetchToken(simulator: Simulator): Promise<string> {
  const reply = await call(simulator.tokenUrl, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: tokenForm(),
  });
  return (reply.json as { access_token: string }).access_token;
}

export const STEP_MS = 1000;
const ALL_STEPS = 20;

export async function openSession(
  options: Partial<SimulatorOptions> & { readonly clock?: HandClock } = {},
): Promise<Session> {
  const clock = options.clock ?? handClock();
  const stateFile = options.stateFile ?? temporaryStateFile();
  const simulator = await startSimulator({ ...options, stateFile, clock });
  onTestFinished(() => simulator.close());
  const authorization = `Bearer ${await fetchToken(simulator)}`;

  const get: Session["get"] = (path, headers = {}) =>
    call(`${simulator.url}${path}`, { headers: { authorization, ...headers } });
  const post: Session["post"] = (message, headers = {}) =>
    call(`${simulator.url}/v1/customsshipments`, {
      method: "POST",
      headers: { authorization, "content-type": "application/json", ...headers },
      body: typeof message === "string" ? message : JSON.stringify(message),
    });
  const ask: Session["ask"] = (method, path, body, headers = {}) =>
    call(`${simulator.url}${path}`, {
      method,
      headers: {
        authorization,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...headers,
      },
      ...(body === undefined
        ? {}
        : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
  const search: Session["search"] = async (query = "") => {
    const reply = await get(`/v1/declarations/search${query}`);
    if (reply.status !== 200) throw new Error(`Search answered ${reply.status}: ${reply.text}`);
    return reply.json as readonly Summary[];
  };
  return {
    simulator,
    clock,
    stateFile,
    get,
    post,
    ask,
    send: async (message, steps = ALL_STEPS) => {
      const reply = await post(message);
      if (reply.status !== 202) throw new Error(`Post answered ${reply.status}: ${reply.text}`);
      clock.move(steps * STEP_MS);
      return (reply.json as { referenceId: string }).referenceId;
    },
    search,
    statusOf: async (externalReference) =>
      (await search(`?externalReference=${encodeURIComponent(externalReference)}`)).map(
        ({ currentStatus }) => currentStatus,
      ),
    entries: <Kind extends JournalEntry["kind"]>(kind: Kind) =>
      simulator
        .journal()
        .filter((entry): entry is Extract<JournalEntry, { kind: Kind }> => entry.kind === kind),
  };
}

type Json = Record<string, unknown>;

export function goodsItem(change: Json = {}): Json {
  return {
    commodity: { description: "Electronic components", classification: { id: "85423190" } },
    goodsMeasure: { gmass: 100, nmass: 95 },
    packaging: [{ type: "CT", quantity: 5, shippingMarks: "ELEC-001" }],
    customsValue: { amount: 25000, currency: "EUR" },
    ...change,
  };
}

export function itemWithCode(id: string): Json {
  return goodsItem({ commodity: { description: "Goods", classification: { id } } });
}

/** The message of the quick start tutorial, with changes at its three upper levels. */
export function shipment(
  change: Json = {},
  documentChange: Json = {},
  goodsShipmentChange: Json = {},
): Json {
  return {
    direction: "IN",
    externalReference: "MY-SHIPMENT-001",
    storageLocationReference: "WAREHOUSE-01",
    messageType: "Upsert",
    singleAdministrativeDocument: {
      declType: "IM",
      addDeclType: "Z",
      invoiceCurrency: "EUR",
      declarationOfficeCode: "BE212000",
      goodsShipment: {
        consignor: { businessPartnerReference: [{ code: "US12345678", type: "Eori" }] },
        consignee: { businessPartnerReference: [{ code: "BE0123456789", type: "Eori" }] },
        governmentAgencyGoodsItems: [goodsItem()],
        ...goodsShipmentChange,
      },
      ...documentChange,
    },
    ...change,
  };
}

export function shipmentWithItems(items: readonly Json[], change: Json = {}): Json {
  return shipment(change, {}, { governmentAgencyGoodsItems: items });
}
