import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { writeStatusReport } from "../../src/report/status-report.ts";
import {
  convertWithLibreOffice,
  hasLibreOffice,
  OUTSIDE_TIMEOUT_MS,
  hasOpenpyxl,
  readWithOpenpyxl,
  temporaryFolder,
} from "./outside-programs.ts";
import {
  AS_OF,
  busyNight,
  sampleBatch,
  sampleFinding,
  sampleInput,
  sampleLine,
} from "./sample-books.ts";

const patiently = { timeout: OUTSIDE_TIMEOUT_MS };

async function busyReport(): Promise<string> {
  const path = join(temporaryFolder(), "status-report.xlsx");
  await writeStatusReport(path, sampleInput(busyNight()));
  return path;
}

/** Values that programs like to change, and that a report must show as they are. */
const delicate = [
  "=1+1",
  "0012345",
  "1e3",
  "  outer blanks  ",
  "two\nlines",
  "_x0041_",
  "<&>\"'",
  "März 北京 🚢",
  "2026-03-01",
  "TRUE",
];

async function delicateReport(): Promise<string> {
  const path = join(temporaryFolder(), "delicate.xlsx");
  const lines = [sampleLine()];
  const findings = delicate.map((value) => sampleFinding({ value }));
  await writeStatusReport(path, sampleInput({ batches: [sampleBatch(lines)], lines, findings }));
  return path;
}

describe.skipIf(!hasOpenpyxl)("a status report read by openpyxl", patiently, () => {
  it("has the values, the types and the formats that were meant", async () => {
    const sheets = readWithOpenpyxl(await busyReport());
    expect(sheets["Summary"]?.[0]?.[0]?.value).toContain("BALANCED");
    const [headers, first] = sheets["Shipments"] ?? [];
    const at = (header: string) =>
      first?.[headers?.findIndex(({ value }) => value === header) ?? -1];
    expect(at("External reference")).toEqual({ value: "REF-1", type: "s", format: "@" });
    expect(at("LRN")).toEqual({ value: "0012345", type: "s", format: "@" });
    expect(at("Row count")).toEqual({ value: 3, type: "n", format: "#,##0" });
    expect(at("Accepted by CAS (UTC)")).toEqual({
      value: new Date(AS_OF.getTime() - 30 * 60_000).toISOString().slice(0, 19),
      type: "d",
      format: "yyyy-mm-dd hh:mm",
    });
  });

  it("holds no formula anywhere", async () => {
    const cells = Object.values(readWithOpenpyxl(await delicateReport())).flat(2);
    expect(cells.length).toBeGreaterThan(100);
    expect(cells.filter(({ type }) => type === "f")).toEqual([]);
  });
});

describe.skipIf(!hasLibreOffice)("a status report opened by LibreOffice", patiently, () => {
  it("can be printed", async () => {
    const pdf = readFileSync(convertWithLibreOffice(await busyReport(), "pdf"));
    expect(pdf.subarray(0, 5).toString("latin1")).toBe("%PDF-");
  });

  it.skipIf(!hasOpenpyxl)("shows every delicate value as it was found", async () => {
    const converted = convertWithLibreOffice(await delicateReport(), "xlsx");
    const [headers, ...rows] = readWithOpenpyxl(converted)["Errors"] ?? [];
    const column = headers?.findIndex(({ value }) => value === "Value") ?? -1;
    const shown = rows.map((row) => row[column]);
    expect(shown.map((cell) => cell?.value)).toEqual(delicate);
    expect(new Set(shown.map((cell) => cell?.type))).toEqual(new Set(["s"]));
  });
});
