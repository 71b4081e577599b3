// Nights on which the calendar is not as usual: clocks are put forward and back, the year ends, February has 29 days.
// The command line runs under a clock that is moved there, one ledger and one inbox for each zone.
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { clockAt, hasFakeTime } from "./support/program-time.ts";
import { readTwin } from "./support/read-twin.ts";
import { documentOf, emptyFolder, runCli, type ResultDocument } from "./support/run-cli.ts";
import { acceptedReferences } from "./support/simulator-journal.ts";

const HEADER =
  "External reference;Direction;Goods description;Commodity code;Consignee EORI;Gross mass (kg)";
const JOURNAL = "cas-batch-data/simulator/simulator.jsonl";
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const RUN = ["run", "inbox", "--archive", "--env", "simulator", "--json"];
const ZONE_TIMEOUT_MS = 600_000;

const hasSystemd = spawnSync("systemd-analyze", ["--version"]).status === 0;
if (!hasSystemd) {
  if (process.env["CI"] === "true") throw new Error("CI needs systemd-analyze");
  process.stderr.write("Tests of systemd's nights are skipped: it is not installed\n");
}

interface Twin {
  readonly asOf: string;
  readonly completeUpTo: string;
  readonly totals: {
    readonly balanced: boolean;
    readonly trend: readonly { readonly day: string; readonly accepted: number }[];
    readonly changes: { readonly "file-read": number };
  };
}

interface Books {
  readonly cwd: string;
  readonly put: (name: string, references: readonly string[]) => void;
  /** @param time of the clock at its begin, with its offset */
  readonly cas: (time: string, ...args: string[]) => Promise<ResultDocument>;
}

/** An inbox and a ledger in a zone. */
function books(timeZone: string, configured = timeZone): Books {
  const cwd = emptyFolder();
  mkdirSync(join(cwd, "inbox"));
  writeFileSync(join(cwd, "cas-batch.yaml"), `timeZone: ${configured}\n`);
  return {
    cwd,
    put: (name, references) => {
      const rows = references.map((one) => `${one};IN;Bolts;73181500;BE0123456789;25000`);
      writeFileSync(join(cwd, "inbox", name), `${[HEADER, ...rows].join("\n")}\n`);
    },
    cas: async (time, ...args) => {
      const finished = await runCli(args, { cwd, env: clockAt(time, timeZone) });
      expect(finished.stdout, finished.stderr).not.toBe("");
      return documentOf(finished);
    },
  };
}

/** The day that the clock on the wall shows. */
const dayOf = (time: string): string => time.slice(0, 10);

function daysUntil(day: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, at) =>
    new Date(Date.parse(day) - (count - 1 - at) * DAY_MS).toISOString().slice(0, 10),
  );
}

const later = (time: string, hours: number): string =>
  new Date(Date.parse(time) + hours * HOUR_MS).toISOString();

/** The nights of each change, in order of time; all begin by the clock on the wall. */
const BRUSSELS = [
  [
    ...["2026-10-24T02:30:00+02:00", "2026-10-25T02:30:00+02:00", "2026-10-25T02:30:00+01:00"],
    "2026-10-26T00:30:00+01:00",
  ],
  ["2026-12-31T23:30:00+01:00", "2027-01-01T00:30:00+01:00"],
  ["2027-03-27T23:30:00+01:00", "2027-03-28T03:00:00+02:00", "2027-03-29T00:30:00+02:00"],
  ["2028-02-28T23:30:00+01:00", "2028-02-29T00:30:00+01:00", "2028-03-01T00:30:00+01:00"],
];
const NEW_YORK = [
  ["2026-10-31T23:30:00-04:00", "2026-11-01T01:30:00-04:00", "2026-11-01T01:30:00-05:00"],
  ["2026-12-31T20:00:00-05:00", "2027-01-01T00:30:00-05:00"],
  ["2027-03-13T23:30:00-05:00", "2027-03-14T03:00:00-04:00"],
  ["2028-02-28T20:00:00-05:00", "2028-02-29T20:00:00-05:00"],
];

