// Hooks of the real command line: who is told how a run ended, what is not told, and that nothing else depends on it.
import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { startSimulator } from "../../src/simulator/start-simulator.ts";
import {
  startMailServer,
  startMonitor,
  type MailServer,
  type Monitor,
} from "../support/hook-servers.ts";
import {
  documentOf,
  emptyFolder,
  runCli,
  startCli,
  type Finished,
  type ResultDocument,
} from "../support/run-cli.ts";

const HEADER = "External reference,Direction,Goods description,Commodity code,Consignee EORI";
const GOOD = "GOOD-1,IN,Bolts,73181500,BE0123456789";
const BAD = "BAD-1,IN,Secret bolts,7318,BE0123456789";
const TOKEN = "monitor-token-4711";
const PASSWORD = "p&ss wörd/+=7Q";
/** Each test starts the program, some of them several times. */
vi.setConfig({ testTimeout: 120_000 });

interface Hook {
  readonly hook: string;
  readonly event: string;
  readonly state: string;
  readonly message: string;
}

interface Document extends ResultDocument {
  readonly hooks?: readonly Hook[];
}

interface Desk {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  readonly run: (...args: string[]) => Promise<Finished>;
}

/** A folder with an inbox and a configuration, and a CAS. @param hooks YAML, indented by two */
async function openDesk(hooks: string, rows: readonly string[] = [GOOD]): Promise<Desk> {
  const simulator = await startSimulator({
    stateFile: join(emptyFolder(), "state.jsonl"),
    timeScale: 1_000,
  });
  onTestFinished(() => simulator.close());
  const cwd = emptyFolder();
  mkdirSync(join(cwd, "inbox"));
  writeFileSync(join(cwd, "inbox/day.csv"), [HEADER, ...rows, ""].join("\n"));
  writeFileSync(join(cwd, "cas-batch.yaml"), `environment: acceptance\nhooks:\n${hooks}`, {
    mode: 0o600,
  });
  const env = {
    ...{ CAS_API_URL: simulator.url, CAS_TOKEN_URL: simulator.tokenUrl },
    ...{ CAS_CLIENT_ID: "simulator", CAS_CLIENT_SECRET: "simulator" },
  };
  return { cwd, env, run: (...args) => runCli(args, { cwd, env }) };
}

const heartbeatOf = ({ url }: Monitor): string => `  heartbeat: ${url}\n`;
const emailOf = ({ port }: Pick<MailServer, "port">, more = ""): string =>
  `  email:\n    smtp: { host: 127.0.0.1, port: ${port}, security: none }\n    from: customs@example.com\n    to: [team@example.com]\n${more}`;
const paths = ({ asked }: Monitor): readonly string[] =>
  asked.map((path) => path.replace(`/ping/${TOKEN}`, ""));
const hooksOf = (finished: Finished): readonly string[] =>
  ((documentOf(finished) as Document).hooks ?? []).map(
    ({ hook, event, state }) => `${hook} ${event} ${state}`,
  );

