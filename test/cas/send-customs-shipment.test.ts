import { createServer, type AddressInfo, type Socket } from "node:net";
import { describe, expect, onTestFinished, test } from "vitest";
import { CannotNowError, OutcomeUnknownError, RefusedError } from "../../src/core/errors.ts";
import {
  answerJson,
  answerToken,
  clientOf,
  HASTY,
  rejectionOf,
  startFakeCas,
  type Answer,
} from "./fake-cas.ts";

const BODY = '{"direction":"IN","externalReference":"A 1","gmass":100.10}';

const SWITCHED = "HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n";

async function refusalTo(answer: Answer, signal?: AbortSignal): Promise<Error> {
  const { client } = await startFakeCas({ answer, settings: HASTY });
  return rejectionOf(
    client.ingest("CustomsShipment", BODY, signal === undefined ? {} : { signal }),
  );
}

describe("ingest()", () => {
  test("posts the exact text under the token and returns the receipt", async () => {
    const cas = await startFakeCas({
      answer: answerJson(202, { referenceId: "ref-1", more: 1 }),
      settings: { headers: { "X-Tenant": "acme" } },
    });
    expect(await cas.client.ingest("CustomsShipment", BODY)).toEqual({ referenceId: "ref-1" });
    expect(cas.calls).toMatchObject([
      {
        method: "POST",
        path: "/v1/customsshipments",
        body: BODY,
        headers: {
          authorization: "Bearer token-0001",
          "content-type": "application/json",
          "x-tenant": "acme",
        },
      },
    ]);
    expect(cas.tokenCalls[0]?.headers["x-tenant"]).toBeUndefined();
  });

  test.each([200, 201])("takes a receipt for one when it comes with %i", async (status) => {
    const cas = await startFakeCas({ answer: answerJson(status, { referenceId: "ref-1" }) });
    expect(await cas.client.ingest("CustomsShipment", BODY)).toEqual({ referenceId: "ref-1" });
  });

  test("puts the path of a gateway before the endpoint", async () => {
    const cas = await startFakeCas({ answer: answerJson(202, { referenceId: "ref-1" }) });
    const { client } = clientOf(new URL(cas.settings.apiUrl).origin, {
      settings: { apiUrl: `${cas.settings.apiUrl}/gateway/cas/` },
    });
    await client.ingest("CustomsShipment", BODY);
    expect(cas.calls[0]?.path).toBe("/gateway/cas/v1/customsshipments");
  });

  test.each<[string, Answer]>([
    ["the connection is reset before the answer", (_seen, response) => response.destroy()],
    ["no answer comes in time", () => undefined],
    [
      "the receipt breaks off",
      (_seen, response) => {
        response.writeHead(202, { "content-length": "100" });
        response.write('{"referenceId":');
        setTimeout(() => response.destroy(), 20);
      },
    ],
    [
      "the receipt never ends",
      (_seen, response) => {
        response.writeHead(202);
        response.write('{"referenceId":');
      },
    ],
    ["the receipt holds no referenceId", answerJson(202, { id: "x" })],
    ["the receipt is empty", answerJson(202, "")],
    [
      "the receipt is a web page",
      answerJson(202, "<html>ok</html>", { "content-type": "text/html" }),
    ],
    ["200 comes with a web page", answerJson(200, "<html>login</html>")],
    ["201 comes without a receipt", answerJson(201, {})],
    ["203 comes with a receipt", answerJson(203, { referenceId: "ref-1" })],
    ["204 comes", (_seen, response) => response.writeHead(204).end()],
    ["207 comes with a receipt", answerJson(207, { referenceId: "ref-1" })],
    ["299 comes with a receipt", answerJson(299, { referenceId: "ref-1" })],
    ["the reference is blank", answerJson(202, { referenceId: "  " })],
    ["the reference is named twice", answerJson(202, '{"referenceId":"a","referenceId":"b"}')],
    ["CAS answers 599", answerJson(599, {})],
    ["CAS answers 999", answerJson(999, {})],
    ["CAS changes the protocol", (_seen, response) => response.socket?.end(SWITCHED)],
    ["CAS answers 500", answerJson(500, {})],
    ["CAS answers 502", answerJson(502, "<html>bad gateway</html>")],
    ["CAS answers 504", answerJson(504, {})],
    ["CAS answers 408", answerJson(408, {})],
    ["CAS answers 503 with a web page", answerJson(503, "<html>busy</html>")],
    ["CAS answers 503 with nothing", answerJson(503, {})],
    ["a gateway answers 503 with JSON of its own", answerJson(503, { message: "Unavailable" })],
    ["the answer is no HTTP", (_seen, response) => response.socket?.end("HELLO\r\n\r\n")],
  ])("does not know the outcome when %s", async (_case, answer) => {
    const error = await refusalTo(answer);
    expect(error).toBeInstanceOf(OutcomeUnknownError);
    expect(error).toMatchObject({ code: "outcome-unknown", exitCode: 6 });
  });

  test.each<[string, Answer, string, number | null]>([
    ["429 with Retry-After", answerJson(429, {}, { "retry-after": "7" }), "rate-limited", 7000],
    ["429 without", answerJson(429, {}), "rate-limited", null],
    [
      "503 with Retry-After",
      answerJson(503, {}, { "retry-after": "120" }),
      "server-error",
      120_000,
    ],
    ["503 with its reason", answerJson(503, { title: "Busy", status: 503 }), "server-error", null],
  ])("was certainly not taken after %s", async (_case, answer, code, retryAfterMs) => {
    const error = await refusalTo(answer);
    expect(error).toBeInstanceOf(CannotNowError);
    expect(error).toMatchObject({ code, retryAfterMs });
  });

  test("reads a Retry-After date by the server's clock", async () => {
    const error = await refusalTo(
      answerJson(
        429,
        {},
        {
          date: "Fri, 20 Nov 2020 10:00:00 GMT",
          "retry-after": "Fri, 20 Nov 2020 10:01:30 GMT",
        },
      ),
    );
    expect(error).toMatchObject({ retryAfterMs: 90_000 });
  });

  test.each([400, 409, 413, 415, 422])("is refused with %i and keeps the body", async (status) => {
    const body = '{"title":"Validation failed","errors":{"direction":["must be IN or OUT"]}}';
    const error = await refusalTo(answerJson(status, body));
    expect(error).toBeInstanceOf(RefusedError);
    expect(error).toMatchObject({
      problem: {
        status,
        title: "Validation failed",
        errors: [{ path: "direction", message: "must be IN or OUT" }],
        rawBody: body,
      },
    });
    expect(error.message).toContain("direction: must be IN or OUT");
  });

  test.each([307, 308, 404, 405, 407])(
    "was not taken after %i, and the address is to blame",
    async (status) => {
      const error = await refusalTo(
        answerJson(status, "<html>", { location: "https://login/?s=1" }),
      );
      expect(error).toMatchObject({ name: "CasBatchError", code: "address-wrong", exitCode: 2 });
      expect(error.message).toContain(`/v1/customsshipments answered ${status}`);
      expect(error.message).not.toContain("s=1");
    },
  );

  test.each([300, 301, 302, 303, 304, 305, 306, 399])(
    "does not know the outcome after %i, and the address is to blame",
    async (status) => {
      const error = await refusalTo(
        answerJson(status, "", { location: "https://login.test/?s=1" }),
      );
      expect(error).toBeInstanceOf(OutcomeUnknownError);
      expect(error).toMatchObject({ code: "address-wrong", exitCode: 6 });
      expect(error.message).toContain("points to https://login.test/, which CAS never does");
    },
  );

  test("was blocked before CAS when a page answers 403 and the token has the scope", async () => {
    const error = await refusalTo((seen, response, count) => {
      const isStatus = seen.method === "GET";
      const rights = { tenantIds: "acme", scopes: "create:messages" };
      answerJson(isStatus ? 200 : 403, isStatus ? rights : "<html>Blocked</html>")(
        seen,
        response,
        count,
      );
    });
    expect(error).toBeInstanceOf(RefusedError);
    expect(error).toMatchObject({
      code: "gateway-blocked",
      problem: { status: 403, rawBody: "<html>Blocked</html>" },
    });
  });

  test("is told right before each request is written, and asks for a turn for each", async () => {
    const told: string[] = [];
    const cas = await startFakeCas({
      answer: (seen, response, count) => {
        told.push("arrived");
        answerJson(count === 1 ? 401 : 202, { referenceId: "ref-2" })(seen, response, count);
      },
      token: (seen, response, count) => {
        told.push("token");
        answerToken()(seen, response, count);
      },
    });
    await cas.client.ingest("CustomsShipment", BODY, {
      turn: () => {
        told.push("turn");
        return Promise.resolve({
          written: () => told.push("written"),
          over: () => told.push("over"),
        });
      },
      onWrite: () => told.push("write"),
      onNothingTaken: () => told.push("nothing taken"),
    });
    const request = ["token", "turn", "write", "written", "arrived", "over"];
    expect(told).toEqual([...request, "nothing taken", ...request]);
  });

  test("is told so only when a connection is free for it", async () => {
    const told: string[] = [];
    const cas = await startFakeCas({
      settings: { connectionsMax: 1 },
      answer: (seen, response, count) => {
        setTimeout(() => {
          told.push(`answered ${String(count)}`);
          answerJson(202, { referenceId: "r" })(seen, response, count);
        }, 50);
      },
    });
    await Promise.all(
      [1, 2].map(() =>
        cas.client.ingest("CustomsShipment", BODY, { onWrite: () => void told.push("write") }),
      ),
    );
    expect(told).toEqual(["write", "answered 1", "write", "answered 2"]);
  });

  test("writes nothing when it is kept back at the last moment, also not after a 401", async () => {
    for (const lastAllowed of [0, 1]) {
      const cas = await startFakeCas({ answer: answerJson(401, {}) });
      let writes = 0;
      const reason = new Error("The lease has run out");
      const error = await rejectionOf(
        cas.client.ingest("CustomsShipment", BODY, {
          onWrite: () => {
            writes += 1;
            if (writes > lastAllowed) throw reason;
          },
        }),
      );
      expect(error).toBe(reason);
      expect(cas.calls).toHaveLength(lastAllowed);
    }
  });

  test("stays refused when the reasons break off or never end", async () => {
    const broken = await refusalTo((_seen, response) => {
      response.writeHead(400);
      response.write("not what we ");
    });
    expect(broken).toBeInstanceOf(RefusedError);
    expect(broken).toMatchObject({
      problem: { rawBody: "not what we  … (cut: no end of the answer within 1000 ms)" },
    });
  });

  test("cuts a refusal of megabytes and says so", async () => {
    const error = await refusalTo(answerJson(400, "x".repeat(3_000_000)));
    expect(error).toBeInstanceOf(RefusedError);
    const rawBody = error instanceof RefusedError ? error.problem.rawBody : "";
    expect(rawBody).toHaveLength(
      262_144 + " … (cut: the answer is longer than 262144 bytes)".length,
    );
  });

  test("repeats the message once with a fresh token after 401", async () => {
    const cas = await startFakeCas({
      answer: (seen, response, count) => {
        answerJson(count === 1 ? 401 : 202, { referenceId: "ref-2" })(seen, response, count);
      },
    });
    expect(await cas.client.ingest("CustomsShipment", BODY)).toEqual({ referenceId: "ref-2" });
    expect(cas.calls.map(({ headers, body }) => [headers.authorization, body])).toEqual([
      ["Bearer token-0001", BODY],
      ["Bearer token-0002", BODY],
    ]);
  });

  test("gives up after the second 401", async () => {
    const cas = await startFakeCas({ answer: answerJson(401, {}) });
    const error = await rejectionOf(cas.client.ingest("CustomsShipment", BODY));
    expect(error).toMatchObject({ name: "CasBatchError", code: "token-refused" });
    expect(cas.calls).toHaveLength(2);
    expect(cas.tokenCalls).toHaveLength(2);
  });

  test("names the missing scope and the present ones after 403, asking once for all", async () => {
    const cas = await startFakeCas({
      answer: (seen, response, count) => {
        const isStatus = seen.path === "/v1/authorizationStatus";
        const rights = { sourceSysRef: "erp", tenantIds: "acme", scopes: "read:declarations" };
        setTimeout(() => {
          answerJson(isStatus ? 200 : 403, isStatus ? rights : {})(seen, response, count);
        }, 20);
      },
    });
    const errors = await Promise.all(
      [1, 2, 3].map(() => rejectionOf(cas.client.ingest("CustomsShipment", BODY))),
    );
    for (const error of errors) {
      expect(error).toMatchObject({ name: "CasBatchError", code: "scope-missing" });
      expect(error.message).toContain("needs the scope create:messages");
      expect(error.message).toContain("tenant acme and has read:declarations");
    }
    expect(cas.calls.filter(({ method }) => method === "GET")).toHaveLength(1);
  });

  test("suspects the tenant when the scope is there", async () => {
    const error = await refusalTo((seen, response, count) => {
      const isStatus = seen.method === "GET";
      const rights = { tenantIds: "acme", scopes: "create:messages" };
      answerJson(isStatus ? 200 : 403, isStatus ? rights : { title: "Forbidden" })(
        seen,
        response,
        count,
      );
    });
    expect(error.message).toContain("the tenant may be the wrong one");
  });

  test("waits for the final answer behind an interim one", async () => {
    const cas = await startFakeCas({
      answer: (seen, response, count) => {
        response.writeProcessing();
        answerJson(202, { referenceId: "ref-3" })(seen, response, count);
      },
    });
    expect(await cas.client.ingest("CustomsShipment", BODY)).toEqual({ referenceId: "ref-3" });
  });

  test("says scope-missing also when the scopes cannot be had", async () => {
    expect(await refusalTo(answerJson(403, {}))).toMatchObject({ code: "scope-missing" });
  });

  test("does not know the outcome when it is stopped after the message was written", async () => {
    const stop = new AbortController();
    const error = await refusalTo(() => {
      stop.abort(new Error("Ctrl-C"));
    }, stop.signal);
    expect(error).toBeInstanceOf(OutcomeUnknownError);
  });

  test("rejects with the reason of the stop when nothing was written", async () => {
    const reason = new Error("Ctrl-C");
    const cas = await startFakeCas();
    const error = await rejectionOf(
      cas.client.ingest("CustomsShipment", BODY, { signal: AbortSignal.abort(reason) }),
    );
    expect(error).toBe(reason);
    expect(cas.calls).toHaveLength(0);
  });

  test("stops waiting for a connection without ever sending", async () => {
    const cas = await startFakeCas({
      settings: { connectionsMax: 1, connectTimeoutMs: 500, answerTimeoutMs: 1_000 },
      answer: (seen, response, count) => {
        if (seen.method === "GET") answerJson(404, {})(seen, response, count);
      },
    });
    // Warm up, so that the three messages stand in line at the same time.
    await rejectionOf(cas.client.declaration("1"));
    const stop = new AbortController();
    const waiting = [1, 2, 3].map(() => rejectionOf(cas.client.ingest("CustomsShipment", BODY)));
    const stopped = rejectionOf(
      cas.client.ingest("CustomsShipment", BODY, { signal: stop.signal }),
    );
    setTimeout(() => {
      stop.abort(new Error("Ctrl-C"));
    }, 50);
    expect((await stopped).message).toBe("Ctrl-C");
    const [first, second, third] = await Promise.all(waiting);
    expect(first).toBeInstanceOf(OutcomeUnknownError);
    expect(second).toBeInstanceOf(OutcomeUnknownError);
    expect(third).toMatchObject({ name: "CannotNowError", code: "timed-out" });
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(cas.calls.filter(({ method }) => method === "POST")).toHaveLength(2);
  });
});

