import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { LineView } from "../../src/ledger/contract/views.ts";
import { writeStatusReport } from "../../src/report/status-report.ts";
import { createReportWorkbook } from "../../src/report/workbook/report-workbook.ts";
import { startTable } from "../../src/report/workbook/table-sheet.ts";
import { hasLibreOffice, OUTSIDE_TIMEOUT_MS, temporaryFolder } from "./outside-programs.ts";
import { openWorkbook, sheetTexts } from "./read-workbook.ts";
import {
  hasPoppler,
  PRINT_MS_MAX,
  printedPages,
  wordsCut,
  type PrintedPage,
} from "./rendered-report.ts";
import {
  AS_OF,
  minutesBefore,
  sampleBatch,
  sampleDeclaration,
  sampleFinding,
  sampleInput,
  sampleLine,
  type SampleContent,
} from "./sample-books.ts";

/** The letters on paper beside those on the screen; below it, size 10 is hard to read. */
const SCALE_MIN = 0.6;

/** Shipments of a night; of each twelve, as many need a person as are asked for. */
function night(shipments: number, troubledOfTwelve: number): SampleContent {
  const lines = Array.from({ length: shipments }, (_, index) => shipment(index, troubledOfTwelve));
  const findings = lines
    .filter(({ bucket }) => bucket === "invalid")
    .map(({ rows: [first] }) =>
      sampleFinding({
        row: first?.row ?? null,
        cell: `F${String(first?.row ?? 0)}`,
        header: "Gross mass (kg)",
        value: "1.234,5,6",
        message: 'Cannot read "1.234,5,6" as a number: it has two decimal marks',
        hint: "Write the number with one decimal mark",
      }),
    );
  return {
    batches: [sampleBatch(lines, { blank: 3 })],
    lines,
    findings,
    documents: lines
      .flatMap(({ declarations, key }) => declarations.map((one) => ({ ...one, key })))
      .slice(0, Math.ceil(shipments / 4))
      .map(({ declarationId, key }, index) => ({
        ...{ declarationId, key, attachmentId: `A-${declarationId}`, documentType: "EAD" },
        fileName: `EAD ${declarationId}.pdf`,
        firstSeenAt: minutesBefore(10),
        file:
          index % 3 === 0
            ? null
            : {
                path: `/srv/customs/documents/${declarationId}-EAD.pdf`,
                ...{ sha256: "0".repeat(64), bytes: 48_213, fetchedAt: minutesBefore(5) },
              },
      })),
    changes: (["outcome", "status", "status-late"] as const).map((what, index) => ({
      ...{ what, key: lines[index]?.key ?? null, declarationId: null, mrn: null, fileName: null },
      ...{ before: "held", after: what === "outcome" ? "accepted" : "Released", at: AS_OF },
      ...{ shipments: null, isOfNewShipment: index === 2 },
    })),
    flow: [{ at: minutesBefore(30), accepted: shipments, refused: 2, finished: shipments - 5 }],
  };
}

function shipment(index: number, troubledOfTwelve: number): LineView {
  const number = String(index).padStart(6, "0");
  const key = { direction: "OUT", externalReference: `ANTWERP-2026-${number}` } as const;
  const line = sampleLine({
    ...{ lineNumber: index + 1, key },
    rows: [
      { sheet: "Shipments", row: index + 2 },
      { sheet: "Goods items", row: index * 2 + 2 },
      { sheet: "Goods items", row: index * 2 + 3 },
    ],
    referenceId: `0197f3a1-5a5e-7c3d-9a1b-${number.padStart(12, "0")}`,
  });
  const declaration = (status: string, errors: readonly object[] = []) =>
    sampleDeclaration(`100${number}`, status, {
      key,
      history: [
        { status: "Submitted", observedAt: minutesBefore(26) },
        { status, observedAt: minutesBefore(20) },
      ],
      errors: errors as never,
    });
  const unsent = { referenceId: null, acceptedAt: null, attempts: 0, versionNumber: null };
  const kind = index % 12;
  if (kind >= troubledOfTwelve) return { ...line, declarations: [declaration("Released")] };
  if (kind % 3 === 0) return { ...line, ...unsent, bucket: "invalid", messageType: null };
  if (kind % 3 === 1) return { ...line, declarations: [declaration("GoodsNotArrived")] };
  const error = {
    ...{ errorCode: "CT-204", message: "Commodity code unknown", fieldReference: [] },
    description: "The commodity code 99999999 does not exist on the day of acceptance",
    ...{ file: "night.xlsx", sheet: "Goods items", cell: `E${String(index * 2 + 2)}` },
    ...{ path: "singleAdministrativeDocument.commodity.classification.id", value: "99999999" },
  };
  return { ...line, declarations: [declaration("CustomsError", [error, error])] };
}

