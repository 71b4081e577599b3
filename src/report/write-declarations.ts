// A list of declarations that CAS was asked for, as a workbook, or as CSV when the path ends in `.csv`.
import type { DeclarationSummary } from "../core/declaration.ts";
import { statusMeaning } from "../core/codes/declaration-statuses.ts";
import { notWritable } from "../core/files/not-writable.ts";
import type { Column } from "./model/sheet.ts";
import { BYTE_ORDER_MARK, csvLine } from "./text/csv-field.ts";
import { replacementFile } from "./text/replacement-file.ts";
import { timeCell } from "./text/report-time.ts";
import { TextFile } from "./text/text-file.ts";
import { createReportWorkbook } from "./workbook/report-workbook.ts";
import { startTable } from "./workbook/table-sheet.ts";
import { statusTone } from "./words/outcome-meanings.ts";

type Batches = Iterable<readonly DeclarationSummary[]>;

const columns: readonly Column<DeclarationSummary>[] = [
  { header: "Declaration", width: 18, value: ({ declarationId }) => declarationId },
  {
    header: "Status",
    width: 20,
    value: ({ currentStatus }) => currentStatus,
    tone: ({ currentStatus }) => statusTone(currentStatus),
  },
  { header: "What it means", width: 40, value: (one) => statusMeaning(one.currentStatus).meaning },
  { header: "External reference", width: 22, value: ({ externalReference }) => externalReference },
  { header: "Direction", width: 10, value: ({ direction }) => direction },
  { header: "LRN", width: 20, value: ({ lrn }) => lrn },
  { header: "MRN", width: 21, value: ({ mrn }) => mrn },
  { header: "Trader reference", width: 20, value: ({ traderReference }) => traderReference },
  { header: "Customs shipment in CAS", width: 24, value: (one) => one.customsShipmentReference },
  { header: "Jurisdiction", width: 12, value: ({ jurisdiction }) => jurisdiction },
  { header: "Customs flow", width: 18, value: ({ customsFlow }) => customsFlow },
  { header: "Flow step", width: 18, value: ({ customsFlowStep }) => customsFlowStep },
  { header: "Storage location", width: 18, value: ({ storageLocation }) => storageLocation },
  time("Created (UTC)", ({ creationDate }) => creationDate),
  time("Last updated (UTC)", ({ lastUpdated }) => lastUpdated),
];

function time(
  header: string,
  of: (declaration: DeclarationSummary) => string | null,
): Column<DeclarationSummary> {
  return { header, width: 17, kind: "time", value: (declaration) => timeCell(of(declaration)) };
}

/**
 * An earlier file of that name is replaced once the new one is whole.
 * @throws CasBatchError `file-not-writable`
 */
export async function writeDeclarations(
  path: string,
  batches: Batches,
  createdAt: Date,
): Promise<void> {
  const file = replacementFile(path);
  const write = path.toLowerCase().endsWith(".csv") ? writeCsv : writeWorkbook;
  try {
    await file.discard();
    await write(file.temporaryPath, batches, createdAt);
    await file.commit();
  } catch (error) {
    throw notWritable(path, error);
  } finally {
    await file.discard();
  }
}

async function writeCsv(path: string, batches: Batches): Promise<void> {
  const file = new TextFile(path);
  try {
    file.add(BYTE_ORDER_MARK + csvLine(columns.map(({ header }) => header)));
    for (const batch of batches) {
      for (const declaration of batch) {
        file.add(csvLine(columns.map(({ value }) => csvText(value(declaration)))));
      }
      await file.drain();
    }
    await file.flush();
  } finally {
    await file.close();
  }
}

function csvText(value: string | number | Date | null): string {
  return value instanceof Date ? value.toISOString() : String(value ?? "");
}

async function writeWorkbook(path: string, batches: Batches, createdAt: Date): Promise<void> {
  const workbook = await createReportWorkbook(path, createdAt);
  try {
    const table = startTable(workbook, {
      name: "Declarations",
      columns,
      frozenColumns: 1,
      tabTone: "quiet",
      emptyNote: "CAS has no declaration like this",
    });
    for (const batch of batches) {
      batch.forEach(table.addRow);
      await workbook.drain();
    }
    table.end();
    await workbook.end();
  } finally {
    await workbook.abandon();
  }
}
