// `init` at a real pseudo-terminal and without one, against the simulator.
import { existsSync, mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { startSimulator, type Simulator } from "../../../src/simulator/start-simulator.ts";
import { atTerminal, noPseudoTerminal } from "../../support/pseudo-terminal.ts";
import { documentOf, emptyFolder, homeFor, runCli } from "../../support/run-cli.ts";

const SECRET = "simulator";
const missing = noPseudoTerminal();
if (missing !== null && process.env["CI"] === "true") throw new Error(missing);

let simulator: Simulator;
let env: Readonly<Record<string, string>>;

beforeAll(async () => {
  simulator = await startSimulator({ stateFile: join(emptyFolder(), "state.jsonl"), port: 0 });
  env = { CAS_API_URL: simulator.url, CAS_TOKEN_URL: simulator.tokenUrl };
});

afterAll(async () => {
  await simulator.close();
});

function secretPath(cwd: string): string {
  return join(homeFor(cwd), ".config/cas-batch/acceptance-client-secret");
}

test.skipIf(missing !== null)(
  "init asks, hides the secret, tries it, and writes what `doctor` then takes",
  async () => {
    const cwd = emptyFolder();
    const at = atTerminal(["init"], { cwd, env });
    await at.until(/Environment: .*:/);
    at.type("nothing\r");
    await at.until(/That cannot be used: write one of acceptance, production, simulator/);
    await at.until(/Environment: .*:/);
    at.type("acc\r");
    await at.until(/Client id.*:/);
    at.type("simulator\r");
    await at.until(/Client secret .*:/);
    at.type("wronx\u007fg-secret\r");
    await at.until(/arrive.*\[inbox\]:/);
    at.type("in box\r");
    await at.until(/Ledger: .*ledger\.sqlite\]:/s);
    at.type("\r");
    await at.until(/Time zone .*:/);
    at.type("Mars/Base\r");
    await at.until(/That cannot be used: write one like Europe/);
    await at.until(/Time zone .*:/);
    at.type("europe/brussels\r");
    await at.until(/error.*client/);
    await at.until(/Type the credentials again\? \[y\/N\]/);
    expect(readdirSync(cwd)).toEqual([]);
    at.type("y\r");
    await at.until(/Client id.*\[simulator\]:/);
    at.type("\r");
    await at.until(/Client secret .*:/);
    at.type(`${SECRET}\r`);
    await at.until(/CAS takes the credentials: tenant SIMULATOR/);
    expect(await at.ended, at.shown()).toBe(0);
    expect(at.shown()).not.toMatch(/wrong-secret|wronx/);
    expect(at.shown()).toContain("cas-batch doctor --env acceptance");
    expect(readFileSync(secretPath(cwd), "utf8")).toBe(`${SECRET}\n`);
    expect(statSync(secretPath(cwd)).mode & 0o777).toBe(0o600);
    const text = readFileSync(join(cwd, "cas-batch.yaml"), "utf8");
    expect(text).toContain('timeZone: "Europe/Brussels"');
    expect(text).toContain('cas-batch run "in box"');
    expect(text).not.toContain("wrong");
    expect(statSync(join(cwd, "in box")).isDirectory()).toBe(true);
    const doctor = await runCli(["doctor"], { cwd, env });
    expect(doctor.stdout).toContain("ok      Credentials  tenant SIMULATOR");
  },
);

test.skipIf(missing !== null).each([
  ["a question", [/Environment: .*:/]],
  [
    "the hidden secret",
    [/Environment: .*:/, "acceptance\r", /Client id.*:/, "me\r", /Client secret.*:/, "half"],
  ],
])("Ctrl-C at %s ends init with 130 and leaves nothing", async (_, steps) => {
  const cwd = emptyFolder();
  const at = atTerminal(["init"], { cwd, env });
  for (const step of steps) {
    if (step instanceof RegExp) await at.until(step);
    else at.type(step);
  }
  at.type("\u0003");
  expect(await at.ended, at.shown()).toBe(130);
  expect(at.shown()).not.toContain("half");
  expect(readdirSync(cwd)).toEqual([]);
  expect(existsSync(secretPath(cwd))).toBe(false);
});

