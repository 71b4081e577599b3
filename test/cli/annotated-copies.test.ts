// The user's own file back: corrected where it is marked, fed in again, and exactly what was corrected
// is sent. The simulator's journal is the witness.
import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startSimulator, type Simulator } from "../../src/simulator/start-simulator.ts";
import {
  correctWithLibreOffice,
  hasLibreOffice,
  OUTSIDE_TIMEOUT_MS,
} from "../report/outside-programs.ts";
import { openWorkbook, tableRows, writeTexts } from "../report/read-workbook.ts";
import { documentOf, emptyFolder, root, runCli, type ResultDocument } from "../support/run-cli.ts";
import { packageAt } from "../support/steady-files.ts";

const HEADER = "External reference;Direction;Goods description;Commodity code;Consignee EORI";
const SAMPLES = join(root, "samples/first-night");

let simulator: Simulator;
let cas: Readonly<Record<string, string>>;
beforeAll(async () => {
  simulator = await startSimulator({ stateFile: join(emptyFolder(), "s.jsonl"), timeScale: 100 });
  cas = {
    CAS_API_URL: simulator.url,
    CAS_TOKEN_URL: simulator.tokenUrl,
    CAS_CLIENT_ID: "simulator",
    CAS_CLIENT_SECRET: "simulator",
  };
});
afterAll(() => simulator.close());

interface GivenBack extends ResultDocument {
  readonly resultFolder: string;
  readonly annotated: readonly { readonly path: string | null }[];
}

async function submit(cwd: string, ...files: string[]): Promise<GivenBack> {
  const args = ["submit", ...files, "--env", "acceptance", "--json"];
  return documentOf(await runCli(args, { cwd, env: cas })) as GivenBack;
}

function pathOf(result: GivenBack): string {
  const path = result.annotated[0]?.path;
  if (path == null) throw new Error(`There is no annotated copy: ${JSON.stringify(result)}`);
  return path;
}

function accepted(): readonly string[] {
  return simulator
    .journal()
    .flatMap((entry) => (entry.kind === "accepted" ? [entry.externalReference] : []));
}

const patiently = { timeout: OUTSIDE_TIMEOUT_MS };

describe("an annotated copy", () => {
  it.skipIf(!hasLibreOffice)(
    "corrected in LibreOffice and fed in again sends exactly the corrected shipments",
    patiently,
    async () => {
      const cwd = emptyFolder();
      copyFileSync(join(SAMPLES, "exports-flat.xlsx"), join(cwd, "exports.xlsx"));
      const first = await submit(cwd, "exports.xlsx");
      const { accepted: sent = 0, invalid = 0 } = first.counts;
      expect(sent).toBeGreaterThan(0);
      expect(invalid).toBeGreaterThan(1);
      const before = accepted().length;
      const bad = first.findings.find(({ cell }) => cell === "M9");
      expect(bad).toMatchObject({ severity: "error", sheet: "Shipments" });

      const cell = { sheet: "Shipments", address: "M9", text: "30.5" };
      const second = await submit(cwd, correctWithLibreOffice(pathOf(first), cell));
      expect(second.counts).toMatchObject({ accepted: 1, unchanged: sent, invalid: invalid - 1 });
      expect(accepted().slice(before)).toEqual(["EXP-2026-0204"]);

      // The copy of the copy, untouched, sends nothing at all.
      const third = await submit(cwd, pathOf(second));
      expect(third.counts).toMatchObject({ accepted: 0, unchanged: sent + 1 });
      expect(accepted()).toHaveLength(before + 1);
    },
  );

  it("of a CSV file holds the failed rows, which go in again as they are", async () => {
    const cwd = emptyFolder();
    const rows = [
      "CSV-1;IN;Steel bolts;73181500;BE0123456789",
      "CSV-2;SIDEWAYS;Steel nuts;73181600;BE0123456789",
      "CSV-2;;Steel rings;73182200;",
    ];
    writeFileSync(join(cwd, "a.csv"), [HEADER, ...rows, ""].join("\r\n"));
    const first = await submit(cwd, "a.csv");
    const failed = readFileSync(pathOf(first), "utf8");
    expect(failed.split("\r\n").slice(0, 1)).toEqual([`${HEADER};cas-batch reason`]);
    expect(failed).not.toContain("CSV-1");
    const before = accepted().length;

    writeFileSync(join(cwd, "again.csv"), failed.replace("SIDEWAYS", "IN"));
    const second = await submit(cwd, "again.csv");
    expect(second.counts).toMatchObject({ shipments: 1, accepted: 1, invalid: 0 });
    expect(accepted().slice(before)).toEqual(["CSV-2"]);
    expect(second.annotated).toMatchObject([{ path: null }]);
  });
});

