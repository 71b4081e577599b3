// The same shipments in other files: nothing of them is sent again.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import ExcelJS from "exceljs";
import { startFaultCas } from "./fault-cas.ts";
import { HEADER, referencesOf, rowOf, writeConfiguration, writeShipments } from "./fault-files.ts";
import { runProgram, type Program } from "./fault-program.ts";
import { judge, type Verdict } from "./fault-verdict.ts";

export interface SameContentResult extends Verdict {
  readonly points: number;
  readonly complaints: readonly string[];
}

/** @param resave another program's writing of a workbook; null when there is no such program */
export async function sameContent(
  program: Program,
  shipments: number,
  resave: ((path: string) => string) | null,
): Promise<SameContentResult> {
  const references = referencesOf(shipments);
  await using cas = await startFaultCas();
  const { folder, variables } = cas;
  writeConfiguration(folder);
  const place = { cwd: folder, variables };
  // Changes would be held, as customs has accepted what was sent first: they are let through.
  const flags = ["--rate", "100000", "--allow-amend", "--json"];
  const submit = (files: readonly string[]) =>
    runProgram(program, ["submit", ...files, ...flags], place);
  const requests = (): number =>
    cas.journal().filter(({ kind }) => kind === "accepted" || kind === "refused").length;

  const workbook = join(folder, "night.xlsx");
  await writeWorkbook(workbook, references);
  const first = await submit([workbook]);
  if (first.code !== 0) throw new Error(`The first run failed: ${first.stderr}`);

  const renamed = join(folder, "renamed.xlsx");
  writeFileSync(renamed, readFileSync(workbook));
  const shuffled = join(folder, "shuffled.xlsx");
  await writeWorkbook(shuffled, references.toReversed());
  const half = Math.floor(references.length / 2);
  const halves = ["half-1.csv", "half-2.csv"].map((name, index) => {
    const part = index === 0 ? references.slice(0, half) : references.slice(half);
    return writeShipments(folder, name, part);
  });
  const variants: readonly (readonly [string, readonly string[]])[] = [
    ["the same file", [workbook]],
    ["renamed", [renamed]],
    ...(resave === null ? [] : ([["saved by LibreOffice", [resave(workbook)]]] as const)),
    ["rows in another order", [shuffled]],
    ["split in two", halves],
    ["as CSV", [writeShipments(folder, "night.csv", references)]],
  ];
  const complaints: string[] = [];
  for (const [variant, files] of variants) {
    const before = requests();
    const { code, stderr } = await submit(files);
    const further = requests() - before;
    if (further > 0) complaints.push(`${variant}: ${String(further)} further requests`);
    if (code !== 0) complaints.push(`${variant}: exit code ${String(code)}: ${stderr}`);
  }
  return { points: variants.length, ...judge(cas.journal(), { references }), complaints };
}

async function writeWorkbook(path: string, references: readonly string[]): Promise<void> {
  const workbook = new ExcelJS.Workbook();
  const sheet = workbook.addWorksheet("Shipments");
  sheet.addRow([...HEADER]);
  for (const reference of references) sheet.addRow([...rowOf(reference, 1)]);
  await workbook.xlsx.writeFile(path);
}
