// Inboxes are emptied into archives. A reconcile of a later day marks the annotated copies all the same: it finds
// the originals by their hash, or says which copies it could not renew, what is not marked in them, and the way out.
import {
  copyFileSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { startSimulator } from "../../src/simulator/start-simulator.ts";
import { openWorkbook, tableRows, writeTexts } from "../report/read-workbook.ts";
import { documentOf, emptyFolder, runCli, type ResultDocument } from "../support/run-cli.ts";

const HEADERS = ["Ref", "Goods", "Code", "Consignee"];
const COMMODITY = "73181500";
const row = (reference: string, consignee = "BE0123456789"): string[] => [
  ...[reference, "Bolts", COMMODITY, consignee],
];
/** CAS finds the office and the additional type at odds. Source: seeds/002, Errors. */
const PROFILE = [
  "version: 1",
  "constants:",
  "  Direction: IN",
  "  Additional declaration type: A",
  "  Declaration office: NL000396",
  "columns:",
  ...["  Ref: External reference", "  Goods: Goods description"],
  ...["  Code: Commodity code", "  Consignee: Consignee EORI"],
].join("\n");
const SLOW_TEST_MS = 60_000;

interface Results extends ResultDocument {
  readonly resultFolder: string;
  readonly resultFolders: readonly string[];
  readonly resultFoldersMissing?: readonly string[];
  readonly copiesNotRenewed?: readonly {
    readonly name: string;
    readonly notRenewed: string;
    readonly remarks: readonly string[];
  }[];
  readonly notWritten?: readonly string[];
}

async function openDesk() {
  const cwd = emptyFolder();
  const simulator = await startSimulator({
    stateFile: join(emptyFolder(), "state.jsonl"),
    timeScale: 100,
  });
  const env = {
    ...{ CAS_ENV: "acceptance", CAS_API_URL: simulator.url, CAS_TOKEN_URL: simulator.tokenUrl },
    ...{ CAS_CLIENT_ID: "simulator", CAS_CLIENT_SECRET: "simulator" },
  };
  mkdirSync(join(cwd, "inbox"));
  writeFileSync(join(cwd, "p.yaml"), PROFILE);
  const faults = (): number =>
    simulator.journal().filter((entry) => entry.kind === "transition" && entry.to === "Invalid")
      .length;
  return {
    cwd,
    at: (path: string) => join(cwd, path),
    run: async (...args: string[]): Promise<Results> =>
      documentOf(await runCli([...args, "--json"], { cwd, env })) as Results,
    said: async (...args: string[]): Promise<string> =>
      (await runCli([...args, "--quiet"], { cwd, env })).stdout,
    /** CAS has found fault with so many declarations. */
    untilFaults: async (count: number) => {
      for (let poll = 0; poll < 500 && faults() < count; poll += 1) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      await new Promise((resolve) => setTimeout(resolve, 200));
    },
    [Symbol.asyncDispose]: () => simulator.close(),
  };
}

const reasonIn = async (path: string): Promise<string> => {
  const [first] = tableRows(await openWorkbook(path), "Shipments");
  return first?.["cas-batch reason"] ?? "";
};

test(
  "originals that were moved, renamed and replaced are found, and traced with the profile of their run",
  { timeout: SLOW_TEST_MS },
  async () => {
    await using desk = await openDesk();
    const { at, run } = desk;
    await writeTexts(at("inbox/a.xlsx"), "Shipments", [HEADERS, row("A-1")]);
    writeFileSync(at("inbox/b.csv"), `${HEADERS.join(",")}\n${row("B-1").join(",")}\n`);
    const { resultFolder: folder } = await run(
      ...["submit", "inbox/a.xlsx", "inbox/b.csv", "--profile", "p.yaml"],
    );
    await desk.untilFaults(2);
    mkdirSync(at("archive/2026-11-29"), { recursive: true });
    renameSync(at("inbox/a.xlsx"), at("archive/2026-11-29/done.xlsx"));
    renameSync(at("inbox/b.csv"), at("inbox/b.csv.done"));
    // The next night's file of the same name, and a profile that says something else in other lines.
    await writeTexts(at("inbox/a.xlsx"), "Shipments", [HEADERS, row("OTHER")]);
    writeFileSync(at("p.yaml"), `# A new line\n${PROFILE.replace("type: A", "type: D")}`);

    const result = await run("reconcile");
    expect(result).toMatchObject({ resultFolders: [folder], copiesNotRenewed: [] });
    expect(await reasonIn(join(folder, "annotated/a.xlsx"))).toContain("p.yaml:4 (constant)");
    const failedRows = readFileSync(join(folder, "annotated/b.failed.csv"), "utf8");
    expect(failedRows).toMatch(/^B-1,.*p\.yaml:4 \(constant\): .*AddDeclType must be of type/m);
  },
);

test(
  "an original that is nowhere leaves its copy as it was, which is said with its hash and the way out",
  { timeout: SLOW_TEST_MS },
  async () => {
    await using desk = await openDesk();
    const { at, run } = desk;
    await writeTexts(at("inbox/a.xlsx"), "Shipments", [HEADERS, row("A-1")]);
    const { resultFolder: folder } = await run("submit", "inbox/a.xlsx", "--profile", "p.yaml");
    const copy = join(folder, "annotated/a.xlsx");
    const before = readFileSync(copy);
    mkdirSync(at("vault"));
    const hidden = emptyFolder();
    copyFileSync(at("inbox/a.xlsx"), join(hidden, "x.xlsx"));
    rmSync(at("inbox/a.xlsx"));
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    await desk.untilFaults(1);

    const result = await run("reconcile");
    expect(result.copiesNotRenewed).toMatchObject([
      { name: "a.xlsx", notRenewed: "original-not-found" },
    ]);
    const [copyNot] = result.copiesNotRenewed ?? [];
    expect(copyNot?.remarks.join("\n")).toMatch(
      /stays as it was.*SHA-256 [0-9a-f]{64}\nErrors that are not marked in it: those of A-1; failed\.csv/,
    );
    expect(result.next).toContainEqual(
      expect.stringContaining("`cas-batch reconcile --originals DIR --env acceptance`"),
    );
    expect(readFileSync(copy).equals(before)).toBe(true);
    expect(readFileSync(join(folder, "failed.csv"), "utf8")).toContain("A-1");

    // Nothing has moved since; but now its folder is named.
    expect((await run("reconcile")).resultFolders).toEqual([]);
    const named = await run("reconcile", "--originals", hidden);
    expect(named).toMatchObject({ resultFolders: [folder], copiesNotRenewed: [] });
    expect(await reasonIn(copy)).toContain("p.yaml:4 (constant)");
    expect((await run("reconcile", "--originals", hidden)).resultFolders).toEqual([]);
  },
);

test(
  "`originals` in the configuration names where files are moved to",
  { timeout: SLOW_TEST_MS },
  async () => {
    await using desk = await openDesk();
    const { at, run } = desk;
    const elsewhere = emptyFolder();
    writeFileSync(at("cas-batch.yaml"), `originals: [nowhere, ${elsewhere}]\n`);
    await writeTexts(at("inbox/a.xlsx"), "Shipments", [HEADERS, row("A-1")]);
    const { resultFolder: folder } = await run("submit", "inbox/a.xlsx", "--profile", "p.yaml");
    await desk.untilFaults(1);
    mkdirSync(join(elsewhere, "2026/11"), { recursive: true });
    copyFileSync(at("inbox/a.xlsx"), join(elsewhere, "2026/11/29.xlsx"));
    rmSync(at("inbox/a.xlsx"));
    expect(await run("reconcile")).toMatchObject({ copiesNotRenewed: [] });
    expect(await reasonIn(join(folder, "annotated/a.xlsx"))).toContain("p.yaml:4 (constant)");

    const wrong = await run("reconcile", "--originals", at("no-such"));
    expect(wrong.error).toMatchObject({ code: "file-not-found" });
  },
);

test(
  "a copy that could not be written is written by the next reconcile",
  { timeout: SLOW_TEST_MS },
  async () => {
    await using desk = await openDesk();
    const { at, run } = desk;
    await writeTexts(at("inbox/a.xlsx"), "Shipments", [HEADERS, row("A-1")]);
    await writeTexts(at("inbox/b.xlsx"), "Shipments", [HEADERS, row("B-1")]);
    const { resultFolder: folder } = await run(
      ...["submit", "inbox/a.xlsx", "inbox/b.xlsx", "--profile", "p.yaml"],
    );
    await desk.untilFaults(2);
    // Nothing can be renamed to the name of a folder, as on Windows to that of a file that Excel holds.
    const copy = join(folder, "annotated/a.xlsx");
    const { mtime } = statSync(copy);
    renameSync(copy, `${copy}.held`);
    mkdirSync(copy);
    utimesSync(copy, mtime, mtime);
    const held = await run("reconcile");
    expect(held.exitCode).not.toBe(0);
    expect(held.notWritten).toMatchObject([expect.stringContaining("a.xlsx")]);
    expect(await reasonIn(join(folder, "annotated/b.xlsx"))).toContain("p.yaml:4 (constant)");

    rmSync(copy, { recursive: true });
    renameSync(`${copy}.held`, copy);
    expect(await run("reconcile")).toMatchObject({
      resultFolders: [folder],
      copiesNotRenewed: [],
    });
    expect(await reasonIn(copy)).toContain("p.yaml:4 (constant)");
    expect((await run("reconcile")).resultFolders).toEqual([]);
  },
);

test(
  "a copy that a person has changed stays, and what is not marked in it is said",
  { timeout: SLOW_TEST_MS },
  async () => {
    await using desk = await openDesk();
    const { at, run } = desk;
    await writeTexts(at("inbox/a.xlsx"), "Shipments", [HEADERS, row("A-1")]);
    const { resultFolder: folder } = await run("submit", "inbox/a.xlsx", "--profile", "p.yaml");
    const copy = join(folder, "annotated/a.xlsx");
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    await writeTexts(copy, "Shipments", [HEADERS, row("CORRECTED")]);
    const corrected = readFileSync(copy);
    await desk.untilFaults(1);
    expect((await run("reconcile")).copiesNotRenewed).toMatchObject([
      {
        notRenewed: "changed-by-hand",
        remarks: [
          `${copy} was changed after it had been written, so it stays as it is`,
          "Errors that are not marked in it: those of A-1; failed.csv beside it has them all",
        ],
      },
    ]);
    expect(readFileSync(copy).equals(corrected)).toBe(true);
  },
);

test(
  "a run whose folder is gone is told, and written once the folder is there again",
  { timeout: SLOW_TEST_MS },
  async () => {
    await using desk = await openDesk();
    const { at, run, said } = desk;
    await writeTexts(at("inbox/a.xlsx"), "Shipments", [HEADERS, row("A-1")]);
    const { resultFolder: folder } = await run("submit", "inbox/a.xlsx", "--profile", "p.yaml");
    await desk.untilFaults(1);
    renameSync(folder, `${folder}-archived`);
    expect(await run("reconcile")).toMatchObject({
      resultFolders: [],
      resultFoldersMissing: [folder],
    });
    expect(await said("reconcile")).toContain(
      `Result files of 1 earlier run were not renewed, for their folders are not there any more:\n  ${folder}\n`,
    );
    mkdirSync(folder);
    const again = await run("reconcile");
    expect(again.resultFolders).toEqual([folder]);
    expect(again.resultFoldersMissing).toBeUndefined();
    expect(readFileSync(join(folder, "failed.csv"), "utf8")).toContain("A-1");
  },
);
