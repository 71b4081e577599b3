import { request } from "undici";
import { describe, expect, test } from "vitest";
import type { Happening } from "../../src/simulator/flow/happening.ts";
import type { SimulatorOptions } from "../../src/simulator/start-simulator.ts";
import { withFaults } from "../support/simulator-faults.ts";
import { openSession, shipment, type Session } from "./simulator-session.ts";

interface Attachment {
  readonly id: string;
  readonly documentType: string;
  readonly fileName: string;
}

async function opened(options: Omit<Partial<SimulatorOptions>, "clock"> = {}) {
  const session = await openSession(options);
  await session.send(shipment());
  const [declaration] = await session.search();
  const path = `/v1/declarations/${declaration?.declarationId ?? ""}`;
  const reply = await session.get(`${path}?include=attachments`);
  const [attachment] = (reply.json as { attachments: readonly Attachment[] }).attachments;
  if (attachment === undefined) throw new Error("No attachment");
  return { session, attachment, path: `${path}/attachments` };
}

async function linkTo(session: Session, path: string): Promise<string> {
  return ((await session.get(`${path}/url`)).json as { url: string }).url;
}

async function download(url: string, headers: Record<string, string> = {}, method = "GET") {
  const reply = await request(url, { method: method as "GET", headers });
  return {
    status: reply.statusCode,
    headers: reply.headers,
    bytes: Buffer.from(await reply.body.arrayBuffer()),
  };
}

describe("attachments", () => {
  test("a released declaration has an EAD, named as the tutorial names it", async () => {
    const { attachment, session } = await opened();
    const [declaration] = await session.search();
    expect(attachment).toEqual({
      id: expect.stringMatching(/^[0-9a-f-]{36}$/) as string,
      documentType: "EAD",
      fileName: `EAD_${declaration?.mrn ?? ""}.pdf`,
    });
  });

  test("all four endpoints lead to the same PDF on another origin", async () => {
    const { session, attachment, path } = await opened();
    const { id } = attachment;
    const links = [
      await linkTo(session, `${path}/${id}`),
      await linkTo(session, `${path}/EAD/${id}`),
    ];
    for (const each of [`${path}/${id}`, `${path}/EAD/${id}`]) {
      const reply = await session.get(each);
      expect(reply.status).toBe(307);
      links.push(String(reply.headers["location"]));
    }
    const files = await Promise.all(links.map((url) => download(url)));
    for (const [index, { status, bytes, headers }] of files.entries()) {
      expect(new URL(links[index] ?? "").origin).toBe(session.simulator.storageUrl);
      expect(status).toBe(200);
      expect(headers["content-type"]).toBe("application/pdf");
      expect(bytes.subarray(0, 5).toString()).toBe("%PDF-");
      expect(bytes.toString("latin1").trimEnd().endsWith("%%EOF")).toBe(true);
      expect(bytes.equals(files[0]?.bytes ?? Buffer.alloc(0))).toBe(true);
    }
    expect(session.simulator.storageUrl).not.toBe(session.simulator.url);
  });

  test("what does not exist is 404", async () => {
    const { session, attachment, path } = await opened();
    for (const each of [
      `${path}/other`,
      `${path}/other/url`,
      `${path}/TSAD/${attachment.id}`,
      `${path}/TSAD/${attachment.id}/url`,
      `/v1/declarations/1/attachments/${attachment.id}`,
      `${path}/%E0%A4%A`,
    ]) {
      expect((await session.get(each)).status).toBe(404);
    }
  });

  test("need read:declarations", async () => {
    const session = await openSession({ scopes: ["create:messages"] });
    expect((await session.get("/v1/declarations/1/attachments/2/url")).status).toBe(403);
  });

  test.each([
    [{}, 403],
    [{ linkExpiredStatus: 404 }, 404],
    [{ linkExpiredStatus: 410, linkLifetimeS: 10 }, 410],
  ] as const)("a link expires: %j", async (options, status) => {
    const { session, attachment, path } = await opened(options);
    const url = await linkTo(session, `${path}/${attachment.id}`);
    session.clock.move(9000);
    expect((await download(url)).status).toBe(200);
    session.clock.move(300_000);
    expect((await download(url)).status).toBe(status);
    expect((await download(await linkTo(session, `${path}/${attachment.id}`))).status).toBe(200);
  });

  test("a link that was altered opens nothing", async () => {
    const { session, attachment, path } = await opened();
    const url = await linkTo(session, `${path}/${attachment.id}`);
    for (const altered of [
      `${session.simulator.storageUrl}/temp/x.pdf`,
      url.replace("EAD_", "SAD_"),
      `${url}x`,
      url.replace("token=", "token=x"),
      url.replace(/\?.*/, ""),
    ]) {
      expect((await download(altered)).status).toBe(403);
    }
    expect((await download(url, {}, "POST")).status).toBe(405);
  });

  test("a token of the API is refused by the host of the documents, and shows in the journal", async () => {
    const { session, attachment, path } = await opened();
    const url = await linkTo(session, `${path}/${attachment.id}`);
    expect((await download(url, { authorization: "Bearer x" })).status).toBe(400);
    expect((await download(url)).status).toBe(200);
    expect(
      session.entries("document").map(({ status, authorization }) => [status, authorization]),
    ).toEqual([
      [400, true],
      [200, false],
    ]);
    expect(JSON.stringify(session.entries("document"))).not.toContain("Bearer");
  });
});

