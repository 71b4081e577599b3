import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startSimulator } from "../../src/simulator/start-simulator.ts";
import { emptyFolder, homeFor, runCli, type Finished } from "../support/run-cli.ts";
import { startDeclarationsCas } from "./declarations-cas.ts";

const URL_OF_OURS = "https://hooks.example.com/cas?code=hidden-in-the-address";
const ADDRESS = "https://hooks.example.com/cas";

interface Document {
  readonly subscriptions: readonly {
    readonly id: string | null;
    readonly eventType: string;
    readonly destinationUrl: string | null;
    readonly standing: string;
  }[];
  readonly missing: readonly string[];
  readonly error?: { readonly code: string };
}

async function desk() {
  const cas = await startDeclarationsCas();
  const cwd = emptyFolder();
  const run = async (...args: string[]): Promise<Finished & { readonly document: Document }> => {
    const all = ["subscriptions", ...args, "--env", "acceptance", "--json"];
    const finished = await runCli(all, { cwd, env: cas.variables });
    return { ...finished, document: JSON.parse(finished.stdout) as Document };
  };
  return { cas, cwd, run };
}

test("subscriptions ensure creates what is missing once, and leaves what is there", async () => {
  const { cas, run } = await desk();
  cas.subscriptions.push(
    { id: "theirs", eventType: "DeclarationStatusChanged", eventSubType: null },
    { id: "part", eventType: "CoOPDFCreated", eventSubType: "CertificateOfOrigin" },
  );
  const listed = await run("list");
  expect(listed.document.missing).toEqual([
    "CustomsShipmentInformation",
    "DeclarationPdfCreated",
    "DeclarationActionFinished",
    "CoOPDFCreated",
  ]);
  const first = await run("ensure", "--url", URL_OF_OURS);
  expect(first.document.missing).toEqual([]);
  expect(first.document.subscriptions.map(({ standing }) => standing)).toEqual([
    ...["kept", "kept"],
    ...Array<string>(5).fill("created"),
  ]);
  const second = await run("ensure", "--url", URL_OF_OURS);
  expect(second.document.subscriptions.every(({ standing }) => standing === "kept")).toBe(true);
  expect(second.document.subscriptions.at(-1)?.destinationUrl).toBe(ADDRESS);
  expect(cas.changes).toHaveLength(5);
});

test("subscriptions create sends the protection, and no secret stands in ledger or output", async () => {
  const { cas, cwd, run } = await desk();
  const key = "key-that-nobody-may-see";
  writeFileSync(join(cwd, "key.txt"), key, { mode: 0o600 });
  const { stdout, stderr, document } = await run(
    ...["create", "--event", "DeclarationStatusChanged", "--subtype", "Released"],
    ...["--url", URL_OF_OURS, "--api-key-header", "X-Key", "--api-key-file", "key.txt"],
  );
  expect(document.subscriptions).toMatchObject([{ id: "s1", standing: "created" }]);
  expect(cas.changes[0]?.body).toContain(key);
  const ledger = join(homeFor(cwd), ".local/state/cas-batch/acceptance/ledger.sqlite");
  const kept = [stdout, stderr, readFileSync(ledger, "latin1")];
  for (const text of kept) {
    expect(text).not.toContain(key);
    expect(text).not.toContain("hidden-in-the-address");
  }
});

test("subscriptions delete removes one, and an unknown id is told", async () => {
  const { cas, run } = await desk();
  cas.subscriptions.push({ id: "a", eventType: "X" }, { id: "b", eventType: "Y" });
  const { document } = await run("delete", "a");
  expect(document.subscriptions).toMatchObject([{ id: "a", standing: "deleted" }]);
  expect(cas.subscriptions.map(({ id }) => id)).toEqual(["b"]);
  const again = await run("delete", "a");
  expect(again.document.error?.code).toBe("subscription-unknown");
  expect(again.code).toBe(3);
});

test("a subscription whose creation was not answered is not created twice blindly", async () => {
  const { cas, run } = await desk();
  cas.intercept = ({ method }, response) => {
    if (method !== "POST") return false;
    response.destroy();
    return true;
  };
  const create = ["create", "--event", "CoOPDFCreated", "--url", ADDRESS];
  const lost = await run(...create);
  expect(lost.document.subscriptions).toMatchObject([{ standing: "unknown" }]);
  expect(lost.code).toBe(6);
  cas.intercept = () => false;
  const second = await run(...create);
  expect(second.document.error?.code).toBe("change-unsettled");
  expect(cas.changes).toHaveLength(1);
  const third = await run(...create, "--again");
  expect(third.document.subscriptions).toMatchObject([{ standing: "created" }]);
});