async function printed(content: SampleContent) {
  const path = join(temporaryFolder(), "status-report.xlsx");
  const since = { learnedUpTo: 3, at: minutesBefore(1_440), isReport: true };
  await writeStatusReport(path, sampleInput(content, { timeZone: "Europe/Brussels", since }));
  return { workbook: await openWorkbook(path), pages: printedPages(path) };
}

function counts(pages: readonly PrintedPage[]): Record<string, number> {
  return Object.fromEntries(
    [...Map.groupBy(pages, ({ sheet }) => sheet)].map(([sheet, of]) => [sheet, of.length]),
  );
}

/** What a person must not meet on paper. */
function expectReadable({ workbook, pages }: Awaited<ReturnType<typeof printed>>): void {
  expect(workbook.worksheets.flatMap((sheet) => wordsCut(sheet, pages))).toEqual([]);
  const headers = new Map(
    workbook.worksheets.map(({ name }) => {
      const [texts = []] = sheetTexts(workbook, name);
      return [name, new Set(texts.join(" ").split(" "))];
    }),
  );
  const empty = pages.filter(({ sheet, words }) =>
    words.every((word) => headers.get(sheet)?.has(word) === true),
  );
  expect(empty.filter(({ sheet }) => sheet !== "Summary")).toEqual([]);
  expect(pages.flatMap(({ words }) => words.filter((word) => /^#+$/.test(word)))).toEqual([]);
  expect(Math.max(...pages.map(({ rightEdge }) => rightEdge))).toBeLessThanOrEqual(1);
  for (const { pageSetup, name, columns } of workbook.worksheets) {
    const [, last] = /:\$?([A-Z]+)/.exec(pageSetup.printArea ?? "") ?? [];
    const shown = last === undefined ? columns : columns.slice(0, last.charCodeAt(0) - 64);
    const characters = shown.reduce((sum, { width = 0 }) => sum + width, 0);
    // A4 landscape has some 149 characters of width between its margins.
    expect(149 / characters, name).toBeGreaterThan(SCALE_MIN);
  }
}

describe.skipIf(!hasLibreOffice || !hasPoppler)(
  "a status report on paper",
  { timeout: PRINT_MS_MAX + OUTSIDE_TIMEOUT_MS },
  () => {
    it("shows twelve shipments, all with troubles, on a page for each sheet", async () => {
      const report = await printed(night(12, 12));
      expectReadable(report);
      expect(counts(report.pages)).toEqual({
        ...{
          Summary: 1,
          "Action needed": 1,
          "Changed since last report": 1,
          Shipments: 1,
          Declarations: 1,
          Errors: 1,
        },
        ...{ "Not in files": 1, Attachments: 1, Legend: 2 },
      });
    });

    it("shows 12,000 shipments on pages that can each be read", async () => {
      const report = await printed(night(12_000, 1));
      expectReadable(report);
      const { Summary, "Action needed": actions, Shipments: shipments = 0 } = counts(report.pages);
      expect(Summary).toBe(1);
      expect(actions).toBeGreaterThan(10);
      expect(shipments).toBeLessThan(12_000 / 20);
      for (const { sheet, words } of report.pages) {
        if (sheet === "Shipments") expect(words).toContain("Outcome");
      }
    });

    it("fails this check where a text runs into its neighbour", async () => {
      const path = join(temporaryFolder(), "cut.xlsx");
      const workbook = await createReportWorkbook(path, AS_OF);
      const table = startTable<readonly string[]>(workbook, {
        ...{ name: "Cut", frozenColumns: 1, printedColumns: 2, tabTone: "quiet", emptyNote: "" },
        columns: [
          { header: "Narrow", width: 12, value: ([text = null]) => text },
          { header: "Beside it", width: 12, value: ([, text = null]) => text },
        ],
      });
      table.addRow(["alpha beta gamma delta epsilon", "next"]);
      table.end();
      await workbook.end();
      const sheets = (await openWorkbook(path)).worksheets;
      const pages = printedPages(path);
      const cut = sheets.flatMap((sheet) => wordsCut(sheet, pages));
      expect(cut).toContain("A2 epsilon");
    });
  },
);
