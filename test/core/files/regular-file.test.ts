// Only regular files are opened, and no call to a drive is waited for without end.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import {
  FileStuckError,
  inTime,
  isAnyCallStuck,
  NotAFileError,
  openRegularFile,
} from "../../../src/core/files/regular-file.ts";
import { readSettingsFile } from "../../../src/core/files/settings-file.ts";

function emptyFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "cas-batch-regular-"));
  onTestFinished(() => {
    rmSync(folder, { recursive: true });
  });
  return folder;
}

function pipeIn(folder: string, name: string): string {
  const path = join(folder, name);
  spawnSync("mkfifo", [path]);
  return path;
}

describe("openRegularFile()", () => {
  test.runIf(process.platform !== "win32")("opens no pipe, device or folder", async () => {
    const folder = emptyFolder();
    const pipe = pipeIn(folder, "orders.csv");
    const link = join(folder, "link.csv");
    symlinkSync(pipe, link);
    for (const [path, what] of [
      [pipe, "a named pipe"],
      [link, "a named pipe"],
      ["/dev/zero", "a device"],
      [folder, "a folder"],
    ] as const) {
      const opening = openRegularFile(path);
      await expect(opening).rejects.toBeInstanceOf(NotAFileError);
      await expect(opening).rejects.toThrow(`is ${what}, not a file`);
    }
  });

  test.runIf(process.platform !== "win32")("opens no socket", async () => {
    const path = join(emptyFolder(), "orders.csv");
    const server = createServer().listen(path);
    await new Promise((resolve) => server.once("listening", resolve));
    onTestFinished(() => {
      server.close();
    });
    await expect(openRegularFile(path)).rejects.toThrow("is a socket, not a file");
  });

  test("reads a file, and one behind a link", async () => {
    const folder = emptyFolder();
    const path = join(folder, "a.csv");
    writeFileSync(path, "abc");
    symlinkSync(path, join(folder, "b.csv"));
    for (const name of ["a.csv", "b.csv"]) {
      const file = await openRegularFile(join(folder, name));
      const buffer = Buffer.alloc(8);
      expect(await file.fill(buffer, 1)).toBe(2);
      expect(buffer.toString("latin1", 0, 2)).toBe("bc");
      await file.close();
    }
  });
});

describe("inTime()", () => {
  test("gives up a call that takes too long, and tries no more while two are under way", async () => {
    const ends: (() => void)[] = [];
    const hangs = (): Promise<void> => new Promise((resolve) => ends.push(resolve));
    const answers = (): Promise<string> => Promise.resolve("here");
    await expect(inTime(hangs, 20)).rejects.toBeInstanceOf(FileStuckError);
    expect(isAnyCallStuck()).toBe(true);
    await expect(inTime(answers, 20)).resolves.toBe("here");
    await expect(inTime(hangs, 20)).rejects.toThrow("did not answer in 0.02 s");
    await expect(inTime(answers, 20)).rejects.toThrow("no more are tried");
    for (const end of ends) end();
    await new Promise(setImmediate);
    expect(isAnyCallStuck()).toBe(false);
    await expect(inTime(answers, 20)).resolves.toBe("here");
  });
});

describe("readSettingsFile()", () => {
  test.runIf(process.platform !== "win32")("says that a pipe is none", async () => {
    const pipe = pipeIn(emptyFolder(), "profile.yaml");
    await expect(readSettingsFile("the profile", pipe)).rejects.toMatchObject({
      code: "file-not-found",
      message: `Cannot read the profile ${pipe}: it is a named pipe, not a file`,
    });
  });

  test("reads text, with who may write it", async () => {
    const path = join(emptyFolder(), "a.yaml");
    writeFileSync(path, "version: 1\n");
    const { text, stats } = await readSettingsFile("the profile", path);
    expect(text).toBe("version: 1\n");
    expect(stats.isFile()).toBe(true);
  });
});
