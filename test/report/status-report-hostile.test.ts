import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import ExcelJS from "exceljs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { visibleText } from "../../src/core/text/visible-text.ts";
import type { DeclarationSummary } from "../../src/core/declaration.ts";
import { writeStatusReport } from "../../src/report/status-report.ts";
import { textReason } from "../support/reasons.ts";
import { hostileTexts } from "./hostile-texts.ts";
import {
  convertWithLibreOffice,
  hasLibreOffice,
  hasOpenpyxl,
  linksInOpenpyxl,
  OUTSIDE_TIMEOUT_MS,
  readWithOpenpyxl,
  type SeenCell,
} from "./outside-programs.ts";
import { openWorkbook } from "./read-workbook.ts";
import {
  minutesBefore,
  sampleBatch,
  sampleDeclaration,
  sampleFinding,
  sampleInput,
  sampleLine,
  type SampleContent,
} from "./sample-books.ts";

/** Every text that comes from elsewhere is `text`. */
function everywhere(text: string, index: number) {
  const key = { direction: "OUT", externalReference: text } as const;
  const place = { file: text, sheet: text, cell: text, path: text, value: text };
  const plain = sampleDeclaration(`D-${String(index)}`, "Invalid");
  const summary = Object.fromEntries(
    Object.keys(plain.summary).map((member) => [member, text]),
  ) as unknown as DeclarationSummary;
  const declaration = {
    ...plain,
    ...{ key, declarationId: text, summary: { ...summary, declarationId: text } },
    history: [{ status: text, observedAt: minutesBefore(5) }],
    errors: [
      {
        ...{ errorCode: text, message: text, description: text, ...place },
        fieldReference: [{ fieldName: text, path: text }],
      },
    ],
  };
  const line = sampleLine({
    ...{ lineNumber: index + 1, key, rows: [{ sheet: text, row: 2 }], referenceId: text },
    ...{ bucket: index % 2 === 0 ? "accepted" : "rejected", declarations: [declaration] },
    reason: index % 4 === 0 ? textReason(text) : null,
    problem:
      index % 2 === 0
        ? null
        : {
            ...{ status: 400, title: text, detail: text, rawBody: text },
            errors: [{ path: text, message: text }],
          },
    refusedFields: index % 2 === 0 ? [] : [{ ...place, message: text }],
  });
  const finding = sampleFinding({ ...place, header: text, message: text, hint: text });
  const document = {
    ...{ declarationId: text, key, attachmentId: text, documentType: text, fileName: text },
    firstSeenAt: minutesBefore(5),
    file: { path: text, sha256: text, bytes: 1, fetchedAt: minutesBefore(1) },
  };
  return { line, declaration, finding, document };
}

function hostileNight(): SampleContent {
  const all = hostileTexts.map(everywhere);
  const lines = all.map(({ line }) => line);
  return {
    batches: [sampleBatch(lines)],
    lines,
    findings: all.map(({ finding }) => finding),
    unexplained: all.map(({ declaration }) => ({ ...declaration, key: null })),
    documents: all.map(({ document }) => document),
  };
}

/** What a cell shows of a text. */
function shown(text: string): string {
  return visibleText(text.replace(/\r\n?/g, "\n"));
}

/** By sheet, the columns that show a text as it came, without words of ours around it. */
const verbatim: Readonly<Record<string, readonly string[]>> = {
  Shipments: ["External reference", "Reference id of CAS", "MRN", "LRN"],
  Errors: ["What is wrong", "What to do", "Value", "File", "Sheet", "Cell", "Column"],
  "Not in files": ["External reference", "Status", "MRN", "LRN", "Declaration", "Customs flow"],
  Attachments: ["External reference", "Type", "Name", "Where it is, or what to do", "SHA-256"],
};

function expectTexts(sheets: Readonly<Record<string, SeenCell[][]>>, unescaped: boolean): void {
  const expected = hostileTexts.map(shown);
  for (const [name, headers] of Object.entries(verbatim)) {
    const [head = [], ...rows] = sheets[name] ?? [];
    for (const header of headers) {
      const column = head.findIndex(({ value }) => value === header);
      expect(column, `${name}: ${header}`).toBeGreaterThanOrEqual(0);
      // The rows after the findings on Errors are those of CAS and customs.
      const found = rows.slice(0, expected.length).map((row) => row[column]?.value ?? "");
      const texts = found.map((value) => {
        const text = String(value);
        return unescaped ? text : text.replaceAll("_x005F_", "_");
      });
      for (const [index, text] of texts.entries()) {
        const wanted = expected[index] ?? "";
        const place = `${name}: ${header}, row ${String(index + 2)}`;
        // LibreOffice reads the escape of an escape twice.
        if (unescaped && wanted.includes("_x005F_")) continue;
        if (text.includes("… [cut: the text has ")) expect(wanted.length).toBeGreaterThan(32_767);
        else expect(text, place).toBe(wanted);
      }
    }
  }
}

describe("a status report of hostile texts", { timeout: 3 * OUTSIDE_TIMEOUT_MS }, () => {
  let folder = "";
  let path = "";
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "cas-batch-hostile-"));
    path = join(folder, "status-report.xlsx");
    await writeStatusReport(path, sampleInput(hostileNight()));
  });

  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("takes 200 texts through every column", () => {
    expect(hostileTexts.length).toBeGreaterThanOrEqual(200);
  });

  it.skipIf(!hasOpenpyxl)("links to sheets of its own only", async () => {
    const { worksheets } = await openWorkbook(path);
    const links = linksInOpenpyxl(path);
    expect(links.length).toBeGreaterThan(100);
    expect(links.filter(({ target }) => target !== null)).toEqual([]);
    const sheets = links.map(({ location }) => /^'([^']+)'![A-Z]+\d+$/.exec(location ?? "")?.[1]);
    const names: readonly (string | undefined)[] = worksheets.map(({ name }) => name);
    expect(sheets.filter((name) => !names.includes(name))).toEqual([]);
  });

  it.skipIf(!hasOpenpyxl)("holds no formula for openpyxl, and every text as it came", () => {
    const sheets = readWithOpenpyxl(path);
    const cells = Object.values(sheets).flat(2);
    expect(cells.filter(({ type }) => type === "f" || type === "e")).toEqual([]);
    expectTexts(sheets, false);
  });

  it.skipIf(!hasOpenpyxl)("would be told of a formula", async () => {
    const workbook = new ExcelJS.Workbook();
    workbook.addWorksheet("Planted").getCell("A1").value = { formula: "1+1" };
    const planted = join(folder, "planted.xlsx");
    await workbook.xlsx.writeFile(planted);
    expect(readWithOpenpyxl(planted)["Planted"]?.[0]?.[0]?.type).toBe("f");
  });

  it.skipIf(!hasOpenpyxl || !hasLibreOffice)(
    "holds no formula for LibreOffice, and every text as it came",
    () => {
      const flat = readFileSync(convertWithLibreOffice(path, "fods"), "utf8");
      expect(flat.match(/table:formula=/g)).toBeNull();
      expect(flat).toContain("cmd|");
      const sheets = readWithOpenpyxl(convertWithLibreOffice(path, "xlsx"));
      expect(
        Object.values(sheets)
          .flat(2)
          .filter(({ type }) => type === "f"),
      ).toEqual([]);
      expectTexts(sheets, true);
    },
  );
});