test("a deletion whose answer was lost is settled by the list of CAS alone", async () => {
  const { cas, run } = await desk();
  cas.subscriptions.push({ id: "a", eventType: "X" });
  let isTaken = false;
  cas.intercept = ({ method }, response) => {
    if (method !== "DELETE") return false;
    if (isTaken) cas.subscriptions.splice(0, 1);
    response.destroy();
    return true;
  };
  expect((await run("delete", "a")).document.subscriptions).toMatchObject([
    { standing: "unknown" },
  ]);
  // Whoever may not list them cannot see that it is gone.
  const { scopes } = cas;
  cas.scopes = scopes.replace("read:subscriptions ", "");
  expect((await run("delete", "a")).document.error?.code).toBe("change-unsettled");
  cas.scopes = scopes;
  isTaken = true;
  expect((await run("delete", "a", "--again")).code).toBe(6);
  expect((await run("delete", "a")).document.subscriptions).toMatchObject([
    { id: "a", standing: "deleted" },
  ]);
  expect(cas.changes).toHaveLength(2);
});

test("text says why a subscription was not created", async () => {
  const { cas, cwd } = await desk();
  cas.intercept = ({ method }, response) => {
    if (method !== "POST") return false;
    response.writeHead(400, { "content-type": "application/json" });
    response.end(JSON.stringify({ title: "No such event", status: 400 }));
    return true;
  };
  const create = ["subscriptions", "create", "--event", "X", "--url", ADDRESS];
  const done = await runCli([...create, "--env", "acceptance"], { cwd, env: cas.variables });
  expect(done.stdout).toContain("No such event");
});

test("subscriptions ensure looks once more when it has the right to send", async () => {
  const { cas, run } = await desk();
  let lists = 0;
  cas.intercept = ({ method }) => {
    if (method === "GET" && (lists += 1) === 2) {
      // Of another process, between the first look and the right to send.
      cas.subscriptions.push({ id: "x", eventType: "CoOPDFCreated", destinationUrl: ADDRESS });
    }
    return false;
  };
  const { document } = await run("ensure", "--url", ADDRESS);
  expect(document.missing).toEqual([]);
  expect(document.subscriptions.filter(({ standing }) => standing === "kept")).toHaveLength(1);
  expect(cas.changes).toHaveLength(4);
});

test.each([
  [["--url", "no address"], "usage"],
  [["--url", "https://user:word@hooks.example.com/"], "usage"],
  [["--url", "http://hooks.example.com/"], "insecure-url"],
  [["--url", ADDRESS, "--api-key-header", "X-Key"], "usage"],
])("subscriptions ensure refuses %j (%s)", async (flags, code) => {
  const { cas, run } = await desk();
  const { document } = await run("ensure", ...flags);
  expect(document.error?.code).toBe(code);
  expect(cas.changes).toEqual([]);
});

test("subscriptions ensure says that what is there is not protected by the key that is given now", async () => {
  const { cwd, run } = await desk();
  await run("ensure", "--url", URL_OF_OURS);
  writeFileSync(join(cwd, "key.txt"), "key-that-nobody-may-see", { mode: 0o600 });
  const key = ["--api-key-header", "X-Key", "--api-key-file", "key.txt"];
  const { code, stderr } = await run("ensure", "--url", URL_OF_OURS, ...key);
  expect(code).toBe(0);
  expect(stderr).toContain("5 subscriptions to this address were there before and left");
});

test.each([
  ["ftp://hooks.example.com/x?code=hidden", "usage"],
  ["http://hooks.example.com/x?code=hidden", "insecure-url"],
])("subscriptions create refuses %s before anything, and hides its query", async (url, code) => {
  const { cas, run } = await desk();
  const done = await run("create", "--event", "DeclarationStatusChanged", "--url", url);
  expect(done.code).toBe(2);
  expect(done.document.error?.code).toBe(code);
  expect(done.stdout + done.stderr).not.toContain("hidden");
  expect(cas.changes).toEqual([]);
});

test("subscriptions create says to a person what CAS refused, and counts what there is", async () => {
  const simulator = await startSimulator({ stateFile: join(emptyFolder(), "s.jsonl") });
  onTestFinished(() => simulator.close());
  const args = ["subscriptions", "create", "--event", "Foo", "--url", "http://127.0.0.1:9/x"];
  const env = {
    CAS_ENV: "acceptance",
    CAS_API_URL: simulator.url,
    CAS_TOKEN_URL: simulator.tokenUrl,
    CAS_CLIENT_ID: "simulator",
    CAS_CLIENT_SECRET: "simulator",
  };
  const { stdout } = await runCli(args, { cwd: emptyFolder(), env });
  expect(stdout).toMatch(/STOPPED: .*refused.*\(400\)/);
  expect(stdout).toContain("\n0 subscriptions\n");
});
