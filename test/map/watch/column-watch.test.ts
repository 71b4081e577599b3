// What only whole columns show, from the bytes of a file to the findings of its check.
import { describe, expect, test } from "vitest";
import type { Finding } from "../../../src/core/finding.ts";
import { checkFiles, findingsOf } from "../../support/check-files.ts";
import {
  dateCell,
  workbook,
  type SheetCells,
  type SimpleCell,
} from "../../support/simple-workbook.ts";

const HEADER = ["External reference", "Direction", "Goods description"];
const DATE = "singleAdministrativeDocument.acceptanceDate";

/** 2026-03-25 and its neighbours: their days are no months. */
const MARCH_25 = 46106;
/** 2026-04-03, which may have been the 4th of March. */
const APRIL_3 = 46115;

function sheet(header: string, values: readonly SimpleCell[]): SheetCells {
  return [[...HEADER, header], ...values.map((value, at) => [`PO-${at}`, "IN", "Bolts", value])];
}

function file(header: string, ...values: readonly SimpleCell[]) {
  return [{ name: "a.xlsx", content: workbook({ Shipments: sheet(header, values) }) }];
}

function told(findings: readonly Finding[]): readonly string[] {
  return findings
    .filter(({ code }) => code !== "value-repaired")
    .map(({ code, cell }) => `${code} ${cell ?? ""}`.trim());
}

describe("a column of dates", () => {
  test("that can all be read both ways is told once, and stops every shipment that has one", async () => {
    const tally = await checkFiles(file(DATE, "03/04/2026", "", "05/06/2026", "07/08/2026"));
    const findings = [...tally.findings].flat();
    expect(told(findings)).toEqual(["dates-ambiguous D2"]);
    expect(findings[0]?.message).toContain("all of its 3 dates");
    expect(findings[0]?.hint).toContain("dateOrder");
    expect(tally.files[0]?.counts.buckets).toMatchObject({ invalid: 3, unsent: 1 });
  });

  test("with one date that tells its order has the others told one by one", async () => {
    const findings = await findingsOf(file(DATE, "03/04/2026", "25/04/2026", "05/06/2026"));
    expect(told(findings)).toEqual(["date-ambiguous D2", "date-ambiguous D4"]);
    expect(findings.find(({ cell }) => cell === "D2")?.message).toContain(
      'dates with the day first, such as "25/04/2026" in row 3',
    );
  });

  test("of a single date has it told as a cell", async () => {
    expect(told(await findingsOf(file(DATE, "03/04/2026")))).toEqual(["date-ambiguous D2"]);
  });

  test("is settled by the profile", async () => {
    const profile = `version: 1\ndateOrder: mdy\ncolumns:\n  External reference: External reference\n  Direction: Direction\n  Goods description: Goods description\n  Shipped: ${DATE}\n`;
    const tally = await checkFiles(file("Shipped", "03/04/2026", "05/06/2026"), { profile });
    expect(told([...tally.findings].flat())).toEqual([]);
    expect(tally.files[0]?.counts.buckets).toMatchObject({ invalid: 0, unsent: 2 });
  });

  test("whose real dates may be swapped beside texts that cannot be refuses the file", async () => {
    const tally = await checkFiles(file(DATE, dateCell(APRIL_3), "25/03/2026", "26/03/2026"));
    expect(told([...tally.findings].flat())).toEqual(["dates-maybe-swapped D2"]);
    expect(tally.files[0]?.end.rejected).toBe(true);
    expect(tally.files[0]?.counts.buckets).toMatchObject({ unsent: 0, aborted: 3 });
  });

  test("with one real date that cannot be swapped is only mixed", async () => {
    const cells = [dateCell(APRIL_3), dateCell(MARCH_25), "26/03/2026"];
    const tally = await checkFiles(file(DATE, ...cells));
    expect(told([...tally.findings].flat())).toEqual(["dates-mixed D4"]);
    expect(tally.files[0]?.end.rejected).toBe(false);
  });

  test("of real dates alone is never told", async () => {
    expect(await findingsOf(file(DATE, dateCell(APRIL_3), dateCell(APRIL_3)))).toEqual([]);
  });
});

