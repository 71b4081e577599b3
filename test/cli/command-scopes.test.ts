// Each command is refused by name, before its work, where the token has not what it needs.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { startSimulator } from "../../src/simulator/start-simulator.ts";
import { documentOf, emptyFolder, runCli } from "../support/run-cli.ts";

const MOVEMENTS = "externalReference,type\nMO-1,RFFC\n";

async function withScopes(scopes: readonly string[]) {
  const simulator = await startSimulator({ stateFile: join(emptyFolder(), "s.jsonl"), scopes });
  onTestFinished(() => simulator.close());
  const cwd = emptyFolder();
  writeFileSync(join(cwd, "moves.csv"), MOVEMENTS);
  writeFileSync(join(cwd, "told.yaml"), "newLedger: { otherKinds: send }\n");
  writeFileSync(join(cwd, "articles.csv"), "itemId,name\nA-1,Bolts\n");
  const env = {
    CAS_ENV: "acceptance",
    CAS_API_URL: simulator.url,
    CAS_TOKEN_URL: simulator.tokenUrl,
    CAS_CLIENT_ID: "simulator",
    CAS_CLIENT_SECRET: "simulator",
  };
  return (...args: readonly string[]) => runCli([...args, "--json"], { cwd, env });
}

it.each([
  ["ingest MovementOrder moves.csv", ["create:messages", "read:declarations"], "create:wms"],
  ["declarations get 1", ["create:messages"], "read:declarations"],
  ["declarations search --mrn 1", ["create:messages"], "read:declarations"],
  ["declarations attachments 1 --out x", ["create:messages"], "read:declarations"],
  ["certificates download c a --out x", ["read:declarations"], "read:documents"],
  ["run .", ["create:messages"], "read:declarations"],
])("%s is not begun with %j", async (words, scopes, missing) => {
  const run = await withScopes(scopes);
  const done = await run(...words.split(" "));
  const { error } = documentOf(done);
  expect(done.code, done.stderr).toBe(2);
  expect(error).toMatchObject({ code: "scope-missing" });
  expect(error?.message).toMatch(/^`cas-batch [a-z ]+` needs the scopes? /);
  expect(error?.hint).toContain(`grant ${missing}`);
});

it("movement orders need no right to send shipments; a new ledger sends them once it is told to", async () => {
  const run = await withScopes(["create:wms", "read:wms"]);
  const held = await run("ingest", "MovementOrder", "moves.csv");
  expect(documentOf(held), held.stderr).toMatchObject({ exitCode: 4, counts: { held: 1 } });
  expect(held.stdout).toContain("otherKinds: send");
  const done = await run("ingest", "MovementOrder", "moves.csv", "--config", "told.yaml");
  expect(documentOf(done), done.stderr).toMatchObject({ counts: { accepted: 1 } });
});

it("articles need no right to read declarations, and a new ledger says nothing of asking about them", async () => {
  const run = await withScopes(["create:messages"]);
  const done = await run("ingest", "ArticleDataItem", "articles.csv");
  expect(documentOf(done), done.stderr).toMatchObject({ counts: { accepted: 1 } });
  expect(done.stderr).toContain("New ledger");
  expect(done.stderr).not.toContain("CAS is asked");
});

it("a command that sends no messages does not speak of asking before they are sent", async () => {
  const run = await withScopes(["read:subscriptions"]);
  const done = await run("subscriptions", "list");
  expect(done.code, done.stderr).toBe(0);
  expect(done.stderr).toContain("New ledger");
  expect(done.stderr).not.toContain("before it is sent");
});
