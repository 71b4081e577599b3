// What people install: the packed product, in an empty folder, with what the registry gives for it.
import { execFile, spawnSync } from "node:child_process";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "vitest";
import { emptyFolder, root } from "./support/run-cli.ts";

const TIMEOUT_MS = 240_000;
const SAMPLE = join(root, "samples/first-night/erp-export.csv");
const execute = promisify(execFile);

interface Packed {
  readonly filename: string;
  readonly files: readonly { readonly path: string }[];
}

/** Where there is no registry the test says so and is skipped; CI requires it. */
async function hasRegistry(): Promise<boolean> {
  if (process.env["CI"] === "true") return true;
  return execute("npm", ["view", "better-sqlite3", "version"], { timeout: 20_000 }).then(
    () => true,
    () => {
      process.stderr.write("test/package.test.ts is skipped: npm reaches no registry\n");
      return false;
    },
  );
}

it.runIf(await hasRegistry())(
  "installs from its tarball into an empty folder and runs the sample",
  async () => {
    const folder = emptyFolder();
    const packArgs = ["pack", "--ignore-scripts", "--json", "--pack-destination", folder];
    const { stdout } = await execute("npm", packArgs, { cwd: root });
    const [packed] = Object.values(JSON.parse(stdout) as Readonly<Record<string, Packed>>);
    const paths = packed?.files.map(({ path }) => path) ?? [];
    expect(paths).toEqual(
      expect.arrayContaining([
        ...["LICENSE", "NOTICE", "CHANGELOG.md"],
        ...["bin/cas-batch.js", "dist/THIRD-PARTY-LICENSES.txt"],
      ]),
    );
    expect(paths.filter((path) => /\.map$|^(?:src|test|scripts|bench)\//.test(path))).toEqual([]);

    writeFileSync(join(folder, "package.json"), "{}");
    const tarball = join(folder, packed?.filename ?? "");
    await execute("npm", ["install", "--prefer-offline", "--no-audit", tarball], { cwd: folder });
    // Nothing but the package and the one that carries its own binaries.
    expect(
      readdirSync(join(folder, "node_modules")).filter((name) => !name.startsWith(".")),
    ).toEqual(expect.not.arrayContaining(["exceljs", "undici", "yargs"]));
    // What a machine without the internet gets: the packed file, and a cache that holds the other package.
    const offline = emptyFolder();
    writeFileSync(join(offline, "package.json"), "{}");
    await execute("npm", ["install", "--offline", "--no-audit", tarball], { cwd: offline });
    const program = join(offline, "node_modules/cas-batch/bin/cas-batch.js");
    const shown = await execute(process.execPath, [program, "check", SAMPLE, "--json"], {
      cwd: offline,
    }).catch((error: unknown) => error as { stdout: string });
    expect(JSON.parse(shown.stdout)).toMatchObject({ command: "check", exitCode: 4 });
    const installed = join(folder, "node_modules/cas-batch");
    const args = [join(installed, "bin/cas-batch.js"), "run", "samples/first-night"];
    const flags = ["--env", "simulator", "--json", "--wait", "10s"];
    const run = await execute(process.execPath, [...args, ...flags], {
      cwd: installed,
      env: { PATH: process.env["PATH"] ?? "", HOME: emptyFolder() },
    }).then(
      () => ({ code: 0, stdout: "", stderr: "" }),
      (error: unknown) => error as { code: number; stdout: string; stderr: string },
    );
    await installedForAll(tarball);
    // The sample holds mistakes on purpose.
    expect(run.code, run.stderr).toBe(4);
    // Nothing that Node says of the packages in the bundle.
    expect(run.stderr).not.toContain("Warning");
    const { report } = JSON.parse(run.stdout) as { readonly report: string };
    expect(existsSync(report)).toBe(true);
  },
  TIMEOUT_MS,
);

/** As `npm i -g` puts it on a machine with an empty home; its packages come from the cache of this one. */
async function installedForAll(tarball: string): Promise<void> {
  const prefix = emptyFolder();
  const cache = (await execute("npm", ["config", "get", "cache"])).stdout.trim();
  const PATH = [join(prefix, "bin"), dirname(process.execPath), process.env["PATH"]].join(
    delimiter,
  );
  const env = { PATH, HOME: emptyFolder() };
  const install = ["install", "--global", "--prefix", prefix, "--offline", "--cache", cache];
  await execute("npm", [...install, "--no-audit", tarball], { cwd: prefix, env });
  const cwd = emptyFolder();
  const night = "run . --env simulator --wait 2s --json";
  const codes: Readonly<Record<string, number>> = {
    "--version": 0,
    template: 0,
    "check customs-shipments-flat.xlsx": 0,
    [`check ${SAMPLE}`]: 4,
    // The blank template is in the folder: nothing to send, and nothing that is wrong.
    [night]: 0,
    "completion bash": 0,
  };
  for (const [line, code] of Object.entries(codes)) {
    const { status, stdout, stderr } = spawnSync("cas-batch", line.split(" "), {
      ...{ cwd, env, encoding: "utf8" },
    });
    expect(status, `${line}\n${stdout}${stderr}`).toBe(code);
  }
}
