// Merged cells below the headers, from the bytes of a workbook to what would be sent.
import { randomBytes } from "node:crypto";
import { describe, expect, test } from "vitest";
import { THREAD_FILE_BYTES_MIN } from "../../../src/intake/records/open-records.ts";
import { checkFiles } from "../../support/check-files.ts";
import { workbook, type SheetCells } from "../../support/simple-workbook.ts";

const HEADER = ["External reference", "Direction", "Item number", "Goods description"];
const CODE = "Commodity code";

interface Outcome {
  /** Shape: code and cell. */
  readonly told: readonly string[];
  readonly messages: readonly string[];
  readonly buckets: Readonly<Record<string, number>> | undefined;
}

async function outcomeOf(
  rows: SheetCells,
  mergedCells: readonly string[],
  profile?: string,
): Promise<Outcome> {
  return outcomeOfWorkbook(workbook({ Shipments: rows }, { mergedCells }), profile);
}

async function outcomeOfWorkbook(content: Buffer, profile?: string): Promise<Outcome> {
  const tally = await checkFiles([{ name: "a.xlsx", content }], { profile });
  const findings = [...tally.findings].flat();
  return {
    told: findings.map(({ code, cell }) => `${code} ${cell ?? ""}`),
    messages: findings.map(({ message }) => message),
    buckets: tally.files[0]?.counts.buckets,
  };
}

const threeItems: SheetCells = [
  [...HEADER, CODE],
  ["A1", "IN", "", "Bolts", "73181500"],
  ["A1", "IN", "", "Nuts", ""],
  ["A1", "IN", "", "Pins", ""],
  ["B1", "IN", "", "Bolts", "73181500"],
];

