import { chmodSync, chownSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { resolveSettings } from "../../../src/cli/flags/settings.ts";
import { emptyFolder } from "../../support/run-cli.ts";

const SAFE = 0o644;
const GATEWAY = "tokenUrl: https://gateway.example/token";
const credentials = { CAS_CLIENT_ID: "id", CAS_CLIENT_SECRET: "s3cret-s3cret" };

function writeConfig(mode: number, lines: readonly string[]): string {
  const path = join(emptyFolder(), "cas-batch.yaml");
  writeFileSync(path, lines.join("\n"));
  chmodSync(path, mode);
  return path;
}

function resolved(config: string, variables: Readonly<Record<string, string>> = {}) {
  return resolveSettings(
    { env: "acceptance", config, ledger: "ledger.sqlite" },
    { ...credentials, ...variables },
  );
}

describe("an address that stands in a configuration file", () => {
  it.each([
    ["everyone", 0o666, GATEWAY],
    ["everyone, without reading it", 0o602, GATEWAY],
    ["everyone, who gets the token and the shipments", 0o646, "apiUrl: https://gateway.example"],
    ["everyone, on this machine", 0o666, "tokenUrl: http://127.0.0.1:8080/token"],
    [
      "everyone, and looks like CAS",
      0o666,
      "tokenUrl: https://api-acc.customs4trade.com.evil.example/t",
    ],
    [
      "everyone, and names CAS in its path",
      0o666,
      "tokenUrl: https://evil.example/c4taccb2c/token",
    ],
  ])("is refused where the file can be written by %s", async (_who, mode, line) => {
    const config = writeConfig(mode, [line]);
    await expect(resolved(config)).rejects.toMatchObject({
      code: "config-file-unsafe",
      exitCode: 2,
      message: expect.stringContaining(
        `can be changed by others (mode ${mode.toString(8)})`,
      ) as string,
      hint: expect.stringContaining("chmod go-w") as string,
    });
  });

  const isRoot = process.getuid?.() === 0;

  it.skipIf(!isRoot)("is refused where the file belongs to another user or group", async () => {
    const others = writeConfig(SAFE, [GATEWAY]);
    chownSync(others, 4711, 0);
    await expect(resolved(others)).rejects.toMatchObject({ code: "config-file-unsafe" });
    const shared = writeConfig(0o664, [GATEWAY]);
    chownSync(shared, 0, 4711);
    await expect(resolved(shared)).rejects.toMatchObject({ code: "config-file-unsafe" });
  });

  it("is taken where nobody else can write the file, or only the own group of its user", async () => {
    for (const mode of [SAFE, 0o600, ...(isRoot ? [0o664] : [])]) {
      const { pipeline } = await resolved(writeConfig(mode, [GATEWAY]));
      expect(pipeline.cas.tokenUrl).toBe("https://gateway.example/token");
    }
  });

  it("is taken where it is one of CAS", async () => {
    const line = "tokenUrl: https://login-acc.customs4trade.com/oauth2/v2.0/token";
    const { pipeline } = await resolved(writeConfig(0o666, [line]));
    expect(pipeline.cas.tokenUrl).toContain("login-acc.customs4trade.com");
  });

  it("is taken where an environment variable names its host, or replaces it", async () => {
    const config = writeConfig(0o666, [GATEWAY]);
    const beside = { CAS_API_URL: "https://gateway.example/cas" };
    expect((await resolved(config, beside)).pipeline.cas.tokenUrl).toContain("gateway.example");
    const instead = { CAS_TOKEN_URL: "https://other.example/token" };
    expect((await resolved(config, instead)).pipeline.cas.tokenUrl).toContain("other.example");
  });

  it("does not matter to a rehearsal, which sends no secret", async () => {
    const config = writeConfig(0o666, [GATEWAY]);
    const settings = await resolveSettings({ env: "simulator", config, ledger: "l" }, {});
    expect(settings.pipeline.environment).toBe("simulator");
  });
});

it("resolveSettings() takes the bounds of a reconcile from the file", async () => {
  const config = writeConfig(SAFE, ["reconcile:", "  declarationsMax: 1000", "  errorsMax: 50"]);
  expect((await resolved(config)).pipeline.reconcile).toMatchObject({
    declarationsMax: 1_000,
    errorFetchesMax: 50,
  });
  await expect(
    resolved(writeConfig(SAFE, ["reconcile:", "  declarationsMax: 1"])),
  ).rejects.toMatchObject({ code: "configuration-invalid" });
});
