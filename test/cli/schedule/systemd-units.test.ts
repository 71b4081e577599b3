// What systemd itself makes of the units: nothing of it is started.
import { execFileSync, spawnSync } from "node:child_process";
import { accessSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { systemdUnits } from "../../../src/cli/schedule/systemd-units.ts";
import type { ScheduledJob } from "../../../src/cli/schedule/scheduled-job.ts";
import { emptyFolder, root } from "../../support/run-cli.ts";
import { hostileJob } from "./hostile-job.ts";

const SYSTEMD = "/lib/systemd/systemd";
const SLOW_TEST_MS = 180_000;

/** Where it is not installed the tests say so and are skipped; CI installs it. */
function isThere(command: string, path: string): boolean {
  if (process.env["CI"] === "true") return true;
  try {
    accessSync(path);
    return true;
  } catch {
    process.stderr.write(`tests of systemd units are skipped: ${command} is not installed\n`);
    return false;
  }
}
const hasSystemd = isThere("systemd", SYSTEMD) && isThere("setpriv", "/usr/bin/setpriv");

function written(job: ScheduledJob): { folder: string; paths: readonly string[] } {
  const folder = emptyFolder();
  execFileSync("chmod", ["755", folder]);
  const paths = systemdUnits(job).files.map(({ name, text }) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  });
  return { folder, paths };
}

/** What systemd says of units that it reads; nothing where it has nothing against them. */
function verify(paths: readonly string[]): string {
  const { stdout, stderr, status } = spawnSync(
    "systemd-analyze",
    ["verify", "--man=no", ...paths],
    {
      encoding: "utf8",
    },
  );
  return `${stdout}${stderr}${status === 0 ? "" : `exit code ${String(status)}`}`;
}

/** The members of a unit as systemd understood them. */
function understood(folder: string, unit: string): readonly string[] {
  const test = [SYSTEMD, "--test", "--system", `--unit=${unit}`];
  // It refuses to be tried out by root.
  const isRoot = process.getuid?.() === 0;
  const [command = "", ...args] = isRoot
    ? ["setpriv", "--reuid", "nobody", "--clear-groups", ...test]
    : test;
  const { stdout, stderr } = spawnSync(command, args, {
    encoding: "utf8",
    env: { PATH: process.env["PATH"], HOME: folder, SYSTEMD_UNIT_PATH: `${folder}:` },
    maxBuffer: 64_000_000,
  });
  const lines = `${stdout}\n${stderr}`.split("\n").map((line) => line.trim());
  const from = lines.indexOf(`-> Unit ${unit}:`);
  const length = lines.slice(from + 1).findIndex((line) => line.startsWith("-> Unit "));
  return lines.slice(from + 1, length === -1 ? undefined : from + 1 + length);
}

/** A line of the dump is one for a shell; variables are put in when the service starts. */
function commandWords(line: string): readonly string[] {
  return [...line.matchAll(/"((?:\\.|[^"\\])*)"|(\S+)/gs)].map(([, inQuotes, plain = ""]) =>
    (inQuotes?.replace(/\\(.)/gs, "$1") ?? plain).replaceAll("$$", "$"),
  );
}

