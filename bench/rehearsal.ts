// A fresh ledger and a CAS in another process, for the benches that talk to one.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { defaultCasSettings } from "../src/cas/cas-settings.ts";
import { createCasClient } from "../src/cas/http-cas-client.ts";
import type { JsonObject } from "../src/core/json.ts";
import { contentHash } from "../src/core/content-hash.ts";
import type { Direction } from "../src/core/shipment.ts";
import type { LeaseHolder } from "../src/ledger/contract/leases.ts";
import type { LineDraft } from "../src/ledger/contract/staging.ts";
import type { LedgerBooks } from "../src/ledger/ledger.ts";
import { openSqliteLedger } from "../src/ledger/sqlite/sqlite-ledger.ts";
import { createThrottle } from "../src/cas/throttle/throttle.ts";
import { throttledClient, type ThrottledClient } from "../src/cas/throttle/throttled-client.ts";
import { surroundings } from "./surroundings.ts";

const RUN_ID = "bench";
const LINES_PER_WRITE = 500;

export interface Rehearsal {
  readonly runId: string;
  readonly url: string;
  readonly token: string;
  readonly client: ThrottledClient;
  readonly books: LedgerBooks;
  readonly holder: LeaseHolder;
  readonly close: () => Promise<void>;
}

/** A script of this folder that serves a CAS, and its arguments. */
type CasScript = (folder: string) => readonly [script: string, ...args: string[]];

export function instantCas(answerMs: number): CasScript {
  return () => ["instant-cas.ts", String(answerMs)];
}

export async function openRehearsal(
  folder: string,
  connections: number,
  cas: CasScript,
): Promise<Rehearsal> {
  const { clock, random, log } = surroundings;
  const server = await startCas(cas(folder));
  const { address } = server;
  const credentials = { clientId: "simulator", clientSecret: "simulator" };
  const settings = {
    ...defaultCasSettings("acceptance", credentials),
    apiUrl: address.url,
    tokenUrl: address.tokenUrl,
    connectionsMax: connections,
  };
  const throttle = createThrottle({ ratePerSecond: Infinity, clock });
  const direct = createCasClient(settings, { clock, log });
  const client = throttledClient(direct, { throttle, clock, random, log });
  const { tenant } = await client.authorizationStatus();
  const ledger = await openSqliteLedger(join(folder, "ledger.sqlite"));
  const books = ledger.books("simulator", tenant);
  const startedAt = clock.now();
  await books.startRun({ runId: RUN_ID, command: "bench", startedAt, programVersion: "bench" });
  return {
    runId: RUN_ID,
    url: address.url,
    token: await fetchToken(address.tokenUrl, settings),
    client,
    books,
    holder: { holderId: RUN_ID, processId: process.pid, hostName: "bench", command: "bench" },
    close: async () => {
      await client.close();
      await ledger.close();
      await server.close();
    },
  };
}

/** Puts bodies into the outbox, as one file would. */
export async function stageBodies(
  books: LedgerBooks,
  bodies: readonly JsonObject[],
): Promise<void> {
  const file = { path: "/bench", name: "bench", sizeBytes: 0, sha256: "0".repeat(64) };
  const batchId = "bench";
  await books.openBatch({ batchId, runId: RUN_ID, file, openedAt: new Date() });
  const lines = bodies.map((body, index): LineDraft => {
    const direction: Direction = "IN";
    const externalReference = JSON.stringify(body["externalReference"]);
    return {
      lineNumber: index + 1,
      key: { direction, externalReference },
      rows: [{ sheet: "bench", row: index + 2 }],
      message: {
        messageKind: "CustomsShipment",
        messageType: "Upsert",
        payload: JSON.stringify(body),
        contentHash: contentHash(body),
        sources: {},
      },
    };
  });
  for (let start = 0; start < lines.length; start += LINES_PER_WRITE) {
    const some = lines.slice(start, start + LINES_PER_WRITE);
    await books.addLines(batchId, some, () => ({ kind: "queue" }));
  }
  const rowsRead = bodies.length;
  const end = { rejected: false, rowsRead, rowsBlank: 0, layout: "flat", detected: {} };
  await books.sealBatch(batchId, { ...end, sealedAt: new Date() });
}

interface Address {
  readonly url: string;
  readonly tokenUrl: string;
}

interface CasServer {
  readonly address: Address;
  readonly close: () => Promise<void>;
}

export async function startCas([script, ...args]: ReturnType<CasScript>): Promise<CasServer> {
  const command = [join(import.meta.dirname, script), ...args];
  const child = spawn(process.execPath, command, { stdio: ["pipe", "pipe", "inherit"] });
  for await (const line of createInterface({ input: child.stdout })) {
    return {
      address: JSON.parse(line) as Address,
      close: async () => {
        const ended = once(child, "exit");
        child.stdin.end();
        await ended;
      },
    };
  }
  throw new Error("The CAS of the bench ended before it was listening");
}

async function fetchToken(
  tokenUrl: string,
  settings: { readonly clientId: string; readonly clientSecret: string; readonly scope: string },
): Promise<string> {
  const { clientId, clientSecret, scope } = settings;
  const form = { grant_type: "client_credentials", client_id: clientId };
  const body = new URLSearchParams({ ...form, client_secret: clientSecret, scope });
  const answer = await fetch(tokenUrl, { method: "POST", body });
  const { access_token: token } = (await answer.json()) as { readonly access_token: string };
  return token;
}
