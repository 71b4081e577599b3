// Behind a company's proxy and with its own certificates: the program as installed, CAS behind https.
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { startSimulator } from "../../src/simulator/start-simulator.ts";
import { startCompanyNetwork } from "../support/company-network.ts";
import { emptyFolder, runCli, type Finished } from "../support/run-cli.ts";

const PASSWORD = "pa55word-of-the-proxy";
const NAMES = ["cas.company.invalid", "login.company.invalid"];
const FILE =
  "External reference,Direction,Goods description,Commodity code,Consignee EORI\nNET-1,IN,Bolts,73181590,BE0123456789\n";

/** Where it is missing the test says so and is skipped; CI requires it. */
function hasOpenssl(): boolean {
  if (spawnSync("openssl", ["version"]).error === undefined) return true;
  if (process.env["CI"] === "true") throw new Error("CI needs openssl");
  process.stderr.write("test/cli/company-network.test.ts is skipped: openssl is not installed\n");
  return false;
}

interface Night extends Finished {
  readonly tunnels: readonly string[];
  readonly authorizations: readonly (string | undefined)[];
}

/** One submit to a CAS that only the proxy leads to. */
async function submit(
  more: (authority: string, simulatorUrl: string) => Readonly<Record<string, string>>,
  proxyStatus = 200,
): Promise<Night> {
  const cwd = emptyFolder();
  writeFileSync(join(cwd, "a.csv"), FILE);
  const simulator = await startSimulator({
    ...{ stateFile: join(cwd, "state.jsonl"), timeScale: 100 },
  });
  try {
    const folder = join(cwd, "certificates");
    await using network = await startCompanyNetwork(
      new URL(simulator.url),
      NAMES,
      folder,
      proxyStatus,
    );
    const finished = await runCli(["submit", "a.csv", "--env", "acceptance", "-v"], {
      cwd,
      env: {
        CAS_CLIENT_ID: "simulator",
        CAS_CLIENT_SECRET: "simulator",
        CAS_API_URL: `https://${NAMES[0] ?? ""}`,
        CAS_TOKEN_URL: `https://${NAMES[1] ?? ""}${new URL(simulator.tokenUrl).pathname}`,
        HTTPS_PROXY: `http://clerk:${PASSWORD}@127.0.0.1:${network.proxyPort}`,
        ...more(network.authority, simulator.url),
      },
    });
    expect(`${finished.stdout}${finished.stderr}`).not.toContain(PASSWORD);
    const { tunnels, authorizations } = network;
    return { ...finished, tunnels: [...tunnels], authorizations: [...authorizations] };
  } finally {
    await simulator.close();
  }
}

describe.runIf(hasOpenssl())("behind a company's proxy", { timeout: 180_000 }, () => {
  it("reaches CAS and its tokens through it, with the company's own authority", async () => {
    const night = await submit((authority) => ({ NODE_EXTRA_CA_CERTS: authority }));
    expect(night.code, night.stderr).toBe(0);
    expect([...new Set(night.tunnels)].sort()).toEqual(NAMES.map((name) => `${name}:443`));
    // A connection is kept and used again: as many as run at once, not one for each request.
    expect(night.tunnels.length).toBeLessThanOrEqual(9);
    const basic = Buffer.from(`clerk:${PASSWORD}`).toString("base64");
    expect(new Set(night.authorizations)).toEqual(new Set([`Basic ${basic}`]));
  });

  it("trusts no authority that is not named, and says how to name it", async () => {
    const night = await submit(() => ({}));
    expect(night.code).toBe(5);
    expect(night.tunnels.length).toBeGreaterThan(0);
    expect(night.stderr).toContain("its certificate is of an authority that this machine does not");
    expect(night.stderr).toContain("set NODE_EXTRA_CA_CERTS to a file");
  });

  it("goes past it for hosts of NO_PROXY", async () => {
    const night = await submit((authority) => ({
      NODE_EXTRA_CA_CERTS: authority,
      NO_PROXY: ".company.invalid",
    }));
    expect(night.code).toBe(5);
    expect(night.tunnels).toEqual([]);
  });

  it("goes past it for this machine", async () => {
    const night = await submit((_authority, simulatorUrl) => ({
      CAS_API_URL: simulatorUrl,
      CAS_TOKEN_URL: `${simulatorUrl}/oauth2/v2.0/token`,
    }));
    expect(night.tunnels).toEqual([]);
  });

  it("says that the proxy refused, and how to log in to it", async () => {
    const night = await submit((authority) => ({ NODE_EXTRA_CA_CERTS: authority }), 407);
    expect(night.code).toBe(5);
    expect(night.stderr).toContain("the proxy of HTTPS_PROXY answered 407; nothing was read");
    expect(night.stderr).toContain("Set HTTPS_PROXY to http://USER:PASSWORD@HOST:PORT");
  });
});