describe("ingest() to a server that cannot be reached", () => {
  const token = answerJson(200, { access_token: "token-0001", expires_in: 3600 });

  async function errorAt(apiUrl: string): Promise<Error> {
    const cas = await startFakeCas({ token });
    const { client } = clientOf(apiUrl, {
      // undici looks at its own connect timers every half second only.
      settings: { tokenUrl: cas.settings.tokenUrl, connectTimeoutMs: 50, answerTimeoutMs: 5_000 },
    });
    return rejectionOf(client.ingest("CustomsShipment", BODY));
  }

  async function listen(onConnection: (socket: Socket) => void): Promise<number> {
    const server = createServer(onConnection).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    onTestFinished(() => void server.close());
    return (server.address() as AddressInfo).port;
  }

  test.each([
    ["nobody listens", () => Promise.resolve("http://127.0.0.1:1")],
    ["the name does not exist", () => Promise.resolve("https://cas.invalid")],
    [
      "the server speaks no TLS",
      async () =>
        `https://127.0.0.1:${await listen((socket) => socket.end("HTTP/1.1 400\r\n\r\n"))}`,
    ],
    [
      "the TLS handshake never ends",
      async () =>
        `https://127.0.0.1:${await listen((socket) => {
          onTestFinished(() => void socket.destroy());
        })}`,
    ],
  ])("can be repeated when %s", async (_case, address) => {
    const error = await errorAt(await address());
    expect(error).toMatchObject({ name: "CannotNowError", code: "unreachable" });
  });

  test("never writes a message twice when kept-alive connections break under it", async () => {
    let posts = 0;
    const port = await listen((socket) => {
      let requests = 0;
      socket.on("error", () => undefined);
      socket.on("data", (data: Buffer) => {
        if (!data.includes("POST ")) return;
        posts += 1;
        requests += 1;
        // The second request on a connection finds it closed, as with a server's idle timeout.
        if (requests > 1) socket.destroy();
        else socket.write('HTTP/1.1 202 OK\r\ncontent-length: 19\r\n\r\n{"referenceId":"1"}');
      });
    });
    const cas = await startFakeCas({ token });
    const { client } = clientOf(`http://127.0.0.1:${port}`, {
      settings: { tokenUrl: cas.settings.tokenUrl },
    });
    const outcomes: string[] = [];
    for (let message = 0; message < 10; message += 1) {
      const outcome = await client.ingest("CustomsShipment", BODY).then(
        () => "accepted",
        (error: unknown) => (error instanceof Error ? error.name : ""),
      );
      outcomes.push(outcome);
    }
    expect(posts).toBe(10);
    expect(new Set(outcomes)).toEqual(new Set(["accepted", "OutcomeUnknownError"]));
  });

  test("uses a fresh connection when the server has closed the idle one", async () => {
    let connections = 0;
    const port = await listen((socket) => {
      connections += 1;
      socket.on("data", () => {
        socket.end('HTTP/1.1 202 OK\r\ncontent-length: 19\r\n\r\n{"referenceId":"1"}');
      });
    });
    const cas = await startFakeCas({ token });
    const { client } = clientOf(`http://127.0.0.1:${port}`, {
      settings: { tokenUrl: cas.settings.tokenUrl },
    });
    for (let message = 0; message < 20; message += 1) {
      expect(await client.ingest("CustomsShipment", BODY)).toEqual({ referenceId: "1" });
    }
    expect(connections).toBe(20);
  });
});
