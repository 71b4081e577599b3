// Progress and log, on a terminal and without one.
import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { screenOn } from "../../../src/cli/words/output-streams.ts";
import { createTerminal, type TerminalOptions } from "../../../src/cli/words/terminal.ts";
import { createRedactor } from "../../../src/core/text/redact.ts";

const DAY_MS = 86_400_000;
const redactor = createRedactor(["the-one-secret"]);

beforeEach(() => {
  vi.useFakeTimers({ now: new Date("2026-11-21T06:00:00Z") });
});
afterEach(() => {
  vi.useRealTimers();
});

function terminalOn(
  stream: { readonly isTTY: boolean; columns?: number },
  options: Partial<TerminalOptions> = {},
  variables: NodeJS.ProcessEnv = { NO_COLOR: "1" },
) {
  const written: string[] = [];
  const target = { ...stream, write: (text: string) => written.push(text) };
  const terminal = createTerminal({
    ...{ format: "text", quiet: false, verbose: false, redact: redactor.text },
    ...{ now: () => new Date(), monotonicMs: () => Date.now() },
    screen: screenOn(target as unknown as NodeJS.WriteStream, variables),
    ...options,
  });
  return { terminal, written, target };
}

const sending = (done: number) =>
  ({ phase: "sending", subject: "messages", done, total: 100_000, errors: 0 }) as const;

test("Without a terminal, a day of progress is about a hundred lines, and idle time none", async () => {
  const { terminal, written } = terminalOn({ isTTY: false });
  for (let at = 0; at < DAY_MS; at += 60_000) {
    terminal.onProgress(sending(at / 60_000));
    await vi.advanceTimersByTimeAsync(60_000);
  }
  expect(written.length).toBeGreaterThan(50);
  expect(written.length).toBeLessThan(110);
  expect(written[0]).toMatch(/^2026-11-21T06:00:15Z Sending messages: 0 of 100,000\n$/);
  const before = written.length;
  await vi.advanceTimersByTimeAsync(DAY_MS);
  expect(written.length - before).toBeLessThanOrEqual(1);
});

test("A short run and a quiet one write no progress; nothing comes after its end", async () => {
  const short = terminalOn({ isTTY: false });
  short.terminal.onProgress(sending(1));
  await vi.advanceTimersByTimeAsync(14_000);
  short.terminal.end();
  short.terminal.onProgress(sending(2));
  const quiet = terminalOn({ isTTY: false }, { quiet: true });
  quiet.terminal.onProgress(sending(1));
  await vi.advanceTimersByTimeAsync(DAY_MS);
  expect([...short.written, ...quiet.written]).toEqual([]);
});

test("A wait that CAS asked for is told while nothing moves", async () => {
  const { terminal, written } = terminalOn({ isTTY: false });
  terminal.onProgress(sending(5));
  const until = new Date(Date.now() + 120_000);
  terminal.onProgress({ phase: "pausing", subject: "CAS", done: 0, total: null, until });
  await vi.advanceTimersByTimeAsync(300_000);
  expect(written[0]).toContain(
    "5 of 100,000, CAS asked to wait until 06:02:00 UTC, 2 min from now",
  );
  expect(written.length).toBeGreaterThan(1);
  expect(written.at(-1)).not.toContain("asked to wait");
});

test("On a terminal the line fits, also after the window became narrower, and logs stand above it", async () => {
  const { terminal, written, target } = terminalOn({ isTTY: true, columns: 80 });
  await vi.dynamicImportSettled();
  terminal.onProgress(sending(5));
  expect(written.at(-1)).toMatch(/^\r\u001b\[KSending messages ░{24} 5 of 100,000$/);
  target.columns = 20;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(written.at(-1)).toMatch(/^\r\u001b\[K5 of 100,000$/);
  const before = written.length;
  terminal.log("warn", "Something");
  expect(written.slice(before)).toEqual(["\r\u001b[K", "warn: Something\n", written.at(-1)]);
  terminal.end();
  expect(written.at(-1)).toBe("\r\u001b[K");
});

test("A dumb terminal is never drawn upon", async () => {
  const { terminal, written } = terminalOn({ isTTY: true }, {}, { TERM: "dumb" });
  terminal.onProgress(sending(5));
  await vi.advanceTimersByTimeAsync(20_000);
  expect(written).toEqual(["Sending messages: 5 of 100,000\n"]);
});

test("A log has the time, where no terminal shows when a line came; JSON lines name run and fields", () => {
  const { terminal, written } = terminalOn({ isTTY: false });
  terminal.log("warn", "Cannot ask about A-1", { reference: "A-1", attempt: 2 });
  expect(written).toEqual(["2026-11-21T06:00:00Z warn: Cannot ask about A-1 (attempt=2)\n"]);
  const json = terminalOn({ isTTY: false }, { format: "json" });
  json.terminal.nameRun("20261121T060000Z-0001");
  json.terminal.log("warn", "Cannot ask about A-1", { reference: "A-1", attempt: 2 });
  expect(JSON.parse(json.written[0] ?? "")).toEqual({
    ...{ time: "2026-11-21T06:00:00.000Z", level: "warn", message: "Cannot ask about A-1" },
    ...{ runId: "20261121T060000Z-0001", reference: "A-1", attempt: 2 },
  });
});

test("Why a command ended is a JSON line, too, with its stack in one field", () => {
  const { terminal } = terminalOn({ isTTY: false }, { format: "json" });
  const error = { code: "unexpected", message: "Broken", hint: "Report it" };
  const [line = "", ...more] = terminal.failure(error, 1, ["Error: Broken", "at a.ts:1"]);
  expect(more).toEqual([]);
  expect(JSON.parse(line)).toMatchObject({ ...error, level: "error", exitCode: 1 });
  const atTerminal = terminalOn({ isTTY: true, columns: 80 });
  const stack = Array.from({ length: 20 }, (_, at) => `at ${at}.ts`);
  expect(atTerminal.terminal.failure(error, 1, stack)).toHaveLength(5);
  expect(terminalOn({ isTTY: false }).terminal.failure(error, 1, stack)).toHaveLength(22);
});

test("Whatever a message and a field hold, a JSON log stays one JSON object a line, without secrets", () => {
  const text = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.constantFrom(
      "\n",
      "\u2028",
      "\u009b2J",
      "\u001b[31m",
      "\u202e",
      '"',
      "\\",
      "the-one-secret",
    ),
    fc.constantFrom('client_secret="x\\"yz', "jan@example.com", '{"eori":"BE0123456789"}'),
  );
  fc.assert(
    fc.property(
      fc.array(text).map((parts) => parts.join("")),
      text,
      (message, value) => {
        const { terminal, written } = terminalOn({ isTTY: false }, { format: "json" });
        terminal.log("info", message, { value });
        const [line = ""] = written;
        expect(line.slice(0, -1)).not.toMatch(/[\0-\x1f\x7f-\x9f\u2028\u202e]/);
        expect(line).not.toMatch(/the-one-secret|jan@example|BE0123456789/);
        expect(Object.keys(JSON.parse(line) as object)).toEqual([
          "time",
          "level",
          "message",
          "value",
        ]);
      },
    ),
  );
});
