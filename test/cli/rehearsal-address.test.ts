// `--env simulator` reaches the simulator and nothing else, whatever was configured for CAS; and what
// the simulator was given is never told as filed.
import { readFileSync, writeFileSync } from "node:fs";
import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { defaultCasSettings } from "../../src/cas/cas-settings.ts";
import { resolveSettings, type Settings } from "../../src/cli/flags/settings.ts";
import { startSimulator, type Simulator } from "../../src/simulator/start-simulator.ts";
import { documentOf, emptyFolder, runCli } from "../support/run-cli.ts";
import { startTcpProxy } from "../support/tcp-proxy.ts";

const TIMEOUT_MS = 60_000;
const SECRET = "the-real-secret-of-production";
const FILE = `External reference,Direction,Goods description,Commodity code,Consignee EORI
REH-1,IN,Bolts,73181500,BE0123456789
`;

interface Stranger {
  readonly url: string;
  /** Method and path of everything that came, and all of it as text. */
  readonly asked: string[];
  readonly received: () => string;
}

let simulator: Simulator;
const servers: Server[] = [];
beforeAll(async () => {
  simulator = await startSimulator({ stateFile: join(emptyFolder(), "s.jsonl"), timeScale: 100 });
});
afterAll(async () => {
  for (const server of servers) {
    server.closeAllConnections();
    server.close();
  }
  await simulator.close();
});