describe("a run", () => {
  test("that went well is a start and a success, and no mail", async () => {
    const monitor = await startMonitor();
    const mail = await startMailServer();
    const desk = await openDesk(heartbeatOf(monitor) + emailOf(mail));
    const finished = await desk.run("run", "--wait", "0", "--json");
    expect(finished.code).toBe(0);
    expect(paths(monitor)).toEqual(["/start", ""]);
    expect(mail.mails).toEqual([]);
    expect(hooksOf(finished)).toEqual([
      ...["heartbeat start done", "email success skipped", "heartbeat success done"],
    ]);
    expect(finished.stdout + finished.stderr).not.toContain(TOKEN);
  });

  test("with something to act on is a success, and a mail without values of cells", async () => {
    const monitor = await startMonitor();
    const mail = await startMailServer();
    const reportsAt = "    reportsAt: https://files.example.com/customs/\n";
    const desk = await openDesk(heartbeatOf(monitor) + emailOf(mail, reportsAt), [GOOD, BAD]);
    const finished = await desk.run("run", "--wait", "0", "--json");
    expect(finished.code).toBe(4);
    expect(paths(monitor)).toEqual(["/start", ""]);
    const [received] = mail.mails;
    const { runId } = documentOf(finished);
    // CAS is the simulator here, and the mail says so, whatever the environment is called.
    expect(received?.header("Subject")).toBe(
      `cas-batch REHEARSAL (simulator): 1 entry to look at, run ${runId ?? ""}`,
    );
    expect(received?.text).toContain("BAD-1");
    const link = `https://files.example.com/customs/${runId ?? ""}/status-report.xlsx`;
    expect(received?.text).toContain(link);
    expect(received?.text).not.toMatch(/Secret bolts|"7318"|BE0123456789/);
  });

  test("that could not start is a failure, and tells why and what to do", async () => {
    const monitor = await startMonitor();
    const mail = await startMailServer();
    const desk = await openDesk(heartbeatOf(monitor) + emailOf(mail));
    const env = { ...desk.env, CAS_CLIENT_SECRET: "wrong-secret-4711" };
    const finished = await runCli(["run", "--json"], { cwd: desk.cwd, env });
    expect(finished.code).toBe(2);
    expect(paths(monitor)).toEqual(["/start", "/fail"]);
    expect(hooksOf(finished)).toEqual([
      ...["heartbeat start done", "email failure done", "heartbeat failure done"],
    ]);
    expect(mail.mails[0]?.header("Subject")).toContain("run FAILED, exit code 2");
    expect(mail.mails[0]?.text).toContain("Check CAS_CLIENT_ID and CAS_CLIENT_SECRET");
    expect(mail.mails[0]?.text).not.toContain("wrong-secret-4711");
  });

  test("that finds no CAS, no inbox or no ledger is a failure, too", async () => {
    const monitor = await startMonitor();
    const desk = await openDesk(heartbeatOf(monitor));
    const env = {
      ...desk.env,
      CAS_API_URL: "http://127.0.0.1:1",
      CAS_TOKEN_URL: "http://127.0.0.1:1",
    };
    expect((await runCli(["run"], { cwd: desk.cwd, env })).code).toBe(5);
    expect((await desk.run("run", "no-such-inbox")).code).toBe(2);
    expect((await desk.run("run", "--ledger", "no-such.sqlite")).code).toBe(2);
    expect(paths(monitor)).toEqual(["/start", "/fail", "/start", "/fail", "/start", "/fail"]);
  });

  test("that is stopped is a failure; one that is killed is a start without an end", async () => {
    const monitor = await startMonitor();
    const desk = await openDesk(heartbeatOf(monitor));
    for (const [name, code] of [
      ["SIGTERM", 143],
      ["SIGKILL", null],
    ] as const) {
      const begun = monitor.asked.length;
      const { process: child, finished } = startCli(["run", "--wait", "10m"], desk);
      await expect.poll(() => monitor.asked.length, { timeout: 20_000 }).toBe(begun + 1);
      child.kill(name);
      expect((await finished).code).toBe(code);
    }
    expect(paths(monitor)).toEqual(["/start", "/fail", "/start"]);
  });

  test("as a rehearsal of another configuration leaves the monitor alone", async () => {
    const monitor = await startMonitor();
    const mail = await startMailServer();
    const desk = await openDesk(heartbeatOf(monitor) + emailOf(mail), [GOOD, BAD]);
    const finished = await desk.run("run", "--env", "simulator", "--wait", "0", "--json");
    expect(finished.code).toBe(4);
    expect(monitor.asked).toEqual([]);
    expect(hooksOf(finished)).toContain("heartbeat success skipped");
    expect(mail.mails[0]?.header("Subject")).toContain("REHEARSAL (simulator)");
    expect(mail.mails[0]?.text).toContain("nothing was filed with customs");
  });
});

test("a reconcile tells by mail, and is no heartbeat of the nightly job unless it is named", async () => {
  const monitor = await startMonitor();
  const mail = await startMailServer();
  const named = `  heartbeat: { url: "${monitor.url}", commands: [reconcile] }\n`;
  for (const heartbeat of [heartbeatOf(monitor), named]) {
    const desk = await openDesk(heartbeat + emailOf(mail, "    when: always\n"));
    expect((await desk.run("submit", "inbox/day.csv")).code).toBe(0);
    expect((await desk.run("reconcile")).code).toBe(0);
  }
  const subjects = mail.mails.map(({ header }) => header("Subject"));
  expect(subjects).toHaveLength(2);
  for (const subject of subjects) expect(subject).toContain(": reconcile done, nothing to do, run");
  expect(paths(monitor)).toEqual(["/start", ""]);
});

