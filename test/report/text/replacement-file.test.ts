import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, utimesSync, writeFileSync } from "node:fs";
import { rename } from "node:fs/promises";
import { basename, join } from "node:path";
import { describe, expect, it } from "vitest";
import { replacementFile } from "../../../src/report/text/replacement-file.ts";
import { temporaryFolder } from "../outside-programs.ts";

/** As Windows does while another program holds `held`. */
function holding(held: string, code: string): typeof rename {
  return async (from, to) => {
    if (to === held) {
      throw Object.assign(new Error(`${code}: rename`), { code, syscall: "rename" });
    }
    await rename(from, to);
  };
}

function twoPlaces(): { folder: string; target: string; beside: string } {
  const folder = temporaryFolder();
  const target = join(folder, "status-report.xlsx");
  writeFileSync(target, "old");
  return { folder, target, beside: join(folder, "status-report 2026-11-29 0610.xlsx") };
}

describe("replacementFile()", () => {
  it("keeps the new file beside one that another program holds, and leaves that one alone", async () => {
    for (const code of ["EBUSY", "EPERM", "EACCES"]) {
      const { folder, target, beside } = twoPlaces();
      const file = replacementFile(target, holding(target, code));
      writeFileSync(file.temporaryPath, "new");
      expect(await file.commitOrBeside(beside)).toBe(beside);
      expect(readFileSync(beside, "utf8")).toBe("new");
      expect(readFileSync(target, "utf8")).toBe("old");
      expect(readdirSync(folder).sort()).toEqual([basename(beside), basename(target)].sort());
    }
  });

  it("replaces the file where nothing holds it", async () => {
    const { folder, target, beside } = twoPlaces();
    const file = replacementFile(target);
    writeFileSync(file.temporaryPath, "new");
    expect(await file.commitOrBeside(beside)).toBe(target);
    expect(readFileSync(target, "utf8")).toBe("new");
    expect(readdirSync(folder)).toEqual([basename(target)]);
  });

  it("removes what a killed process left of the same file, and nothing that may still be written", async () => {
    const { folder, target } = twoPlaces();
    const { pid = 0 } = spawnSync(process.execPath, ["--version"]);
    const hourAgo = Date.now() / 1_000 - 3_600;
    const left = `.status-report.xlsx.${String(pid)}.tmp`;
    const others = [
      `.status-report.html.${String(pid)}.tmp`,
      `.status-report.xlsx.${String(process.ppid)}.tmp`,
      "status-report.xlsx.tmp",
      ".status-report.xlsx.tmp",
    ];
    for (const name of [left, ...others]) {
      writeFileSync(join(folder, name), "half");
      utimesSync(join(folder, name), hourAgo, hourAgo);
    }
    const replace = async (): Promise<void> => {
      const file = replacementFile(target);
      writeFileSync(file.temporaryPath, "new");
      await file.commit();
    };
    await replace();
    expect(readdirSync(folder).sort()).toEqual([...others, basename(target)].sort());
    writeFileSync(join(folder, left), "another machine's");
    await replace();
    expect(readdirSync(folder)).toContain(left);
  });

  it("puts nothing beside it when the disk is full", async () => {
    const { folder, target, beside } = twoPlaces();
    const file = replacementFile(target, holding(target, "ENOSPC"));
    writeFileSync(file.temporaryPath, "new");
    await expect(file.commitOrBeside(beside)).rejects.toThrow("the disk is full");
    expect(readdirSync(folder)).toEqual([basename(target)]);
  });
});
