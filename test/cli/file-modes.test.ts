// Who may read what a command writes: personal and trade data.
import { copyFileSync, globSync, lstatSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { emptyFolder, homeFor, root, runCli } from "../support/run-cli.ts";

const SAMPLE = join(root, "samples/first-night/exports-flat.xlsx");
const PRIVATE = /cas-batch-data|\.local|saved|\.jsonl$/;

/** What every command that writes has written, by path. */
async function modesAfter(
  config: string | null,
  umask: number,
  commands: readonly string[] | null = null,
): Promise<ReadonlyMap<string, string>> {
  const cwd = emptyFolder();
  mkdirSync(join(cwd, "inbox"));
  copyFileSync(SAMPLE, join(cwd, "inbox/a.xlsx"));
  copyFileSync(join(root, "samples/first-night/erp-export.csv"), join(cwd, "inbox/b.csv"));
  if (config !== null) writeFileSync(join(cwd, "cas-batch.yaml"), config);
  const before = new Set(pathsIn(cwd));
  const previous = process.umask(umask);
  try {
    for (const args of [
      ["check", "inbox/a.xlsx", "inbox/b.csv", "--annotate", "new/checked"],
      ["template", "-o", "flat.xlsx"],
      ["template", "-o", "flat.csv"],
      ["profile", "init", "inbox/b.csv", "-o", "b.yaml"],
      ["run", "inbox", "--env", "simulator", "--wait", "2s"],
      ["reconcile", "--env", "simulator"],
      ["ledger", "backup", "saved/ledger.sqlite", "--env", "simulator"],
      ["ledger", "export", "-o", "all.jsonl", "--env", "simulator"],
    ]) {
      if (commands?.includes(args[0] ?? "") === false) continue;
      const { code, stderr } = await runCli(args, { cwd });
      expect([0, 4], `${args.join(" ")}: ${stderr}`).toContain(code);
    }
  } finally {
    process.umask(previous);
  }
  const paths = [...pathsIn(cwd).filter((path) => !before.has(path)), ...pathsIn(homeFor(cwd))];
  // A link has no mode of its own.
  const own = paths.filter((path) => !lstatSync(path).isSymbolicLink());
  return new Map(own.map((path) => [path, (lstatSync(path).mode & 0o777).toString(8)]));
}

function pathsIn(folder: string): readonly string[] {
  return globSync("**/*", { cwd: folder, exclude: (name) => name === "node_modules" })
    .concat(globSync("**/.*", { cwd: folder }))
    .map((name) => join(folder, name));
}

const isFolder = (path: string): boolean => lstatSync(path).isDirectory();

describe.runIf(process.platform !== "win32")("what is written", { timeout: 120_000 }, () => {
  it("may be read by its owner and the group, and no ledger by anyone else", async () => {
    const modes = await modesAfter(null, 0o000);
    expect(modes.size).toBeGreaterThan(15);
    for (const [path, mode] of modes) {
      const isOurs = PRIVATE.test(path);
      const most = isFolder(path) ? 0o750 : isOurs ? 0o600 : 0o640;
      expect(Number.parseInt(mode, 8) & ~most, `${path} ${mode}`).toBe(0);
      if (!isOurs) expect(mode, path).toBe(isFolder(path) ? "750" : "640");
    }
  });

  it.each([
    ["files: { mode: 644 }\n", 0o022, "644", "755"],
    ["files: { mode: 0o660 }\n", 0o002, "660", "770"],
    ["files: { mode: 644 }\n", 0o077, "600", "700"],
  ])("follows %j, and the umask %i where that is stricter", async (config, umask, file, folder) => {
    const modes = await modesAfter(config, umask, ["run"]);
    const reports = [...modes].filter(([path]) => path.includes("/out/"));
    expect(reports.length).toBeGreaterThan(5);
    for (const [path, mode] of reports) expect(mode, path).toBe(isFolder(path) ? folder : file);
    for (const [path, mode] of modes) {
      if (path.includes(".sqlite")) expect(mode, path).toBe("600");
    }
  });

  it.each(["777", "640x", "-1", "'rw-r-----'", "200", "0o440"])(
    "refuses %s as a mode",
    async (mode) => {
      const cwd = emptyFolder();
      writeFileSync(join(cwd, "cas-batch.yaml"), `files: { mode: ${mode} }\n`);
      const { code, stderr } = await runCli(["doctor", "--env", "simulator"], { cwd });
      expect(code).toBe(2);
      expect(stderr).toContain("is no mode of files; write one like 600, 640");
    },
  );
});
