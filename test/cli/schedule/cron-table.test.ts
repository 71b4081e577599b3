// The table is read as cron reads it, and the command run by a shell, as cron does.
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { cronTable } from "../../../src/cli/schedule/cron-table.ts";
import type { ScheduledJob } from "../../../src/cli/schedule/scheduled-job.ts";
import { hostileJob as anyJob } from "./hostile-job.ts";

/** A variable of cron's table cannot hold both quotation marks. */
const hostileJob = (more: Partial<ScheduledJob> = {}): ScheduledJob =>
  anyJob({ secret: null, variables: {}, ...more });

interface Entry {
  readonly when: string;
  readonly user: string;
  readonly command: string;
  /** What cron would write to the command's standard input. */
  readonly input: string | null;
}

/** Source: crontab(5): the first % that no backslash protects ends the command. */
function entryOf(text: string): Entry {
  const line = text.split("\n").find((one) => /^\d/.test(one)) ?? "";
  const [, when = "", user = "", rest = ""] = /^((?:\S+ ){5})(\S+) (.*)$/.exec(line) ?? [];
  const end = /(?<!\\)%/.exec(rest)?.index ?? null;
  const command = (end === null ? rest : rest.slice(0, end)).replaceAll("\\%", "%");
  return { when: when.trim(), user, command, input: end === null ? null : rest.slice(end + 1) };
}

function runAsCron(text: string): unknown {
  const { command } = entryOf(text);
  const { stdout, stderr } = spawnSync("/bin/sh", ["-c", command], {
    cwd: "/",
    env: { HOME: "/nowhere" },
    encoding: "utf8",
  });
  expect(stderr).toBe("");
  return JSON.parse(stdout);
}

describe("cronTable()", () => {
  it("means every hostile path to the letter", () => {
    const job = hostileJob({ time: { hour: 1, minute: 5 }, user: "customs" });
    const text = cronTable(job).files[0]?.text ?? "";
    expect(entryOf(text)).toMatchObject({ when: "5 1 * * *", user: "customs", input: null });
    expect(runAsCron(text)).toEqual({ folder: job.folder, words: job.nightly });
  });

  it("shows that a % without a backslash would end the command", () => {
    const text = cronTable(hostileJob()).files[0]?.text ?? "";
    expect(entryOf(text.replaceAll("\\%", "%")).input).not.toBeNull();
  });

  it("ends with a line break, without which cron ignores the last line", () => {
    expect(cronTable(hostileJob()).files[0]?.text).toMatch(/[^\n]\n$/);
  });

  it("names the file of the secret, never the secret", () => {
    const job = hostileJob({ secret: { file: "/etc/s", isThere: false, isConfigured: false } });
    const { files, steps } = cronTable(job);
    expect(files[0]?.text).toContain("\nCAS_CLIENT_SECRET_FILE=/etc/s\n");
    expect(steps.map(({ command }) => command)).toContain(
      "sudo install -D -m 600 -o root /dev/stdin /etc/s",
    );
    const configured = { ...job, secret: { file: "/etc/s", isThere: true, isConfigured: true } };
    expect(cronTable(configured).files[0]?.text).not.toContain("CAS_CLIENT_SECRET_FILE");
  });

  it("is tried with the variables of the table", () => {
    const { steps } = cronTable(
      hostileJob({
        ...{ folder: "/srv", user: "customs", variables: { CAS_CLIENT_ID: "an id" } },
        secret: { file: "/etc/s", isThere: true, isConfigured: false },
      }),
    );
    expect(steps.at(-1)?.command).toMatch(
      /^cd \/srv && sudo -u customs env 'CAS_CLIENT_ID=an id' CAS_CLIENT_SECRET_FILE=\/etc\/s /,
    );
  });

  it("refuses what one line cannot hold, a backslash and a listener", () => {
    const long = hostileJob({ nightly: ["run", `/srv/${"x".repeat(990)}`] });
    expect(() => cronTable(long)).toThrow("cron takes 990");
    expect(() => cronTable(hostileJob({ folder: "/srv/a\\" }))).toThrow("backslash");
    expect(() => cronTable(hostileJob({ variables: { X: `"'` } }))).toThrow("quotation marks");
    expect(() => cronTable(hostileJob({ listener: ["listen"] }))).toThrow("listener");
  });

  it("keeps the quotation marks of a value that holds blanks", () => {
    const text = cronTable(hostileJob({ variables: { A: "/srv/own ca.pem", B: `x 'y'` } })).files[0]
      ?.text;
    expect(text).toContain(`\nA="/srv/own ca.pem"\nB="x 'y'"\n`);
  });

  it("makes the folders that are missing", () => {
    const job = hostileJob({ missingFolders: [join("/srv", "a b"), "/srv/c"] });
    expect(cronTable(job).steps[0]?.command).toBe(
      "sudo install -d -m 750 -o root '/srv/a b' /srv/c",
    );
  });
});
