import { describe, expect, test } from "vitest";
import {
  answerJson,
  answerToken,
  HASTY,
  rejectionOf,
  startFakeCas,
  stillClock,
  SECRET,
} from "./fake-cas.ts";

const STATUS = answerJson(200, { sourceSysRef: "erp", tenantIds: "acme", scopes: "" });

describe("the token", () => {
  test("is asked for with the credentials in the form body", async () => {
    const cas = await startFakeCas({ answer: STATUS });
    await cas.client.authorizationStatus();
    expect(cas.tokenCalls[0]?.headers["content-type"]).toBe("application/x-www-form-urlencoded");
    expect(Object.fromEntries(new URLSearchParams(cas.tokenCalls[0]?.body))).toEqual({
      grant_type: "client_credentials",
      client_id: "erp-client",
      client_secret: SECRET,
      scope: "https://c4taccb2c.onmicrosoft.com/erp-client/.default",
    });
  });

  test("is fetched once for many calls at once", async () => {
    const cas = await startFakeCas({ answer: STATUS });
    await Promise.all(Array.from({ length: 20 }, () => cas.client.authorizationStatus()));
    await cas.client.authorizationStatus();
    expect(cas.tokenCalls).toHaveLength(1);
  });

  test("is renewed before it expires", async () => {
    const clock = stillClock();
    const cas = await startFakeCas({ answer: STATUS, clock });
    await cas.client.authorizationStatus();
    clock.advance(3_479_000);
    await cas.client.authorizationStatus();
    expect(cas.tokenCalls).toHaveLength(1);
    clock.advance(2_000);
    await cas.client.authorizationStatus();
    expect(cas.tokenCalls).toHaveLength(2);
    expect(cas.calls.at(-1)?.headers.authorization).toBe("Bearer token-0002");
  });

  test.each<[string, Record<string, unknown>, number, number]>([
    ["absent", {}, 3_479_000, 3_481_000],
    ["a text", { expires_in: "3600" }, 3_479_000, 3_481_000],
    ["nonsense", { expires_in: "soon" }, 3_479_000, 3_481_000],
    ["null", { expires_in: null }, 3_479_000, 3_481_000],
    ["negative", { expires_in: -1 }, 3_479_000, 3_481_000],
    ["zero", { expires_in: 0 }, 3_479_000, 3_481_000],
    ["tiny", { expires_in: 0.01 }, 900, 1_100],
    ["short", { expires_in: 60 }, 44_000, 46_000],
    ["huge", { expires_in: 1e15 }, 86_279_000, 86_281_000],
  ])("lives on when expires_in is %s", async (_case, members, usedUntilMs, renewedAtMs) => {
    const clock = stillClock();
    const cas = await startFakeCas({ answer: STATUS, clock, token: answerToken(members) });
    await cas.client.authorizationStatus();
    clock.advance(usedUntilMs);
    await cas.client.authorizationStatus();
    expect(cas.tokenCalls).toHaveLength(1);
    clock.advance(renewedAtMs - usedUntilMs);
    await cas.client.authorizationStatus();
    expect(cas.tokenCalls).toHaveLength(2);
  });

  test("serves on while the token endpoint is down and it still lives", async () => {
    const clock = stillClock();
    const cas = await startFakeCas({
      answer: STATUS,
      clock,
      token: (seen, response, count) => {
        (count === 1 ? answerToken() : answerJson(503, {}))(seen, response, count);
      },
    });
    await cas.client.authorizationStatus();
    clock.advance(3_500_000);
    await cas.client.authorizationStatus();
    await cas.client.authorizationStatus();
    expect(cas.tokenCalls).toHaveLength(2);
    clock.advance(100_000);
    expect(await rejectionOf(cas.client.authorizationStatus())).toMatchObject({
      name: "CannotNowError",
      code: "server-error",
    });
  });

  test("is refreshed once for a burst of refusals", async () => {
    const cas = await startFakeCas({
      answer: (seen, response, count) => {
        const isStale = seen.headers.authorization === "Bearer token-0001";
        setTimeout(
          () => {
            (isStale ? answerJson(401, {}) : STATUS)(seen, response, count);
          },
          (count % 4) * 10,
        );
      },
    });
    await Promise.all(Array.from({ length: 20 }, () => cas.client.authorizationStatus()));
    expect(cas.tokenCalls).toHaveLength(2);
    expect(cas.calls).toHaveLength(40);
  });

  test("is waited for by others when one of them is stopped, at once", async () => {
    const stop = new AbortController();
    const order: string[] = [];
    const cas = await startFakeCas({
      answer: STATUS,
      token: (seen, response, count) => {
        stop.abort(new Error("Ctrl-C"));
        setTimeout(() => {
          order.push("token");
          answerToken()(seen, response, count);
        }, 30);
      },
    });
    const [other] = await Promise.all([
      cas.client.authorizationStatus(),
      rejectionOf(cas.client.authorizationStatus({ signal: stop.signal })).then((error) => {
        order.push(error.message);
      }),
    ]);
    expect(order).toEqual(["Ctrl-C", "token"]);
    expect(other.tenant).toBe("acme");
    expect(cas.tokenCalls).toHaveLength(1);
  });
});

