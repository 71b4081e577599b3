// A command whose state folder would lie below /proc ran for ever: Node's recursive `mkdir` does not return there.
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { makeFolder } from "../../src/core/files/make-folder.ts";
import { emptyFolder, runCli } from "../support/run-cli.ts";

const withoutProc = !existsSync("/proc/sys");

it.skipIf(withoutProc)("makeFolder() fails below a folder that takes none", () => {
  expect(() => {
    makeFolder("/proc/sys/a/b");
  }).toThrow(/ENOENT|EACCES|EPERM/);
});

it.skipIf(withoutProc)("a ledger below /proc ends a command", { timeout: 30_000 }, async () => {
  const cwd = emptyFolder();
  writeFileSync(join(cwd, "a.csv"), "a\n1\n");
  const ledger = ["--ledger", "/proc/sys/a/ledger.sqlite", "--create-ledger"];
  const { code, stderr } = await runCli(["submit", "a.csv", "--env", "simulator", ...ledger], {
    cwd,
  });
  expect(code).toBe(2);
  expect(stderr).toMatch(/Cannot keep the simulator's state in \/proc\/sys\/a\/simulator.jsonl/);
});
