// One measurement of the status report in a process of its own: `report-task.ts report LEDGER` writes it, workbook and
// JSON twin, from a ledger that `night-task.ts record` has filled; `report-task.ts workbook LEDGER` the workbook alone,
// `report-task.ts html LEDGER` the HTML page alone;
// `report-task.ts floor LEDGER` lets exceljs' streaming
// writer write the cells of its two large sheets, in the same styles, made from the first rows of each. Prints
// {units, seconds, cpuSeconds, bytes, peakMiB}.
import { createWriteStream } from "node:fs";
import { mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import ExcelJS from "exceljs";
import { openSqliteLedger } from "../src/ledger/sqlite/sqlite-ledger.ts";
import type { TableSheet } from "../src/report/model/sheet.ts";
import { declarationsSheet } from "../src/report/sheets/declarations-sheet.ts";
import { shipmentsSheet } from "../src/report/sheets/shipments-sheet.ts";
import { writeStatusReport, type ReportInput } from "../src/report/status-report.ts";
import { ReportCounts } from "../src/report/survey/report-counts.ts";
import { textValue } from "../src/report/text/workbook-text.ts";
import { cellStyles } from "../src/report/workbook/report-styles.ts";

const TENANT = "BENCH";
const BATCH_ROWS = 500;

const FORMATS: Readonly<Record<string, readonly ("xlsx" | "json" | "html")[]>> = {
  report: ["xlsx", "json"],
  workbook: ["xlsx"],
  html: ["html"],
};

type Cell = readonly [value: ExcelJS.CellValue, style: Partial<ExcelJS.Style>];

interface SampledTable {
  readonly name: string;
  readonly widths: readonly number[];
  readonly rows: readonly (readonly Cell[])[];
}

async function withInput<Result>(
  ledgerPath: string,
  work: (input: ReportInput) => Promise<Result>,
): Promise<Result> {
  const asOf = new Date();
  const ledger = await openSqliteLedger(ledgerPath, { asOfNow: true });
  try {
    return await work({
      books: ledger.books("simulator", TENANT),
      ...{ filter: { latest: true }, runId: null, command: "bench", environment: "simulator" },
      ...{ tenant: TENANT, asOf, timeZone: "Europe/Brussels", completeUpTo: asOf.toISOString() },
      ...{ simulated: true, programVersion: "bench", sender: null, stoppedEarly: null },
    });
  } finally {
    await ledger.close();
  }
}

async function sampled<Row>({ name, columns, lists }: TableSheet<Row>): Promise<SampledTable> {
  const widths = columns.map(({ width }) => width);
  for (const { batches } of lists) {
    for await (const batch of batches) {
      const rows = batch.map((row) =>
        columns.map(({ kind = "text", value, tone }): Cell => {
          const content = value(row);
          return typeof content === "string"
            ? [textValue(content), cellStyles[tone?.(row) ?? "plain"][kind]]
            : [content, cellStyles.plain[kind]];
        }),
      );
      return { name, widths, rows };
    }
  }
  throw new Error(`The ledger has no ${name}`);
}

/** The usual way with exceljs: a row is added, its cells are styled, it is committed. */
async function writeFloor(path: string, tables: readonly SampledTable[], count: number) {
  const writer = new ExcelJS.stream.xlsx.WorkbookWriter({
    ...{ stream: createWriteStream(path), useStyles: true, useSharedStrings: false },
    zip: { zlib: { level: 6 } },
  });
  for (const { name, widths, rows } of tables) {
    const sheet = writer.addWorksheet(name);
    sheet.columns = widths.map((width) => ({ width }));
    for (let number = 0; number < count; number += 1) {
      const cells = rows[number % rows.length] ?? [];
      const row = sheet.addRow(cells.map(([value], at) => (at === 0 ? `DONE-${number}` : value)));
      for (const [at, [, style]] of cells.entries()) row.getCell(at + 1).style = style;
      row.commit();
      if (number % BATCH_ROWS === 0) await nextTurn();
    }
    sheet.commit();
  }
  await writer.commit();
}

const [name = "", ledgerPath = ""] = process.argv.slice(2);
const folder = await mkdtemp(join(tmpdir(), "cas-batch-bench-report-"));
try {
  const path = join(folder, "status-report.xlsx");
  const measured = await withInput(ledgerPath, async (input) => {
    const formats = FORMATS[name];
    if (formats !== undefined) {
      const from = performance.now();
      const { survey } = await writeStatusReport(path, input, { formats });
      return { units: survey.totals.shipments, from };
    }
    if (name !== "floor") throw new Error(`No such task: ${name}`);
    let units = 0;
    for (const { counts } of await input.books.batches(input.filter)) units += counts.shipments;
    const counts = new ReportCounts();
    const tables = [
      await sampled(shipmentsSheet(input, counts)),
      await sampled(declarationsSheet(input, counts)),
    ];
    const from = performance.now();
    await writeFloor(path, tables, units);
    return { units, from };
  });
  const seconds = (performance.now() - measured.from) / 1000;
  const { user, system } = process.cpuUsage();
  const sizes = await Promise.all(
    (await readdir(folder)).map(async (file) => (await stat(join(folder, file))).size),
  );
  process.stdout.write(
    `${JSON.stringify({
      units: measured.units,
      seconds,
      cpuSeconds: (user + system) / 1e6,
      bytes: sizes.reduce((sum, size) => sum + size, 0),
      peakMiB: process.resourceUsage().maxRSS / 1024,
    })}\n`,
  );
} finally {
  await rm(folder, { recursive: true, force: true });
}