describe("the token endpoint", () => {
  const cases: readonly [string, ReturnType<typeof answerJson>, object][] = [
    [
      "400 with an OAuth error",
      answerJson(400, { error: "invalid_client", error_description: "AADB2C90081: wrong" }),
      { name: "CasBatchError", code: "credentials-refused" },
    ],
    [
      "401 with an OAuth error",
      answerJson(401, { error: "unauthorized_client" }),
      { name: "CasBatchError", code: "credentials-refused" },
    ],
    [
      "401 with nothing",
      answerJson(401, ""),
      { name: "CasBatchError", code: "credentials-refused" },
    ],
    [
      "400 with a scope that is not known",
      answerJson(400, { error: "invalid_scope" }),
      { name: "CasBatchError", code: "scope-refused" },
    ],
    [
      "400 with a scope that is not known, in the words of the directory",
      answerJson(400, {
        error: "invalid_request",
        error_description: "AADB2C90117: The scope 'x' provided in request is not supported.",
      }),
      { name: "CasBatchError", code: "scope-refused" },
    ],
    [
      "400 with a client that is wrong, whatever is said of its scope",
      answerJson(400, { error: "invalid_client", error_description: "no scope for it" }),
      { name: "CasBatchError", code: "credentials-refused" },
    ],
    [
      "400 with a request that is wrong",
      answerJson(400, { error: "invalid_request", error_description: "no" }),
      {
        code: "credentials-refused",
        message: expect.stringContaining("to give a token") as string,
      },
    ],
    [
      "400 with a passing trouble",
      answerJson(400, { error: "temporarily_unavailable" }),
      { name: "CannotNowError", code: "server-error" },
    ],
    [
      "429",
      answerJson(429, {}, { "retry-after": "3" }),
      { name: "CannotNowError", code: "rate-limited", retryAfterMs: 3_000 },
    ],
    ["500", answerJson(500, {}), { name: "CannotNowError", code: "server-error" }],
    [
      "a web page",
      answerJson(200, "<html>", { "content-type": "text/html" }),
      { name: "CannotNowError", code: "answer-not-understood" },
    ],
    ["404", answerJson(404, "<html>"), { name: "CannotNowError", code: "answer-not-understood" }],
    [
      "a token that no header can hold",
      answerJson(200, { access_token: "a\r\nb" }),
      { name: "CannotNowError", code: "answer-not-understood" },
    ],
    ["nothing in time", () => undefined, { name: "CannotNowError", code: "timed-out" }],
    [
      "a broken connection",
      (_seen, response) => response.destroy(),
      { name: "CannotNowError", code: "unreachable" },
    ],
  ];
  test.each(cases)("answers %s", async (_case, token, expected) => {
    const cas = await startFakeCas({ token, settings: HASTY });
    const error = await rejectionOf(cas.client.ingest("CustomsShipment", "{}"));
    expect(error).toMatchObject(expected);
    expect(cas.calls).toHaveLength(0);
  });

  test("gives its reason to the user", async () => {
    const body = { error: "invalid_client", error_description: "AADB2C90081: wrong" };
    const cas = await startFakeCas({ token: answerJson(400, body) });
    const error = await rejectionOf(cas.client.authorizationStatus());
    expect(error.message).toContain("invalid_client: AADB2C90081: wrong");
  });

  test("is asked again after a failure", async () => {
    const cas = await startFakeCas({
      answer: STATUS,
      token: (seen, response, count) => {
        (count === 1 ? answerJson(500, {}) : answerToken())(seen, response, count);
      },
    });
    await rejectionOf(cas.client.authorizationStatus());
    expect((await cas.client.authorizationStatus()).tenant).toBe("acme");
  });
});
