// Whatever a file name, a cell, an argument or an answer holds: no terminal acts on it, and no line of the
// output is one that the program did not write.
import { once } from "node:events";
import { globSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { fitTo } from "../../../src/cli/words/terminal.ts";
import { screenOn } from "../../../src/cli/words/output-streams.ts";
import stringWidth from "string-width";
import { documentOf, emptyFolder, root, runCli, type Finished } from "../../support/run-cli.ts";

const EVIL = "\u001b[31m\u0007\u009b2J\u202e\u200b\r\n5 accepted by CAS\u001b]0;x\u0007";
/** What a terminal acts on. */
const ACTIVE = /[\0-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/u;
const HEADER = "External reference;Direction;Gross mass (kg);Goods description";

function expectHarmless({ stdout, stderr }: Finished): void {
  for (const text of [stdout, stderr]) {
    expect(ACTIVE.exec(text)).toBeNull();
    expect(text.split("\n").filter((line) => /^\s*5 accepted/.test(line))).toEqual([]);
  }
}

test("Only one file writes to the terminal", () => {
  const writers = globSync("src/**/*.ts", { cwd: root }).filter((path) =>
    /process\.(?:stdout|stderr)|console\.|\{[^}]*\bstd(?:out|err)\b[^}]*\} = process/.test(
      readFileSync(join(root, path), "utf8"),
    ),
  );
  expect(writers).toEqual(["src/cli/words/output-streams.ts"]);
});

test("A file name and cells with escape sequences reach no terminal, as text and as JSON", async () => {
  const cwd = emptyFolder();
  const name = `march${EVIL}.csv`;
  const quoted = `"${EVIL}"`;
  writeFileSync(
    join(cwd, name),
    [HEADER, `${quoted};IN;12x${EVIL};Bolts`, `A-2;${quoted};1;${quoted}`].join("\n"),
  );
  expectHarmless(await runCli(["check", name], { cwd }));
  expectHarmless(await runCli(["cells", name], { cwd }));
  const checked = await runCli(["check", name, "--json"], { cwd });
  expectHarmless(checked);
  expect(JSON.parse(checked.stdout)).toMatchObject({ files: [{ path: join(cwd, name) }] });
});

test("Arguments, paths and settings that are refused are shown and not acted on", async () => {
  const cwd = emptyFolder();
  writeFileSync(join(cwd, "cas-batch.yaml"), `"x\\e[31m\\n5 accepted by CAS": 1\nout: 7\n`);
  writeFileSync(join(cwd, "a.csv"), `${HEADER}\nA-1;IN;1;x\n`);
  const evil = EVIL.replaceAll("\0", "");
  for (const args of [
    [evil],
    ["check", "a.csv", `--${evil}`],
    ["check", "a.csv", "--profile", evil],
    ["check", evil],
    ["run", evil, "--env", "simulator"],
    ["doctor", "--env", evil],
    ["doctor", "--env", "simulator"],
    ["explain", evil, "--env", "simulator", "--config", evil],
    ["template", "--output", evil + "/x.csv"],
  ]) {
    const finished = await runCli(args, { cwd });
    expect([1, 0], args.join(" ")).not.toContain(finished.code);
    expectHarmless(finished);
  }
});

test("Mistakes in a file of settings stand on a line each", async () => {
  const cwd = emptyFolder();
  writeFileSync(join(cwd, "cas-batch.yaml"), `out: 7\nrate: none\n`);
  const { stderr } = await runCli(["doctor", "--env", "simulator"], { cwd });
  expect(stderr).toMatch(
    /^\S+Z cas-batch: cas-batch\.yaml line 1.*\n  cas-batch\.yaml line 2.*\n  \S/,
  );
  const { error } = documentOf(await runCli(["doctor", "--env", "simulator", "--json"], { cwd }));
  expect(error).toMatchObject({
    code: "configuration-invalid",
    mistakes: [{}, {}].map(() => expect.any(String) as string),
  });
});

