// What scripts and people see of every way a command can end.
import { existsSync, mkdirSync, openSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSimulator, type Simulator } from "../../src/simulator/start-simulator.ts";
import { documentOf, emptyFolder, runCli } from "../support/run-cli.ts";

const HEADER = "External reference,Direction,Goods description,Commodity code,Consignee EORI";
const GOOD = "PO-1,IN,Steel bolts,73181500,BE0123456789";
const BAD = "PO-2,SIDEWAYS,Steel nuts,73181600,BE0123456789";

function folderWith(files: Readonly<Record<string, string>>): string {
  const folder = emptyFolder();
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

const csv = (...rows: readonly string[]): string => `${[HEADER, ...rows].join("\n")}\n`;

let simulator: Simulator;
let cas: Readonly<Record<string, string>>;
beforeAll(async () => {
  simulator = await startSimulator({ stateFile: join(emptyFolder(), "s.jsonl"), timeScale: 100 });
  cas = {
    CAS_API_URL: simulator.url,
    CAS_TOKEN_URL: simulator.tokenUrl,
    CAS_CLIENT_ID: "simulator",
    CAS_CLIENT_SECRET: "simulator",
  };
});
afterAll(() => simulator.close());

describe("cas-batch", () => {
  it("without a command says how to get help and exits 2", async () => {
    const { code, stderr } = await runCli([]);
    expect(stderr).toContain("cas-batch --help");
    expect(code).toBe(2);
  });

  it("names the nearest command after a typo", async () => {
    const { code, stderr } = await runCli(["chek", "a.csv"]);
    expect(stderr).toContain("check");
    expect(code).toBe(2);
  });

  it("refuses a flag it does not know", async () => {
    const { code, stderr } = await runCli(["check", "a.csv", "--fource"]);
    expect(stderr).toContain("fource");
    expect(code).toBe(2);
  });

  it("--help names every command, example and exit code", async () => {
    const { code, stdout } = await runCli(["--help"]);
    for (const word of ["template", "reconcile", "doctor", "130, 143", "First steps"]) {
      expect(stdout).toContain(word);
    }
    expect(code).toBe(0);
  });

  it("--json prints exactly one document also for a usage error", async () => {
    const result = await runCli(["submit", "--json"]);
    expect(documentOf(result)).toMatchObject({
      exitCode: 2,
      balanced: null,
      error: { code: "usage" },
    });
    expect(result.code).toBe(2);
  });
});

describe("check", () => {
  it("needs no environment and exits 0 for a good file", async () => {
    const cwd = folderWith({ "a.csv": csv(GOOD) });
    const result = await runCli(["check", "a.csv", "--json"], { cwd });
    expect(documentOf(result)).toMatchObject({ exitCode: 0, balanced: true, environment: null });
    expect(result.code).toBe(0);
  });

  it("exits 4 when some shipments are invalid, and tells the cell", async () => {
    const cwd = folderWith({ "a.csv": csv(GOOD, BAD) });
    const result = await runCli(["check", "a.csv", "--json"], { cwd });
    const { findings } = documentOf(result);
    expect(findings).toMatchObject([{ code: "value-not-allowed", cell: "B3", value: "SIDEWAYS" }]);
    expect(result.code).toBe(4);
  });

  describe("--fail-on-warning", () => {
    const WARNED = GOOD.replace("BE0123456789", "\u0412E0123456789");

    it("exits 8 when there was nothing worse than a warning", async () => {
      const cwd = folderWith({ "a.csv": csv(WARNED) });
      const result = await runCli(["check", "a.csv", "--json", "--fail-on-warning"], { cwd });
      expect(documentOf(result)).toMatchObject({
        ...{ exitCode: 8, status: "only-warnings" },
        findings: [{ code: "text-with-odd-characters", severity: "warning" }],
      });
      expect(result.code).toBe(8);
    });

    it("exits 0 without a warning, and 4 with something worse", async () => {
      const cwd = folderWith({ "good.csv": csv(GOOD), "bad.csv": csv(WARNED, BAD) });
      expect((await runCli(["check", "good.csv", "--fail-on-warning"], { cwd })).code).toBe(0);
      expect((await runCli(["check", "bad.csv", "--fail-on-warning"], { cwd })).code).toBe(4);
    });

    it("is off unless asked for", async () => {
      const cwd = folderWith({ "a.csv": csv(WARNED) });
      expect((await runCli(["check", "a.csv"], { cwd })).code).toBe(0);
    });

    it("lets submit send what is valid, and then exits 8", async () => {
      const cwd = folderWith({ "a.csv": csv(WARNED.replace("PO-1", "EX-8")) });
      const result = await runCli(
        ["submit", "a.csv", "--env", "acceptance", "--json", "--fail-on-warning"],
        { cwd, env: cas },
      );
      expect(documentOf(result).counts).toMatchObject({ accepted: 1 });
      expect(result.code).toBe(8);
    });
  });

  it("exits 3 when nothing of the input is fit to send", async () => {
    const cwd = folderWith({ "a.csv": csv(BAD) });
    expect((await runCli(["check", "a.csv"], { cwd })).code).toBe(3);
  });

  it("tells a file that is not there as a finding, and goes on with the next", async () => {
    const cwd = folderWith({ "a.csv": csv(GOOD) });
    const result = await runCli(["check", "missing.xlsx", "a.csv", "--json"], { cwd });
    expect(documentOf(result).findings).toMatchObject([{ code: "file-unreadable" }]);
    expect(documentOf(result).counts["shipments"]).toBe(1);
    expect(result.code).toBe(4);
  });

  it("answers a typo in a header with the header that was meant", async () => {
    const cwd = folderWith({ "a.csv": csv(GOOD).replace("Commodity code", "Comodity code") });
    const { stdout } = await runCli(["check", "a.csv"], { cwd });
    expect(stdout).toMatch(/Comodity code.*\n.*Commodity code/);
  });
});

describe("submit", () => {
  const send = (cwd: string, env: Readonly<Record<string, string>> = cas, ...more: string[]) =>
    runCli(["submit", "a.csv", "--env", "acceptance", "--json", ...more], { cwd, env });

  it("exits 2 without an environment, and says which there are", async () => {
    const cwd = folderWith({ "a.csv": csv(GOOD) });
    const { code, stderr } = await runCli(["submit", "a.csv"], { cwd });
    expect(stderr).toContain("--env simulator");
    expect(code).toBe(2);
  });

  it("exits 0 when all was accepted, and 0 again with everything unchanged", async () => {
    const cwd = folderWith({ "a.csv": csv(GOOD.replace("PO-1", "EX-1")) });
    const first = await send(cwd);
    expect(documentOf(first).counts).toMatchObject({ shipments: 1, accepted: 1, unchanged: 0 });
    const second = await send(cwd);
    expect(documentOf(second).counts).toMatchObject({ shipments: 1, accepted: 0, unchanged: 1 });
    expect([first.code, second.code]).toEqual([0, 0]);
    const sent = simulator
      .journal()
      .filter((entry) => entry.kind === "accepted" && entry.externalReference === "EX-1");
    expect(sent).toHaveLength(1);
  });

  it("--on-invalid abort sends nothing of a file with a mistake and exits 3", async () => {
    const cwd = folderWith({ "a.csv": csv(GOOD.replace("PO-1", "EX-2"), BAD) });
    const result = await send(cwd, cas, "--on-invalid", "abort");
    expect(documentOf(result).counts).toMatchObject({ aborted: 1, accepted: 0 });
    expect(result.code).toBe(3);
  });

  it("--dry-run sends nothing and needs no credentials", async () => {
    const cwd = folderWith({ "a.csv": csv(GOOD) });
    const { code } = await runCli(["submit", "a.csv", "--dry-run"], { cwd });
    expect(code).toBe(0);
  });

  it("exits 2 for a wrong secret, and never shows it", async () => {
    const cwd = folderWith({ "a.csv": csv(GOOD) });
    const result = await send(cwd, { ...cas, CAS_CLIENT_SECRET: "hunter2-wrong" });
    expect(documentOf(result).error).toMatchObject({ code: "credentials-refused" });
    expect(`${result.stdout}${result.stderr}`).not.toContain("hunter2-wrong");
    expect(result.code).toBe(2);
  });

  it("exits 2 for credentials that are missing, naming the variables", async () => {
    const cwd = folderWith({ "a.csv": csv(GOOD) });
    const { code, stderr } = await send(cwd, {});
    expect(stderr).toContain("CAS_CLIENT_SECRET");
    expect(code).toBe(2);
  });

  it("exits 5 when CAS is down, and says what to do", async () => {
    const cwd = folderWith({ "a.csv": csv(GOOD) });
    const port = await closedPort();
    const down = `http://127.0.0.1:${String(port)}`;
    writeFileSync(join(cwd, "cas-batch.yaml"), "timeouts:\n  connect: 1s\n");
    const env = { ...cas, CAS_API_URL: down, CAS_TOKEN_URL: `${down}/oauth2/v2.0/token` };
    const result = await send(cwd, env);
    expect(documentOf(result).error).toMatchObject({ code: "unreachable" });
    expect(result.code).toBe(5);
  }, 60_000);

  it("exits 2 when the ledger cannot be opened, naming its place", async () => {
    const cwd = folderWith({
      "a.csv": csv(GOOD),
      "not-a-ledger.sqlite": "just text, no database\n",
    });
    const result = await send(cwd, cas, "--ledger", "not-a-ledger.sqlite");
    expect(documentOf(result).error).toMatchObject({ code: "ledger-unusable" });
    expect(result.stderr).toContain("not-a-ledger.sqlite");
    expect(result.code).toBe(2);
  });

  it("refuses plain http to another machine", async () => {
    const cwd = folderWith({ "a.csv": csv(GOOD) });
    const result = await send(cwd, { ...cas, CAS_API_URL: "http://cas.example.com" });
    expect(documentOf(result).error).toMatchObject({ code: "insecure-url" });
    expect(result.code).toBe(2);
  });

  it("tells a mistake in cas-batch.yaml with line and column", async () => {
    const cwd = folderWith({ "a.csv": csv(GOOD), "cas-batch.yaml": "rate: 5\nwiat: 10m\n" });
    const { code, stderr } = await send(cwd);
    expect(stderr).toMatch(
      /cas-batch\.yaml line 2, column 1: `wiat` is no setting; did you mean `wait`/,
    );
    expect(code).toBe(2);
  });

  it("tells a name below endpoints and fields that is none", async () => {
    const yaml = "endpoints:\n  declarationSerach: /v1/x\nfields:\n  subscriptionApiKye: key\n";
    const { code, stderr } = await send(folderWith({ "a.csv": csv(GOOD), "cas-batch.yaml": yaml }));
    expect(stderr).toMatch(/line 2, .*`declarationSerach` is no setting; did you mean `decl/);
    expect(stderr).toMatch(/line 4, .*`subscriptionApiKye` is no setting; did you mean `subs/);
    expect(code).toBe(2);
  });
});

describe("missing scope", () => {
  it("exits 2 and names the scope, before anything is sent", async () => {
    const stateFile = join(emptyFolder(), "s.jsonl");
    const reader = await startSimulator({ stateFile, scopes: ["read:declarations"] });
    try {
      const cwd = folderWith({ "a.csv": csv(GOOD) });
      const env = { ...cas, CAS_API_URL: reader.url, CAS_TOKEN_URL: reader.tokenUrl };
      const result = await runCli(["submit", "a.csv", "--env", "acceptance", "--json"], {
        cwd,
        env,
      });
      expect(documentOf(result).error).toMatchObject({ code: "scope-missing" });
      expect(result.stderr).toContain(
        "`cas-batch submit` needs the scopes create:messages and read:declarations, and the token for tenant SIMULATOR has only read:declarations",
      );
      expect(result.code).toBe(2);
      expect(documentOf(result)).toMatchObject({ runId: null, files: [] });
      const doctor = await runCli(["doctor", "--env", "acceptance"], { cwd, env });
      expect(doctor.stdout).toMatch(/FAILED\s+Scopes.*create:messages/);
      expect(doctor.stdout).toMatch(/The token may run:\n {2}reconcile\n/);
      expect(doctor.stdout).toMatch(/Without create:messages it may not run:\n {2}submit, run, /);
      expect(doctor.code).toBe(2);
    } finally {
      await reader.close();
    }
  });
});

describe("run", () => {
  it("exits 2 for an inbox that is not there", async () => {
    const { code, stderr } = await runCli(["run", "nowhere", "--env", "simulator"]);
    expect(stderr).toContain("nowhere");
    expect(code).toBe(2);
  });

  it("exits 0 for an empty inbox and still writes a report", async () => {
    const cwd = emptyFolder();
    mkdirSync(join(cwd, "inbox"));
    const result = await runCli(["run", "--env", "simulator", "--json"], { cwd });
    expect(documentOf(result).report).toMatch(/status-report\.xlsx$/);
    expect(result.code).toBe(0);
  });
});

function closedPort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        if (typeof address === "object" && address !== null) resolve(address.port);
        else reject(new Error("No port"));
      });
    });
  });
}

describe("the result", () => {
  it.runIf(existsSync("/dev/full"))("that cannot be written ends with exit code 2", async () => {
    const cwd = folderWith({ "a.csv": csv(GOOD) });
    const full = openSync("/dev/full", "w");
    const { code, stderr } = await runCli(["check", "a.csv", "--json"], { cwd, stdout: full });
    expect(stderr).toContain("The result cannot be written");
    expect(code).toBe(2);
  });
});