describe("numbers stored as text", () => {
  test("are counted in a workbook", async () => {
    const [finding] = await findingsOf(file("Gross mass (kg)", 1, "2", 3, "4"));
    expect(finding).toMatchObject({ code: "numbers-as-text", severity: "info", cell: "D3" });
    expect(finding?.message).toContain("2 of 4 numbers");
  });

  test("are what a CSV file consists of", async () => {
    const content = `${[...HEADER, "Gross mass (kg)"].join(";")}\nPO-1;IN;Bolts;2\n`;
    expect(await findingsOf([{ name: "a.csv", content }])).toEqual([]);
  });
});

test("hidden rows are counted, the first named, and sent", async () => {
  const rows = sheet("Storage location", ["a", "b", "c", "d", "e", "f", "g"]);
  const content = workbook({ Shipments: rows }, { hiddenRows: [2, 3, 4, 5, 6, 7] });
  const tally = await checkFiles([{ name: "a.xlsx", content }]);
  const [finding] = [...tally.findings].flat();
  expect(finding).toMatchObject({ code: "rows-hidden", severity: "warning", row: 2 });
  expect(finding?.message).toContain("row 2, 3, 4, 5, 6; 5 of 6 shown");
  expect(tally.files[0]?.counts.buckets).toMatchObject({ unsent: 7 });
});

describe("references", () => {
  test("that are all numbers lack nothing that can be told", async () => {
    const rows: SheetCells = [HEADER, [4711, "IN", "Bolts"], [47, "IN", "Bolts"]];
    expect(await findingsOf([{ name: "a.xlsx", content: workbook({ S: rows }) }])).toEqual([]);
  });

  test("as long as those with zeros have lost none", async () => {
    const rows: SheetCells = [HEADER, ["0471", "IN", "Bolts"], [4711, "IN", "Bolts"]];
    expect(await findingsOf([{ name: "a.xlsx", content: workbook({ S: rows }) }])).toEqual([]);
  });
});

describe("values without a header", () => {
  const ours = "cas-batch outcome";
  const workbookOf = (...rows: SheetCells) => [
    { name: "a.xlsx", content: workbook({ Shipments: rows }) },
  ];

  test("are told once for each column, with their number and the first of them", async () => {
    const stray = Array.from({ length: 7 }, (_, at) => [`PO-${at}`, "", "IN", "Bolts", "", at]);
    const files = workbookOf(
      ["External reference", "", "Direction", "Goods description"],
      ...stray,
      ["PO-8", "between", "IN", "Bolts"],
    );
    const tally = await checkFiles(files);
    const findings = [...tally.findings].flat();
    expect(told(findings)).toEqual(["value-without-header B9", "value-without-header F2"]);
    expect(findings[0]).toMatchObject({ severity: "warning", header: null, value: "between" });
    expect(findings[1]?.message).toContain("7 values");
    expect(findings[1]?.message).toContain("(F2, F3, F4, F5, F6; 5 of 7 shown)");
    expect(tally.files[0]?.counts.buckets).toMatchObject({ unsent: 8 });
  });

  test("are told of far below the headers and in rows that are of no shipment", async () => {
    const rows = Array.from({ length: 200 }, () => "PO-1;IN;Bolts");
    const content = [HEADER.join(";"), ...rows, ";;;only this", ""].join("\n");
    expect(told(await findingsOf([{ name: "a.csv", content }]))).toEqual([
      "value-without-header D202",
    ]);
  });

  test("are not our own columns, blanks, or what a profile ignores", async () => {
    const files = workbookOf([...HEADER, ours], ["PO-1", "IN", "Bolts", "sent", "  "]);
    expect(await findingsOf(files)).toEqual([]);
    const columns = HEADER.map((header) => `  ${header}: ${header}\n`).join("");
    const profile = `version: 1\notherColumns: ignore\ncolumns:\n${columns}`;
    const stray = workbookOf(HEADER, ["PO-1", "IN", "Bolts", "stray"]);
    expect(told(await findingsOf(stray))).toEqual(["value-without-header D2"]);
    expect(await findingsOf(stray, { profile })).toEqual([]);
  });
});

