// Where the secret may come from, and that nobody ever sees it: not on the terminal, not in a log,
// not in a result file or the ledger, also when the other side throws it back at us.
import { chmodSync, globSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSimulator, type Simulator } from "../../src/simulator/start-simulator.ts";
import { documentOf, emptyFolder, runCli } from "../support/run-cli.ts";

const SECRET = "p&ss wörd/+=7Q";
const FILE = `External reference,Direction,Goods description,Commodity code,Consignee EORI
SEC-1,IN,Bolts,73181500,BE0123456789
`;

let simulator: Simulator;
/** Answers every request for a token with what was asked, secret and all. */
let echo: Server;
let echoUrl: string;
beforeAll(async () => {
  simulator = await startSimulator({ stateFile: join(emptyFolder(), "s.jsonl") });
  echo = createServer((request, response) => {
    let body = "";
    request.setEncoding("utf8").on("data", (text: string) => (body += text));
    request.on("end", () => {
      response.writeHead(400, { "content-type": "application/json" });
      const said = `${body} ${decodeURIComponent(body.replaceAll("+", " "))} ${request.headers.authorization ?? ""}`;
      response.end(JSON.stringify({ error: "invalid_client", error_description: said }));
    });
  });
  await new Promise<void>((resolve) => echo.listen(0, "127.0.0.1", resolve));
  const address = echo.address();
  if (address === null || typeof address === "string") throw new Error("No port");
  echoUrl = `http://127.0.0.1:${String(address.port)}/token`;
});
afterAll(async () => {
  await simulator.close();
  echo.close();
});

const env = (): Record<string, string> => ({
  CAS_ENV: "acceptance",
  CAS_API_URL: simulator.url,
  CAS_TOKEN_URL: simulator.tokenUrl,
  CAS_CLIENT_ID: "simulator",
});

/** Every way in which the secret travels. */
const FORMS = [
  SECRET,
  encodeURIComponent(SECRET),
  new URLSearchParams([["", SECRET]]).toString().slice(1),
  Buffer.from(SECRET).toString("base64"),
];

describe("the client secret", () => {
  it("is shown nowhere when the token endpoint throws it back", async () => {
    const cwd = emptyFolder();
    writeFileSync(join(cwd, "a.csv"), FILE);
    const variables = { ...env(), CAS_CLIENT_SECRET: SECRET, CAS_TOKEN_URL: echoUrl };
    for (const args of [
      ["submit", "a.csv", "-v"],
      ["submit", "a.csv", "-v", "--json", "--log-format", "json"],
      ["doctor", "-v", "--json"],
    ]) {
      const { code, stdout, stderr } = await runCli(args, { cwd, env: variables });
      expect(code).toBe(2);
      // The answer came through, so there was something to hide.
      expect(`${stdout}${stderr}`).toContain("[secret]");
      for (const form of FORMS) expect(`${stdout}${stderr}`).not.toContain(form);
    }
    const files = globSync("**", { cwd }).map((name) => join(cwd, name));
    for (const path of files.filter((name) => statSync(name).isFile())) {
      const bytes = readFileSync(path);
      for (const form of FORMS) expect(bytes.includes(form), path).toBe(false);
    }
  });

  it("comes from a file of mode 0600, and not from one that others can read", async () => {
    const cwd = emptyFolder();
    const file = join(cwd, "secret");
    writeFileSync(file, "simulator\n", { mode: 0o600 });
    const variables = { ...env(), CAS_CLIENT_SECRET_FILE: file };
    expect((await runCli(["doctor"], { cwd, env: variables })).code).toBe(0);
    for (const mode of [0o640, 0o604]) {
      chmodSync(file, mode);
      const { code, stderr } = await runCli(["doctor"], { cwd, env: variables });
      expect(stderr).toContain(`mode ${mode.toString(8)}`);
      expect(code).toBe(2);
    }
  });

  it("comes from a systemd credential when nothing else is given", async () => {
    const cwd = emptyFolder();
    const folder = join(cwd, "credentials");
    mkdirSync(folder);
    const variables = { ...env(), CREDENTIALS_DIRECTORY: folder };
    const without = await runCli(["doctor", "--json"], { cwd, env: variables });
    expect(documentOf(without).error).toMatchObject({ code: "credentials-missing" });
    writeFileSync(join(folder, "cas-client-secret"), "simulator\n", { mode: 0o440 });
    expect((await runCli(["doctor"], { cwd, env: variables })).code).toBe(0);
    const wrong = { ...variables, CAS_CLIENT_SECRET: "another-secret" };
    expect((await runCli(["doctor"], { cwd, env: wrong })).code).toBe(2);
  });

  it("is refused when its file is empty", async () => {
    const cwd = emptyFolder();
    const file = join(cwd, "secret");
    writeFileSync(file, "\n", { mode: 0o600 });
    const variables = { ...env(), CAS_CLIENT_SECRET_FILE: file };
    const { code, stderr } = await runCli(["doctor"], { cwd, env: variables });
    expect(stderr).toContain(`The secret file ${file} is empty`);
    expect(code).toBe(2);
  });
});
