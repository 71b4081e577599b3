import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { findOriginal, originalPlaces } from "../../src/runs/originals.ts";

const CONTENT = "External reference,Direction\nPO-1,IN\n";
let top = "";

beforeEach(() => {
  top = mkdtempSync(join(tmpdir(), "originals-"));
});
afterEach(() => {
  rmSync(top, { recursive: true, force: true });
});

function put(path: string, content: string): string {
  const whole = join(top, path);
  mkdirSync(dirname(whole), { recursive: true });
  writeFileSync(whole, content);
  return whole;
}

function recorded(path: string, content = CONTENT) {
  return {
    path: join(top, path),
    sizeBytes: Buffer.byteLength(content),
    sha256: createHash("sha256").update(content).digest("hex"),
  };
}

const found = async (folders: readonly string[] = []) => {
  const where = originalPlaces(folders);
  const original = await findOriginal(recorded("data/inbox/a.csv"), where);
  return { path: original?.path.slice(top.length + 1) ?? null, cutOff: where.cutOff.size };
};

describe("findOriginal()", () => {
  it("takes the recorded path while its content is the same", async () => {
    put("data/inbox/a.csv", CONTENT);
    put("data/inbox/b.csv", CONTENT);
    expect(await found()).toEqual({ path: "data/inbox/a.csv", cutOff: 0 });
  });

  it.each([
    ["renamed beside", "data/inbox/a.csv.done"],
    ["in a folder below", "data/inbox/done/2026/11/a.csv"],
    ["in a folder beside", "data/archive/2026-11-28/other name.csv"],
    ["in the folder above", "data/a.csv"],
  ])("finds it %s", async (_where, place) => {
    put("data/inbox/a.csv", CONTENT.replace("PO-1", "PO-2"));
    put(place, CONTENT);
    expect(await found()).toEqual({ path: place, cutOff: 0 });
  });

  it("takes no file of the same name and size with other content", async () => {
    put("data/inbox/a.csv", CONTENT.replace("PO-1", "PO-2"));
    put("data/archive/a.csv", CONTENT.replace("PO-1", "PO-3"));
    expect(await found()).toEqual({ path: null, cutOff: 0 });
  });

  it("finds it when its folder itself was renamed", async () => {
    put("data/inbox/a.csv", CONTENT);
    renameSync(join(top, "data/inbox"), join(top, "data/inbox 2026"));
    expect(await found()).toEqual({ path: "data/inbox 2026/a.csv", cutOff: 0 });
  });

  it("looks elsewhere only in folders that are named", async () => {
    put("other/drive/a.csv", CONTENT);
    expect(await found()).toMatchObject({ path: null });
    expect(await found([join(top, "other")])).toEqual({ path: "other/drive/a.csv", cutOff: 0 });
  });

  it("follows no links, and reads no hidden files and no pipes", async () => {
    put("outside/a.csv", CONTENT);
    put("data/archive/.a.csv", CONTENT);
    put("data/archive/.trash/a.csv", CONTENT);
    symlinkSync(join(top, "outside"), join(top, "data/linked"));
    symlinkSync(join(top, "outside/a.csv"), join(top, "data/archive/a.csv"));
    execFileSync("mkfifo", [join(top, "data/archive/b.csv")]);
    expect(await found()).toEqual({ path: null, cutOff: 0 });
  });

  it("says which folder it did not search to its end", async () => {
    put("data/archive/1/2/3/4/5/a.csv", CONTENT);
    expect(await found()).toEqual({ path: null, cutOff: 1 });
  });

  it("reads only so many files of one size", async () => {
    for (let at = 0; at < 40; at += 1) {
      put(`data/archive/${String(at)}.csv`, CONTENT.replace("PO-1", `${String(at + 100)}X`));
    }
    expect(await found()).toEqual({ path: null, cutOff: 1 });
    // One that kept its name is read first.
    put("data/archive/z/a.csv", CONTENT);
    expect(await found()).toMatchObject({ path: "data/archive/z/a.csv" });
  });

  it("finds several files with one look at their folders", async () => {
    put("data/archive/a.csv", CONTENT);
    put("data/archive/b.csv", "b");
    const where = originalPlaces([]);
    await findOriginal(recorded("data/inbox/a.csv"), where);
    put("data/archive/c.csv", "cc");
    expect(await findOriginal(recorded("data/inbox/b.csv", "b"), where)).not.toBeNull();
    expect(await findOriginal(recorded("data/inbox/c.csv", "cc"), where)).toBeNull();
  });
});