async function listen(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

/** Takes tokens and shipments as CAS does, through a gateway on this machine for example. */
async function startStranger(): Promise<Stranger> {
  const asked: string[] = [];
  let received = "";
  const url = await listen(
    createServer((incoming, response) => {
      const { method = "", url: path = "", rawHeaders } = incoming;
      asked.push(`${method} ${path}`);
      received += `${method} ${path} ${rawHeaders.join(" ")}`;
      incoming.setEncoding("utf8").on("data", (text: string) => (received += text));
      incoming.on("end", () => {
        if (path.endsWith("/simulator/about")) {
          response.writeHead(401).end();
          return;
        }
        response.setHeader("content-type", "application/json");
        const body = path.endsWith("token")
          ? { access_token: "real-token", token_type: "Bearer", expires_in: 3600 }
          : path.endsWith("authorizationStatus")
            ? {
                sourceSysRef: "erp",
                tenantIds: "acme",
                scopes: "create:messages read:declarations",
              }
            : method === "POST"
              ? { referenceId: "1" }
              : [];
        response.writeHead(method === "POST" && !path.endsWith("token") ? 202 : 200);
        response.end(JSON.stringify(body));
      });
    }),
  );
  return { url, asked, received: () => received };
}

function place(yaml: readonly string[] = []): { cwd: string } {
  const cwd = emptyFolder();
  writeFileSync(join(cwd, "a.csv"), FILE);
  if (yaml.length > 0) writeFileSync(join(cwd, "cas-batch.yaml"), yaml.join("\n"));
  return { cwd };
}

const credentials = { CAS_CLIENT_ID: "erp", CAS_CLIENT_SECRET: SECRET };
const rehearse = ["submit", "a.csv", "--env", "simulator", "--json"] as const;

function rehearsalOf(variables: NodeJS.ProcessEnv, config?: string): Promise<Settings> {
  return resolveSettings({ env: "simulator", config }, variables);
}

/** What a simulator inside the process was sent. */
function rehearsed(cwd: string): number {
  const state = join(cwd, "cas-batch-data/simulator/simulator.jsonl");
  return readFileSync(state, "utf8").split('"kind":"accepted"').length - 1;
}

describe("--env simulator", () => {
  it.each([[["submit", "a.csv"]], [["run", ".", "--wait", "0"]], [["doctor"]]])(
    "%j asks a stranger on this machine nothing but who it is",
    { timeout: TIMEOUT_MS },
    async (args) => {
      const cas = await startStranger();
      const { cwd } = place(["headers: { x-gateway-key: key-of-the-gateway }"]);
      const env = { ...credentials, CAS_API_URL: cas.url, CAS_TOKEN_URL: `${cas.url}/token` };
      const { code, stdout, stderr } = await runCli([...args, "--env", "simulator"], { cwd, env });
      expect(code).toBe(2);
      expect(`${stdout}${stderr}`).toContain(`${cas.url} did not prove to be the simulator`);
      expect(`${stdout}${stderr}`).toContain("leave CAS_API_URL and `apiUrl` out");
      expect(cas.asked).toEqual(["GET /simulator/about"]);
      expect(cas.received()).not.toMatch(/secret|gateway|authorization|erp/i);
    },
  );

  it(
    "asks below the path of the API, where the shipments go",
    { timeout: TIMEOUT_MS },
    async () => {
      const cas = await startStranger();
      const env = { CAS_API_URL: `${cas.url}/gateway/` };
      expect((await runCli(rehearse, { ...place(), env })).code).toBe(2);
      expect(cas.asked).toEqual(["GET /gateway/simulator/about"]);
    },
  );

  it(
    "leaves an address elsewhere alone, says so, and rehearses on this machine",
    { timeout: TIMEOUT_MS },
    async () => {
      const proxy = await startStranger();
      const { cwd } = place([
        "environment: production",
        "clientId: erp",
        "clientSecretFile: /nowhere/secret",
        "apiUrl: https://cas-gateway.example/cas",
        `tokenUrl: ${proxy.url}/token`,
        "scope: https://c4tprdb2c.onmicrosoft.com/erp/.default",
        "endpoints: { customsShipments: /elsewhere }",
      ]);
      const env = { HTTPS_PROXY: proxy.url, HTTP_PROXY: proxy.url };
      const result = await runCli(rehearse, { cwd, env });
      expect(result.code, result.stderr).toBe(0);
      expect(result.stderr).toContain(
        "--env simulator does not use apiUrl of the configuration file (cas-gateway.example), which is not 127.0.0.1, ::1 or localhost",
      );
      expect(rehearsed(cwd)).toBe(1);
      expect(proxy.asked).toEqual([]);
    },
  );

  it.each([
    "https://api.customs4trade.com",
    "https://user:pa55word@cas.example",
    "http://127.0.0.1.example.com",
    "http://127.0.0.1@cas.example",
    "http://0.0.0.0:8084",
    "http://[::]:8084",
    "http://[::ffff:127.0.0.1]:8084",
    "http://localhost.:8084",
    "http://localhost.example",
    "http://128.0.0.1",
  ])("uses nothing of %s", async (address) => {
    const { pipeline, embeddedSimulator, notes } = await rehearsalOf({ CAS_API_URL: address });
    expect(embeddedSimulator).not.toBeNull();
    expect(pipeline.cas).toMatchObject({ apiUrl: "", tokenUrl: "" });
    expect(notes).toHaveLength(1);
    expect(JSON.stringify(notes)).not.toContain("pa55word");
  });

  it.each([
    ["http://127.0.0.1:8084/", "http://127.0.0.1:8084"],
    ["http://localhost:8084", "http://127.0.0.1:8084"],
    ["HTTP://LOCALHOST:8084/sim/", "http://127.0.0.1:8084/sim"],
    ["https://localhost:8443", "https://localhost:8443"],
    ["http://127.1", "http://127.0.0.1"],
    ["http://0x7f.1:8084", "http://127.0.0.1:8084"],
    ["http://2130706433:8084", "http://127.0.0.1:8084"],
    ["http://127.9.9.9:8084", "http://127.9.9.9:8084"],
    ["http://[0:0:0:0:0:0:0:1]:8084", "http://[::1]:8084"],
  ])("takes %s for this machine", async (address, apiUrl) => {
    const { pipeline, embeddedSimulator, notes } = await rehearsalOf({ CAS_API_URL: address });
    expect(embeddedSimulator).toBeNull();
    expect(notes).toEqual([]);
    expect(pipeline.cas).toMatchObject({ apiUrl, tokenUrl: `${apiUrl}/oauth2/v2.0/token` });
  });

  it("takes nothing else that was configured for CAS", async () => {
    const { cwd } = place([
      "clientId: erp",
      "clientSecretFile: /nowhere/secret",
      "tokenUrl: https://login.customs4trade.com/oauth2/v2.0/token",
      "scope: https://c4tprdb2c.onmicrosoft.com/erp/.default",
      "headers: { x-gateway-key: key }",
      "endpoints: { customsShipments: /elsewhere }",
      "timeouts: { answer: 5s }",
    ]);
    const variables = {
      ...credentials,
      CAS_API_URL: "http://127.0.0.1:8084",
      CAS_CLIENT_SECRET_FILE: "/nowhere/secret",
      CREDENTIALS_DIRECTORY: "/nowhere",
    };
    const { pipeline } = await rehearsalOf(variables, join(cwd, "cas-batch.yaml"));
    const own = defaultCasSettings("simulator", {
      clientId: "simulator",
      clientSecret: "simulator",
    });
    const apiUrl = "http://127.0.0.1:8084";
    expect(pipeline.cas).toEqual({
      ...own,
      ...{ apiUrl, tokenUrl: `${apiUrl}/oauth2/v2.0/token` },
      ...{ answerTimeoutMs: 5_000, connectionsMax: 8 },
    });
  });

  it.each([
    "api.customs4trade.com",
    "localhost:8084",
    "ftp://127.0.0.1",
    "http://user:pa55word@127.0.0.1:1",
  ])("refuses %s, which may mean this machine, as no address", async (address) => {
    const error: unknown = await rehearsalOf({ CAS_API_URL: address }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toMatchObject({ code: "configuration-invalid", exitCode: 2 });
    expect(String(error)).not.toContain("pa55word");
  });

  it(
    "uses a simulator on this machine, with its own credentials",
    { timeout: TIMEOUT_MS },
    async () => {
      const { cwd } = place();
      writeFileSync(join(cwd, "a.csv"), FILE.replace("REH-1", "OWN-1"));
      const { port } = new URL(simulator.url);
      const env = { ...credentials, CAS_API_URL: `http://localhost:${port}/`, CAS_SCOPE: "other" };
      const result = await runCli(rehearse, { cwd, env });
      expect(result.code, result.stderr).toBe(0);
      const bodies = simulator
        .journal()
        .flatMap((entry) => (entry.kind === "accepted" ? [entry.body] : []));
      expect(bodies.filter((body) => body.includes("OWN-1"))).toHaveLength(1);
    },
  );

  it("reaches it through proxies on this machine", { timeout: TIMEOUT_MS }, async () => {
    let connections = 0;
    await using cutting = await startTcpProxy(simulator.url, () => {
      connections += 1;
      return connections === 1 ? { cutUpAfterBytes: 20 } : { sliceBytes: 64 };
    });
    const { port } = new URL(simulator.url);
    const forwarding = await listen(
      createServer((incoming, response) => {
        const { method, url: path = "", headers } = incoming;
        const onward = request(
          { port, method, path: path.replace("/sim", ""), headers },
          (answer) => {
            response.writeHead(answer.statusCode ?? 500, answer.headers);
            answer.pipe(response);
          },
        );
        incoming.pipe(onward);
      }),
    );
    for (const url of [cutting.url, `${forwarding}/sim`]) {
      const { cwd } = place();
      writeFileSync(join(cwd, "a.csv"), FILE.replace("REH-1", `PROXY-${new URL(url).port}`));
      const result = await runCli(rehearse, { cwd, env: { CAS_API_URL: url } });
      expect(result.code, result.stderr).toBe(0);
    }
    expect(connections).toBeGreaterThan(1);
  });

  it("says how to start one where none listens", { timeout: TIMEOUT_MS }, async () => {
    const result = await runCli(rehearse, {
      ...place(),
      env: { CAS_API_URL: "http://127.0.0.1:1" },
    });
    expect(result.code).toBe(5);
    expect(documentOf(result).error).toMatchObject({
      code: "unreachable",
      message: expect.stringContaining("Could not find the simulator at 127.0.0.1:1") as string,
      hint: expect.stringContaining("Start `cas-batch simulator` there") as string,
    });
  });
});

describe("other environments", () => {
  const simulated = (): Record<string, string> => ({
    CAS_CLIENT_ID: "simulator",
    CAS_CLIENT_SECRET: "simulator",
    CAS_API_URL: simulator.url,
    CAS_TOKEN_URL: simulator.tokenUrl,
  });

  it(
    "production refuses the simulator, also with real credentials",
    { timeout: TIMEOUT_MS },
    async () => {
      const before = simulator.journal().filter(({ kind }) => kind === "accepted").length;
      for (const [more, ...args] of [
        [{}, "submit", "a.csv"],
        [credentials, "doctor"],
      ] as const) {
        const env = { ...simulated(), ...more };
        const result = await runCli([...args, "--env", "production"], { ...place(), env });
        expect(result.code).toBe(2);
        expect(`${result.stdout}${result.stderr}`).toContain(
          "is the simulator, and the environment is production: nothing would be filed with customs",
        );
      }
      expect(simulator.journal().filter(({ kind }) => kind === "accepted")).toHaveLength(before);
    },
  );

  it(
    "acceptance says that the simulator answered, on the terminal and in the report",
    { timeout: TIMEOUT_MS },
    async () => {
      const { cwd } = place();
      writeFileSync(join(cwd, "a.csv"), FILE.replace("REH-1", "ACC-1"));
      const args = ["run", ".", "--env", "acceptance", "--json", "--wait", "0"];
      const result = await runCli(args, { cwd, env: simulated() });
      expect(result.code, result.stderr).toBe(0);
      expect(result.stderr).toMatch(/warn: SIMULATOR: 127\.0\.0\.1:\d+ is the simulator, not CAS/);
      const twin = String(documentOf(result).report).replace(/\.xlsx$/, ".json");
      expect(JSON.parse(readFileSync(twin, "utf8"))).toMatchObject({
        environment: "acceptance",
        simulated: true,
      });
      const doctor = await runCli(["doctor", "--env", "acceptance"], { cwd, env: simulated() });
      expect(doctor.stdout).toContain("given by the simulator, not by CAS");
    },
  );

  it(
    "a gateway on this machine stays allowed, and its report is not called simulated",
    { timeout: TIMEOUT_MS },
    async () => {
      const cas = await startStranger();
      const env = { ...credentials, CAS_API_URL: cas.url, CAS_TOKEN_URL: `${cas.url}/token` };
      const args = ["run", ".", "--env", "production", "--json", "--wait", "0"];
      const result = await runCli(args, { ...place(), env });
      expect(result.stderr).not.toContain("SIMULATOR");
      expect(cas.asked).toContain("POST /v1/customsshipments");
      const twin = String(documentOf(result).report).replace(/\.xlsx$/, ".json");
      expect(JSON.parse(readFileSync(twin, "utf8"))).toMatchObject({ simulated: false });
    },
  );

  it(
    "asks where a gateway leads that stands beside another environment",
    { timeout: TIMEOUT_MS },
    async () => {
      const cas = await startStranger();
      const { cwd } = place([
        "environment: production",
        `apiUrl: ${cas.url}`,
        `tokenUrl: ${cas.url}/token`,
      ]);
      const args = (environment: string) => ["doctor", "--env", environment];
      const other = await runCli(args("acceptance"), { cwd, env: credentials });
      expect(other.code, other.stderr).toBe(0);
      for (const [setting, variable] of [
        ["apiUrl", "CAS_API_URL"],
        ["tokenUrl", "CAS_TOKEN_URL"],
      ]) {
        expect(other.stderr).toMatch(
          new RegExp(`${setting} of .* stands beside "environment: production".*set ${variable}`),
        );
      }
      const same = await runCli(args("production"), { cwd, env: credentials });
      expect(same.stderr).not.toContain("stands beside");
    },
  );

  it.each([
    ["production", "CAS_API_URL", "https://api-acc.customs4trade.com"],
    ["acceptance", "CAS_TOKEN_URL", "https://login.customs4trade.com/oauth2/v2.0/token"],
    ["acceptance", "CAS_SCOPE", "https://c4tprdb2c.onmicrosoft.com/erp/.default"],
  ])(
    "%s refuses %s=%s before anything else",
    { timeout: TIMEOUT_MS },
    async (environment, name, text) => {
      const { cwd } = place();
      const env = { ...credentials, [name]: text };
      const result = await runCli(["submit", "a.csv", "--env", environment, "--json"], {
        cwd,
        env,
      });
      const { error } = documentOf(result);
      expect(error).toMatchObject({ code: "environment-mismatch" });
      expect(error?.message).toContain(`${name} (`);
      expect(error?.message).toContain(`the environment is ${environment}`);
      expect(result.code).toBe(2);
    },
  );
});
