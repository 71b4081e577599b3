// `cas-batch doctor`: every failure comes with its next step.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSimulator, type Simulator } from "../../../src/simulator/start-simulator.ts";
import { documentOf, emptyFolder, runCli, type ResultDocument } from "../../support/run-cli.ts";

interface Doctored extends ResultDocument {
  readonly checks: readonly {
    readonly name: string;
    readonly ok: boolean;
    readonly detail: string;
    readonly hint: string | null;
  }[];
}

let simulator: Simulator;
let reader: Simulator;

beforeAll(async () => {
  simulator = await startSimulator({ stateFile: join(emptyFolder(), "all.jsonl") });
  reader = await startSimulator({
    stateFile: join(emptyFolder(), "none.jsonl"),
    scopes: ["read:documents"],
  });
});
afterAll(async () => {
  await simulator.close();
  await reader.close();
});

function variables({ url, tokenUrl }: Simulator): Readonly<Record<string, string>> {
  return {
    CAS_ENV: "acceptance",
    CAS_API_URL: url,
    CAS_TOKEN_URL: tokenUrl,
    CAS_CLIENT_ID: "simulator",
    CAS_CLIENT_SECRET: "simulator",
  };
}

async function doctor(
  env: Readonly<Record<string, string>>,
  cwd = emptyFolder(),
): Promise<Doctored> {
  const result = documentOf(await runCli(["doctor", "--json"], { cwd, env })) as Doctored;
  for (const { name, ok, hint } of result.checks) {
    expect(hint === null, `${name} ${String(hint)}`).toBe(ok);
  }
  const failed = result.checks.filter(({ ok }) => !ok);
  expect(result.next).toHaveLength(failed.length);
  expect(result.exitCode === 0).toBe(failed.length === 0);
  return result;
}

const check = ({ checks }: Doctored, name: string) => checks.find((one) => one.name === name);

describe("doctor", () => {
  it("has nothing to say where all is well", async () => {
    expect((await doctor(variables(simulator))).next).toEqual([]);
  });

  it("says of a wrong CAS_SCOPE that it is the scope", async () => {
    const result = await doctor({
      ...variables(simulator),
      CAS_SCOPE: "https://c4taccb2c.onmicrosoft.com/other/.default",
    });
    expect(result.exitCode).toBe(2);
    expect(check(result, "Credentials")?.detail).toContain("refused the scope https://c4taccb2c");
    expect(check(result, "Credentials")?.hint).toMatch(/^Leave CAS_SCOPE/);
    expect(result.next.join()).not.toMatch(/client secret|CAS_CLIENT/i);
  });

  it("says of a wrong secret that it is the secret", async () => {
    const result = await doctor({ ...variables(simulator), CAS_CLIENT_SECRET: "wrong-secret" });
    expect(check(result, "Credentials")?.hint).toContain("CAS_CLIENT_SECRET");
    expect(check(result, "Scopes")?.hint).toContain("of the credentials");
  });

  it("does not send a person round in circles where a scope is missing", async () => {
    const result = await doctor(variables(reader));
    expect(check(result, "Scopes")?.hint).toContain("Ask Customs4trade to grant create:messages");
    expect(check(result, "Clock")).toMatchObject({
      detail: "not tried, as the token lacks read:declarations",
    });
  });

  it("names each of several failures with its own step", async () => {
    const cwd = emptyFolder();
    writeFileSync(join(cwd, "out"), "");
    writeFileSync(join(cwd, "ledger.sqlite"), "no ledger");
    const env = { ...variables(simulator), CAS_LEDGER: join(cwd, "ledger.sqlite") };
    const { next, checks } = await doctor(env, cwd);
    expect(next.map((step) => step.split(":")[0])).toEqual(["Ledger", "Reports"]);
    expect(checks.at(-1)?.detail).toContain("it is a file");
    const { stdout } = await runCli(["doctor"], { cwd, env });
    for (const step of next) expect(stdout).toContain(`  ${step}`);
  });
});
