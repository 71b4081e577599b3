// The image: built and run where a builder is at hand; everywhere, the rules that its file has to keep.
import { spawnSync } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { root } from "./support/run-cli.ts";

const BUILD_TIMEOUT_MS = 900_000;
const IMAGE = "cas-batch-test";
const DOCKERFILE = readFileSync(join(root, "Dockerfile"), "utf8");
const IGNORED = readFileSync(join(root, ".dockerignore"), "utf8");

interface Instruction {
  readonly name: string;
  readonly words: string;
}

/** Continued lines are one; comments are left out. */
function instructionsOf(text: string): readonly Instruction[] {
  return text
    .replaceAll(/^#.*\n/gm, "")
    .replaceAll(/\\\n\s*/g, "")
    .split("\n")
    .flatMap((line) => {
      const [, name, words = ""] = /^([A-Z]+) (.*)$/.exec(line) ?? [];
      return name === undefined ? [] : [{ name, words }];
    });
}

/** What is wrong with a file that describes an image; nothing where it keeps the rules. */
function faultsOf(text: string): readonly string[] {
  const all = instructionsOf(text);
  const last = all.slice(all.findLastIndex(({ name }) => name === "FROM"));
  const words = (name: string): readonly string[] =>
    last.filter((one) => one.name === name).map((one) => one.words);
  const froms = all.filter(({ name }) => name === "FROM").map((one) => one.words.split(" ")[0]);
  const sources = all
    .filter(({ name, words: copied }) => name === "COPY" && !copied.startsWith("--from="))
    .flatMap((one) => one.words.split(" ").slice(0, -1));
  const faults: Readonly<Record<string, boolean>> = {
    "no fixed version of Node": froms.some((from) => !/^node:24-[a-z]+-slim$/.test(from ?? "")),
    "runs as root": !/^[1-9]\d*:[1-9]\d*$/.test(words("USER").at(-1) ?? ""),
    "a shell between it and its signals": !/^\["cas-batch"\]$/.test(words("ENTRYPOINT")[0] ?? ""),
    "the ledger is on no volume": !(words("VOLUME")[0] ?? "").includes('"/data"'),
    "a secret would be in a layer": /secret|password|token/i.test(
      all
        .filter(({ name }) => ["ENV", "ARG"].includes(name))
        .map((one) => one.words)
        .join(" "),
    ),
    "ADD fetches and unpacks": all.some(({ name }) => name === "ADD"),
    "copies what is not there": sources.some((source) => !existsSync(join(root, source))),
    "the whole folder in the last stage": last.some(
      ({ name, words: copied }) => name === "COPY" && !copied.startsWith("--from=build "),
    ),
  };
  return Object.entries(faults)
    .filter(([, isFault]) => isFault)
    .map(([words]) => words);
}

describe("Dockerfile", () => {
  it("keeps the rules", () => {
    expect(faultsOf(DOCKERFILE)).toEqual([]);
  });

  it.each([
    [/USER .*/, "USER root", "runs as root"],
    [/USER .*/, "USER 0:0", "runs as root"],
    [/node:24-bookworm-slim/g, "node:latest", "no fixed version of Node"],
    [/ENTRYPOINT .*/, "ENTRYPOINT cas-batch", "a shell between it and its signals"],
    ["ENV NODE_ENV", "ENV CAS_CLIENT_SECRET=x NODE_ENV", "a secret would be in a layer"],
    [/VOLUME .*/, 'VOLUME ["/inbox"]', "the ledger is on no volume"],
    ["COPY package.json", "COPY package.yaml", "copies what is not there"],
  ])("is judged by rules that find %s turned into %s", (from, to, fault) => {
    expect(faultsOf(DOCKERFILE.replace(from, to))).toEqual([fault]);
  });

  it("takes everything along that the build reads, and nothing else", () => {
    const allowed = IGNORED.split("\n").filter((line) => line.startsWith("!"));
    const names = allowed.map((line) => line.slice(1));
    const { files } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
      files: readonly string[];
    };
    // `dist` is built in the image.
    expect(names).toEqual(expect.arrayContaining(files.filter((name) => name !== "dist")));
    expect(names).toEqual(expect.arrayContaining(["src", "scripts", "tsconfig.json", "LICENSE"]));
    expect(IGNORED).toMatch(/^\*$/m);
    for (const name of names) expect(globSync(name, { cwd: root }), name).not.toEqual([]);
    expect(names).not.toContain(".git");
  });
});

/** The first that builds here; a client without its server does not. */
const builder = ["docker", "podman"].find((name) => spawnSync(name, ["info"]).status === 0);
if (builder === undefined) {
  process.stderr.write("the image is not built: neither docker nor podman works here\n");
}

function run(args: readonly string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync(builder ?? "", args, { encoding: "utf8" });
  return { status, output: `${stdout}${stderr}` };
}

describe.runIf(builder !== undefined)("the image", { timeout: BUILD_TIMEOUT_MS }, () => {
  it("runs the sample, not as root, with nothing to write to but its volumes", () => {
    const built = run(["build", "--tag", IMAGE, root]);
    expect(built.status, built.output).toBe(0);
    const fenced = ["run", "--rm", "--read-only", "--tmpfs", "/tmp", "--cap-drop", "ALL"];
    const inbox = ["--volume", `${join(root, "samples/first-night")}:/inbox:ro`];
    const words = ["run", "/inbox", "--env", "simulator", "--out", "/out", "--wait", "5s"];
    const night = run([...fenced, ...inbox, IMAGE, ...words]);
    expect(night.status, night.output).toBe(4);
    const who = run([...fenced, "--entrypoint", "id", IMAGE, "-u"]);
    expect(who.output.trim()).toBe("10001");
  });
});
