// The result files and annotated copies of a run follow what customs does after it: a later `reconcile`, by
// another process, writes them again.
import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startSimulator } from "../../src/simulator/start-simulator.ts";
import { openWorkbook, tableRows, writeTexts } from "../report/read-workbook.ts";
import { documentOf, emptyFolder, runCli, type ResultDocument } from "../support/run-cli.ts";

const HEADERS = [
  ...["External reference", "Direction", "Goods description", "Commodity code"],
  ...["Consignee EORI"],
];
const sound = (reference: string): string[] => [
  reference,
  "IN",
  "Bolts",
  "73181500",
  "BE0123456789",
];
/** CAS wants an EORI of the consignee. */
const faulty = (reference: string): string[] => [reference, "IN", "Bolts", "73181500", ""];
/** Customs wants to see documents of it. Source: docs/simulator.md. */
const controlled = (reference: string): string[] => [
  ...[`${reference}-DOC`, "IN", "Syringes", "30049000", "BE0123456789"],
];
const SLOW_TEST_MS = 60_000;

type Results = ResultDocument & {
  readonly resultFolder: string;
  readonly resultFolders: readonly string[];
  readonly latest: string;
};

async function openDesk() {
  const cwd = emptyFolder();
  const stateFile = join(emptyFolder(), "state.jsonl");
  const simulator = await startSimulator({ stateFile, timeScale: 100 });
  const env = {
    ...{ CAS_ENV: "acceptance", CAS_API_URL: simulator.url, CAS_TOKEN_URL: simulator.tokenUrl },
    ...{ CAS_CLIENT_ID: "simulator", CAS_CLIENT_SECRET: "simulator" },
  };
  const hasCome = (status: string): boolean =>
    simulator.journal().some((entry) => entry.kind === "transition" && entry.to === status);
  return {
    cwd,
    run: async (...args: string[]): Promise<Results> =>
      documentOf(await runCli([...args, "--json"], { cwd, env })) as Results,
    /** Customs has dealt with it: some declaration has come to each status. */
    until: async (...statuses: string[]) => {
      for (let poll = 0; poll < 500; poll += 1) {
        if (statuses.every(hasCome)) break;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      // CAS shows a change a moment after it was made.
      await new Promise((resolve) => setTimeout(resolve, 200));
    },
    [Symbol.asyncDispose]: () => simulator.close(),
  };
}

const copyOf = async (folder: string, name: string) =>
  tableRows(await openWorkbook(join(folder, "annotated", name)), "Shipments");

test(
  "a later reconcile puts statuses and MRNs into result files and annotated copies",
  { timeout: SLOW_TEST_MS },
  async () => {
    await using desk = await openDesk();
    const { cwd, run } = desk;
    await writeTexts(join(cwd, "day.xlsx"), "Shipments", [HEADERS, sound("A-1"), faulty("A-2")]);
    const { resultFolder: folder, latest } = await run("submit", "day.xlsx");
    expect(latest).toBe(join(cwd, "out/latest"));
    const success = (): string => readFileSync(join(latest, "success.csv"), "utf8");
    expect(success()).not.toContain("Released");

    await desk.until("Released", "Invalid");
    const reconciled = await run("reconcile");
    expect(reconciled.resultFolders).toEqual([folder]);
    expect(success()).toMatch(/;A-1;IN;accepted;[^;]+;Released;26XXSIM\d{11};/);
    expect(success()).not.toContain("A-2");
    expect(readFileSync(join(folder, "failed.csv"), "utf8")).toMatch(
      /;A-2;.*;Invalid;.*Shipments!E3/,
    );
    const [first, second] = await copyOf(folder, "day.xlsx");
    expect(first?.["cas-batch status"]).toBe("Released");
    expect(first?.["cas-batch MRN"]).toMatch(/^26XXSIM/);
    expect(second?.["cas-batch reason"]).toContain("Shipments!E3");

    // Nothing has moved since, so nothing is written.
    expect((await run("reconcile")).resultFolders).toEqual([]);
  },
);

test(
  "a copy that a person has corrected since is not written over",
  { timeout: SLOW_TEST_MS },
  async () => {
    await using desk = await openDesk();
    await writeTexts(join(desk.cwd, "day.xlsx"), "Shipments", [HEADERS, sound("B-1")]);
    const { resultFolder: folder } = await desk.run("submit", "day.xlsx");
    const copy = join(folder, "annotated/day.xlsx");
    await writeTexts(copy, "Shipments", [HEADERS, sound("CORRECTED")]);
    const written = readFileSync(copy);
    await desk.until("Released");
    await desk.run("reconcile");
    expect(readFileSync(copy).equals(written)).toBe(true);
    expect(readFileSync(join(folder, "success.csv"), "utf8")).toContain("Released");
  },
);

test(
  "a folder that was moved away is not made again, and one whose file is gone keeps its copy",
  { timeout: SLOW_TEST_MS },
  async () => {
    await using desk = await openDesk();
    await writeTexts(join(desk.cwd, "a.xlsx"), "Shipments", [HEADERS, sound("C-1")]);
    await writeTexts(join(desk.cwd, "b.xlsx"), "Shipments", [HEADERS, sound("C-2")]);
    const gone = (await desk.run("submit", "a.xlsx")).resultFolder;
    const kept = (await desk.run("submit", "b.xlsx")).resultFolder;
    renameSync(gone, `${gone}-archived`);
    rmSync(join(desk.cwd, "b.xlsx"));
    await desk.until("Released");
    expect((await desk.run("reconcile")).resultFolders).toEqual([kept]);
    expect(existsSync(gone)).toBe(false);
    expect(await copyOf(kept, "b.xlsx")).toHaveLength(1);
    expect(readFileSync(join(kept, "success.csv"), "utf8")).toContain("Released");
  },
);

test(
  "success.csv lists nothing that the report calls urgent",
  { timeout: SLOW_TEST_MS },
  async () => {
    await using desk = await openDesk();
    const { cwd, run } = desk;
    await writeTexts(join(cwd, "day.xlsx"), "Shipments", [
      HEADERS,
      sound("D-1"),
      controlled("D-2"),
    ]);
    const { resultFolder: folder } = await run("submit", "day.xlsx");
    await desk.until("Released", "DocumentControl");
    const { actions } = (await run("reconcile")) as Results & {
      readonly actions: readonly { readonly what: string; readonly reference: string }[];
    };
    expect(actions).toMatchObject([{ what: "Declaration DocumentControl", reference: "D-2-DOC" }]);
    expect(readFileSync(join(folder, "success.csv"), "utf8")).toContain("D-1");
    expect(readFileSync(join(folder, "success.csv"), "utf8")).not.toContain("D-2");
    expect(readFileSync(join(folder, "failed.csv"), "utf8")).toContain(
      "DocumentControl: Customs wants to see documents",
    );
  },
);

test(
  "out/latest leads to the newest run, and stays what it is when it is not ours",
  { timeout: SLOW_TEST_MS },
  async () => {
    await using desk = await openDesk();
    const { cwd, run } = desk;
    await writeTexts(join(cwd, "a.xlsx"), "Shipments", [HEADERS, sound("E-1")]);
    await writeTexts(join(cwd, "b.xlsx"), "Shipments", [HEADERS, sound("E-2")]);
    const read = (): string => readFileSync(join(cwd, "out/latest/success.csv"), "utf8");
    await run("submit", "a.xlsx");
    expect(read()).toContain("E-1");
    const second = await run("submit", "b.xlsx");
    expect(read()).toContain("E-2");
    const pointer = (): unknown => JSON.parse(readFileSync(join(cwd, "out/latest.json"), "utf8"));
    expect(pointer()).toMatchObject({ runId: second.runId, folder: second.resultFolder });

    rmSync(join(cwd, "out/latest"));
    writeFileSync(join(cwd, "out/latest"), "mine");
    const third = await run("submit", "a.xlsx");
    expect(third.latest).toBe(join(cwd, "out/latest.json"));
    expect(readFileSync(join(cwd, "out/latest"), "utf8")).toBe("mine");
    expect(pointer()).toMatchObject({ runId: third.runId });
  },
);
