// `schedule print`, as installed: what it prints is about the configuration in use, and what cron would run works.
import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { documentOf, emptyFolder, homeFor, root, runCli } from "../../support/run-cli.ts";

const SECRET = "pa55word-of-the-erp";
const SLOW_TEST_MS = 180_000;

interface Printed {
  readonly files: readonly { readonly name: string; readonly text: string }[];
  readonly steps: readonly { readonly about: string; readonly command: string | null }[];
}

async function printed(args: readonly string[], cwd: string, env = {}): Promise<Printed> {
  const finished = await runCli(["schedule", "print", ...args, "--json"], { cwd, env });
  expect(finished.code, finished.stderr).toBe(0);
  return documentOf(finished) as unknown as Printed;
}

/** A folder with a configuration, as an administrator has it. */
function configured(): string {
  const folder = emptyFolder();
  mkdirSync(join(folder, "in box"));
  writeFileSync(join(folder, "client.secret"), SECRET, { mode: 0o600 });
  writeFileSync(
    join(folder, "cas-batch.yaml"),
    "environment: acceptance\nclientId: erp\nclientSecretFile: client.secret\nledger: books/ledger.sqlite\nout: reports\nwait: 45m\n",
  );
  return folder;
}

test("it is about the configuration in use, with absolute paths and without a secret", async () => {
  const cwd = configured();
  const env = { CAS_CLIENT_SECRET: SECRET, HTTPS_PROXY: `http://me:${SECRET}@proxy:3128` };
  const { files, steps } = await printed(["systemd", "--inbox", "in box"], cwd, env);
  expect(files.map(({ name }) => name)).toEqual([
    "cas-batch-acceptance.service",
    "cas-batch-acceptance.timer",
  ]);
  const [service] = files;
  const line = /^ExecStart=(.*)$/m.exec(service?.text ?? "")?.[1];
  expect(line).toBe(
    [
      `"${process.execPath}" ${join(root, "bin/cas-batch.js")} run "${cwd}/in box" --env acceptance`,
      `--config ${cwd}/cas-batch.yaml --ledger ${cwd}/books/ledger.sqlite`,
      // The wait of the configuration holds, also when it is changed.
      `--out ${cwd}/reports --archive`,
    ].join(" "),
  );
  expect(service?.text).toContain(`LoadCredential=cas-client-secret:${cwd}/client.secret\n`);
  expect(JSON.stringify({ files, steps })).not.toContain(SECRET);
  expect(service?.text).toContain("EnvironmentFile=/etc/cas-batch/cas-batch-acceptance.env\n");
  expect(steps[0]?.command).toBe(
    `sudo install -d -m 750 -o ${userInfo().username} ${cwd}/books ${cwd}/reports`,
  );
  expect(steps.map(({ command }) => command).join("\n")).toContain("--create-ledger");
});

test("what is written outside the inbox is open to the service, and the mail server's password is handed over", async () => {
  const cwd = configured();
  writeFileSync(
    join(cwd, "cas-batch.yaml"),
    [
      "environment: acceptance\nclientId: erp\nclientSecretFile: client.secret\nledger: books/ledger.sqlite",
      "archive: { archive: old files }\nmetrics: prom/cas.prom",
      "hooks:\n  email:\n    smtp: { host: mail.example.org, user: us, passwordFile: mail.secret }",
      "    from: us@example.org\n    to: [ops@example.org]\n",
    ].join("\n"),
  );
  const { files, steps } = await printed(["systemd"], cwd, { CAS_SMTP_PASSWORD: SECRET });
  const text = files[0]?.text ?? "";
  expect(text).toMatch(new RegExp(`^ReadWritePaths=.* "?${cwd}/old files"? "?${cwd}/prom"?$`, "m"));
  expect(text).toContain(`LoadCredential=cas-smtp-password:${cwd}/mail.secret\n`);
  expect(text).toMatch(/^RestartPreventExitStatus=.* 9 /m);
  expect(steps[0]?.command).toContain(`${cwd}/prom`);
  expect(steps.map(({ about }) => about).join("\n")).toContain("CAS_SMTP_PASSWORD may hold");
  expect(JSON.stringify({ files, steps })).not.toContain(SECRET);
});

