// What needs a person is in the document of every command that works on the books, as the report shows it; where a
// list is cut, the document says how many there are and names what has them all.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { actionCodes, type ActionCode } from "../../src/core/codes/action-codes.ts";
import { startSimulator } from "../../src/simulator/start-simulator.ts";
import { documentOf, emptyFolder, runCli, type ResultDocument } from "../support/run-cli.ts";

const SLOW_TEST_MS = 180_000;
const LISTED_MAX = 500;
const HEADER = "External reference,Direction,Goods description,Commodity code,Consignee EORI";

interface Listed {
  readonly code: ActionCode;
  readonly priority: number;
}

interface Document extends ResultDocument {
  readonly actions: readonly Listed[];
  readonly actionCount: number;
  readonly notices: readonly Listed[];
  readonly noticeCount: number;
  readonly errors: readonly unknown[];
  readonly errorCount: number;
  readonly imbalances: readonly string[];
  readonly findingCounts?: Readonly<Record<string, number>>;
  readonly reportJson: string | null;
}

interface Twin {
  readonly actionNeeded: readonly Listed[];
  readonly errors: readonly unknown[];
  readonly findings: readonly unknown[];
  readonly totals: { readonly actionNeeded: number; readonly notices: number };
}

async function openDesk(rows: readonly string[]) {
  const simulator = await startSimulator({
    ...{ stateFile: join(emptyFolder(), "state.jsonl"), timeScale: 100 },
  });
  onTestFinished(() => simulator.close());
  const env = {
    ...{ CAS_ENV: "acceptance", CAS_API_URL: simulator.url, CAS_TOKEN_URL: simulator.tokenUrl },
    ...{ CAS_CLIENT_ID: "simulator", CAS_CLIENT_SECRET: "simulator" },
  };
  const cwd = emptyFolder();
  writeFileSync(join(cwd, "day.csv"), [HEADER, ...rows, ""].join("\n"));
  return async (...args: string[]): Promise<Document> =>
    documentOf(await runCli([...args, "--json"], { cwd, env })) as Document;
}

const twinOf = ({ reportJson }: Document): Twin =>
  JSON.parse(readFileSync(reportJson ?? "", "utf8")) as Twin;

/** What is listed is the beginning of what the report has, and nothing is missing without a word. */
function expectAsInReport(document: Document, { actionNeeded, errors, totals }: Twin): void {
  const needed = actionNeeded.filter(({ priority }) => priority < 4);
  const notices = actionNeeded.filter(({ priority }) => priority === 4);
  expect(totals).toMatchObject({ actionNeeded: needed.length, notices: notices.length });
  expect(document.actions).toEqual(needed.slice(0, LISTED_MAX));
  expect(document.actionCount).toBe(needed.length);
  expect(document.notices).toEqual(notices.slice(0, LISTED_MAX));
  expect(document.noticeCount).toBe(notices.length);
  expect(document.errors).toEqual(errors.slice(0, LISTED_MAX));
  expect(document.errorCount).toBe(errors.length);
  for (const { code, priority } of actionNeeded) {
    expect(actionCodes[code].priority).toBe(priority);
  }
}

test(
  "submit, resume, run and reconcile list what the report lists",
  { timeout: SLOW_TEST_MS },
  async () => {
    const command = await openDesk([
      "L-1,IN,Bolts,73181500,",
      "L-2,IN,Syringes,30049000,BE0123456789",
      "L-3,IN,,73181500,BE0123456789",
    ]);
    const checked = await command("check", "day.csv");
    const submitted = await command("submit", "day.csv");
    const found = await command("reconcile");
    const twin = twinOf(found);
    expectAsInReport(found, twin);
    expect(found.findingCounts).toMatchObject({ error: 1 });
    expect(found.imbalances).toEqual([]);
    // CAS has found nothing so far.
    expect(submitted.actions.map(({ code }) => code)).toEqual(["errors-in-file"]);
    expect(submitted.findings).toEqual(checked.findings);
    expect(twin.findings.map((finding) => ({ ...(finding as object), key: undefined }))).toEqual(
      checked.findings.map((finding) => ({ ...(finding as object), key: undefined })),
    );
    const resumed = await command("resume");
    expect(resumed).toMatchObject({ actionCount: 0, noticeCount: 0, errorCount: 0 });
    const ran = await command("run", ".", "--wait", "20s");
    expectAsInReport(ran, twinOf(ran));
    expect(ran.actions.map(({ code }) => code).sort()).toEqual([
      "declaration-waits",
      "declaration-waits",
      "errors-in-file",
    ]);
  },
);

test(
  "a list that is cut says how many there are, and what has them all",
  { timeout: SLOW_TEST_MS },
  async () => {
    const wrong = Array.from(
      { length: LISTED_MAX + 20 },
      (_, at) => `C-${String(at)},IN,,73181500,`,
    );
    const command = await openDesk(wrong);
    const submitted = await command("submit", "day.csv");
    expect(submitted.actions).toHaveLength(LISTED_MAX);
    expect(submitted.actionCount).toBe(LISTED_MAX + 20);
    expect(submitted.reportJson).toBeNull();
    expect(submitted.next.join("\n")).toContain(`cas-batch report ${submitted.runId ?? ""}`);
    const found = await command("reconcile");
    expectAsInReport(found, twinOf(found));
    expect(found.actionCount).toBe(LISTED_MAX + 20);
  },
);