describe("a hook that fails", () => {
  test("leaves the run and its books as they are, is told, and turns exit code 0 into 9", async () => {
    const monitor = await startMonitor();
    const mail = await startMailServer({
      onRcptTo: (_address, _session, done) => {
        done(Object.assign(new Error("mailbox unavailable"), { responseCode: 550 }));
      },
    });
    const desk = await openDesk(heartbeatOf(monitor) + emailOf(mail, "    when: always\n"));
    const finished = await desk.run("run", "--wait", "0", "--json", "--quiet");
    expect(finished.code).toBe(9);
    const document = documentOf(finished) as Document & { readonly ledger: string };
    expect(document).toMatchObject({ exitCode: 9, status: "not-told", balanced: true });
    expect(document.counts).toMatchObject({ accepted: 1 });
    expect(hooksOf(finished)).toContain("email success failed");
    // A log names no person; the document does.
    expect(finished.stderr).toContain("Cannot send the mail to [personal]");
    expect(document.hooks?.find(({ hook }) => hook === "email")?.message).toContain(
      "Cannot send the mail to team@example.com",
    );
    expect(finished.stderr).toContain("cas-batch hooks test");
    // Nobody was told, so the monitor must tell them.
    expect(paths(monitor)).toEqual(["/start", "/fail"]);
    const ledger = new Database(document.ledger, { readonly: true });
    const runs = ledger.prepare("SELECT exit_code FROM runs").pluck().all();
    ledger.close();
    expect(runs).toEqual([0]);
  });

  test("keeps a worse exit code", async () => {
    const monitor = await startMonitor(() => 404);
    const desk = await openDesk(heartbeatOf(monitor), [GOOD, BAD]);
    const finished = await desk.run("run", "--wait", "0");
    expect(finished.code).toBe(4);
    expect(finished.stderr).toContain("it answered 404");
    expect(finished.stdout + finished.stderr).not.toContain(TOKEN);
  });

  test("at the start alone is told, and the run is a success", async () => {
    const monitor = await startMonitor((path) => (path.endsWith("/start") ? 404 : 200));
    const desk = await openDesk(heartbeatOf(monitor));
    const finished = await desk.run("run", "--wait", "0");
    expect(finished.code).toBe(0);
    expect(finished.stderr).toContain("of the start: it answered 404");
  });
});

test("a command gets the result, and says nothing on standard output", async () => {
  const script = `process.stdout.write("noise"); require("fs").writeFileSync("told.json", require("fs").readFileSync(0)); require("fs").writeFileSync("told.env", JSON.stringify(process.env))`;
  const desk = await openDesk(
    `  command: [${JSON.stringify(process.execPath)}, -e, ${JSON.stringify(script)}]\n`,
    [GOOD, BAD],
  );
  const env = { ...desk.env, CAS_CLIENT_SECRET: "simulator", COPY_OF_IT: "x" };
  const finished = await runCli(["run", "--wait", "0", "--json"], { cwd: desk.cwd, env });
  expect(documentOf(finished).exitCode).toBe(4);
  const told = JSON.parse(readFileSync(join(desk.cwd, "told.json"), "utf8")) as Document;
  const { runId, report, exitCode } = documentOf(finished);
  expect(told).toMatchObject({ runId, report, exitCode, command: "run" });
  const variables = readFileSync(join(desk.cwd, "told.env"), "utf8");
  expect(variables).not.toContain("CAS_CLIENT");
  expect(JSON.parse(variables)).toMatchObject({
    CAS_BATCH_EXIT_CODE: "4",
    CAS_BATCH_RUN_ID: runId,
  });
});

