// Whole runs against a CAS whose answers are odd: what reaches the exit code, the report and the ledger.
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, expect, test } from "vitest";
import { documentOf, emptyFolder, homeFor, runCli } from "../support/run-cli.ts";

const TIMEOUT_MS = 120_000;
const TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJlcnAifQ.c2lnbmF0dXJlc2lnbmF0dXJl";
const SECRET = "Abc~secret+of/the.customer";
const FILE = `External reference,Direction,Goods description,Commodity code,Consignee EORI
ODD-1,IN,Bolts,73181500,BE0123456789
ODD-2,IN,Nuts,73181600,BE0123456789
`;

type Reply = (response: ServerResponse) => void;

interface Script {
  readonly message?: (reference: string) => Reply;
  /** Once a message was taken. */
  readonly search?: (reference: string | null) => Reply;
  readonly searchBefore?: (reference: string | null) => Reply;
  readonly declaration?: (id: string) => Reply;
}

const closing: (() => void)[] = [];
afterAll(() => {
  for (const close of closing) close();
});

function json(status: number, body: unknown): Reply {
  return (response) => {
    response.writeHead(status, { "content-type": "application/json" });
    response.end(typeof body === "string" ? body : JSON.stringify(body));
  };
}

async function startCas(script: Script): Promise<Readonly<Record<string, string>>> {
  let taken = 0;
  const server = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    request.on("end", () => {
      const { pathname, searchParams } = new URL(request.url ?? "", "http://localhost");
      const reply = ((): Reply => {
        if (pathname === "/token") return json(200, { access_token: TOKEN, expires_in: 3600 });
        if (pathname.endsWith("authorizationStatus")) {
          const scopes = "create:messages read:declarations";
          return json(200, { sourceSysRef: "erp", tenantIds: "acme", scopes });
        }
        if (request.method === "POST") {
          taken += 1;
          const { externalReference } = JSON.parse(body) as { externalReference: string };
          const receipt = json(202, { referenceId: `r-${externalReference}` });
          return script.message?.(externalReference) ?? receipt;
        }
        if (pathname.endsWith("/search")) {
          const found = taken === 0 ? script.searchBefore : script.search;
          return found?.(searchParams.get("externalReference")) ?? json(200, []);
        }
        const id = pathname.slice(pathname.lastIndexOf("/") + 1);
        return script.declaration?.(id) ?? json(404, {});
      })();
      reply(response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  return {
    ...{ CAS_ENV: "acceptance", CAS_API_URL: url, CAS_TOKEN_URL: `${url}/token` },
    ...{ CAS_CLIENT_ID: "erp", CAS_CLIENT_SECRET: SECRET },
  };
}

function place(): string {
  const cwd = emptyFolder();
  writeFileSync(join(cwd, "a.csv"), FILE);
  writeFileSync(
    join(cwd, "cas-batch.yaml"),
    'settle: { delays: [10ms] }\nnewLedger: { askFor: "0" }\n',
  );
  return cwd;
}

function everythingIn(folder: string): string {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile())
    .map((path) => readFileSync(path, "latin1"))
    .join("\n");
}

function declared(id: string, reference: string): object {
  return {
    ...{ declarationId: id, externalReference: reference, direction: "IN" },
    ...{ currentStatus: "Released", lastUpdated: new Date().toISOString() },
  };
}

test.each([302, 303])(
  "a message that %i answers leaves exit code 6",
  async (status) => {
    const env = await startCas({
      message: () => (response) => response.writeHead(status, { location: "/login" }).end(),
    });
    const result = await runCli(["submit", "a.csv", "--json"], { cwd: place(), env });
    expect(documentOf(result).error).toMatchObject({ code: "address-wrong" });
    expect(result.code).toBe(6);
  },
  TIMEOUT_MS,
);

test(
  "exit code 6 stands also where another message ends the run",
  async () => {
    const env = await startCas({
      message: (reference) =>
        reference === "ODD-1"
          ? (response) => setTimeout(() => response.destroy(), 100)
          : (response) =>
              setTimeout(() => {
                json(404, "")(response);
              }, 400),
    });
    const result = await runCli(["submit", "a.csv", "--json"], { cwd: place(), env });
    expect(result.code).toBe(6);
  },
  TIMEOUT_MS,
);

test(
  "one declaration that cannot be read is named in report, document and exit code",
  async () => {
    const { currentStatus: _status, ...poison } = declared("100200300", "ODD-1") as {
      readonly currentStatus: string;
    };
    const env = await startCas({
      search: () => json(200, [poison, declared("2", "ODD-2")]),
      declaration: () => json(200, poison),
    });
    const cwd = place();
    const result = await runCli(["run", ".", "--json", "--wait", "0"], { cwd, env });
    const found = JSON.parse(result.stdout) as Readonly<Record<string, unknown>>;
    expect(result.code).toBe(5);
    expect(found["declarations"]).toEqual({ Released: 1 });
    expect(JSON.stringify(found["notLookedAt"])).toContain(
      "1 declaration could not be read: declaration 100200300 (currentStatus: is missing)",
    );
    const twin = String(found["report"]).replace(/\.xlsx$/, ".json");
    expect(readFileSync(twin, "utf8")).toContain("100200300");
    const again = await runCli(["reconcile"], { cwd, env });
    expect(again.code).toBe(5);
    expect(again.stdout + again.stderr).toContain("declaration 100200300");
  },
  TIMEOUT_MS,
);

test(
  "what CAS echoes of the token and the secret reaches no file and no stream",
  async () => {
    const echo = `sent with ${TOKEN} and ${encodeURIComponent(SECRET)} and ${Buffer.from(`erp:${SECRET}`).toString("base64")}`;
    const env = await startCas({
      message: (reference) =>
        reference === "ODD-1"
          ? json(400, { title: "Invalid", detail: echo, errors: { direction: [echo] } })
          : json(202, { referenceId: "r" }),
      search: (reference) =>
        json(200, [
          { ...declared("2", reference ?? "ODD-2"), currentStatus: "Invalid", lrn: echo },
        ]),
      declaration: () =>
        json(200, {
          ...declared("2", "ODD-2"),
          ...{ currentStatus: "Invalid", lrn: echo, mrn: TOKEN },
          errors: [{ errorCode: "V1", message: echo, description: JSON.stringify(echo) }],
        }),
    });
    const cwd = place();
    const result = await runCli(["run", ".", "-v", "--wait", "0"], { cwd, env });
    const all = `${everythingIn(cwd)}${everythingIn(homeFor(cwd))}${result.stdout}${result.stderr}`;
    expect(all).toContain("[secret]");
    const basic = Buffer.from(`erp:${SECRET}`).toString("base64").slice(6, 30);
    for (const form of [TOKEN, SECRET, encodeURIComponent(SECRET), basic]) {
      expect(all).not.toContain(form);
    }
  },
  TIMEOUT_MS,
);

test(
  "a CAS behind a gateway that compresses everything is no different",
  async () => {
    const packed =
      (status: number, body: unknown): Reply =>
      (response) => {
        response.writeHead(status, {
          "content-encoding": "gzip",
          "content-type": "application/json",
        });
        response.end(gzipSync(JSON.stringify(body)));
      };
    const env = await startCas({
      message: (reference) => packed(202, { referenceId: `r-${reference}` }),
      search: () => packed(200, [declared("1", "ODD-1"), declared("2", "ODD-2")]),
    });
    const result = await runCli(["run", ".", "--json", "--wait", "0"], { cwd: place(), env });
    expect(result.code, result.stderr).toBe(0);
    expect(documentOf(result)["declarations"]).toEqual({ Released: 2 });
  },
  TIMEOUT_MS,
);

test(
  "a refusal in plain text shows its reason to the user",
  async () => {
    const env = await startCas({
      message: () => (response) => {
        response.writeHead(400, { "content-type": "text/plain" });
        response.end("The field direction must be IN or OUT\r\n");
      },
    });
    const result = await runCli(["submit", "a.csv"], { cwd: place(), env });
    expect(result.code).toBe(4);
    expect(result.stdout + result.stderr).toContain("The field direction must be IN or OUT");
  },
  TIMEOUT_MS,
);

test(
  "a receipt without a reference leaves the outcome unknown, and CAS is asked",
  async () => {
    const env = await startCas({ message: () => json(202, { referenceId: " " }) });
    const args = ["submit", "a.csv", "--json"];
    const result = await runCli(args, { cwd: place(), env });
    expect(result.code).toBe(6);
    expect(documentOf(result)["counts"]).toMatchObject({ accepted: 0 });
  },
  TIMEOUT_MS,
);

test(
  "a change is held only where the declaration of its shipment cannot be read",
  async () => {
    const poison = { declarationId: "7", externalReference: "ODD-1", direction: "IN" };
    const messages: string[] = [];
    const env = await startCas({
      message: (reference) => {
        messages.push(reference);
        return json(202, { referenceId: `r-${String(messages.length)}` });
      },
      search: () => json(200, [poison, { ...declared("2", "ODD-2"), currentStatus: "Invalid" }]),
      declaration: (id) =>
        json(200, id === "7" ? poison : { ...declared("2", "ODD-2"), currentStatus: "Invalid" }),
    });
    const cwd = place();
    await runCli(["submit", "a.csv"], { cwd, env });
    writeFileSync(join(cwd, "b.csv"), FILE.replaceAll(/Bolts|Nuts/g, "Washers"));
    const result = await runCli(["submit", "b.csv", "--json"], { cwd, env });
    expect(messages).toEqual(["ODD-1", "ODD-2", "ODD-2"]);
    expect(result.code).toBe(4);
    expect(result.stdout).toContain(
      "What CAS says of a declaration of this shipment cannot be read",
    );
  },
  TIMEOUT_MS,
);

test(
  "a new ledger holds a shipment of which CAS shows something unreadable, and sends the others",
  async () => {
    const poison = { declarationId: "7", externalReference: "ODD-1", direction: "IN" };
    const messages: string[] = [];
    const env = await startCas({
      message: (reference) => {
        messages.push(reference);
        return json(202, { referenceId: "r-1" });
      },
      searchBefore: () => json(200, [poison]),
      declaration: () => json(200, poison),
    });
    const cwd = emptyFolder();
    writeFileSync(join(cwd, "a.csv"), FILE);
    const result = await runCli(["submit", "a.csv", "--json"], { cwd, env });
    expect(messages).toEqual(["ODD-2"]);
    expect(result.code).toBe(4);
    expect(result.stdout).toContain("CAS shows declaration 7 (currentStatus: is missing) for it");
  },
  TIMEOUT_MS,
);
