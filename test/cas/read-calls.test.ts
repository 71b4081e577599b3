import { describe, expect, test } from "vitest";
import { RefusedError } from "../../src/core/errors.ts";
import { answerJson, HASTY, rejectionOf, startFakeCas, type Answer } from "./fake-cas.ts";

const PAGE = { limit: 50, offset: 100 };
const ONE = { declarationId: "1", currentStatus: "Released" };

describe("searchDeclarations()", () => {
  test("repeats array parameters, passes dates on as given and tells the server's time", async () => {
    const cas = await startFakeCas({
      answer: answerJson(200, [ONE], { date: "Fri, 20 Nov 2026 12:00:00 GMT" }),
    });
    const page = await cas.client.searchDeclarations(
      {
        externalReference: "A&B 1",
        currentStatus: ["Released", "Accepted"],
        lastUpdatedFrom: "2026-11-20T10:00:00+01:00",
      },
      PAGE,
    );
    expect(page.serverTime).toBe("2026-11-20T12:00:00.000Z");
    expect(page.declarations).toMatchObject([ONE]);
    const url = new URL(cas.calls[0]?.path ?? "", "http://cas");
    expect(url.pathname).toBe("/v1/declarations/search");
    expect([...url.searchParams]).toEqual([
      ["externalReference", "A&B 1"],
      ["currentStatus", "Released"],
      ["currentStatus", "Accepted"],
      ["lastUpdatedFrom", "2026-11-20T10:00:00+01:00"],
      ["limit", "50"],
      ["offset", "100"],
    ]);
  });

  test.each([
    { limit: 0, offset: 0 },
    { limit: 101, offset: 0 },
    { limit: 1.5, offset: 0 },
    { limit: 50, offset: 75 },
    { limit: 50, offset: -50 },
  ])("sends nothing for %j", async (page) => {
    const cas = await startFakeCas();
    expect(await rejectionOf(cas.client.searchDeclarations({}, page))).toBeInstanceOf(RangeError);
    expect(cas.calls).toHaveLength(0);
  });

  test.each<[string, Answer, string, number | null]>([
    ["500", answerJson(500, {}), "server-error", null],
    ["502", answerJson(502, {}, { "retry-after": "9" }), "server-error", 9_000],
    ["503", answerJson(503, {}), "server-error", null],
    ["429", answerJson(429, {}, { "retry-after": "9" }), "rate-limited", 9_000],
    ["408", answerJson(408, {}), "timed-out", null],
    ["a reset", (_seen, response) => response.destroy(), "unreachable", null],
    ["silence", () => undefined, "timed-out", null],
    [
      "a body that trickles for ever",
      (_seen, response) => {
        response.writeHead(200);
        const drip = setInterval(() => response.write(" "), 20);
        response.on("close", () => {
          clearInterval(drip);
        });
      },
      "timed-out",
      null,
    ],
    ["a proxy's page", answerJson(200, "<html>"), "answer-not-understood", null],
    ["a redirect", answerJson(302, "", { location: "/login" }), "answer-not-understood", null],
    ["too long an answer", answerJson(200, " ".repeat(3_000)), "answer-not-understood", null],
    [
      "no HTTP",
      (_seen, response) => response.socket?.end("HELLO\r\n\r\n"),
      "answer-not-understood",
      null,
    ],
  ])("can be repeated after %s", async (_case, answer, code, retryAfterMs) => {
    const { client } = await startFakeCas({
      answer,
      settings: { ...HASTY, maxAnswerBytes: 2_000 },
    });
    const error = await rejectionOf(client.searchDeclarations({}, PAGE));
    expect(error).toMatchObject({ name: "CannotNowError", code, retryAfterMs, exitCode: 5 });
  });

  test("is refused with 400", async () => {
    const { client } = await startFakeCas({ answer: answerJson(400, { title: "Bad offset" }) });
    const error = await rejectionOf(client.searchDeclarations({}, PAGE));
    expect(error).toBeInstanceOf(RefusedError);
    expect(error).toMatchObject({ problem: { status: 400, title: "Bad offset" } });
  });

  test("points to the address after 404", async () => {
    const { client } = await startFakeCas({ answer: answerJson(404, {}) });
    const error = await rejectionOf(client.searchDeclarations({}, PAGE));
    expect(error).toMatchObject({
      code: "request-refused",
      hint: "Check CAS_API_URL and `endpoints` in cas-batch.yaml: what answers there does not have this path of CAS",
    });
  });

  test("rejects with the reason when it is stopped", async () => {
    const reason = new Error("Ctrl-C");
    const stop = new AbortController();
    const { client } = await startFakeCas({
      answer: () => {
        stop.abort(reason);
      },
    });
    const call = client.searchDeclarations({}, PAGE, { signal: stop.signal });
    expect(await rejectionOf(call)).toBe(reason);
  });
});

describe("declaration()", () => {
  test("asks for errors and escapes the id", async () => {
    const cas = await startFakeCas({ answer: answerJson(200, ONE) });
    await cas.client.declaration("a/1?x");
    expect(cas.calls[0]?.path).toBe("/v1/declarations/a%2F1%3Fx?include=errors");
  });

  test("is refused with 404 when there is none", async () => {
    const { client } = await startFakeCas({ answer: answerJson(404, {}) });
    expect(await rejectionOf(client.declaration("1"))).toMatchObject({
      name: "RefusedError",
      problem: { status: 404 },
    });
  });

  test.each(["", " ", ".", "..", "../1", "a/../1", "..\\1", "1\n", "\ud800"])(
    "does not ask for %j",
    async (id) => {
      const cas = await startFakeCas();
      expect(await rejectionOf(cas.client.declaration(id))).toMatchObject({ code: "id-unusable" });
      expect([...cas.calls, ...cas.tokenCalls]).toHaveLength(0);
    },
  );

  test.each([
    [[], ""],
    [["attachments"], "?include=attachments"],
    [["errors", "attachments"], "?include=errors,attachments"],
  ] as const)("includes %j", async (include, query) => {
    const cas = await startFakeCas({ answer: answerJson(200, ONE) });
    await cas.client.declaration("1", { include });
    expect(cas.calls[0]?.path).toBe(`/v1/declarations/1${query}`);
  });

  test("tells the attachments, also where they say little", async () => {
    const attachments = [
      { id: "att-1", documentType: "EAD", fileName: "EAD_1.pdf" },
      { attachmentId: 7, type: "TSAD", name: "t.pdf" },
      { documentType: "SAD" },
      "odd",
    ];
    const { client } = await startFakeCas({ answer: answerJson(200, { ...ONE, attachments }) });
    const detail = await client.declaration("1", { include: ["attachments"] });
    expect(detail.attachments).toEqual([
      { id: "att-1", documentType: "EAD", fileName: "EAD_1.pdf" },
      { id: "7", documentType: "TSAD", fileName: "t.pdf" },
      { id: "", documentType: "SAD", fileName: null },
      { id: "", documentType: null, fileName: null },
    ]);
  });
});

describe("authorizationStatus()", () => {
  test("does not ask itself why it was refused", async () => {
    const cas = await startFakeCas({ answer: answerJson(403, {}) });
    expect(await rejectionOf(cas.client.authorizationStatus())).toMatchObject({
      code: "scope-missing",
    });
    expect(cas.calls).toHaveLength(1);
  });
});

test("close() can be called twice", async () => {
  const { client } = await startFakeCas({ answer: answerJson(200, ONE) });
  await client.declaration("1");
  await Promise.all([client.close(), client.close()]);
  await client.close();
});