test.skipIf(process.platform === "win32")(
  "a configuration that others can change starts no command and gives no password away",
  async () => {
    const mail = await startMailServer();
    const desk = await openDesk(
      `  command: { run: [touch, made], when: always }\n${emailOf(mail, "    when: always\n").replace("security: none", "security: none, user: customs")}`,
    );
    chmodSync(join(desk.cwd, "cas-batch.yaml"), 0o666);
    const env = { ...desk.env, CAS_SMTP_PASSWORD: PASSWORD };
    const finished = await runCli(["run", "--wait", "0", "--json"], { cwd: desk.cwd, env });
    expect(finished.code).toBe(9);
    expect(existsSync(join(desk.cwd, "made"))).toBe(false);
    expect(mail.connections()).toBe(0);
    expect(finished.stderr).toMatch(/can be changed by others \(mode 666\)/);
  },
);

describe("the configuration", () => {
  test.each([
    ["heartbeat: http://monitor.example/monitor-token-4711", "not encrypted"],
    ["heartbeat: https://me:word@monitor.example/monitor-token-4711", "user name or a password"],
    ["heartbeat: monitor-token-4711", "no address of a monitor"],
    ["heartbeat: { start: 'https://monitor.example/monitor-token-4711' }", "needs either `url`"],
    ["command: echo hello", "command"],
    ["command: []", "command"],
    ["command: { run: [x], timeLimit: 2h }", "up to 10m"],
    ["email: { smtp: { host: m, user: u, security: none }, from: a@b, to: [c@d] }", "in the clear"],
    ["email: { smtp: { host: m, password: x }, from: a@b, to: [c@d] }", "password"],
    ["email: { smtp: { host: m }, from: a@b, to: ['c@d, e@f'] }", "no mail address"],
    ['email: { smtp: { host: m }, from: "a@b\\nBcc: c@d", to: [c@d] }', "no mail address"],
  ])("%s is refused with its place, and shows no token", async (hooks, words) => {
    const cwd = emptyFolder();
    writeFileSync(join(cwd, "cas-batch.yaml"), `hooks:\n  ${hooks}\n`);
    const { code, stderr } = await runCli(["doctor", "--env", "simulator"], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain(words);
    expect(stderr).toMatch(/cas-batch\.yaml line \d+/);
    expect(stderr).not.toContain(TOKEN);
  });
});

describe("hooks test", () => {
  test("tries every hook, and says of each what came of it", async () => {
    const monitor = await startMonitor();
    const mail = await startMailServer();
    const desk = await openDesk(
      `${heartbeatOf(monitor)}  command: [no-such-program-4711]\n${emailOf(mail)}`,
    );
    const { code, stdout, stderr } = await desk.run("hooks", "test");
    expect(code).toBe(2);
    expect(stdout).toMatch(/ok +heartbeat, start/);
    expect(stdout).toMatch(/FAILED +command, success +The command no-such-program-4711 failed/);
    expect(stdout).toMatch(/ok +email, success +team@example\.com/);
    expect(paths(monitor)).toEqual(["/start", "/fail"]);
    expect(mail.mails[0]?.header("Subject")).toMatch(/^TEST, nothing happened/);
    expect(stdout + stderr).not.toContain(TOKEN);
  });

  test("--failure shows what a bad night looks like", async () => {
    const monitor = await startMonitor();
    const mail = await startMailServer();
    const desk = await openDesk(heartbeatOf(monitor) + emailOf(mail, "    when: failure\n"));
    const { code } = await desk.run("hooks", "test", "--failure");
    expect(code).toBe(0);
    expect(paths(monitor)).toEqual(["/start", "/fail"]);
    expect(mail.mails[0]?.header("Subject")).toContain("FAILED");
  });

  test("says where hooks are configured when none are", async () => {
    const { code, stderr } = await runCli(["hooks", "test"]);
    expect(code).toBe(2);
    expect(stderr).toContain("docs/hooks.md");
  });
});

describe("doctor", () => {
  test("tries the hooks and tells nobody", async () => {
    const monitor = await startMonitor();
    const mail = await startMailServer();
    const desk = await openDesk(`${heartbeatOf(monitor)}  command: [node]\n${emailOf(mail)}`);
    const { code, stdout } = await desk.run("doctor");
    expect(code).toBe(0);
    expect(stdout).toMatch(/ok +Heartbeat +127\.0\.0\.1:\d+, not asked/);
    expect(stdout).toMatch(/ok +Command +\/.*node, not started/);
    expect(stdout).toMatch(/ok +E-mail +127\.0\.0\.1:\d+; nothing was sent/);
    expect(monitor.asked).toEqual([]);
    expect(mail).toMatchObject({ mails: [] });
    expect(mail.connections()).toBe(1);
  });

  test("says what is wrong with each", async () => {
    const desk = await openDesk(`  command: [no-such-program-4711]\n${emailOf({ port: 1 })}`);
    const finished = await desk.run("doctor", "--json");
    expect(finished.code).toBe(2);
    const { checks } = documentOf(finished) as unknown as {
      readonly checks: readonly {
        readonly name: string;
        readonly ok: boolean;
        readonly detail: string;
      }[];
    };
    const failed = checks.filter(({ ok }) => !ok).map(({ name, detail }) => `${name}: ${detail}`);
    expect(failed).toEqual([
      expect.stringMatching(/^Command: The command no-such-program-4711 .* is not there/),
      expect.stringMatching(/^E-mail: Cannot send mail by 127\.0\.0\.1:1 .*ECONNREFUSED/),
    ]);
  });
});

const hasOpenssl = spawnSync("openssl", ["version"]).status === 0 || process.env["CI"] === "true";

describe.skipIf(!hasOpenssl)("a mail over TLS (needs openssl)", () => {
  function certificate(): { readonly key: string; readonly cert: string; readonly path: string } {
    const folder = emptyFolder();
    const at = (name: string): string => join(folder, name);
    const words = `req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 -subj /CN=localhost -addext subjectAltName=DNS:localhost,IP:127.0.0.1 -keyout ${at("key")} -out ${at("cert")}`;
    execFileSync("openssl", words.split(" "), { stdio: "ignore" });
    return {
      key: readFileSync(at("key"), "utf8"),
      cert: readFileSync(at("cert"), "utf8"),
      path: at("cert"),
    };
  }

  test.each(["tls", "starttls"] as const)(
    "%s logs in with the password of the file, and trusts no certificate that is not vouched for",
    async (security) => {
      const { key, cert, path } = certificate();
      const logins: string[] = [];
      const mail = await startMailServer({
        ...{ key, cert, secure: security === "tls", authOptional: false, disabledCommands: [] },
        onAuth: ({ username, password }, _session, done) => {
          logins.push(`${username ?? ""} ${password ?? ""}`);
          done(null, { user: username });
        },
      });
      const smtp = `{ host: localhost, port: ${mail.port}, security: ${security}, user: customs, passwordFile: mail-password }`;
      const email = `  email: { smtp: ${smtp}, from: customs@example.com, to: [team@example.com], when: always }\n`;
      const desk = await openDesk(email);
      writeFileSync(join(desk.cwd, "mail-password"), `${PASSWORD}\n`, { mode: 0o600 });

      const stranger = await desk.run("run", "--wait", "0", "--json");
      expect(stranger.code).toBe(9);
      expect(stranger.stderr).toContain("certificate");
      expect(logins).toEqual([]);
      expect((documentOf(stranger) as Document).hooks?.[0]).toMatchObject({ attempts: 1 });

      const env = { ...desk.env, NODE_EXTRA_CA_CERTS: path };
      const trusted = await runCli(["run", "--wait", "0", "--json"], { cwd: desk.cwd, env });
      expect(trusted.code).toBe(0);
      expect(logins).toEqual([`customs ${PASSWORD}`]);
      expect(mail.mails).toMatchObject([{ isEncrypted: true }]);
      for (const { stdout, stderr } of [stranger, trusted]) {
        expect(stdout + stderr).not.toContain(PASSWORD);
      }
    },
  );
});

test("a dry run is no sign of life", async () => {
  const monitor = await startMonitor();
  const desk = await openDesk(`  heartbeat: { success: "${monitor.url}", commands: [submit] }\n`);
  expect((await desk.run("submit", "inbox/day.csv", "--dry-run")).code).toBe(0);
  expect(monitor.asked).toEqual([]);
  expect((await desk.run("submit", "inbox/day.csv")).code).toBe(0);
  expect(monitor.asked).toHaveLength(1);
});
