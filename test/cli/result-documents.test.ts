// What a document of a command says: true counts, what needs a person, where everything is, and whether it was
// the simulator.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startSimulator, type Simulator } from "../../src/simulator/start-simulator.ts";
import { openWorkbook, tableRows, writeTexts } from "../report/read-workbook.ts";
import { documentOf, emptyFolder, runCli, type ResultDocument } from "../support/run-cli.ts";

const HEADERS = [
  "External reference",
  "Direction",
  "Goods description",
  "Commodity code",
  "Consignee EORI",
];
const SLOW_TEST_MS = 60_000;
const NOTHING_FILED = "SIMULATOR, nothing was filed with customs";

interface Document extends ResultDocument {
  readonly simulated?: boolean;
  readonly actions: readonly { readonly what: string; readonly reference: string }[];
  readonly actionCount: number;
  readonly errors: readonly { readonly source: string; readonly cell?: string }[];
  readonly errorCount: number;
  readonly reportJson: string | null;
  readonly resultFolder?: string;
}

let simulator: Simulator;
let cas: Readonly<Record<string, string>>;
beforeAll(async () => {
  simulator = await startSimulator({ stateFile: join(emptyFolder(), "s.jsonl"), timeScale: 100 });
  cas = {
    ...{ CAS_ENV: "acceptance", CAS_API_URL: simulator.url, CAS_TOKEN_URL: simulator.tokenUrl },
    ...{ CAS_CLIENT_ID: "simulator", CAS_CLIENT_SECRET: "simulator" },
  };
});
afterAll(() => simulator.close());

/** The consignee is missing, which CAS finds out; customs is asked for documents; both are sound for our check. */
const CONTENT = [
  "External reference,Direction,Goods description,Commodity code,Consignee EORI",
  "X-1,IN,Bolts,73181500,",
  "X-2,IN,Syringes,30049000,BE0123456789",
  "X-3,IN,Bolts,73181500,BE0123456789",
  "X-4,IN,,73181500,BE0123456789",
  "",
].join("\n");

function openDesk() {
  const cwd = emptyFolder();
  writeFileSync(
    join(cwd, "day.csv"),
    CONTENT.replaceAll("X-", `X-${String(Math.random()).slice(2, 8)}-`),
  );
  const run = (...args: string[]) => runCli(args, { cwd, env: cas });
  const document = async (...args: string[]): Promise<Document> =>
    documentOf(await run(...args, "--json")) as Document;
  return { cwd, run, document };
}

test(
  "run and reconcile list what needs a person, with true counts",
  { timeout: SLOW_TEST_MS },
  async () => {
    const { document, cwd } = openDesk();
    const ran = await document("run", cwd, "--wait", "20s");
    expect(ran.counts).toMatchObject({ shipments: 4, accepted: 3, invalid: 1 });
    expect(ran.files[0]).not.toHaveProperty("form");
    const found = await document("reconcile");
    for (const { actions, actionCount, errors, errorCount, reportJson, counts, balanced } of [
      ran,
      found,
    ]) {
      expect(counts).toMatchObject({
        rows: 4,
        shipmentRows: 4,
        shipments: 4,
        accepted: 3,
        invalid: 1,
      });
      expect(balanced).toBe(true);
      expect(actions.map(({ what }) => what).sort()).toEqual([
        "Declaration DocumentControl",
        "Declaration Invalid",
        "Not sent: errors in the file",
      ]);
      expect(actionCount).toBe(3);
      expect(errors).toMatchObject([{ source: "declaration", cell: "E2" }]);
      expect(errorCount).toBe(1);
      const twin = JSON.parse(readFileSync(reportJson ?? "", "utf8")) as {
        readonly actionNeeded: unknown;
        readonly errors: unknown;
      };
      expect(twin.actionNeeded).toEqual(actions);
      expect(twin.errors).toEqual(errors);
    }
  },
);

test(
  "submit lists what needs a person, though it writes no report",
  { timeout: SLOW_TEST_MS },
  async () => {
    const { document } = openDesk();
    const sent = await document("submit", "day.csv");
    expect(sent).toMatchObject({ reportJson: null, actionCount: 1, errors: [], errorCount: 0 });
    expect(sent.actions).toMatchObject([{ what: "Not sent: errors in the file" }]);
  },
);

describe("what the simulator answers says so", () => {
  test(
    "in the terminal, documents, result files, copies, report and explain",
    { timeout: SLOW_TEST_MS },
    async () => {
      const { run, document, cwd } = openDesk();
      const reference = /X-\d+-3/.exec(readFileSync(join(cwd, "day.csv"), "utf8"))?.[0] ?? "";
      const { stdout } = await run("run", cwd, "--wait", "20s");
      expect(stdout).toContain(NOTHING_FILED);
      const found = await document("reconcile");
      expect(found.simulated).toBe(true);
      const folder = join(cwd, "out/latest");
      const success = readFileSync(join(folder, "success.csv"), "utf8").trim().split("\r\n");
      expect(success).toHaveLength(2);
      expect(success[1]).toMatch(
        /;Released;26XXSIM\d{11};SIMULATOR, nothing was filed with customs$/,
      );
      const failed = readFileSync(join(folder, "annotated/day.failed.csv"), "utf8");
      // CAS found fault with it, but it was not CAS.
      expect(failed).toMatch(/X-\d+-1,.*SIMULATOR/);
      const told = await run("explain", reference);
      expect(told.stdout).toContain(NOTHING_FILED);
      const explained = await document("explain", reference);
      expect(explained.simulated).toBe(true);
    },
  );

  test("and an error of our own check does not", { timeout: SLOW_TEST_MS }, async () => {
    const { document, cwd } = openDesk();
    const sent = await document("submit", "day.csv");
    const failed = readFileSync(join(sent.resultFolder ?? "", "failed.csv"), "utf8");
    expect(failed).toContain("-4;");
    expect(failed).not.toContain("SIMULATOR");
    const checked = documentOf(await runCli(["check", "day.csv", "--json"], { cwd })) as Document;
    expect(checked.simulated).toBeUndefined();
  });
});

test(
  "the Errors sheet shows the user's own header and sheet",
  { timeout: SLOW_TEST_MS },
  async () => {
    const { document } = openDesk();
    const inbox = emptyFolder();
    await writeTexts(join(inbox, "day.xlsx"), "Shipments", [
      [...HEADERS],
      ["H-1", "IN", "Bolts", "73181500", ""],
    ]);
    const { report } = await document("run", inbox, "--wait", "20s");
    const [error] = tableRows(await openWorkbook(report ?? ""), "Errors").filter(
      (row) => row["Found by"] !== "Our check",
    );
    expect(error).toMatchObject({ Sheet: "Shipments", Cell: "E2", Column: "Consignee EORI" });
  },
);
