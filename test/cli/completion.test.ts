// Completion as shells do it: the script is loaded into a real shell, which asks the program as installed.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe, expect, it } from "vitest";
import { emptyFolder, root, runCli } from "../support/run-cli.ts";

const SLOW_TEST_MS = 180_000;

/** A folder for PATH in which the program has its name. */
function installed(): string {
  const folder = emptyFolder();
  symlinkSync(join(root, "bin/cas-batch.js"), join(folder, "cas-batch"));
  return folder;
}

/** The shells of this machine that completion is for; CI has bash at least. */
function has(shell: string): boolean {
  const { error } = spawnSync(shell, ["-c", "true"]);
  if (error === undefined) return true;
  if (shell === "bash" && process.env["CI"] === "true") throw new Error("CI needs bash");
  process.stderr.write(`completion in ${shell} is not tested: ${shell} is not installed\n`);
  return false;
}

function inShell(shell: string, args: readonly string[], script: string, cwd: string): string[] {
  const PATH = [installed(), join(process.execPath, ".."), process.env["PATH"]].join(delimiter);
  const text = execFileSync(shell, [...args, "-c", script], {
    cwd,
    // The shell of the user is another one than the one that runs.
    env: { PATH, HOME: cwd, SHELL: "/bin/zsh" },
    encoding: "utf8",
  });
  return text.split("\n").filter((line) => line !== "");
}

/** What bash would offer; it takes words apart at its own signs, as it does for the function. */
function inBash(words: readonly string[], cwd = emptyFolder()): string[] {
  const quoted = words.map((word) => `'${word}'`).join(" ");
  const script = `source <(cas-batch completion bash)
COMP_WORDS=(${quoted}); COMP_CWORD=$(( \${#COMP_WORDS[@]} - 1 ))
complete -p cas-batch >&2
_cas_batch cas-batch
printf '%s\\n' "\${COMPREPLY[@]}"`;
  return inShell("bash", ["--norc"], script, cwd);
}

describe.runIf(has("bash"))("completion in bash", { timeout: SLOW_TEST_MS }, () => {
  it("knows the commands, each of the help", async () => {
    const { stdout } = await runCli(["--help"]);
    const offered = inBash(["cas-batch", ""]);
    expect(offered.length).toBeGreaterThan(20);
    for (const command of offered) expect(stdout).toMatch(new RegExp(`^${command}\\b`, "m"));
    expect(inBash(["cas-batch", "re"]).sort()).toEqual(["reconcile", "report", "resume"]);
    expect(inBash(["cas-batch", "zzz"])).toEqual([]);
  });

  it("knows the flags of the command whose code is loaded, and its own commands", () => {
    expect(inBash(["cas-batch", "run", "inbox", "--wai"])).toEqual(["--wait"]);
    expect(inBash(["cas-batch", "submit", "--on-"])).toEqual(["--on-invalid"]);
    expect(inBash(["cas-batch", "check", "--on-invalid", "a"])).toEqual(["abort"]);
    expect(inBash(["cas-batch", "ledger", ""])).toContain("verify");
    expect(inBash(["cas-batch", "schedule", "print", "s"])).toEqual(["systemd"]);
    // Short flags have one hyphen, whatever was typed.
    expect(inBash(["cas-batch", "run", "--qui"])).toEqual(["--quiet"]);
  });

  it("knows the environments, also behind an equals sign", () => {
    const environments = ["production", "acceptance", "simulator"];
    expect(inBash(["cas-batch", "run", "--env", ""])).toEqual(environments);
    expect(inBash(["cas-batch", "run", "--env", "p"])).toEqual(["production"]);
    expect(inBash(["cas-batch", "run", "--env", "=", "acc"])).toEqual(["acceptance"]);
    expect(inBash(["cas-batch", "run", "--env", "="])).toEqual(environments);
  });

  it("knows the profiles that the configuration names and those that lie here", () => {
    const cwd = emptyFolder();
    mkdirSync(join(cwd, "profiles"));
    for (const name of ["profiles/sap.yaml", "wms.yml", "notes.txt"]) {
      writeFileSync(join(cwd, name), "");
    }
    const config = "profiles:\n  - { files: 'x*', profile: elsewhere/x.yaml }\n";
    writeFileSync(join(cwd, "cas-batch.yaml"), config);
    const words = ["cas-batch", "check", "--profile"];
    const all = ["elsewhere/x.yaml", "profiles/sap.yaml", "wms.yml"];
    expect(inBash([...words, ""], cwd)).toEqual(all);
    expect(inBash([...words, "pro"], cwd)).toEqual(["profiles/sap.yaml"]);
    writeFileSync(join(cwd, "cas-batch.yaml"), "profiles: 7\n");
    expect(inBash([...words, ""], cwd)).toEqual(all.slice(1));
  });
});

describe.runIf(has("fish"))("completion in fish", () => {
  it("offers names with what they are about", () => {
    const script = "cas-batch completion fish | source; complete -C 'cas-batch res'";
    expect(inShell("fish", ["--no-config"], script, emptyFolder())).toEqual([
      expect.stringMatching(/^resume\tSettle unknown outcomes/),
    ]);
  });
});

describe.runIf(has("zsh"))("completion in zsh", () => {
  it("offers names with what they are about", () => {
    const script = `compdef() { : }; _describe() { print -l "\${(@)answers}" }
source <(cas-batch completion zsh)
words=(cas-batch ledger ''); CURRENT=3; _cas_batch`;
    expect(inShell("zsh", ["-f"], script, emptyFolder())).toContainEqual(
      expect.stringMatching(/^verify:Check whether/),
    );
  });
});

describe("cas-batch --complete", () => {
  it.each([
    ["run", "inbox", "--env", "simulator", "="],
    ["run", "inbox", "--env", "simulator", "--help", "="],
    ["run", "inbox", "--env", "simulator", "=zzz"],
    ["run", "inbox", "--env", "simulator", "--rate", "=x"],
    ["run", "--nosuchflag", "--", "inbox", "="],
    ["ledger", "verify", "--version", "="],
    ["template", "="],
  ])("never runs what it completes: %j", async (...words) => {
    const cwd = emptyFolder();
    mkdirSync(join(cwd, "inbox"));
    const { code, stderr } = await runCli(["--complete", "bash", ...words], { cwd });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(readdirSync(cwd)).toEqual(["inbox"]);
  });

  it("tells an unknown shell which ones there are", async () => {
    const { code, stderr } = await runCli(["completion", "tcsh"]);
    expect(code).toBe(2);
    expect(stderr).toContain("bash, zsh, fish, powershell");
  });

  it("has a script for PowerShell that asks as the other ones do", async () => {
    const { stdout } = await runCli(["completion", "powershell"]);
    expect(stdout).toContain("Register-ArgumentCompleter -Native -CommandName cas-batch");
    expect(stdout).toContain('cas-batch --complete powershell @words "=$wordToComplete"');
    const answer = await runCli(["--complete", "powershell", "=res"]);
    expect(answer.stdout).toMatch(/^resume\tSettle unknown outcomes/m);
  });
});
