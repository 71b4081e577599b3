// A process ends at once though a thread of Node's pool waits for ever, as it does for a drive that is gone.
import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../support/run-cli.ts";

const END_NOW = JSON.stringify(join(root, "src/cli/frame/end-now.ts"));

/** How a process ends that has such a thread; null when it had to be killed. */
async function endedBy(how: string): Promise<number | null> {
  const folder = mkdtempSync(join(tmpdir(), "cas-batch-end-"));
  spawnSync("mkfifo", [join(folder, "pipe")]);
  const script = join(folder, "script.mjs");
  writeFileSync(
    script,
    `import { open } from "node:fs/promises";
     import { endNow } from ${END_NOW};
     void open(${JSON.stringify(join(folder, "pipe"))}, "r");
     setTimeout(() => { ${how} }, 100);`,
  );
  const child = spawn(process.execPath, [script], { stdio: "ignore" });
  const timer = setTimeout(() => child.kill("SIGKILL"), 4_000);
  const code = await new Promise<number | null>((resolve) => child.once("exit", resolve));
  clearTimeout(timer);
  return code;
}

test.runIf(process.platform !== "win32")("endNow() ends with its exit code", async () => {
  expect(await endedBy("endNow(143)")).toBe(143);
});

test.runIf(process.platform !== "win32")("process.exit() would wait", async () => {
  expect(await endedBy("process.exit(143)")).toBeNull();
});
