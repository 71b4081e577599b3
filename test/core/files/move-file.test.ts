import { spawnSync } from "node:child_process";
import { link } from "node:fs/promises";
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { moveFile, numberedNames, systemCalls } from "../../../src/core/files/move-file.ts";

function folders(): { readonly from: string; readonly to: string; readonly partPath: string } {
  const base = mkdtempSync(join(tmpdir(), "cas-batch-move-"));
  onTestFinished(() => {
    rmSync(base, { recursive: true, force: true });
  });
  const to = join(base, "to");
  mkdirSync(to);
  const from = join(base, "a.csv");
  writeFileSync(from, "new");
  return { from, to, partPath: join(to, ".part") };
}

function failing(code: string): () => Promise<never> {
  return () => Promise.reject(Object.assign(new Error(code), { code, syscall: "link" }));
}

describe("moveFile()", () => {
  it.each([
    ["with links", systemCalls],
    ["where a drive has no links", { ...systemCalls, link: failing("EPERM") }],
  ])("replaces nothing, %s", async (_title, calls) => {
    const { from, to, partPath } = folders();
    writeFileSync(join(to, "a.csv"), "old");
    const moved = await moveFile(
      from,
      { folder: to, names: numberedNames("a.csv", 9), partPath },
      calls,
    );
    expect(moved).toBe(join(to, "a (2).csv"));
    expect(readFileSync(join(to, "a.csv"), "utf8")).toBe("old");
    expect(readFileSync(join(to, "a (2).csv"), "utf8")).toBe("new");
    expect(existsSync(from)).toBe(false);
  });

  it.each([
    ["keeps a file that a drive moved and then answered with a fault", true],
    ["leaves no empty file where the drive did not move it", false],
  ])("%s", async (_title, isMoved) => {
    const { from, to, partPath } = folders();
    const calls = {
      ...systemCalls,
      link: failing("EPERM"),
      rename: async (...paths: Parameters<typeof systemCalls.rename>) => {
        if (isMoved) await systemCalls.rename(...paths);
        await failing("EIO")();
      },
    };
    const target = { folder: to, names: ["a.csv"], partPath };
    await expect(moveFile(from, target, calls)).rejects.toThrow("EIO");
    const left = isMoved ? join(to, "a.csv") : from;
    expect(readFileSync(left, "utf8")).toBe("new");
    expect([existsSync(from), existsSync(join(to, "a.csv"))]).toEqual([!isMoved, isMoved]);
  });

  it("says so when all names are taken, and leaves the file", async () => {
    const { from, to, partPath } = folders();
    writeFileSync(join(to, "a.csv"), "old");
    expect(await moveFile(from, { folder: to, names: ["a.csv"], partPath })).toBeNull();
    expect(readFileSync(from, "utf8")).toBe("new");
  });

  it("copies across drives with the time of the file", async () => {
    const { from, to, partPath } = folders();
    utimesSync(from, new Date("2026-01-02T03:04:05Z"), new Date("2026-01-02T03:04:05Z"));
    let links = 0;
    const calls = {
      ...systemCalls,
      link: (...args: Parameters<typeof link>): Promise<void> => {
        links += 1;
        return links === 1 ? failing("EXDEV")() : link(...args);
      },
    };
    const moved = await moveFile(from, { folder: to, names: ["a.csv"], partPath }, calls);
    expect(lstatSync(moved ?? "").mtime).toEqual(new Date("2026-01-02T03:04:05Z"));
    expect(readdirSync(to)).toEqual(["a.csv"]);
    expect(existsSync(from)).toBe(false);
  });

  const canMount =
    process.platform === "linux" && process.getuid?.() === 0 && existsSync("/bin/mount");
  it.runIf(canMount || process.env["CI"] === "true")(
    "leaves the file and no part when the other drive is full",
    async () => {
      const { from, to } = folders();
      const mount: string = "mount";
      const umount: string = "umount";
      const mounted = spawnSync(mount, ["-t", "tmpfs", "-o", "size=64k", "tmpfs", to]);
      expect(mounted.status, String(mounted.stderr)).toBe(0);
      try {
        writeFileSync(from, Buffer.alloc(1024 * 1024, "x"));
        const target = { folder: to, names: ["a.csv"], partPath: join(to, ".part") };
        await expect(moveFile(from, target)).rejects.toMatchObject({ code: "ENOSPC" });
        expect(lstatSync(from).size).toBe(1024 * 1024);
        expect(readdirSync(to)).toEqual([]);
        // Room again: it goes on.
        writeFileSync(from, "new");
        expect(await moveFile(from, target)).toBe(join(to, "a.csv"));
      } finally {
        spawnSync(umount, [to]);
      }
    },
  );
});
