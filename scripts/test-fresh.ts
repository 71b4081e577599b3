// `npm run test:fresh`: what a person has who follows the README on a machine that knows nothing of us. HEAD is cloned
// into an empty folder, and the two commands of the README are run there as they stand, with an empty home and none of
// this checkout's programs on the path. Of `npm test` one file is run: the whole suite is a job of its own. The journal
// of the simulator is the witness of what was sent.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { readJournal } from "../src/simulator/journal/journal-file.ts";

const ROOT = join(import.meta.dirname, "..");
const JOURNAL = "cas-batch-data/simulator/simulator.jsonl";
/** Runs the samples through the command line. */
const TEST_FILE = "test/samples.test.ts";
const COMMAND_MAX_MS = 900_000;
/** How a machine reaches the registry; the rest of the environment is somebody's own. */
const NETWORK = [
  ...["HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy", "NO_PROXY", "no_proxy"],
  ...["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "NPM_CONFIG_REGISTRY"],
];

const place = mkdtempSync(join(tmpdir(), "cas-batch-fresh-"));
const clone = join(place, "cas-batch");
const home = join(place, "home");
mkdirSync(home);

const [mainJob = "", tests = ""] = readmeCommands();
const secondRun = `${mainJob.replace(/^npm ci && /, "")} --json`;

cloneHead();
expectExit(4, mainJob);
const sent = sentMessages();
expectEqual("messages of the first run, more than none", sent > 0, true);
const second = JSON.parse(expectExit(4, secondRun)) as { readonly counts: unknown };
expectEqual("messages after the second run", sentMessages(), sent);
expectEqual("counts of the second run", second.counts, sample().secondRun.counts);
expectExit(0, `${tests} -- ${TEST_FILE}`);
expectEqual("what git sees of the runs", git(["status", "--porcelain"], clone), "");
rmSync(place, { recursive: true });
console.log(`A fresh machine: ${String(sent)} messages sent, none by the second run`);

/** As they stand, without their comments. */
function readmeCommands(): readonly string[] {
  const lines = readFileSync(join(ROOT, "README.md"), "utf8").split("\n");
  const commands = lines
    .filter((line) => line.startsWith("npm ci && "))
    .map((line) => line.replace(/\s+#.*$/, ""));
  expectEqual("commands of the README that install", commands.length, 2);
  return commands;
}

function cloneHead(): void {
  const head = git(["rev-parse", "HEAD"], ROOT);
  git(["clone", "--quiet", "--no-checkout", "--no-local", ROOT, clone], place);
  git(["checkout", "--quiet", "--detach", head], clone);
}

function git(words: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync("git", words, { cwd, encoding: "utf8" });
  if (status !== 0) fail(`git ${words.join(" ")} ended with ${String(status)}: ${stderr}`);
  return stdout.trim();
}

/** @returns what the command wrote to standard output */
function expectExit(code: number, command: string): string {
  console.log(`$ ${command}`);
  const startedMs = performance.now();
  const { status, signal, stdout } = spawnSync("bash", ["-c", command], {
    ...{ cwd: clone, env: environment(), encoding: "utf8", timeout: COMMAND_MAX_MS },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const seconds = Math.round((performance.now() - startedMs) / 1_000);
  const ended = signal ?? String(status);
  if (status !== code) fail(`${stdout}\n${command} ended with ${ended}, not ${String(code)}`);
  console.log(`exit code ${ended} after ${String(seconds)} s`);
  return stdout;
}

function environment(): NodeJS.ProcessEnv {
  const path = (process.env["PATH"] ?? "").split(delimiter);
  const ofMachine = path.filter((folder) => !folder.includes("node_modules"));
  const network = NETWORK.flatMap((name) => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  const own = { PATH: ofMachine.join(delimiter), HOME: home };
  return { ...(Object.fromEntries(network) as NodeJS.ProcessEnv), ...own };
}

function sentMessages(): number {
  return readJournal(join(clone, JOURNAL)).filter(({ kind }) => kind === "accepted").length;
}

function sample(): { readonly secondRun: { readonly counts: unknown } } {
  const text = readFileSync(join(clone, "samples/first-night/expected.json"), "utf8");
  return JSON.parse(text) as ReturnType<typeof sample>;
}

function expectEqual(what: string, found: unknown, expected: unknown): void {
  if (isDeepStrictEqual(found, expected)) return;
  fail(`${what}: ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`);
}

function fail(words: string): never {
  console.error(`${words}\nThe clone is kept in ${place}`);
  process.exit(1);
}
