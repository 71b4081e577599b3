// A simulator, and a caller who has nothing but the documentation: a token, and plain HTTP.
import { expect, onTestFinished } from "vitest";
import {
  startSimulator,
  type Simulator,
  type SimulatorOptions,
} from "../../../src/simulator/start-simulator.ts";
import { call, temporaryStateFile, type Reply } from "../simulator-session.ts";
import { eventually } from "../webhook-receiver.ts";
import { seed } from "./seed.ts";

/** Steps last a fiftieth of a second, so that a test sees a declaration's whole way. */
const TIME_SCALE = 50;

const SCOPES = [
  "create:messages",
  "read:declarations",
  "create:subscriptions",
  "read:subscriptions",
  "delete:subscriptions",
  "read:documents",
  "create:wms",
  "read:wms",
];

interface Found {
  readonly declarationId: string;
  readonly currentStatus: string;
}

export interface Conversation {
  readonly simulator: Simulator;
  readonly get: (path: string) => Promise<Reply>;
  readonly send: (method: string, path: string, body: string) => Promise<Reply>;
  readonly declarationsOf: (externalReference: string) => Promise<readonly Found[]>;
  /** The id of a shipment's one declaration, once that has a status. */
  readonly declarationIn: (status: string, externalReference: string) => Promise<string>;
}

/** Source: seeds/000 step 1. */
export function tokenForm(environment: "acc" | "prd"): string {
  return seed("000-step-1-token-form")
    .replaceAll("{client_id}", "simulator")
    .replaceAll("{client_secret}", "simulator")
    .replaceAll("{env}", environment);
}

export function askForToken(simulator: Simulator, form: string): Promise<Reply> {
  return call(`${simulator.url}/oauth2/v2.0/token`, {
    method: "POST",
    headers: { "content-type": "application/x-www-form-urlencoded" },
    body: form,
  });
}

export async function converse(options: Partial<SimulatorOptions> = {}): Promise<Conversation> {
  const simulator = await startSimulator({
    stateFile: temporaryStateFile(),
    timeScale: TIME_SCALE,
    scopes: SCOPES,
    ...options,
  });
  onTestFinished(() => simulator.close());
  const token = (await askForToken(simulator, tokenForm("acc"))).json as { access_token: string };
  const authorization = `Bearer ${token.access_token}`;
  const get: Conversation["get"] = (path) =>
    call(`${simulator.url}${path}`, { headers: { authorization } });
  const declarationsOf: Conversation["declarationsOf"] = async (reference) => {
    const query = new URLSearchParams({ externalReference: reference }).toString();
    const reply = await get(`/v1/declarations/search?${query}`);
    expect(reply.status).toBe(200);
    return reply.json as readonly Found[];
  };
  return {
    simulator,
    get,
    send: (method, path, body) =>
      call(`${simulator.url}${path}`, {
        method,
        headers: { authorization, "content-type": "application/json" },
        body,
      }),
    declarationsOf,
    declarationIn: async (status, reference) => {
      let found: readonly Found[] = [];
      await eventually(
        async () => {
          found = await declarationsOf(reference);
          return found[0]?.currentStatus === status;
        },
        () => `${reference} is ${found[0]?.currentStatus ?? "not there"}, not ${status}`,
      );
      return found[0]?.declarationId ?? "";
    },
  };
}