// Most of the time they wait.
describe.runIf(hasFakeTime)("the calendar", { concurrent: true }, () => {
  it.each([
    ["Europe/Brussels", BRUSSELS],
    ["America/New_York", NEW_YORK],
  ])(
    "nightly runs in %s: each in its day of archive and trend, complete and fresh",
    { timeout: ZONE_TIMEOUT_MS },
    async (timeZone, changes) => {
      const { cwd, put, cas } = books(timeZone);
      const before: string[] = [];
      let completeBefore = "";
      for (const nights of changes) {
        for (const night of nights) {
          const name = `S-${String(before.length + 1)}`;
          put(`${name}.csv`, [name]);
          const result = await cas(night, ...RUN, "--wait", "0");
          before.push(night);
          expect(result).toMatchObject({ exitCode: 0, counts: { accepted: 1 }, balanced: true });
          // The clock is where it was moved to.
          const startedMs = Date.parse(isoOfRun(result.runId));
          expect(startedMs - Date.parse(night)).toBeGreaterThanOrEqual(0);
          expect(startedMs - Date.parse(night)).toBeLessThan(HOUR_MS / 2);
          expect(existsSync(join(cwd, "inbox/archive", dayOf(night), `${name}.csv`))).toBe(true);
          const twin = twinOf(result);
          expect(twin.totals.trend.map(({ day }) => day)).toEqual(daysUntil(dayOf(night), 7));
          for (const { day, accepted } of twin.totals.trend) {
            const runsOfDay = before.filter((one) => dayOf(one) === day).length;
            expect([night, day, accepted]).toEqual([night, day, runsOfDay]);
          }
          expect(twin.completeUpTo > completeBefore && twin.completeUpTo <= twin.asOf).toBe(true);
          completeBefore = twin.completeUpTo;
        }
        const last = nights.at(-1) ?? "";
        const reconcile = ["reconcile", "--env", "simulator", "--json"];
        const reconciled = twinOf(await cas(later(last, 1), ...reconcile));
        expect(reconciled.completeUpTo > completeBefore).toBe(true);
        completeBefore = reconciled.completeUpTo;
        const status = ["status", "--env", "simulator", "--max-age", "26h", "--json"];
        expect((await cas(later(last, 25), ...status)).exitCode).toBe(0);
        expect((await cas(later(last, 27), ...status)).exitCode).toBe(4);
        // A date is a day of the zone.
        const since = ["report", "--since", dayOf(last), "--env", "simulator", "--json"];
        const sinceDay = twinOf(await cas(later(last, 2), ...since));
        const runsOfDay = nights.filter((one) => dayOf(one) === dayOf(last)).length;
        expect([last, sinceDay.totals.changes["file-read"]]).toEqual([last, runsOfDay]);
      }
      const end = later(before.at(-1) ?? "", 28);
      expect(await cas(end, "ledger", "verify", "--env", "simulator", "--json")).toMatchObject({
        exitCode: 0,
      });
      const sent = before.map((_, at) => `S-${String(at + 1)}`);
      expect(acceptedReferences(join(cwd, JOURNAL))).toEqual(sent);
    },
  );

  it("a night has another day in another zone", { timeout: 120_000 }, async () => {
    const { cwd, put, cas } = books("Europe/Brussels", "UTC");
    put("a.csv", ["S-1"]);
    const result = await cas("2028-03-01T00:30:00+01:00", ...RUN, "--wait", "0");
    expect(existsSync(join(cwd, "inbox/archive/2028-02-29/a.csv"))).toBe(true);
    expect(twinOf(result).totals.trend.at(-1)).toMatchObject({ day: "2028-02-29", accepted: 1 });
  });

  it.each([
    // Some seconds before the clock is put from 02:00 to 03:00.
    ["left out", "2027-03-28T01:59:45+01:00", "2027-03-28 01:00 UTC"],
    ["shown the second time", "2026-10-25T02:29:45+01:00", "2026-10-25 01:30 UTC"],
  ])(
    "--deadline 02:30 that is %s stops the sending in time",
    { timeout: 180_000 },
    async (_, time, expected) => {
      const { cwd, put, cas } = books("Europe/Brussels");
      const references = Array.from({ length: 60 }, (_, at) => `S-${String(at + 1)}`);
      put("a.csv", references);
      const paced = ["--rate", "1", "--deadline", "02:30", "--wait", "0"];
      const result = await cas(time, ...RUN, ...paced);
      expect(result).toMatchObject({ exitCode: 5, error: { code: "deadline-reached" } });
      expect(result.error?.message).toContain(expected);
      expect(acceptedReferences(join(cwd, JOURNAL)).length).toBeLessThan(references.length);
    },
  );

  it("seven years end no day early in a leap year", { timeout: 180_000 }, async () => {
    const { put, cas } = books("Europe/Brussels");
    put("a.csv", ["S-1"]);
    const done = await cas("2021-03-01T09:00:00+01:00", ...RUN, "--wait", "60s");
    expect(done.declarations).toEqual({ Released: 1 });
    const prune = async (time: string): Promise<unknown> =>
      cas(time, "ledger", "prune", "--older-than", "7y", "--env", "simulator", "--json");
    expect(await prune("2028-02-29T10:00:00+01:00")).toMatchObject({ pruned: { shipments: 0 } });
    expect(await prune("2028-03-01T10:00:00+01:00")).toMatchObject({ pruned: { shipments: 1 } });
  });
});

