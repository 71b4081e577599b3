// `report`: the report again, from the ledger alone, by the real command line. CAS is gone by then.
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { startSimulator } from "../../../src/simulator/start-simulator.ts";
import { readTwin } from "../../support/read-twin.ts";
import { documentOf, emptyFolder, runCli, type ResultDocument } from "../../support/run-cli.ts";

const HEADERS = "External reference,Direction,Goods description,Commodity code,Consignee EORI";
const csv = (...references: string[]): string =>
  [HEADERS, ...references.map((one) => `${one},IN,Bolts,73181500,BE0123456789`), ""].join("\n");
const SLOW_TEST_MS = 60_000;

type Reported = ResultDocument & {
  readonly report: string;
  readonly reportJson: string;
  readonly tenant: string;
  readonly changes: readonly object[];
  readonly ledger: string;
};

interface Twin {
  readonly runId: string | null;
  readonly shipments: readonly { readonly key: { readonly externalReference: string } }[];
}

function twinOf({ reportJson }: Reported): Twin {
  return readTwin(reportJson) as Twin;
}

/** Two nights of a desk whose CAS is closed afterwards. */
async function twoNights() {
  const cwd = emptyFolder();
  const stateFile = join(emptyFolder(), "state.jsonl");
  const simulator = await startSimulator({ stateFile, timeScale: 100 });
  const env = {
    ...{ CAS_ENV: "acceptance", CAS_API_URL: simulator.url, CAS_TOKEN_URL: simulator.tokenUrl },
    ...{ CAS_CLIENT_ID: "simulator", CAS_CLIENT_SECRET: "simulator" },
  };
  const run = (...args: string[]) => runCli(args, { cwd, env });
  const document = async (...args: string[]): Promise<Reported> =>
    documentOf(await run(...args, "--json")) as Reported;
  writeFileSync(join(cwd, "first.csv"), csv("A-1", "A-2"));
  const first = await document("submit", "first.csv");
  writeFileSync(join(cwd, "second.csv"), csv("B-1"));
  const second = await document("submit", "second.csv");
  await simulator.close();
  const alone = { CAS_ENV: "acceptance" };
  return {
    cwd,
    first,
    second,
    report: async (...args: string[]): Promise<Reported> =>
      documentOf(await runCli(["report", ...args, "--json"], { cwd, env: alone })) as Reported,
    say: (...args: string[]) => runCli(["report", ...args], { cwd, env: alone }),
  };
}

const referencesOf = (twin: Twin): readonly string[] =>
  twin.shipments.map(({ key }) => key.externalReference).sort();

describe("cas-batch report", () => {
  test(
    "writes the newest state, a run and the latest run, without credentials and without CAS",
    async () => {
      const desk = await twoNights();
      const newest = await desk.report();
      expect(newest).toMatchObject({ exitCode: 0, runId: null, simulated: true, balanced: true });
      expect(newest.report).toBe(join(desk.cwd, "out", "status-report.xlsx"));
      expect(referencesOf(twinOf(newest))).toEqual(["A-1", "A-2", "B-1"]);
      const again = await desk.report(desk.first.runId ?? "");
      expect(again.report).toBe(
        join(desk.cwd, "out", desk.first.runId ?? "", "status-report.xlsx"),
      );
      expect(referencesOf(twinOf(again))).toEqual(["A-1", "A-2"]);
      const latest = await desk.report("latest", "--report", "morning.xlsx");
      expect(latest.runId).toBe(desk.second.runId);
      expect(referencesOf(twinOf(latest))).toEqual(["B-1"]);
      expect(existsSync(join(desk.cwd, "morning.xlsx"))).toBe(true);
    },
    SLOW_TEST_MS,
  );

  test(
    "names the runs that it knows when there is none of that name, and writes nothing",
    async () => {
      const desk = await twoNights();
      const refused = await desk.say("20200101T000000Z-0000", "--out", "elsewhere");
      expect(refused.code).toBe(2);
      expect(refused.stderr).toContain(`${desk.second.runId ?? ""} (submit)`);
      expect(existsSync(join(desk.cwd, "elsewhere"))).toBe(false);
      const other = await desk.say("--env", "production", "--ledger", desk.second.ledger);
      expect(other.code).toBe(2);
      expect(other.stderr).toContain("holds nothing for production");
    },
    SLOW_TEST_MS,
  );

  test(
    "shows what changed between runs, times and kept twins, and what is open",
    async () => {
      const desk = await twoNights();
      const { runId: first } = desk.first;
      const between = await desk.report("diff", first ?? "", desk.second.runId ?? "");
      expect(between).toMatchObject({ exitCode: 0, command: "report diff" });
      expect(between.changes).toContainEqual(
        expect.objectContaining({ what: "file-read", fileName: "second.csv", shipments: 1 }),
      );
      const before = await desk.report("--format", "json", "--report", "before.xlsx");
      const none = await desk.report("diff", before.reportJson, "now");
      expect(none.changes).toEqual([]);
      const all = await desk.report("diff", "1h");
      expect(all.changes.length).toBeGreaterThan(between.changes.length);
      const turned = await desk.say("diff", "now", "1h");
      expect(turned).toMatchObject({ code: 2 });
      expect(turned.stderr).toContain("Name the earlier one first");
      const early = await desk.say("diff", "2999-01-01");
      expect(early).toMatchObject({ code: 2 });
      expect(early.stderr).toContain("2999-01-01 00:00 UTC is still to come");
      expect((await desk.say("--since", "2999-01-01")).code).toBe(2);
      expect((await desk.say("diff")).stderr).toContain("`cas-batch report diff …`");
      const strange = await desk.say("diff", "second.csv.json");
      expect(strange.stderr).toContain("Cannot read second.csv.json");
      const foreign = join(desk.cwd, "foreign.json");
      writeFileSync(
        foreign,
        readFileSync(before.reportJson, "utf8").replace(/"tenant": "[^"]*"/, '"tenant": "OTHER"'),
      );
      expect((await desk.say("diff", foreign)).stderr).toContain("tenant OTHER");
      const words = await desk.say("diff", "1h");
      expect(words.stdout).toContain("second.csv: 1 shipment");
      expect(words.stdout).toContain("2 files read");
      expect(words.stdout).toContain("Times are in UTC");
      writeFileSync(join(desk.cwd, "cas-batch.yaml"), "timeZone: Asia/Tokyo\n");
      const zoned = await desk.say("diff", "2026-01-01");
      expect(zoned.stdout).toContain("From 2026-01-01 00:00 Asia/Tokyo");
      const learned = zoned.stdout.match(/(\S+ \S+) {2}File read .*second\.csv/)?.[1] ?? "";
      const agoMs = Date.now() - Date.parse(`${learned.replace(" ", "T")}:00+09:00`);
      expect(Math.abs(agoMs)).toBeLessThan(600_000);
      rmSync(join(desk.cwd, "cas-batch.yaml"));

      const open = await desk.report("--only", "open");
      expect(open.report).toBe(join(desk.cwd, "out", "status-report-open.xlsx"));
      const since = await desk.report("--since", "1h");
      expect(since.report).toBe(join(desk.cwd, "out", "status-report-since.xlsx"));
      const twin = readTwin(since.reportJson) as { readonly changedSince: unknown };
      expect(twin.changedSince).toMatchObject({ isReport: false });
      expect(existsSync(join(desk.cwd, "out", "status-report.xlsx"))).toBe(false);
    },
    SLOW_TEST_MS,
  );
});