test("text shows where systemd finds the secret", async () => {
  const { stdout, code } = await runCli(["schedule", "print", "systemd"], { cwd: configured() });
  expect(code).toBe(0);
  expect(stdout).toMatch(/^LoadCredential=cas-client-secret:\/.+client\.secret$/m);
  expect(stdout).toMatch(/^#### To do\n1\. /m);
});

test(
  "what cron would run works, and every flag of it is one of `run`",
  async () => {
    const cwd = emptyFolder();
    const inbox = join(cwd, "in box 50%");
    cpSync(join(root, "samples/first-night"), inbox, { recursive: true });
    const flags = ["--env", "simulator", "--inbox", inbox, "--wait", "2s"];
    const { files } = await printed(["cron", ...flags], cwd);
    const [, command = ""] = /^30 4 \* \* \* \S+ (.*)$/m.exec(files[0]?.text ?? "") ?? [];
    const help = await runCli(["run", "--help"]);
    const known = (flag: string): boolean => help.stdout.includes(flag);
    expect(
      [...command.matchAll(/ (--[a-z-]+)/g)]
        .map(([, flag = ""]) => flag)
        .filter((flag) => !known(flag)),
    ).toEqual([]);
    const line = `${command.replaceAll("\\%", "%")} --create-ledger --json`;
    const env = { HOME: homeFor(cwd), PATH: "/usr/local/bin:/usr/bin:/bin" };
    const run = spawnSync("/bin/sh", ["-c", line], { cwd: "/", env, encoding: "utf8" });
    expect(run.status, run.stderr).toBe(4);
    expect(JSON.parse(run.stdout)).toMatchObject({ command: "run", environment: "simulator" });
    expect(existsSync(join(cwd, "out/latest"))).toBe(true);
  },
  SLOW_TEST_MS,
);

test("a job without a client id is warned of", async () => {
  const cwd = configured();
  const named = await runCli(["schedule", "print", "cron"], { cwd });
  expect(named.stderr).not.toContain("No client id");
  writeFileSync(join(cwd, "cas-batch.yaml"), "environment: acceptance\n");
  const unnamed = await runCli(["schedule", "print", "cron"], { cwd });
  expect(unnamed.stderr).toContain("No client id is named");
});

test("--output writes the files, and replaces none unasked", async () => {
  const cwd = configured();
  const args = ["schedule", "print", "taskscheduler", "--output", "tasks", "--listen"];
  const first = await runCli(args, { cwd });
  expect(first.code, first.stderr).toBe(0);
  expect(first.stderr).toContain("it is not Windows");
  const names = ["cas-batch-acceptance-listen.xml", "cas-batch-acceptance.xml"];
  expect(readdirSync(join(cwd, "tasks")).sort()).toEqual(names);
  const bytes = readFileSync(join(cwd, "tasks", names[1] ?? ""));
  expect([...bytes.subarray(0, 4)]).toEqual([0xff, 0xfe, 0x3c, 0x00]);
  writeFileSync(join(cwd, "tasks", names[0] ?? ""), "mine");
  const second = await runCli(args, { cwd });
  expect(second.code).toBe(2);
  expect(second.stderr).toContain("is already there");
  expect(readFileSync(join(cwd, "tasks", names[0] ?? ""), "utf8")).toBe("mine");
  expect((await runCli([...args, "--force"], { cwd })).code).toBe(0);
  expect(readFileSync(join(cwd, "tasks", names[0] ?? ""), "utf8")).not.toBe("mine");
});

test.each([
  [["systemd", "--env", "production", "--user", "customs"], "where the ledger of customs lies"],
  [["systemd", "--env", "production", "--at", "24:00"], "--at 24:00 is no time of day"],
  [["systemd", "--env", "production", "--wait", "long"], "--wait long is no duration"],
  [["systemd", "--env", "production", "--name", "a/b"], '--name "a/b"'],
  [["systemd", "--env", "production", "--user", "a b"], '"a b" is no name of a user'],
  [["systemd", "--env", "production", "--listen", "--host", "0.0.0.0"], "Cannot listen at 0.0.0.0"],
  [["cron", "--env", "production", "--listen"], "cron cannot keep a listener running"],
  [["systemd"], "No environment was chosen"],
])("%j is refused in words", async (args, words) => {
  const { code, stderr } = await runCli(["schedule", "print", ...args]);
  expect(code).toBe(2);
  expect(stderr).toContain(words);
});

test("the ledger of another user is taken where it is named", async () => {
  const cwd = configured();
  const { files } = await printed(["cron", "--user", "customs"], cwd);
  expect(files[0]?.text).toContain(" customs cd ");
  expect(files[0]?.text).toContain("MAILTO=customs\n");
});