const headers = HEADER.split(";");
/** CAS finds it Invalid, because it names no consignee. */
const faulty = (reference: string) => [reference, "IN", "Steel bolts", "73181500", ""];
const sound = (reference: string) => [reference, "IN", "Steel bolts", "73181500", "BE0123456789"];

interface AnnotatedSheet {
  readonly rows: readonly Readonly<Record<string, string>>[];
  readonly comments: string;
}

async function annotatedSheet(result: GivenBack): Promise<AnnotatedSheet> {
  const path = pathOf(result);
  const source = await packageAt(path);
  try {
    const comments = await source.readText("xl/comments1.xml");
    return { rows: tableRows(await openWorkbook(path), "Shipments"), comments };
  } finally {
    await source.close();
  }
}

async function followed(cwd: string, status: string): Promise<void> {
  for (let look = 0; look < 50; look += 1) {
    const args = ["reconcile", "--env", "acceptance", "--json"];
    const { declarations } = documentOf(await runCli(args, { cwd, env: cas }));
    if ((declarations?.[status] ?? 0) > 0) return;
  }
  throw new Error(`No declaration became ${status}`);
}

describe("rows whose direction cannot be told", () => {
  it("have outcome and reason of their own in the copy and in failed.csv", async () => {
    const cwd = emptyFolder();
    await writeTexts(join(cwd, "both.xlsx"), "Shipments", [
      headers,
      ["D-1", "IN", "Steel bolts", "73181500", "BE0123456789"],
      ["D-1", "OUT", "Steel nuts", "73181600", "BE0123456789"],
      ["D-1", "", "Steel rings", "73182200", "BE0123456789"],
      ["", "", "More rings", "73182200", "BE0123456789"],
      sound("D-2"),
    ]);
    const result = await submit(cwd, "both.xlsx");
    expect(result.counts).toMatchObject({ accepted: 1, invalid: 2, invalidRows: 2 });
    const { rows } = await annotatedSheet(result);
    expect(rows.map((row) => row["cas-batch outcome"])).toEqual([
      ...["invalid", "invalid", "invalid", "invalid", "accepted"],
    ]);
    const missing = (row: number): string =>
      `Shipments!B${String(row)}: Direction of D-1 is missing in row ${String(row)}, and there are shipments IN and OUT of that reference`;
    const reasons = rows.map((row) => row["cas-batch reason"] ?? "");
    expect(reasons.slice(2, 4)).toEqual([missing(4), missing(5)]);
    expect(reasons.slice(0, 2).every((reason) => reason.includes("row 4"))).toBe(true);
    const failed = readFileSync(join(result.resultFolder, "failed.csv"), "utf8");
    expect(failed).toContain(missing(4));
    expect(failed).toContain(missing(5));
  });
});