describe("parts of a file", () => {
  test.each([
    ["bytes=0-9", 206, [0, 10]],
    ["bytes=100-", 206, [100, undefined]],
    ["bytes=-7", 206, [-7, undefined]],
    ["bytes=5-99999999", 206, [5, undefined]],
    ["bytes=99999999-", 416, null],
    ["bytes=0-1,4-5", 200, [0, undefined]],
    ["lines=1-2", 200, [0, undefined]],
  ] as const)("%s answers %s", async (range, status, part) => {
    const { session, attachment, path } = await opened();
    const url = await linkTo(session, `${path}/${attachment.id}`);
    const whole = (await download(url)).bytes;
    const reply = await download(url, { range });
    expect(reply.status).toBe(status);
    if (part === null) {
      expect(reply.headers["content-range"]).toBe(`bytes */${whole.length}`);
    } else {
      expect(reply.bytes.equals(whole.subarray(part[0], part[1]))).toBe(true);
    }
  });

  test("If-Range of another version gets the whole; the ETag stays over time and links", async () => {
    const { session, attachment, path } = await opened();
    const first = await download(await linkTo(session, `${path}/${attachment.id}`));
    session.clock.move(60_000);
    const url = await linkTo(session, `${path}/${attachment.id}`);
    const etag = String(first.headers["etag"]);
    const rest = await download(url, { range: "bytes=10-", "if-range": etag });
    expect(rest.status).toBe(206);
    expect(Buffer.concat([first.bytes.subarray(0, 10), rest.bytes]).equals(first.bytes)).toBe(true);
    expect((await download(url, { range: "bytes=10-", "if-range": '"x"' })).status).toBe(200);
    expect((await download(url, {}, "HEAD")).headers["content-length"]).toBe(
      String(first.bytes.length),
    );
  });

  test("documentRanges and documentLength can be switched off", async () => {
    const { session, attachment, path } = await opened({
      documentRanges: false,
      documentLength: false,
    });
    const reply = await download(await linkTo(session, `${path}/${attachment.id}`), {
      range: "bytes=10-",
    });
    expect(reply.status).toBe(200);
    expect(reply.headers).not.toHaveProperty("accept-ranges");
    expect(reply.headers).not.toHaveProperty("content-length");
    expect(reply.bytes.subarray(0, 5).toString()).toBe("%PDF-");
  });
});

describe("certificates of origin", () => {
  async function certificate() {
    const heard: Happening[] = [];
    const session = await openSession({ onHappening: (happening) => heard.push(happening) });
    await session.send(shipment());
    const [declaration] = await session.search();
    await session.ask("POST", "/v1/certificatesoforigin", {
      externalReference: "COO-1",
      declarationReference: declaration?.mrn,
    });
    session.clock.move(1000);
    await session.search();
    const made = heard.find((each) => each.kind === "certificate-pdf-created");
    if (made?.kind !== "certificate-pdf-created") throw new Error("No certificate");
    return { session, ...made.certificate };
  }

  test("are downloaded by both endpoints, with or without a tenant in the path", async () => {
    const { session, certificateOfOriginId, attachmentId } = await certificate();
    expect(attachmentId).toMatch(/^[0-9a-f]{32}$/);
    for (const tenant of ["", "SIMULATOR/"]) {
      const path = `/v1/${tenant}certificates-of-origin/${certificateOfOriginId}/${attachmentId}`;
      const redirect = await session.get(path);
      expect(redirect.status).toBe(307);
      for (const url of [String(redirect.headers["location"]), await linkTo(session, path)]) {
        const { status, bytes } = await download(url);
        expect(status).toBe(200);
        expect(bytes.subarray(0, 5).toString()).toBe("%PDF-");
      }
    }
  });

  test("404 for others, 403 without read:documents", async () => {
    const { session, certificateOfOriginId } = await certificate();
    for (const path of [`${certificateOfOriginId}/x`, "x/y", `x/${certificateOfOriginId}/url`]) {
      expect((await session.get(`/v1/certificates-of-origin/${path}`)).status).toBe(404);
    }
    const other = await openSession({ scopes: ["read:declarations"] });
    expect((await other.get("/v1/certificates-of-origin/x/y/url")).status).toBe(403);
  });
});

test("a download that breaks off goes on where it stopped", async () => {
  let met = 0;
  const { session, attachment, path } = await opened(
    withFaults((asked) =>
      asked.path.startsWith("/temp/") && met++ === 0
        ? { name: "broken download", reply: { kind: "reset", afterBytes: 700 } }
        : null,
    ),
  );
  const url = await linkTo(session, `${path}/${attachment.id}`);
  const first = await request(url);
  const parts: Buffer[] = [];
  await expect(
    (async () => {
      for await (const part of first.body) parts.push(part as Buffer);
    })(),
  ).rejects.toThrow();
  const got = Buffer.concat(parts);
  expect(got.length).toBeGreaterThan(0);
  const rest = await download(url, {
    range: `bytes=${got.length}-`,
    "if-range": String(first.headers["etag"]),
  });
  expect(rest.status).toBe(206);
  const whole = (await download(url)).bytes;
  expect(Buffer.concat([got, rest.bytes]).equals(whole)).toBe(true);
  expect(session.entries("fault")).toMatchObject([{ name: "broken download" }]);
});
