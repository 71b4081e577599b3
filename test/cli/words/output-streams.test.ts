// What is written to standard output while nobody reads it yet.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";

const LINES = 200;
const LINE_CHARS = 4_000;

test("writeOut() waits for room once, however many lines wait for it", async () => {
  const streams = new URL("../../../src/cli/words/output-streams.ts", import.meta.url).href;
  const program = `
    const { writeOut } = await import(${JSON.stringify(streams)});
    const all = Array.from({ length: ${LINES} }, () => writeOut("x".repeat(${LINE_CHARS}) + "\\n"));
    const { stdout, stderr } = process;
    stderr.write(["drain", "close", "error"].map((name) => stdout.listenerCount(name)).join() + "\\n");
    await Promise.all(all);
    await writeOut("end\\n");
    await Promise.all(Array.from({ length: ${LINES} }, () => writeOut("y".repeat(${LINE_CHARS}) + "\\n")));
  `;
  const child = spawn(process.execPath, ["--input-type=module", "-e", program], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let said = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
  // Nobody reads until the lines have piled up.
  await once(child.stderr, "data");
  let shown = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => (shown += text));
  const [exitCode] = (await once(child, "close")) as [number | null];
  expect(exitCode).toBe(0);
  expect(shown.length).toBe(2 * LINES * (LINE_CHARS + 1) + "end\n".length);
  expect(said).not.toContain("MaxListenersExceededWarning");
  const [drain = 0] = said.split("\n")[0]?.split(",").map(Number) ?? [];
  expect(drain).toBe(1);
});