describe.runIf(hasSystemd)("systemdUnits()", () => {
  it("writes units that systemd has nothing against, with a listener too", () => {
    const job = hostileJob();
    const listener = ["listen", "--env", "production", "--api-key-file", join(job.folder, "key")];
    const { paths } = written({ ...job, listener, apiKeyFile: join(job.folder, "key") });
    expect(paths).toHaveLength(3);
    expect(verify(paths)).toBe("");
  });

  it("is judged by a check that finds a fault that is put in", () => {
    const { paths } = written(hostileJob());
    const [service = ""] = paths;
    const text = readFileSync(service, "utf8");
    writeFileSync(service, text.replace("Type=oneshot", "Type=onshot"));
    expect(verify([service])).toContain("onshot");
    writeFileSync(service, text.replace(/ExecStart="[^"]*"/, "ExecStart=/nowhere/node"));
    expect(verify([service])).toContain("/nowhere/node");
  });

  it("means every hostile path to the letter", () => {
    const job = hostileJob();
    const { folder } = written(job);
    const lines = understood(folder, "cas-batch-production.service");
    const member = (name: string): readonly string[] =>
      lines
        .filter((line) => line.startsWith(`${name}: `))
        .map((line) => line.slice(name.length + 2));
    expect(member("WorkingDirectory")).toEqual([job.folder]);
    const writable = [job.inbox, job.out, job.ledgerFolder, ...job.writtenElsewhere];
    expect(member("ReadWritePaths")).toEqual([writable.join(" ")]);
    expect(member("Environment")).toEqual([
      `NODE_EXTRA_CA_CERTS=${job.variables["NODE_EXTRA_CA_CERTS"] ?? ""}`,
    ]);
    expect(member("Command Line").map(commandWords)).toEqual([[...job.program, ...job.nightly]]);
    expect(member("Type")).toEqual(["oneshot"]);
    expect(member("Restart")).toEqual(["on-failure"]);
    expect(member("UMask")).toEqual(["0027"]);
    expect(lines.join("\n")).not.toContain("s3cret");
  });

  it("shows that a path without the signs of systemd would be another one", () => {
    const job = hostileJob();
    const { folder, paths } = written(job);
    const [service = ""] = paths;
    writeFileSync(service, readFileSync(service, "utf8").replaceAll("%%", "%"));
    const lines = understood(folder, "cas-batch-production.service");
    expect(lines).not.toContain(`WorkingDirectory: ${job.folder}`);
  });

  it("is rated as well fenced in", () => {
    const { paths } = written(hostileJob());
    const args = ["security", "--offline=yes", "--threshold=30", "--no-pager", paths[0] ?? ""];
    const { status, stdout } = spawnSync("systemd-analyze", args, { encoding: "utf8" });
    expect(status, stdout).toBe(0);
  });

  it(
    "allows every system call that a rehearsal makes",
    () => {
      const inbox = emptyFolder();
      const trace = join(inbox, "..", `${String(process.pid)}.strace`);
      const bin = join(root, "bin/cas-batch.js");
      const sample = join(root, "samples/first-night");
      const words = ["run", sample, "--env", "simulator", "--wait", "2s"];
      const run = spawnSync("strace", ["-f", "-qq", "-o", trace, process.execPath, bin, ...words], {
        cwd: inbox,
        env: { PATH: process.env["PATH"], HOME: inbox },
        encoding: "utf8",
      });
      expect(run.status, run.stderr).toBe(4);
      const calls = readFileSync(trace, "utf8").matchAll(/^\d+ +([a-z_\d]+)\(/gm);
      const used = new Set([...calls].map(([, name = ""]) => name));
      expect(used.size).toBeGreaterThan(40);
      const allowed = allowedCalls("@system-service");
      expect([...used].filter((name) => !allowed.has(name))).toEqual([]);
    },
    SLOW_TEST_MS,
  );
});

/** Of a group of system calls, with the groups in it. */
function allowedCalls(group: string): ReadonlySet<string> {
  const { stdout } = spawnSync("systemd-analyze", ["syscall-filter", group], { encoding: "utf8" });
  const lines = stdout
    .split("\n")
    .slice(1)
    .map((line) => line.trim());
  const names = lines.filter((line) => line !== "" && !line.startsWith("#"));
  return new Set(
    names.flatMap((name) => (name.startsWith("@") ? [...allowedCalls(name)] : [name])),
  );
}

describe("systemdUnits()", () => {
  it("hands secrets over as credentials, and has none in a unit or a step", () => {
    const job = hostileJob();
    const apiKeyFile = join(job.folder, "key");
    const schedule = systemdUnits({
      ...{ ...job, apiKeyFile, withheld: ["HTTPS_PROXY"] },
      listener: ["listen", "--api-key-file", apiKeyFile],
    });
    const text = schedule.files.map((file) => file.text).join("\n");
    expect(text).toMatch(/^LoadCredential=cas-client-secret:\/.*secret$/m);
    expect(text).toMatch(/^LoadCredential=cas-api-key:\/.*key$/m);
    expect(text).toContain("--api-key-file ${CREDENTIALS_DIRECTORY}/cas-api-key");
    expect(text).toContain("EnvironmentFile=/etc/cas-batch/cas-batch-production.env");
    expect(text).not.toMatch(/HTTPS_PROXY=|CLIENT_SECRET/);
  });

  it("takes exit code 4 for a success and starts again after 5 and 7 only", () => {
    const [service] = systemdUnits(hostileJob()).files;
    expect(service?.text).toContain("\nSuccessExitStatus=4\n");
    expect(service?.text).toContain("\nRestartPreventExitStatus=1 2 3 6 9 130 143\n");
  });

  it("starts nothing late where there is a deadline, behind which it would send for a day", () => {
    const [service, timer] = systemdUnits(hostileJob({ deadline: { hour: 6, minute: 0 } })).files;
    expect(service?.text).toContain("\nRestart=no\n");
    expect(service?.text).not.toContain("on-failure");
    expect(timer?.text).toContain("\nPersistent=false\n");
  });

  it.each([
    ["/tmp/cas/inbox", "no", "yes"],
    ["/var/tmp/inbox", "no", "yes"],
    ["/home/cas/inbox", "yes", "read-only"],
    ["/root", "yes", "read-only"],
    ["/srv/tmp/inbox", "yes", "yes"],
    ["/homepage/inbox", "yes", "yes"],
  ])("leaves %s where the service sees it", (path, isPrivate, home) => {
    const words = ["/usr/bin/node", "/opt/cas-batch.js"];
    const job = hostileJob({
      ...{ program: words, nightly: ["run", path], folder: "/srv" },
      ...{ inbox: path, out: "/srv/out", ledgerFolder: "/srv/books", writtenElsewhere: [] },
    });
    const [service] = systemdUnits(job).files;
    expect(service?.text).toContain(`PrivateTmp=${isPrivate}\n`);
    expect(service?.text).toContain(`ProtectHome=${home}\n`);
  });

  it.each(["/srv/a\\b", "/srv/a\nExecStart=/bin/sh", "/srv/blank ", "/srv/\uFFFD"])(
    "refuses the path %j",
    (inbox) => {
      expect(() => systemdUnits(hostileJob({ nightly: ["run", inbox] }))).toThrow(
        expect.objectContaining({ code: "configuration-invalid" }) as Error,
      );
    },
  );
});
