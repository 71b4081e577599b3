// What cannot be written takes nothing else down: the other files are there, the result says what is missing,
// and the exit code says so.
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { documentOf, emptyFolder, root, runCli, type ResultDocument } from "../support/run-cli.ts";

const SAMPLES = join(root, "samples/first-night");
const HEADER = "External reference;Direction;Goods description;Gross mass (kg)";
const NAME_BYTES_MAX = 255;
const REHEARSAL = ["--env", "simulator", "--wait", "0"];

interface GivenBack extends ResultDocument {
  readonly resultFolder: string;
  readonly annotated: readonly {
    readonly name: string;
    readonly path: string | null;
    readonly remarks: readonly string[];
  }[];
  readonly notWritten?: readonly string[];
}

function inbox(names: readonly string[]): string {
  const cwd = emptyFolder();
  mkdirSync(join(cwd, "inbox"));
  for (const [at, name] of names.entries()) {
    writeFileSync(join(cwd, "inbox", name), `${HEADER}\nR-${at};IN;Bolts;x\n`);
  }
  return cwd;
}

async function runIn(cwd: string, args: readonly string[] = ["run", "inbox"]): Promise<GivenBack> {
  return documentOf(await runCli([...args, ...REHEARSAL, "--json"], { cwd })) as GivenBack;
}

describe("names", () => {
  it.each([236, 238, 245, 251, 255])("of %i bytes get a copy and result files", async (bytes) => {
    const stem = "é".repeat(80) + "x".repeat(bytes - 165);
    const long = [`${stem}a.csv`, `${stem}b.csv`];
    expect(long.map((name) => Buffer.byteLength(name))).toEqual([bytes, bytes]);
    const cwd = inbox(long);
    const result = await runIn(cwd);
    expect(result.exitCode).not.toBe(1);
    const copies = result.annotated.map(({ path }) => path ?? "");
    expect(new Set(copies).size).toBe(2);
    for (const path of copies) {
      expect(existsSync(path)).toBe(true);
      expect(path.endsWith(".failed.csv")).toBe(true);
      expect(Buffer.byteLength(basename(path))).toBeLessThanOrEqual(NAME_BYTES_MAX);
    }
    const failed = readFileSync(join(result.resultFolder, "failed.csv"), "utf8");
    expect(failed).toContain("R-0");
    expect(failed).toContain("R-1");
  });

  it("that a system keeps for itself are changed in copies", async () => {
    const cwd = inbox(["CON.csv", "nul.x.csv", "a:b.csv", "a_b.csv", "a\n.csv", "console.csv"]);
    const { annotated } = await runIn(cwd);
    expect(annotated.map(({ path }) => basename(path ?? "")).sort()).toEqual([
      "CON_.failed.csv",
      "a(U+000A).failed.csv",
      "a_b (2).failed.csv",
      "a_b.failed.csv",
      "console.failed.csv",
      "nul_.x.failed.csv",
    ]);
  });

  it("of templates and profiles that are too long are refused with the reason", async () => {
    const cwd = inbox(["a.csv"]);
    const long = "x".repeat(300);
    for (const args of [
      ["template", "-o", `${long}.xlsx`],
      ["template", "-o", `${long}.csv`],
      ["profile", "init", "inbox/a.csv", "-o", `${long}.yaml`],
      ["check", "inbox/a.csv", "--annotate", long],
      ["reconcile", "--out", long, ...REHEARSAL],
    ]) {
      const { code, stderr } = await runCli(args, { cwd });
      expect(code, args.join(" ")).toBe(2);
      expect(stderr).not.toContain("fault in cas-batch");
    }
    expect(readdirSync(cwd).filter((name) => name.startsWith(".x"))).toEqual([]);
  });
});

describe("a copy that cannot be written", () => {
  it("does not keep back the others, nor the result files", async () => {
    const cwd = inbox(["a.csv", "b.csv"]);
    copyFileSync(join(SAMPLES, "exports-flat.xlsx"), join(cwd, "inbox/c.xlsx"));
    const out = join(cwd, "checked");
    mkdirSync(join(out, "b.failed.csv"), { recursive: true });
    const args = ["check", "inbox/a.csv", "inbox/b.csv", "inbox/c.xlsx", "--annotate", "checked"];
    const { code, stdout, stderr } = await runCli(args, { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain("b.failed.csv: it is a folder");
    expect(stdout).toContain("No annotated copy of b.csv. Cannot write");
    expect(readdirSync(out).sort()).toEqual(["a.failed.csv", "b.failed.csv", "c.xlsx"]);
    const json = documentOf(await runCli([...args, "--json"], { cwd })) as GivenBack;
    expect(json.error?.code).toBe("file-not-writable");
    expect(json.notWritten).toHaveLength(1);
    expect(json.findings.length).toBeGreaterThan(0);
  });
});
