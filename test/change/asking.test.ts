// What is asked at a terminal before something is changed in production. The terminal is a real one (a pty).
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { emptyFolder, homeFor, root } from "../support/run-cli.ts";
import { declaration, startDeclarationsCas } from "./declarations-cas.ts";

const PYTHON = process.env["CAS_BATCH_PYTHON"] ?? "/usr/bin/python3";
/** Gives the program a terminal, and types the answer when it is asked. */
const TERMINAL = `
import os, pty, sys
answer, words = sys.argv[1], sys.argv[2:]
seen = b""
typed = False
def read(fd):
    global seen, typed
    data = os.read(fd, 1024)
    seen += data
    if not typed and b"[y/N]" in seen:
        typed = True
        os.write(fd, (answer if answer in ("\\x03", "\\x04") else answer + "\\n").encode())
    return data
sys.exit(os.waitstatus_to_exitcode(pty.spawn(words, read, lambda fd: b"")))
`;

function atTerminal(
  answer: string,
  words: readonly string[],
  variables: Readonly<Record<string, string>>,
): Promise<{ readonly code: number | null; readonly shown: string }> {
  const cwd = emptyFolder();
  const program = [process.execPath, join(root, "bin/cas-batch.js"), ...words];
  const child = spawn(PYTHON, ["-c", TERMINAL, answer, ...program], {
    cwd,
    env: { PATH: process.env["PATH"] ?? "", HOME: homeFor(cwd), TERM: "xterm", ...variables },
    stdio: ["ignore", "pipe", "inherit"],
  });
  let shown = "";
  child.stdout.on("data", (text: Buffer) => (shown += text.toString()));
  return new Promise((resolve) => {
    child.on("close", (code) => {
      resolve({ code, shown });
    });
  });
}

const UPDATE = [
  ...["declarations", "update", "D-1", "--env", "production"],
  ...["--set", "singleAdministrativeDocument.addDeclType=D"],
];

// Without Python there is no terminal to ask at; in CI that is a failure.
const isSkipped = !existsSync(PYTHON) && process.env["CI"] !== "true";

test.skipIf(isSkipped).each([
  { answer: "y", code: 0, sent: 1 },
  { answer: "yes", code: 0, sent: 1 },
  { answer: "n", code: 2, sent: 0 },
  { answer: "", code: 2, sent: 0 },
  { answer: "\u0003", code: 130, sent: 0 },
  { answer: "\u0004", code: 2, sent: 0 },
])("production asks at a terminal, and %j is taken for what it is", async (asked) => {
  const cas = await startDeclarationsCas();
  cas.declarations.set("D-1", { status: "Invalid", document: declaration() });
  const { code, shown } = await atTerminal(asked.answer, UPDATE, cas.variables);
  expect(shown).toContain("Change 1 declaration of tenant ACME in PRODUCTION? [y/N]");
  expect(shown.indexOf('"A" → "D"')).toBeLessThan(shown.indexOf("[y/N]"));
  expect(code).toBe(asked.code);
  expect(cas.changes).toHaveLength(asked.sent);
});

test.skipIf(isSkipped)(
  "production does not ask with --yes, and refuses with --no-input",
  async () => {
    const cas = await startDeclarationsCas();
    cas.declarations.set("D-1", { status: "Invalid", document: declaration() });
    const refused = await atTerminal("y", [...UPDATE, "--no-input"], cas.variables);
    expect(refused.code).toBe(2);
    expect(refused.shown).toContain("--yes");
    expect(cas.changes).toEqual([]);
    const sent = await atTerminal("n", [...UPDATE, "--yes"], cas.variables);
    expect(sent.code).toBe(0);
    expect(sent.shown).not.toContain("[y/N]");
    expect(cas.changes).toHaveLength(1);
  },
);