describe("an error of a declaration", () => {
  it("is marked in the cell of the file that comes back, and told once", patiently, async () => {
    const cwd = emptyFolder();
    const write = (name: string, ...rows: string[][]): Promise<void> =>
      writeTexts(join(cwd, name), "Shipments", [headers, ...rows]);
    await write("first.xlsx", sound("E-1"), sound("E-2"), faulty("E-3"));
    await submit(cwd, "first.xlsx");
    await followed(cwd, "Invalid");

    await write("sorted.xlsx", faulty("E-3"), sound("E-2"), sound("E-9"));
    const result = await submit(cwd, "sorted.xlsx");
    expect(result.counts).toMatchObject({ unchanged: 2, accepted: 1 });
    const check = ({ rows, comments }: AnnotatedSheet): void => {
      expect(comments.match(/<comment ref="[^"]+"/g)).toEqual(['<comment ref="E2"']);
      expect(comments.match(/Consignee missing/g)).toHaveLength(1);
      const reason = rows[0]?.["cas-batch reason"] ?? "";
      expect(reason.match(/Consignee missing/g)).toHaveLength(1);
      expect(reason).toContain("E2: ");
      expect(reason).not.toContain("E4");
    };
    check(await annotatedSheet(result));
    const failed = readFileSync(join(result.resultFolder, "failed.csv"), "utf8");
    expect(failed).toContain("E2: ");
    expect(failed).not.toContain("E4");
    check(await annotatedSheet(await submit(cwd, pathOf(result))));
  });
});

describe("every run", () => {
  it("leaves result files and annotated copies in its folder", async () => {
    const cwd = emptyFolder();
    writeFileSync(
      join(cwd, "b.csv"),
      `${HEADER}\nR-1;IN;Steel bolts;73181500;BE0123456789\nR-2;IN;;73181500;BE0123456789\n`,
    );
    const args = ["run", cwd, "--env", "acceptance", "--json", "--wait", "0"];
    const result = documentOf(await runCli(args, { cwd, env: cas })) as GivenBack;
    expect(result.resultFolder).toBe(dirname(result.report ?? ""));
    const read = (name: string): string => readFileSync(join(result.resultFolder, name), "utf8");
    expect(read("success.csv")).toContain("R-1");
    expect(read("failed.csv")).toContain("R-2");
    expect(read("unprocessed.csv").split("\r\n")).toHaveLength(2);
    expect(read("annotated/b.failed.csv")).toContain("R-2");
  });
});

describe("check --annotate", () => {
  it("writes the copies into the folder and sends nothing", async () => {
    const cwd = emptyFolder();
    copyFileSync(join(SAMPLES, "exports-flat.xlsx"), join(cwd, "a.xlsx"));
    const before = accepted().length;
    const { code } = await runCli(["check", "a.xlsx", "--annotate", "checked"], { cwd });
    expect(code).toBe(4);
    expect(existsSync(join(cwd, "checked/a.xlsx"))).toBe(true);
    expect(accepted()).toHaveLength(before);
  });

  it("tells two files of one name apart", async () => {
    const cwd = emptyFolder();
    for (const [folder, direction] of [
      ["a", "UP"],
      ["b", "DOWN"],
    ] as const) {
      mkdirSync(join(cwd, folder));
      const row = `R-1;${direction};Steel bolts;73181500;BE0123456789`;
      writeFileSync(join(cwd, folder, "x.csv"), `${HEADER}\n${row}\n`);
    }
    const args = ["submit", "a/x.csv", "b/x.csv", "a/x.csv", "--env", "acceptance", "--json"];
    const result = documentOf(await runCli(args, { cwd, env: cas })) as GivenBack;
    expect(result.files.map(({ name }) => name)).toEqual(["a/x.csv", "b/x.csv"]);
    const copies = result.annotated.map(({ path }) => readFileSync(path ?? "", "utf8"));
    expect(copies.map((text) => /;(UP|DOWN);/.exec(text)?.[1])).toEqual(["UP", "DOWN"]);
  });

  it("refuses to write over the file that it reads", async () => {
    const cwd = emptyFolder();
    copyFileSync(join(SAMPLES, "exports-flat.xlsx"), join(cwd, "a.xlsx"));
    const original = readFileSync(join(cwd, "a.xlsx"));
    const { code, stderr } = await runCli(["check", "a.xlsx", "--annotate", "."], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain("over the file itself");
    expect(readFileSync(join(cwd, "a.xlsx"))).toEqual(original);
  });
});