test("Files whose names are not UTF-8 are read, from a folder and by name", async () => {
  const cwd = emptyFolder();
  mkdirSync(join(cwd, "inbox"));
  const row = `${HEADER}\nA-1;IN;x;Bolts\n`;
  const name = Buffer.from("m\xe4rz.csv", "latin1");
  writeFileSync(Buffer.concat([Buffer.from(join(cwd, "inbox/")), name]), row);
  writeFileSync(join(cwd, "inbox/märz.csv"), row.replace("A-1", "A-2"));
  const run = await runCli(["run", "inbox", "--env", "simulator", "--json", "--wait", "0"], {
    cwd,
  });
  expect(documentOf(run).files.map(({ name: shown }) => shown)).toEqual([
    "märz.csv",
    "m<E4>rz.csv",
  ]);
  expect(documentOf(run).findings.map(({ code }) => code)).not.toContain("file-unreadable");
  const [folder = ""] = readdirSync(join(cwd, "out"));
  expect(readdirSync(join(cwd, "out", folder, "annotated"))).toHaveLength(2);
  // A shell hands over the bytes; Node makes of them what `\ufffd` stands for.
  const checked = await runCli(["check", "inbox/m\ufffdrz.csv"], { cwd });
  expect(checked.stdout).toContain("m<E4>rz.csv: 1 row");
});

test("A progress bar fits any terminal, in columns as a terminal counts them", () => {
  for (const columns of [1, 2, 3, 10, 40, 200]) {
    for (const text of [
      "Reading 数据表.xlsx ██░ 3",
      "👨‍👩‍👧👨‍👩‍👧👨‍👩‍👧",
      "Reading a.csv",
      "é".normalize("NFD").repeat(50),
    ]) {
      expect(stringWidth(fitTo(columns, text, stringWidth))).toBeLessThan(columns + 0);
    }
  }
  let written = "";
  const stream = { isTTY: true, columns: 20, write: (text: string) => (written += text) };
  const screen = screenOn(stream as unknown as NodeJS.WriteStream);
  screen.draw((columns) => fitTo(columns, `Reading ${EVIL}`, stringWidth));
  expect(written).toMatch(/^\r\u001b\[K/);
  expect(ACTIVE.exec(written.slice("\r\u001b[K".length))).toBeNull();
});

test.each([
  ["CAS", false],
  ["the token endpoint", true],
])("What %s answers reaches no terminal and no result file as it is", async (_, refusesToken) => {
  const { env, close } = await startHostileCas(refusesToken);
  try {
    const cwd = emptyFolder();
    writeFileSync(
      join(cwd, "a.csv"),
      readFileSync(join(root, "samples/first-night/erp-export.csv")),
    );
    for (const more of [["--json"], ["-v"]]) {
      const submit = ["submit", "a.csv", "--env", "acceptance", ...more];
      const finished = await runCli(submit, { cwd, env });
      expect(finished.code).toBe(refusesToken ? 2 : 4);
      expectHarmless(finished);
    }
    expectHarmless(await runCli(["doctor", "--env", "acceptance"], { cwd, env }));
    const written = globSync("**/*.csv", { cwd: join(cwd, "out") });
    expect(written.length > 0).toBe(!refusesToken);
    for (const name of written) {
      const text = readFileSync(join(cwd, "out", name), "utf8");
      expect(ACTIVE.exec(text.slice(1).replaceAll("\r\n", "\n")), name).toBeNull();
    }
  } finally {
    close();
  }
});

/** Refuses every shipment, or the token, in words that a terminal would act on. */
async function startHostileCas(refusesToken: boolean): Promise<{
  readonly env: Readonly<Record<string, string>>;
  readonly close: () => void;
}> {
  const problem = { title: EVIL, detail: `\0${EVIL}`, errors: [{ path: EVIL, message: EVIL }] };
  const server = createServer((request, response) => {
    const { method, url = "" } = request;
    request.resume();
    const answer = (status: number, body: unknown): void => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    };
    if (url.includes("token") && refusesToken) {
      answer(401, { error: "invalid_client", error_description: EVIL });
    } else if (url.includes("token")) answer(200, { access_token: "a".repeat(20) });
    else if (url.includes("authorizationStatus")) {
      const scopes = "create:messages read:declarations";
      answer(200, { sourceSysRef: EVIL, tenantIds: `acme${EVIL}`, scopes });
    } else if (url.includes("search")) answer(200, []);
    else answer(method === "POST" ? 400 : 404, problem);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  const url = `http://127.0.0.1:${port}`;
  return {
    env: {
      ...{ CAS_API_URL: url, CAS_TOKEN_URL: `${url}/token` },
      ...{ CAS_CLIENT_ID: "someone", CAS_CLIENT_SECRET: "a-real-secret" },
    },
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
