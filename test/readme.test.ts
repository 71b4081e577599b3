// Every command line of the README is run, as it stands there, in an empty folder with a new
// home; the installation itself is what CI does before the tests.
import { spawn } from "node:child_process";
import { cpSync, existsSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { startSimulator } from "../src/simulator/start-simulator.ts";
import { emptyFolder, root } from "./support/run-cli.ts";

const README = readFileSync(join(root, "README.md"), "utf8");
const MAIN_JOB =
  "npm ci && npx cas-batch run samples/first-night --env simulator     # the main job";
const TESTS = "npm ci && npm test                                                  # the tests";
const TIMEOUT_MS = 120_000;

/** What the commands need of a clone; npm builds again when the sources are newer than `dist`. */
const CLONED = [
  ...["bin", "dist", "package.json", "samples", "scripts", "src"],
  ...["tsconfig.json"],
];

/** The command lines of all code blocks that are shell. */
function commandLines(): readonly string[] {
  return [...README.matchAll(/^```\n(.*?)^```/gms)]
    .flatMap(([, block = ""]) => block.trim().split("\n"))
    .filter((line) => line !== "");
}

interface Finished {
  readonly code: number | null;
  readonly output: string;
}

/** The ledger is in it. */
const HOME = emptyFolder();

function shell(command: string, cwd: string, env: Record<string, string>): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn("bash", ["-c", command], {
      cwd,
      env: { PATH: process.env["PATH"] ?? "", HOME, ...env },
    });
    let output = "";
    child.stdout.on("data", (text: Buffer) => (output += text.toString()));
    child.stderr.on("data", (text: Buffer) => (output += text.toString()));
    child.on("error", reject);
    child.on("close", (code) => {
      resolve({ code, output });
    });
  });
}

describe("README", () => {
  // A folder that looks like a clone after `npm ci`.
  const clone = emptyFolder();
  beforeAll(() => {
    const asTheyAre = { recursive: true, preserveTimestamps: true };
    for (const name of CLONED) cpSync(join(root, name), join(clone, name), asTheyAre);
    symlinkSync(join(root, "node_modules"), join(clone, "node_modules"));
  });

  it("holds the two promised command lines as they are", () => {
    expect(commandLines()).toEqual(expect.arrayContaining([MAIN_JOB, TESTS]));
  });

  it("runs the main job, which ends as the README says", { timeout: TIMEOUT_MS }, async () => {
    const { code, output } = await shell(MAIN_JOB.replace("npm ci && ", ""), clone, {});
    expect(output).toContain("Books balanced");
    expect(output).toMatch(/Report: .*status-report\.xlsx/);
    expect(code).toBe(4);
  });

  it("runs the other lines, in order", { timeout: TIMEOUT_MS }, async () => {
    const simulator = await startSimulator({
      stateFile: join(clone, "acceptance.jsonl"),
      timeScale: 50,
    });
    try {
      const lines = commandLines().filter((line) => !line.startsWith("npm ci"));
      const exports = lines.filter((line) => line.startsWith("export "));
      const runnable = lines.filter((line) => !line.startsWith("export "));
      expect(exports).toEqual(["export CAS_CLIENT_ID=… CAS_CLIENT_SECRET=…"]);
      expect(runnable.length).toBeGreaterThanOrEqual(6);
      const acceptance = {
        CAS_CLIENT_ID: "simulator",
        CAS_CLIENT_SECRET: "simulator",
        CAS_API_URL: simulator.url,
        CAS_TOKEN_URL: simulator.tokenUrl,
      };
      for (const line of runnable) {
        const { code, output } = await shell(
          line,
          clone,
          line.includes("acceptance") ? acceptance : {},
        );
        // The template is blank, so it has nothing to send and nothing that is wrong.
        expect(code, `${line}\n${output}`).toBe(0);
      }
    } finally {
      await simulator.close();
    }
  });

  it("links to files that are there", () => {
    const links = [...README.matchAll(/\]\(([^)#]+)\)/g)].map(([, target = ""]) => target);
    expect(links.length).toBeGreaterThan(8);
    expect(links.filter((target) => !existsSync(join(root, target)))).toEqual([]);
  });
});
