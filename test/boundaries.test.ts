// The import rules are worth something only if they fire: each is violated on purpose, in a copy of
// the folder structure, with the configuration that CI uses.
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { root } from "./support/run-cli.ts";

const DEPCRUISE = join(root, "node_modules/.bin/depcruise");
const CONFIG = join(root, ".dependency-cruiser.js");

interface CruiseResult {
  readonly summary: {
    readonly totalCruised: number;
    readonly violations: readonly { readonly rule: { readonly name: string } }[];
  };
}

function cruise(cwd: string): Promise<CruiseResult> {
  return new Promise((resolve, reject) => {
    const args = ["--config", CONFIG, "--output-type", "json", "src"];
    execFile(DEPCRUISE, args, { cwd, maxBuffer: 64_000_000 }, (error, stdout, stderr) => {
      // A violation makes the exit code non-zero; only a missing answer is a failure here.
      if (stdout === "") reject(new Error(stderr, { cause: error }));
      else resolve(JSON.parse(stdout) as CruiseResult);
    });
  });
}

const planted: string[] = [];
afterEach(() => {
  for (const folder of planted.splice(0)) rmSync(folder, { recursive: true, force: true });
});

/** A small tree that imports `to` from `from`, with the packages and settings of the real one. */
function plant(from: string, to: string): string {
  const folder = mkdtempSync(join(tmpdir(), "cas-batch-boundaries-"));
  planted.push(folder);
  for (const name of ["node_modules", "package.json", "tsconfig.json"]) {
    symlinkSync(join(root, name), join(folder, name));
  }
  const target = to.startsWith("src/") ? join(folder, to) : null;
  mkdirSync(dirname(join(folder, from)), { recursive: true });
  if (target !== null) {
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, "export const value = 1;\nexport type Kind = string;\n");
  }
  const specifier = target === null ? to : relativeImport(from, to);
  const imported =
    target === null ? `import "${specifier}";` : `import { value } from "${specifier}";`;
  writeFileSync(
    join(folder, from),
    `${imported}\n${target === null ? "" : "console.log(value);\n"}`,
  );
  return folder;
}

function relativeImport(from: string, to: string): string {
  const depth = from.split("/").length - 2;
  return `${depth === 0 ? "./" : "../".repeat(depth)}${to.slice("src/".length)}`;
}

describe("the import rules", () => {
  it("see the whole tree and find nothing", async () => {
    const { summary } = await cruise(root);
    expect(summary.totalCruised).toBeGreaterThan(100);
    expect(summary.violations).toEqual([]);
  }, 120_000);

  it.each([
    ["src/core/a.ts", "src/parse/b.ts", "core-imports-nothing"],
    ["src/parse/a.ts", "src/map/b.ts", "parse-stands-alone"],
    ["src/map/a.ts", "src/parse/b.ts", "map-stands-alone"],
    ["src/submit/a.ts", "src/cas/b.ts", "submit-stands-alone"],
    ["src/submit/a.ts", "src/ledger/b.ts", "submit-stands-alone"],
    ["src/reconcile/a.ts", "src/submit/b.ts", "reconcile-stands-alone"],
    ["src/report/a.ts", "src/ledger/b.ts", "report-stands-alone"],
    ["src/cas/a.ts", "src/ledger/b.ts", "cas-stands-alone"],
    ["src/ledger/a.ts", "src/map/b.ts", "ledger-stands-alone"],
    ["src/pipeline.ts", "src/simulator/b.ts", "only-cli-imports-simulator"],
    ["src/simulator/a.ts", "src/cas/b.ts", "simulator-knows-core-only"],
    ["src/pipeline.ts", "src/cli/b.ts", "nothing-imports-cli"],
    ["src/map/a.ts", "better-sqlite3", "only-ledger-knows-better-sqlite3"],
    ["src/map/a.ts", "exceljs", "only-report-knows-exceljs"],
    ["src/parse/a.ts", "exceljs", "only-report-knows-exceljs"],
    ["src/parse/a.ts", "yauzl", "only-report-knows-yauzl"],
    ["src/parse/a.ts", "yazl", "only-report-knows-yazl"],
    ["src/map/a.ts", "csv-parse", "only-parse-knows-csv-parse"],
    ["src/submit/a.ts", "undici", "only-cas-knows-undici"],
    ["src/cas/a.ts", "p-limit", "only-submit-knows-p-limit"],
    ["src/pipeline.ts", "yargs", "only-cli-knows-yargs"],
    ["src/map/a.ts", "vitest", "no-unlisted-package"],
  ])("%s importing %s breaks the rule %s", { timeout: 60_000 }, async (from, to, rule) => {
    const { summary } = await cruise(plant(from, to));
    expect(summary.violations.map((violation) => violation.rule.name)).toContain(rule);
  });

  it("let a stage see the interfaces of cas and ledger as types only", async () => {
    const folder = plant("src/submit/a.ts", "src/ledger/b.ts");
    const text = 'import type { Kind } from "../ledger/b.ts";\nexport type Mine = Kind;\n';
    writeFileSync(join(folder, "src/submit/a.ts"), text);
    const { summary } = await cruise(folder);
    expect(summary.violations).toEqual([]);
  }, 60_000);
});
