import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FSWatcher } from "chokidar";
import { expect, it, onTestFinished, vi } from "vitest";
import { watchFolder } from "../../../src/runs/inbox/folder-watch.ts";

function folderOf(test: string): string {
  const folder = mkdtempSync(join(tmpdir(), `cas-batch-${test}-`));
  onTestFinished(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return folder;
}

it.each([false, true])(
  "watchFolder() tells of a file that has come whole, with usePolling %s",
  { timeout: 30_000 },
  async (usePolling) => {
    const folder = folderOf("folder-watch");
    const { promise, resolve } = Promise.withResolvers<string>();
    const log = (): void => undefined;
    const options = { stableForMs: 100, usePolling, log };
    const end = await watchFolder(folder, options, () => {
      resolve("told");
    });
    // One that comes before a poll has looked for the first time is not told: the watch looks for itself then.
    let files = 0;
    const comes = setInterval(() => {
      files += 1;
      writeFileSync(join(folder, `${String(files)}.csv`), "x");
    }, 300);
    expect(await promise).toBe("told");
    clearInterval(comes);
    await end();
  },
);

it("watchFolder() goes on where the system has no room for one more watch", async () => {
  const refuse = vi.spyOn(FSWatcher.prototype, "add").mockImplementation(function (
    this: FSWatcher,
  ) {
    setImmediate(() => this.emit("error", new Error("ENOSPC: no watches left")));
    return this;
  });
  onTestFinished(() => {
    refuse.mockRestore();
  });
  const said: string[] = [];
  const log = (_level: string, words: string): number => said.push(words);
  const options = { stableForMs: 100, usePolling: false, log };
  const end = await watchFolder(folderOf("no-watches"), options, () => undefined);
  expect(said).toEqual([expect.stringContaining("ENOSPC: no watches left")]);
  expect(said[0]).toContain("--use-polling");
  await end();
});
