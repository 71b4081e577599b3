import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import type { CasClient } from "../../src/cas/cas-client.ts";
import { defaultCasSettings } from "../../src/cas/cas-settings.ts";
import { createCasClient } from "../../src/cas/http-cas-client.ts";
import { systemClock } from "../../src/core/time/clock.ts";
import { openDeliveryDesk, referenceOf, references } from "./delivery-desk.ts";

interface TinyCas extends AsyncDisposable {
  readonly client: CasClient;
  /** External references, in the order in which they came. */
  readonly received: readonly string[];
}

/** Knows every shipment it received; answers each `lostEvery`th one by breaking the connection. */
async function startTinyCas(lostEvery: number): Promise<TinyCas> {
  const received: string[] = [];
  const server: Server = createServer((request, response) => {
    void (async () => {
      const body = await text(request);
      const url = new URL(request.url ?? "", "http://localhost");
      response.setHeader("content-type", "application/json");
      if (url.pathname === "/token") {
        response.end(JSON.stringify({ access_token: "t", token_type: "Bearer", expires_in: 3600 }));
      } else if (request.method === "POST") {
        received.push(referenceOf(body));
        if (received.length % lostEvery === 0) {
          request.socket.destroy();
        } else {
          response.statusCode = 202;
          response.end(JSON.stringify({ referenceId: `r-${String(received.length)}` }));
        }
      } else {
        const externalReference = url.searchParams.get("externalReference");
        const known = received.some((reference) => reference === externalReference);
        const creationDate = new Date().toISOString();
        const found = {
          ...{ declarationId: "D", currentStatus: "New", creationDate },
          ...{ externalReference, direction: "IN" },
          singleAdministrativeDocument: { content: "" },
        };
        const isSearch = url.pathname.endsWith("/search");
        response.end(JSON.stringify(isSearch ? (known ? [found] : []) : found));
      }
    })();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const base = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const client = createCasClient(
    {
      ...defaultCasSettings("acceptance", { clientId: "id", clientSecret: "secret" }),
      apiUrl: base,
      tokenUrl: `${base}/token`,
    },
    { clock: systemClock, log: () => undefined },
  );
  return {
    client,
    received,
    [Symbol.asyncDispose]: async () => {
      await client.close();
      server.closeAllConnections();
      server.close();
    },
  };
}

test("deliver() sends everything exactly once over real connections of which every fifth breaks", async () => {
  await using desk = await openDeliveryDesk(systemClock);
  await using cas = await startTinyCas(5);
  await desk.queue(references(100));
  const summary = await desk.deliver(cas.client, { settings: { settleDelaysMs: [20, 50] } });
  expect(summary).toMatchObject({ accepted: 80, unknown: 0, unsent: 0, requests: 100 });
  expect(summary.settled).toEqual({ arrived: 20, resent: 0 });
  expect(new Set(cas.received).size).toBe(100);
  expect(cas.received).toHaveLength(100);
});