describe("a merged cell", () => {
  test("over the rows of several goods items stops their shipment, and is told once", async () => {
    const { told, messages, buckets } = await outcomeOf(threeItems, ["E2:E4"]);
    expect(told).toEqual(["cells-merged-over-rows E2"]);
    expect(messages[0]).toMatch(/^E2:E4 is one merged cell: .* rows 2 to 4/);
    expect(buckets).toMatchObject({ invalid: 1, unsent: 1 });
  });

  test("that is none changes nothing: blanks below a value are blanks", async () => {
    for (const merged of [[], ["E2:F2"], ["A1:E1"], ["Z2:Z4"], ["E5:E9"]]) {
      const { told, buckets } = await outcomeOf(threeItems, merged);
      expect(told).toEqual([]);
      expect(buckets).toMatchObject({ unsent: 2 });
    }
  });

  test("is found in rows that are scattered, and in several columns", async () => {
    const rows: SheetCells = [
      [...HEADER, CODE, "Gross mass (kg)"],
      ["A1", "IN", "", "Bolts", "73181500", 5],
      ["B1", "IN", "", "Bolts", "", 5],
      ["A1", "IN", "", "Nuts", "73181600", 7],
      ["C1", "IN", "", "Nuts", "73181600", ""],
      ["D1", "IN", "", "Nuts", "73181600", 7],
    ];
    const { told, buckets } = await outcomeOf(rows, ["E2:E3", "F4:F5"]);
    expect(told).toEqual(["cells-merged-over-rows E2", "cells-merged-over-rows F4"]);
    expect(buckets).toMatchObject({ invalid: 3, unsent: 1 });
  });

  test("over the packaging of one goods item says what the blanks say", async () => {
    const rows: SheetCells = [
      [...HEADER, CODE, "Package type", "Package quantity"],
      ["A1", "IN", 1, "Bolts", "73181500", "CT", 5],
      ["", "", "", "", "", "PX", 2],
      ["", "", 1, "", "", "BX", 2],
    ];
    const { told, buckets } = await outcomeOf(rows, ["A2:A4", "B2:B4", "D2:D4", "E2:E4"]);
    expect(told).toEqual([]);
    expect(buckets).toMatchObject({ unsent: 1 });
    const blanks = rows.map((row, at) => (at > 1 ? row.slice(0, -1) : row));
    const again = await outcomeOf(blanks, ["G2:G4"]);
    expect(again.told).toEqual(["cells-merged-over-rows G2"]);
  });

  test("about a shipment may reach over its rows, and not over those of another", async () => {
    const column = "singleAdministrativeDocument.invoiceCurrency";
    const rows: SheetCells = [
      [...HEADER, column],
      ["A1", "IN", "", "Bolts", "EUR"],
      ["A1", "IN", "", "Nuts", ""],
      ["B1", "IN", "", "Nuts", ""],
    ];
    expect(await outcomeOf(rows, ["E2:E3"])).toMatchObject({ told: [], buckets: { unsent: 2 } });
    const both = await outcomeOf(rows, ["E2:E4"]);
    expect(both.told).toEqual(["cells-merged-over-rows E2"]);
    expect(both.buckets).toMatchObject({ invalid: 2 });
  });

  test("of the reference is carried on, and one of a title is no concern", async () => {
    const rows: SheetCells = [
      ["Title"],
      [...HEADER, CODE],
      ["A1", "IN", "", "Bolts", "73181500"],
      ["", "", "", "Nuts", "73181600"],
      ["B1", "OUT", "", "Nuts", "73181600"],
    ];
    const { told, buckets } = await outcomeOf(rows, ["A1:E2", "A3:A4", "B3:B4"]);
    expect(told).toEqual(["header-below-first-row "]);
    expect(buckets).toMatchObject({ unsent: 2 });
  });

  test("is found on the other sheets of a workbook too", async () => {
    const sheets = {
      Shipments: [
        ["External reference", "Direction"],
        ["A1", "IN"],
        ["B1", "IN"],
      ],
      "Goods items": [
        ["External reference", "Item number", "Goods description", CODE],
        ["A1", 1, "Bolts", "73181500"],
        ["A1", 2, "Nuts", ""],
        ["B1", 1, "Nuts", "73181600"],
      ],
    } satisfies Record<string, SheetCells>;
    const content = workbook(sheets, { mergedCells: ["D2:D3"] });
    const tally = await checkFiles([{ name: "a.xlsx", content }]);
    expect([...tally.findings].flat()).toMatchObject([
      { code: "cells-merged-over-rows", sheet: "Goods items", cell: "D2" },
    ]);
    expect(tally.files[0]?.counts.buckets).toMatchObject({ invalid: 1, unsent: 1 });
  });

  test("is known by an address with dollar signs too", async () => {
    expect(await outcomeOf(threeItems, ["$E$2:$E$4"])).toEqual(
      await outcomeOf(threeItems, ["E2:E4"]),
    );
  });

  test("that holds nothing says nothing", async () => {
    const blank = threeItems.map((row, at) => (at === 1 ? row.slice(0, 4) : row));
    expect((await outcomeOf(blank, ["E2:E4"])).told).toEqual([]);
  });

  test("cannot be made less of by a profile", async () => {
    const columns = [...HEADER, CODE].map((header) => `  ${header}: ${header}\n`).join("");
    const profile = `version: 1\ncolumns:\n${columns}`;
    expect((await outcomeOf(threeItems, ["E2:E4"], profile)).told).toEqual([
      "cells-merged-over-rows E2",
    ]);
    const lowered = `${profile}severities:\n  cells-merged-over-rows: warning\n`;
    await expect(outcomeOf(threeItems, ["E2:E4"], lowered)).rejects.toThrow();
  });

  test("that hides another value stops the shipments of both, and is told at the hidden cell", async () => {
    const rows: SheetCells = [
      [...HEADER, "Gross mass (kg)"],
      ["M-1", "IN", "", "Bolts", 1],
      ["M-OLD", "IN", "", "Nuts", 2],
      ["M-2", "IN", "", "Pins", 3],
    ];
    const reference = await outcomeOf(rows, ["A2:A3"]);
    expect(reference.told).toEqual(["value-under-merged-cell A3"]);
    expect(reference.messages).toEqual([
      'External reference cannot be read: A3 holds "M-OLD" under the merged cell A2:A3, which shows "M-1"',
    ]);
    expect(reference.buckets).toMatchObject({ invalid: 2, unsent: 1 });
    const all = await outcomeOf(rows, ["A2:A4"]);
    expect(all.messages[0]).toMatch(/A3 holds "M-OLD" .*, and 1 more below does the same$/);
    expect(all.buckets).toMatchObject({ invalid: 3 });
    const mass = await outcomeOf(rows, ["E3:E4"]);
    expect(mass.told).toEqual(["value-under-merged-cell E4"]);
    expect(mass.buckets).toMatchObject({ invalid: 2, unsent: 1 });
  });

  test("that shows nothing may hide a value, in its row, in its column and in others", async () => {
    const rows: SheetCells = [
      [...HEADER, "Gross mass (kg)", "Net mass (kg)"],
      ["A1", "IN", "", "Bolts", 5, 4],
      ["B1", "IN", "", "Nuts", "", 6],
      ["C1", "IN", "", "Pins", 7, 7],
    ];
    const one = await outcomeOf(rows, ["E2:F2"]);
    expect(one.told).toEqual(["value-under-merged-cell F2"]);
    expect(one.buckets).toMatchObject({ invalid: 1, unsent: 2 });
    const blank = await outcomeOf(rows, ["E3:F3"]);
    expect(blank.messages[0]).toMatch(/F3 holds "6" .*, which shows nothing$/);
    expect(blank.buckets).toMatchObject({ invalid: 1, unsent: 2 });
    // A merged cell that begins left of the table, and one that shows the same in both columns.
    expect((await outcomeOf(rows, ["C2:F3"])).told).toEqual([
      "value-under-merged-cell D2",
      "value-under-merged-cell E2",
      "value-under-merged-cell F2",
    ]);
    const same = await outcomeOf(rows, ["E4:F4"]);
    expect(same).toMatchObject({ told: [], buckets: { unsent: 3 } });
  });

  test("over cells that repeat what it shows, or that are blank, hides nothing", async () => {
    const rows: SheetCells = [
      [...HEADER, CODE, "Colour"],
      ["A1", "IN", 1, "Bolts", "73181500", "red"],
      ["A1", "IN", 2, "Nuts", "73181600", "blue"],
      ["A1", "IN", 3, "Pins", "73181600", "green"],
      ["", "", 4, "Caps", "73181600", ""],
    ];
    for (const merged of [
      ["A2:A5"],
      ["A2:A4", "B2:B4"],
      ["A2:B2"],
      ["A5:B5"],
      ["A2:A5", "F2:F5"],
    ]) {
      const { told, buckets } = await outcomeOf(rows, merged);
      const isDirection = merged.includes("A2:B2");
      expect(told.filter((text) => !text.startsWith("header-unknown"))).toEqual(
        isDirection ? ["value-under-merged-cell B2"] : [],
      );
      expect(buckets).toMatchObject(isDirection ? { invalid: 1 } : { unsent: 1 });
    }
  });

  test("is found in a workbook that is read in a thread, a hundred thousand of them too", async () => {
    const merges = 100_000;
    const rows: SheetCells = [
      [...HEADER, CODE],
      ...Array.from({ length: merges }, (_, at) => [
        [`P${at}`, "IN", "", "Bolts", "73181500"],
        ["", "", "", at === 77_777 ? "Nuts" : "", ""],
      ]).flat(),
    ];
    const mergedCells = Array.from({ length: merges }, (_, at) => `E${2 + 2 * at}:E${3 + 2 * at}`);
    // A file of such a size is read in a thread; what stands there is in no column.
    const noise = randomBytes(THREAD_FILE_BYTES_MIN).toString("base64");
    const ballast = { Notes: (noise.match(/.{1,30000}/g) ?? []).map((text) => [text]) };
    const content = workbook({ Shipments: rows, ...ballast }, { mergedCells });
    expect(content.length).toBeGreaterThan(THREAD_FILE_BYTES_MIN);
    const { told, buckets } = await outcomeOfWorkbook(content);
    expect(told).toEqual(["sheet-ignored ", `cells-merged-over-rows E${2 + 2 * 77_777}`]);
    expect(buckets).toMatchObject({ invalid: 1, unsent: merges - 1 });
  });
});
