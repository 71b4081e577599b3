import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { isAlive } from "../../src/core/files/is-alive.ts";
import { callProgram } from "../../src/hooks/program.ts";
import { emptyFolder } from "../support/run-cli.ts";
import { summary } from "./run-summaries.ts";

const isWindows = process.platform === "win32";
const around = {
  variables: process.env,
  holdsSecret: () => false,
  assertMayRun: () => undefined,
  signal: new AbortController().signal,
};
const settings = { when: "always", timeLimitMs: 20_000, commands: ["run"] } as const;
const node = (script: string, ...words: string[]) =>
  ({ ...settings, argv: [process.execPath, "-e", script, ...words] }) as const;

test("callProgram() gives the document on standard input and the facts in variables", async () => {
  const folder = emptyFolder();
  const out = join(folder, "out.json");
  const script = `const fs = require("fs"); fs.writeFileSync(process.argv[1], JSON.stringify({ stdin: fs.readFileSync(0, "utf8"), env: process.env }))`;
  const outcome = await callProgram(
    node(script, out),
    summary({ document: '{"exitCode":4}\n', exitCode: 4 }),
    {
      ...around,
      variables: {
        ...process.env,
        ...{
          CAS_CLIENT_SECRET: "the-secret",
          CAS_SMTP_PASSWORD: "the-password",
          CAS_ENV: "acceptance",
        },
        ...{
          CREDENTIALS_DIRECTORY: "/run/credentials/x",
          COPY: "x the-secret y",
          CHAT_TOKEN: "mine",
        },
      },
      holdsSecret: (text) => text.includes("the-secret"),
    },
  );
  expect(outcome).toMatchObject({ hook: "command", state: "done" });
  const { stdin, env } = JSON.parse(readFileSync(out, "utf8")) as {
    readonly stdin: string;
    readonly env: Readonly<Record<string, string>>;
  };
  expect(stdin).toBe('{"exitCode":4}\n');
  expect(env).toMatchObject({
    ...{ CAS_BATCH_EXIT_CODE: "4", CAS_BATCH_RUN_ID: "20261129T020000Z-3f2a" },
    ...{ CAS_BATCH_OUTCOME: "action", CAS_ENV: "acceptance", CHAT_TOKEN: "mine" },
  });
  expect(Object.keys(env)).not.toContain("CREDENTIALS_DIRECTORY");
  expect(JSON.stringify(env)).not.toMatch(/the-secret|the-password/);
});

test("callProgram() lets no shell read its words", async () => {
  const folder = emptyFolder();
  const out = join(folder, "out.txt");
  const word = `$(touch ${folder}/made); touch ${folder}/made`;
  const script = `require("fs").writeFileSync(process.argv[1], process.argv[2])`;
  await callProgram(node(script, out, word), summary(), around);
  expect(readFileSync(out, "utf8")).toBe(word);
  expect(existsSync(join(folder, "made"))).toBe(false);
});

test("callProgram() tells the exit code and the end of what was said", async () => {
  const script = `console.error("x".repeat(5000)); console.error("no room"); process.exit(3)`;
  const outcome = await callProgram(node(script), summary(), around);
  expect(outcome.state).toBe("failed");
  expect(outcome.message).toContain("exit code 3; it said: x");
  expect(outcome.message.endsWith("no room")).toBe(true);
  expect(outcome.message.length).toBeLessThan(700);
});

test("callProgram() takes it well when the input is not read, however long it is", async () => {
  const document = "x".repeat(5_000_000);
  const outcome = await callProgram(node("process.exit(0)"), summary({ document }), around);
  expect(outcome.state).toBe("done");
});

test.each(["no-such-program-4711", "/tmp"])(
  "callProgram() tells that %s cannot be started",
  async (name) => {
    const outcome = await callProgram({ ...settings, argv: [name] }, summary(), around);
    expect(outcome).toMatchObject({ state: "failed" });
    expect(outcome.message).toMatch(/cannot be started \(E[A-Z]+\)/);
  },
);

test.skipIf(process.platform === "win32")(
  "callProgram() says what makes a program one that can be started",
  async () => {
    const program = join(emptyFolder(), "tell.sh");
    writeFileSync(program, "#!/bin/sh\n", { mode: 0o600 });
    const outcome = await callProgram({ ...settings, argv: [program] }, summary(), around);
    expect(outcome.message).toContain("cannot be started (EACCES)");
    expect(outcome.message).toContain("`chmod +x`");
  },
);

test("callProgram() starts nothing that others could have changed", async () => {
  const out = join(emptyFolder(), "made");
  const outcome = await callProgram(
    node(`require("fs").writeFileSync(process.argv[1], "")`, out),
    summary(),
    {
      ...around,
      assertMayRun: () => {
        throw new Error("cas-batch.yaml can be changed by others");
      },
    },
  );
  expect(outcome).toMatchObject({ state: "failed", attempts: 0 });
  expect(outcome.message).toContain("can be changed by others");
  expect(existsSync(out)).toBe(false);
});

describe.skipIf(isWindows)("a command that does not end", () => {
  // Deaf to SIGTERM, and with a child of its own that holds its output open.
  const deaf = `process.on("SIGTERM", () => {}); const { spawn } = require("child_process");
    const child = spawn(process.execPath, ["-e", "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)"], { stdio: "inherit" });
    require("fs").writeFileSync(process.argv[1], process.pid + " " + child.pid); setInterval(() => {}, 1000)`;

  test("is ended at its time limit, with all that it started", async () => {
    const out = join(emptyFolder(), "pids");
    const outcome = await callProgram(
      { ...node(deaf, out), timeLimitMs: 2_000 },
      summary(),
      around,
    );
    expect(outcome.message).toContain("it did not end within 2 s, and was stopped");
    const pids = readFileSync(out, "utf8").split(" ").map(Number);
    expect(pids).toHaveLength(2);
    await expect.poll(() => pids.filter(isAlive), { timeout: 10_000 }).toEqual([]);
  });

  test("holds nothing up when it leaves a child behind and ends itself", async () => {
    const script = `const { spawn } = require("child_process"); const child = spawn(process.execPath, ["-e", "setTimeout(() => {}, 60000)"], { stdio: "inherit" }); require("fs").writeFileSync(process.argv[1], String(child.pid)); process.exit(0)`;
    const out = join(emptyFolder(), "pid");
    const outcome = await callProgram(node(script, out), summary(), around);
    process.kill(Number(readFileSync(out, "utf8")));
    expect(outcome.state).toBe("done");
  });
});
