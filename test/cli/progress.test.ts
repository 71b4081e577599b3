// Progress as a person sees it: at a real pseudo-terminal that is narrow and becomes narrower, while CAS asks to wait.
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import stringWidth from "string-width";
import { expect, test } from "vitest";
import { atTerminal, noPseudoTerminal } from "../support/pseudo-terminal.ts";
import { emptyFolder, runCli } from "../support/run-cli.ts";

const missing = noPseudoTerminal();
if (missing !== null && process.env["CI"] === "true") throw new Error(missing);

const HOSTILE = "m\u001b[31m\u202e\u2028\u009b2Jarch.csv";
const WAIT_S = 4;

/** Takes every shipment; the first one is answered with a 429, and CAS asks to wait. */
async function startBusyCas() {
  let isBusy = true;
  const server = createServer((request, response) => {
    const { method, url = "" } = request;
    request.resume();
    const answer = (status: number, body: unknown, headers = {}): void => {
      response
        .writeHead(status, { "content-type": "application/json", ...headers })
        .end(JSON.stringify(body));
    };
    if (url.includes("token")) answer(200, { access_token: "a".repeat(20), expires_in: 3600 });
    else if (url.includes("authorizationStatus")) {
      const scopes = "create:messages read:declarations";
      answer(200, { sourceSysRef: "erp", tenantIds: "acme", scopes });
    } else if (url.includes("search")) answer(200, []);
    else if (method === "POST" && isBusy) {
      isBusy = false;
      answer(429, { title: "Too many" }, { "retry-after": String(WAIT_S) });
    } else answer(202, { referenceId: crypto.randomUUID() });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    env: {
      ...{ CAS_API_URL: url, CAS_TOKEN_URL: `${url}/token`, NO_COLOR: "1" },
      ...{ CAS_CLIENT_ID: "someone", CAS_CLIENT_SECRET: "a-real-secret" },
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

function folderWith(name: string): string {
  const cwd = emptyFolder();
  const rows = Array.from({ length: 20 }, (_, at) => `A-${at};IN;1;Bolts`);
  const header = "External reference;Direction;Gross mass (kg);Goods description";
  writeFileSync(join(cwd, name), [header, ...rows].join("\n"));
  return cwd;
}

/** What was drawn in place, without what takes it away, and without the lines of the log above it. */
function drawnIn(shown: string): readonly string[] {
  return [...shown.matchAll(/\r\u001b\[K([^\r\n]*)(?=\r\u001b|$)/g)].map(([, line = ""]) => line);
}

test.skipIf(missing !== null)(
  "The line fits 80 columns and, after the window became narrower, 20; a wait of CAS is shown with its end",
  async () => {
    const cas = await startBusyCas();
    try {
      const cwd = folderWith(HOSTILE);
      const at = atTerminal(["submit", HOSTILE, "--env", "acceptance", "--rate", "10"], {
        ...{ cwd, env: cas.env, columns: 80 },
      });
      await at.until(/CAS asked to wait until \d\d:\d\d:\d\d UTC/);
      const wide = at.shown().length;
      at.resize(20);
      await at.until(/\r\u001b\[KCAS: wait \d+ s/);
      const narrow = at.shown().length;
      expect(await at.ended, at.shown()).toBe(0);
      const shown = at.shown();
      const before = drawnIn(shown.slice(0, wide));
      expect(Math.max(...before.map((line) => stringWidth(line)))).toBeLessThan(80);
      const after = drawnIn(shown.slice(narrow));
      expect(after.length).toBeGreaterThan(1);
      expect(Math.max(...after.map((line) => stringWidth(line)))).toBeLessThan(20);
      // What is left besides our own erasing of a line is nothing that a terminal acts on.
      const text = shown.replaceAll("\r\u001b[K", "").replaceAll("\r\n", "\n");
      expect(text).not.toMatch(/[\0-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e]/);
      expect(text).toContain("m<U+001B>[31m<U+202E><U+2028><U+009B>2Jarch.csv");
    } finally {
      cas.close();
    }
  },
);

test("A JSON log names run, reference and attempt, and every line of it is JSON, the last error too", async () => {
  const cas = await startBusyCas();
  try {
    const cwd = folderWith(HOSTILE);
    const submit = ["submit", HOSTILE, "--env", "acceptance", "--log-format", "json", "-v"];
    const { code, stderr } = await runCli(submit, { cwd, env: cas.env });
    expect(code, stderr).toBe(0);
    const entries = linesOf(stderr);
    const sent = entries.filter(({ reference }) => reference !== undefined);
    expect(sent.filter(({ message }) => /accepted$/.test(String(message)))).toHaveLength(20);
    expect(sent.find(({ attempt }) => attempt === 2)).toMatchObject({
      ...{ direction: "IN", runId: expect.stringMatching(/^\d{8}T/) as string },
      referenceId: expect.any(String) as string,
    });
    expect(stderr).not.toContain("a-real-secret");
    const failed = await runCli(["submit", "none.csv", "--log-format", "json"], { cwd });
    expect(linesOf(failed.stderr)).toMatchObject([{ level: "error", exitCode: 2 }]);
    const usage = await runCli(["submit", "--nope", "--log-format=json"], { cwd });
    expect(linesOf(usage.stderr)).toMatchObject([{ level: "error", code: "usage" }]);
  } finally {
    cas.close();
  }
});

function linesOf(stderr: string): readonly Readonly<Record<string, unknown>>[] {
  return stderr
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
}