describe("a row of delimited text that is longer than its headers", () => {
  const HEADERS = "External reference,Direction,Goods description,Gross mass (kg)";
  const csvOf = (...lines: readonly string[]) => [{ name: "a.csv", content: lines.join("\n") }];

  test("is not sent, and the others are", async () => {
    const tally = await checkFiles(
      csvOf(HEADERS, "A1,IN,x,1,5", 'A2,IN,y,"2.5",,', "A3,IN,y,2.5", ",,,,a note beside nothing"),
    );
    const findings = [...tally.findings].flat();
    expect(told(findings)).toEqual(["row-longer-than-header", "value-without-header E5"]);
    expect(findings[0]).toMatchObject({ severity: "error", row: 2, value: "5" });
    expect(findings[0]?.message).toContain("column E, beyond the last header Gross mass (kg)");
    expect(tally.files[0]?.counts.buckets).toMatchObject({ unsent: 2, invalid: 1 });
  });

  test("is not sent either when a blank header stands above, unless a profile says so", async () => {
    const lines = [`${HEADERS},`, "A1,IN,x,1,5"];
    expect(told(await findingsOf(csvOf(...lines)))).toEqual(["row-longer-than-header"]);
    const columns = HEADERS.split(",").map((header) => `  ${header}: ${header}\n`);
    const profile = `version: 1\notherColumns: ignore\ncolumns:\n${columns.join("")}`;
    expect(await findingsOf(csvOf(...lines), { profile })).toEqual([]);
    const longer = csvOf(HEADERS, "A1,IN,x,1,5");
    expect(told(await findingsOf(longer, { profile }))).toEqual(["row-longer-than-header"]);
  });

  test("is not sent from a copy of failed rows, whose header we have made longer", async () => {
    const copy = csvOf(`${HEADERS},,cas-batch reason`, "A1,IN,x,1,5,why", "A2,IN,y,2.5,,why");
    const columns = HEADERS.split(",").map((header) => `  ${header}: ${header}\n`);
    const profile = `version: 1\notherColumns: ignore\ncolumns:\n${columns.join("")}`;
    for (const choices of [{}, { profile }]) {
      expect(told(await findingsOf(copy, choices))).toEqual(["row-longer-than-header"]);
    }
  });

  test("keeps its note when it is of a workbook", async () => {
    const rows: SheetCells = [HEADER, ["PO-1", "IN", "Bolts", "a note"]];
    const findings = await findingsOf([{ name: "a.xlsx", content: workbook({ S: rows }) }]);
    expect(told(findings)).toEqual(["value-without-header D2"]);
  });
});

describe("a doubtful quotation mark in delimited text", () => {
  const HEADERS = "External reference,Direction,Goods description,Commodity code";
  const check = async (lines: readonly string[], profile?: string) => {
    const tally = await checkFiles([{ name: "a.csv", content: lines.join("\n") }], { profile });
    return { findings: [...tally.findings].flat(), buckets: tally.files[0]?.counts.buckets };
  };

  test("stops its own shipment alone, and is told with its cell", async () => {
    const { findings, buckets } = await check([
      HEADERS,
      'A1,IN,"M8" bolts,73181500',
      'A2,IN,Rohr 3" lang,73181500',
      'A3,IN,x,="01012100"',
    ]);
    expect(told(findings)).toEqual(["csv-quote-broken C2"]);
    expect(findings.find(({ code }) => code === "value-repaired")).toMatchObject({ cell: "D4" });
    expect(buckets).toMatchObject({ invalid: 1, unsent: 2 });
  });

  test("is none where a profile says so", async () => {
    const columns = HEADERS.split(",").map((header) => `  ${header}: ${header}\n`);
    const profile = `version: 1\ncsv: { quote: none }\ncolumns:\n${columns.join("")}`;
    const { findings, buckets } = await check([HEADERS, 'A1,IN,"M8" bolts,73181500'], profile);
    expect(findings).toEqual([]);
    expect(buckets).toMatchObject({ unsent: 1 });
  });
});