test("Without a terminal, init names every flag that is missing, and waits for nothing", async () => {
  const cwd = emptyFolder();
  const bare = await runCli(["init"], { cwd });
  expect(bare.code).toBe(2);
  expect(bare.stderr).toContain("--env and --client-id and --client-secret-file are missing");
  expect(bare.stderr).toContain("cas-batch init --no-input --env acceptance --client-id ID");
  const known = await runCli(["init", "--env", "production"], {
    cwd,
    env: { CAS_CLIENT_ID: "me" },
  });
  expect(known.stderr).toContain("--client-secret-file is missing");
  expect(readdirSync(cwd)).toEqual([]);
});

test("From a script, init takes flags, tries them, and writes; it replaces nothing without --force", async () => {
  const cwd = emptyFolder();
  const secret = join(cwd, "secret");
  writeFileSync(secret, "simulator\n", { mode: 0o600 });
  const args = [
    ...["init", "--no-input", "--env", "acceptance", "--client-id", "simulator", "--json"],
    ...[
      "--client-secret-file",
      secret,
      "--ledger",
      "books/x.sqlite",
      "--time-zone",
      "Europe/Berlin",
    ],
  ];
  const done = await runCli(args, { cwd, env });
  expect(done.code, done.stderr).toBe(0);
  expect(documentOf(done)).toMatchObject({
    config: join(cwd, "cas-batch.yaml"),
    secretFile: secret,
    tenant: "SIMULATOR",
    timeZone: "Europe/Berlin",
  });
  expect(documentOf(done).next.join("\n")).toContain("--create-ledger");
  const submit = ["submit", "a.csv", "--create-ledger"];
  writeFileSync(
    join(cwd, "a.csv"),
    "External reference;Direction;Gross mass (kg);Goods description\nA-1;IN;1;Bolts\n",
  );
  const sent = await runCli(submit, { cwd, env });
  expect(sent.code, sent.stderr).toBe(0);
  const before = readFileSync(join(cwd, "cas-batch.yaml"), "utf8");
  const again = await runCli([...args, "--inbox", "other"], { cwd, env });
  expect(again.code).toBe(2);
  expect(documentOf(again).error).toMatchObject({ code: "file-not-writable" });
  expect(readFileSync(join(cwd, "cas-batch.yaml"), "utf8")).toBe(before);
  const forced = await runCli([...args, "--inbox", "other", "--force"], { cwd, env });
  expect(forced.code, forced.stderr).toBe(0);
  expect(readFileSync(join(cwd, "cas-batch.yaml"), "utf8")).toContain("cas-batch run other");
});

test("Credentials that CAS refuses write nothing without a terminal; --no-try writes them untried", async () => {
  const cwd = emptyFolder();
  const args = ["init", "--no-input", "--env", "acceptance", "--client-id", "somebody"];
  const more = { ...env, CAS_CLIENT_SECRET: "not-the-secret-of-anyone" };
  const refused = await runCli(args, { cwd, env: more });
  expect(refused.code).toBe(2);
  expect(refused.stderr).not.toContain("not-the-secret");
  expect(readdirSync(cwd)).toEqual([]);
  const untried = await runCli([...args, "--no-try"], { cwd, env: more });
  expect(untried.code, untried.stderr).toBe(0);
  expect(readFileSync(join(cwd, "cas-batch.yaml"), "utf8")).not.toContain("not-the-secret");
});

test.skipIf(missing !== null)(
  "Where the configuration cannot be written, the secret is taken back",
  async () => {
    const cwd = emptyFolder();
    mkdirSync(join(cwd, "taken"));
    writeFileSync(join(cwd, "taken/file"), "");
    const path = join(cwd, "taken/file/cas-batch.yaml");
    const at = atTerminal(
      ["init", "--env", "acceptance", "--client-id", "simulator", "--config", path],
      {
        cwd,
        env,
      },
    );
    await at.until(/Client secret .*:/);
    at.type(`${SECRET}\r`);
    await at.until(/arrive.*:/);
    at.type("\r");
    await at.until(/Ledger: .*\]:/s);
    at.type("\r");
    await at.until(/Time zone .*:/);
    at.type("\r");
    expect(await at.ended, at.shown()).toBe(2);
    expect(at.shown()).toContain("Cannot write");
    expect(existsSync(secretPath(cwd))).toBe(false);
  },
);
