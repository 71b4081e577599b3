// The library as others get it: the packed product, its types, and the program of docs/library.md.
import { execFile } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { promisify } from "node:util";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { beforeAll, describe, expect, it } from "vitest";
import { startSimulator } from "../src/simulator/start-simulator.ts";
import { emptyFolder, root } from "./support/run-cli.ts";

const execute = promisify(execFile);
const require = createRequire(import.meta.url);
const TIMEOUT_MS = 120_000;

/** A program of others: a folder in which the package is unpacked as npm would. */
const project = emptyFolder();
const installed = join(project, "node_modules/cas-batch");
let tarball = "";

beforeAll(async () => {
  const packing = ["pack", "--ignore-scripts", "--json", "--pack-destination", project];
  const { stdout } = await execute("npm", packing, { cwd: root });
  const [packed] = Object.values(
    JSON.parse(stdout) as Readonly<Record<string, { readonly filename: string }>>,
  );
  tarball = join(project, packed?.filename ?? "");
  mkdirSync(join(project, "node_modules"));
  await execute("tar", ["-xzf", tarball, "-C", join(project, "node_modules")]);
  cpSync(join(project, "node_modules/package"), installed, { recursive: true });
  writeFileSync(join(project, "package.json"), '{ "type": "module" }');
}, TIMEOUT_MS);

describe("the packed library", () => {
  it("is as publint wants a package", async () => {
    const { messages } = await publint({ pkgDir: installed, pack: false, strict: true });
    const manifest = JSON.parse(readFileSync(join(installed, "package.json"), "utf8")) as object;
    expect(messages.map((message) => formatMessage(message, manifest))).toEqual([]);
    // It would say so.
    const broken = emptyFolder();
    cpSync(join(installed, "package.json"), join(broken, "package.json"));
    expect((await publint({ pkgDir: broken, pack: false })).messages).not.toEqual([]);
  });

  it(
    "has types that fit what is imported",
    async () => {
      const attw = join(require.resolve("@arethetypeswrong/cli/package.json"), "../dist/index.js");
      const flags = ["--profile", "esm-only", "--format", "json", "--no-emoji"];
      const { stdout } = await execute(process.execPath, [attw, tarball, ...flags]);
      const { analysis } = JSON.parse(stdout) as { readonly analysis: { readonly types: unknown } };
      expect(analysis.types).toMatchObject({ kind: "included" });
    },
    TIMEOUT_MS,
  );

  it(
    "has types that stand alone: a program in TypeScript is checked by them",
    async () => {
      const program = `
      import { CasClient, exactNumber, RefusedError, type DeclarationSummary, type Receipt } from "cas-batch";
      const endpoints = { formulas: "/v1/f" };
      const cas: CasClient = new CasClient({ environment: "acceptance", clientId: "a", clientSecret: "b", endpoints });
      const receipt: Receipt = await cas.ingest("MovementOrder", { amount: exactNumber("1.10") });
      const found: DeclarationSummary[] = [];
      for await (const one of cas.searchAll({ currentStatus: ["Released"] })) found.push(one);
      const change = { kind: "action", declarationId: receipt.referenceId } as const;
      await cas.changeDeclaration({ kind: "update", declarationId: "1", body: { ucr: "1" } });
      await cas.changeDeclaration({ ...change, action: "goods-arrived", body: null }).catch((error: unknown) => {
        if (error instanceof RefusedError) throw new Error(error.problem.detail ?? error.hint);
      });
      // @ts-expect-error There is no such action.
      await cas.changeDeclaration({ ...change, action: "goods-lost", body: null });
      // @ts-expect-error There is no such path.
      new CasClient({ environment: "acceptance", clientId: "a", clientSecret: "b", endpoints: { formula: "/" } });
      // @ts-expect-error Nothing of what lies behind is to be reached.
      import { createThrottle } from "cas-batch/dist/library/library.js";
    `;
      writeFileSync(join(project, "program.ts"), program);
      const tsc = join(require.resolve("typescript/package.json"), "../bin/tsc");
      const types = ["--types", "node", "--typeRoots", join(root, "node_modules/@types")];
      const flags = ["--noEmit", "--strict", "--exactOptionalPropertyTypes", "--target", "es2024"];
      const args = [tsc, ...flags, ...types, "--module", "nodenext", "program.ts"];
      const { stdout } = await execute(process.execPath, args, { cwd: project }).catch(
        (error: unknown) => error as { readonly stdout: string },
      );
      expect(stdout).toBe("");
    },
    TIMEOUT_MS,
  );

  it(
    "runs the program of docs/library.md against the simulator",
    async () => {
      const page = readFileSync(join(root, "docs/library.md"), "utf8");
      const [program = "", message = ""] = ["js", "json"].map(
        (language) => new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\``, "ms").exec(page)?.[1],
      );
      writeFileSync(join(project, "program.js"), program);
      writeFileSync(join(project, "shipment.json"), message);
      const simulator = await startSimulator({
        stateFile: join(project, "state.jsonl"),
        timeScale: 20,
      });
      try {
        const { stdout } = await execute(process.execPath, ["program.js"], {
          cwd: project,
          env: {
            CAS_API_URL: simulator.url,
            CAS_CLIENT_ID: "simulator",
            CAS_CLIENT_SECRET: "simulator",
          },
        });
        expect(stdout).toMatch(
          /^Accepted for processing: \S+\n\d+ Released 0 errors\nEAD_\S+\.pdf \d+ bytes\n$/,
        );
      } finally {
        await simulator.close();
      }
    },
    TIMEOUT_MS,
  );
});
