import {
  brotliCompressSync,
  deflateRawSync,
  deflateSync,
  gzipSync,
  zstdCompressSync,
} from "node:zlib";
import { describe, expect, test } from "vitest";
import { answerToken, rejectionOf, startFakeCas, type Answer } from "./fake-cas.ts";

const PAGE = JSON.stringify([{ declarationId: "1", currentStatus: "Released" }]);

function compressed(
  encoding: string | readonly string[],
  body: Buffer,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return (_seen, response) => {
    response.writeHead(status, {
      "content-type": "application/json",
      "content-encoding": encoding as string,
      ...headers,
    });
    response.end(body);
  };
}

async function search(answer: Answer, maxAnswerBytes = 1_000_000): Promise<unknown> {
  const cas = await startFakeCas({ answer, settings: { maxAnswerBytes } });
  return cas.client.searchDeclarations({}, { limit: 100, offset: 0 });
}

describe("an answer that is compressed although it was not asked for", () => {
  test("every request asks for none", async () => {
    const cas = await startFakeCas({ answer: compressed("identity", Buffer.from(PAGE)) });
    await cas.client.searchDeclarations({}, { limit: 100, offset: 0 });
    for (const { headers } of [...cas.calls, ...cas.tokenCalls]) {
      expect(headers["accept-encoding"]).toBe("identity");
    }
  });

  test.each<[string | readonly string[], Buffer]>([
    ["gzip", gzipSync(PAGE)],
    ["x-gzip", gzipSync(PAGE)],
    ["GZip", gzipSync(PAGE)],
    ["deflate", deflateSync(PAGE)],
    ["deflate", deflateRawSync(PAGE)],
    ["br", brotliCompressSync(PAGE)],
    ["zstd", zstdCompressSync(PAGE)],
    ["gzip, br", brotliCompressSync(gzipSync(PAGE))],
    ["deflate , identity,gzip", gzipSync(deflateSync(PAGE))],
    [["br", "gzip"], gzipSync(brotliCompressSync(PAGE))],
    ["identity", Buffer.from(PAGE)],
    ["", Buffer.from(PAGE)],
  ])("is read as %j", async (encoding, body) => {
    expect(await search(compressed(encoding, body))).toMatchObject({
      declarations: [{ declarationId: "1" }],
    });
  });

  test("also that of the token endpoint", async () => {
    const token = gzipSync('{"access_token":"token-0001","expires_in":3600}');
    const cas = await startFakeCas({
      token: compressed("gzip", token),
      answer: compressed("gzip", gzipSync(PAGE)),
    });
    await cas.client.searchDeclarations({}, { limit: 100, offset: 0 });
    expect(cas.calls[0]?.headers.authorization).toBe("Bearer token-0001");
  });

  test("and the receipt and the refusal of a message", async () => {
    const receipt = gzipSync('{"referenceId":"ref-1"}');
    const taken = await startFakeCas({ answer: compressed("gzip", receipt, 202) });
    expect(await taken.client.ingest("CustomsShipment", "{}")).toEqual({ referenceId: "ref-1" });
    const reason = brotliCompressSync('{"title":"direction missing"}');
    const refused = await startFakeCas({ answer: compressed("br", reason, 400) });
    const error = await rejectionOf(refused.client.ingest("CustomsShipment", "{}"));
    expect(error.message).toContain("direction missing");
  });

  test.each<[string, string, Buffer]>([
    ["one layer", "gzip", gzipSync(Buffer.alloc(50_000_000, 32))],
    ["two layers", "gzip, gzip", gzipSync(gzipSync(Buffer.alloc(50_000_000, 32)))],
    ["br", "br", brotliCompressSync(Buffer.alloc(50_000_000, 32))],
  ])("is given up when it swells beyond the bound: %s", async (_case, encoding, body) => {
    const error = await rejectionOf(search(compressed(encoding, body), 200_000));
    expect(error).toMatchObject({ code: "answer-not-understood" });
    expect(error.message).toContain("longer than 200000 bytes when it is unpacked");
  });

  test.each<[string, string, Buffer]>([
    ["is cut", "gzip", gzipSync(PAGE).subarray(0, 30)],
    ["is not what it says", "gzip", Buffer.from(PAGE)],
    ["is not what it says", "br", Buffer.from(PAGE)],
    ["has a wrong sum", "gzip", Buffer.concat([gzipSync(PAGE).subarray(0, -8), Buffer.alloc(8)])],
  ])("is no answer when it %s (%s)", async (_case, encoding, body) => {
    const error = await rejectionOf(search(compressed(encoding, body)));
    expect(error).toMatchObject({ name: "CannotNowError", code: "answer-not-understood" });
  });

  test.each(["compress", "exi", "gzip, zzz", "gzip,gzip,gzip,gzip,gzip"])(
    "is told by its name when cas-batch cannot read it: %s",
    async (encoding) => {
      const error = await rejectionOf(search(compressed(encoding, Buffer.from(PAGE))));
      expect(error).toMatchObject({ code: "answer-compressed", exitCode: 5 });
      expect(error.message).toContain(`compressed as "${encoding.slice(0, 4)}`);
    },
  );

  test("leaves the outcome of a message unknown when the receipt cannot be read", async () => {
    const cas = await startFakeCas({ answer: compressed("zzz", Buffer.from("x"), 202) });
    const error = await rejectionOf(cas.client.ingest("CustomsShipment", "{}"));
    expect(error).toMatchObject({ code: "outcome-unknown", exitCode: 6 });
    expect(error.message).toContain('compressed as "zzz"');
  });

  test("keeps the beginning of a refusal that swells", async () => {
    const page = Buffer.concat([Buffer.from("direction is missing "), Buffer.alloc(5_000_000, 32)]);
    const cas = await startFakeCas({
      answer: compressed("gzip", gzipSync(page), 400, { "content-type": "text/plain" }),
    });
    const error = await rejectionOf(cas.client.ingest("CustomsShipment", "{}"));
    expect(error).toMatchObject({ code: "request-refused" });
    expect(error.message).toContain("direction is missing");
  });

  test("needs no body", async () => {
    const cas = await startFakeCas({
      token: answerToken(),
      answer: compressed("gzip", Buffer.alloc(0), 429),
    });
    const error = await rejectionOf(cas.client.ingest("CustomsShipment", "{}"));
    expect(error).toMatchObject({ code: "rate-limited" });
  });
});

test("a page of a gateway is read in the characters that it names", async () => {
  const answer: Answer = (_seen, response) => {
    response.writeHead(400, { "content-type": "text/html; charset=ISO-8859-1" });
    response.end(Buffer.from("<p>Empf\u00e4nger fehlt</p>", "latin1"));
  };
  const cas = await startFakeCas({ answer });
  const error = await rejectionOf(cas.client.ingest("CustomsShipment", "{}"));
  expect(error.message).toContain("Empf\u00e4nger fehlt");
});