describe.runIf(hasFakeTime && hasSystemd)("the nights of systemd", () => {
  it.each([
    ["Europe/Brussels", "2027-03-28", "2027-03-27T12:00:00+01:00"],
    ["America/New_York", "2027-03-14", "2027-03-13T12:00:00-05:00"],
  ])(
    "in %s leave out 02:30 of %s, which is said, and no 04:30",
    { timeout: 120_000 },
    async (timeZone, skipped, time) => {
      const nightsAt = async (at: string) => {
        const print = ["schedule", "print", "systemd", "--env", "simulator", "--at", at];
        const { stdout, stderr } = await runCli(print, { env: clockAt(time, timeZone) });
        const calendar = /^OnCalendar=(.*)$/m.exec(stdout)?.[1] ?? "";
        return { nights: systemdNights(calendar, dayOf(time), timeZone), stderr };
      };
      const early = await nightsAt("02:30");
      expect(early.nights).not.toContain(skipped);
      expect(early.stderr).toContain(`systemd starts nothing on ${skipped}`);
      const usual = await nightsAt("04:30");
      expect(usual.nights).toContain(skipped);
      expect(usual.stderr).not.toContain("starts nothing");
    },
  );
});

/** The three nights behind noon of a day. */
function systemdNights(calendar: string, day: string, timeZone: string): readonly string[] {
  const words = ["calendar", calendar, `--base-time=${day} 12:00`, "--iterations=3"];
  const env = { PATH: process.env["PATH"], TZ: timeZone };
  const { stdout } = spawnSync("systemd-analyze", words, { encoding: "utf8", env });
  const local = stdout.split("\n").filter((line) => /Next elapse|Iter\./.test(line));
  return local.map((line) => /\d{4}-\d\d-\d\d/.exec(line)?.[0] ?? "");
}

/** `20261120T184128Z-3f2a` begins with the time in UTC. */
function isoOfRun(runId: string | null): string {
  return (runId ?? "").replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z.*/, "$1-$2-$3T$4:$5:$6Z");
}

function twinOf(result: ResultDocument): Twin {
  const { reportJson } = result as ResultDocument & { readonly reportJson: string };
  return readTwin(reportJson) as Twin;
}
