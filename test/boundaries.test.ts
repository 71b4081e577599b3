// The import rules are worth something only if they fire: each is violated on purpose, in a copy of
// the folder structure, with the configuration that CI uses.
import { execFile } from "node:child_process";
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { root } from "./support/run-cli.ts";

const DEPCRUISE = join(root, "node_modules/.bin/depcruise");
const CONFIG = join(root, ".dependency-cruiser.js");

interface CruiseResult {
  readonly summary: {
    readonly totalCruised: number;
    readonly violations: readonly {
      readonly from: string;
      readonly rule: { readonly name: string };
    }[];
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
afterAll(() => {
  for (const folder of planted) rmSync(folder, { recursive: true, force: true });
});

/** A small tree with the packages and settings of the real one. */
function plantTree(): string {
  const folder = mkdtempSync(join(tmpdir(), "cas-batch-boundaries-"));
  planted.push(folder);
  for (const name of ["node_modules", "package.json", "tsconfig.json"]) {
    symlinkSync(join(root, name), join(folder, name));
  }
  return folder;
}

/** Adds a file that imports another, or a package. */
function plant(folder: string, from: string, to: string): void {
  const isPackage = !to.startsWith("src/");
  write(folder, from, isPackage ? `import "${to}";\n` : `import "${relativeImport(from, to)}";\n`);
  if (!isPackage) write(folder, to, "export type Kind = string;\n");
}

function write(folder: string, name: string, text: string): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  appendFileSync(join(folder, name), text);
}

function relativeImport(from: string, to: string): string {
  const depth = from.split("/").length - 2;
  return `${depth === 0 ? "./" : "../".repeat(depth)}${to.slice("src/".length)}`;
}

const VIOLATIONS: readonly (readonly [from: string, to: string, rule: string])[] = [
  ["src/core/a.ts", "src/parse/b.ts", "core-imports-nothing"],
  ["src/trace/a.ts", "src/map/b.ts", "trace-yaml-looks-down"],
  ["src/yaml/a.ts", "src/parse/b.ts", "trace-yaml-looks-down"],
  ["src/intake/a.ts", "src/runs/b.ts", "intake-looks-down"],
  ["src/map/a.ts", "src/intake/b.ts", "map-looks-down"],
  ["src/ledger/a.ts", "src/submit/b.ts", "ledger-looks-down"],
  ["src/runs/a.ts", "src/pipeline.ts", "runs-looks-down"],
  ["src/pipeline.ts", "src/cli/b.ts", "pipeline-looks-down"],
  ["src/runs/a.ts", "src/cli/b.ts", "runs-looks-down"],
  ["src/intake/a.ts", "src/parse/xlsx/b.ts", "parse-has-faces"],
  ["src/intake/a.ts", "src/map/cells/b.ts", "map-has-faces"],
  ["src/runs/a.ts", "src/intake/records/b.ts", "intake-has-faces"],
  ["src/runs/a.ts", "src/submit/sending/b.ts", "submit-has-faces"],
  ["src/runs/a.ts", "src/report/sheets/b.ts", "report-has-faces"],
  ["src/runs/a.ts", "src/notifications/receiver/b.ts", "notifications-has-faces"],
  ["src/notifications/a.ts", "src/ledger/b.ts", "notifications-stands-alone"],
  ["src/notifications/a.ts", "src/reconcile/b.ts", "notifications-stands-alone"],
  ["src/runs/a.ts", "src/ledger/sqlite/books/b.ts", "ledger-has-faces"],
  ["src/runs/a.ts", "src/cas/throttle/b.ts", "cas-has-faces"],
  ["src/metrics/a.ts", "src/report/b.ts", "metrics-stands-alone"],
  ["src/runs/a.ts", "src/metrics/b.ts", "metrics-has-faces"],
  ["src/parse/a.ts", "src/map/b.ts", "parse-stands-alone"],
  ["src/map/a.ts", "src/parse/b.ts", "map-stands-alone"],
  ["src/submit/a.ts", "src/cas/b.ts", "submit-stands-alone"],
  ["src/submit/a.ts", "src/ledger/b.ts", "submit-stands-alone"],
  ["src/reconcile/a.ts", "src/submit/b.ts", "reconcile-stands-alone"],
  ["src/report/a.ts", "src/ledger/b.ts", "report-stands-alone"],
  ["src/report/a.ts", "src/parse/encoding/b.ts", "parse-has-faces"],
  ["src/report/a.ts", "src/map/b.ts", "report-sees-no-stage-types"],
  ["src/cas/a.ts", "src/ledger/b.ts", "cas-stands-alone"],
  ["src/ledger/a.ts", "src/map/b.ts", "ledger-stands-alone"],
  ["src/hooks/a.ts", "src/report/b.ts", "hooks-know-core-only"],
  ["src/hooks/a.ts", "src/cas/b.ts", "hooks-stands-alone"],
  ["src/submit/a.ts", "src/hooks/b.ts", "submit-stands-alone"],
  ["src/hooks/a.ts", "src/hooks/mail/b.ts", "mail-is-loaded-late"],
  ["src/report/sheets/a.ts", "src/report/workbook/b.ts", "sheets-are-data"],
  ["src/report/survey/a.ts", "exceljs", "sheets-are-data"],
  ["src/pipeline.ts", "src/simulator/b.ts", "only-cli-imports-simulator"],
  ["src/simulator/a.ts", "src/cas/b.ts", "simulator-knows-core-only"],
  ["src/map/a.ts", "better-sqlite3", "only-ledger-knows-better-sqlite3"],
  ["src/ledger/a.ts", "better-sqlite3", "only-ledger-knows-better-sqlite3"],
  ["src/map/a.ts", "exceljs", "only-report-knows-exceljs"],
  ["src/parse/a.ts", "exceljs", "only-report-knows-exceljs"],
  ["src/parse/a.ts", "yazl", "only-report-knows-yazl"],
  ["src/map/a.ts", "csv-parse", "only-parse-knows-csv-parse"],
  ["src/submit/a.ts", "undici", "only-cas-knows-undici"],
  ["src/cas/a.ts", "p-limit", "only-submit-knows-p-limit"],
  ["src/hooks/a.ts", "nodemailer", "only-hooks-knows-nodemailer"],
  ["src/pipeline.ts", "yargs", "only-cli-knows-yargs"],
  ["src/cas/a.ts", "jose", "only-notifications-knows-jose"],
  ["src/runs/a.ts", "prom-client", "only-metrics-knows-prom-client"],
  ["src/map/a.ts", "vitest", "no-tool-at-run-time"],
  ["src/map/a.ts", "saxes", "no-unlisted-package"],
];

describe("the import rules", () => {
  it("see the whole tree and find nothing", async () => {
    const { summary } = await cruise(root);
    expect(summary.totalCruised).toBeGreaterThan(100);
    expect(summary.violations).toEqual([]);
  }, 120_000);

  it("fire, each of them", async () => {
    const folder = plantTree();
    // A violation of its own for each, in files of its own, in one tree.
    const cases = VIOLATIONS.map(([from, to, rule], index) => {
      const own = (path: string): string => path.replace(/(?<=\/[ab])\.ts$/, `${index}.ts`);
      return [own(from), own(to), rule] as const;
    });
    for (const [from, to] of cases) plant(folder, from, to);
    const { summary } = await cruise(folder);
    const fired = new Set(summary.violations.map(({ from, rule }) => `${from} ${rule.name}`));
    expect(
      cases.map(([from, , rule]) => `${from} ${rule}`).filter((wanted) => !fired.has(wanted)),
    ).toEqual([]);
  }, 120_000);

  it("see a loop between two folders that no two files make", async () => {
    const folder = plantTree();
    plant(folder, "src/map/cells/a.ts", "src/map/rows/b.ts");
    plant(folder, "src/map/rows/c.ts", "src/map/cells/d.ts");
    const { summary } = await cruise(folder);
    expect(summary.violations.map((violation) => violation.rule.name)).toContain("no-folder-loops");
  }, 60_000);

  it("let a stage see the interfaces of cas and ledger as types only", async () => {
    const folder = plantTree();
    write(folder, "src/ledger/ledger.ts", "export type Kind = string;\n");
    const text = 'import type { Kind } from "../ledger/ledger.ts";\nexport type Mine = Kind;\n';
    write(folder, "src/submit/a.ts", text);
    const { summary } = await cruise(folder);
    expect(summary.violations).toEqual([]);
  }, 60_000);
});
