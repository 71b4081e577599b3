// Writes the blank workbook and the blank CSV from the model that the field catalogue gives. The same
// model always gives the same bytes, so that a test can say when a committed template is stale.
import { writeFile } from "node:fs/promises";
import type { TemplateColumn, TemplateModel, TemplateSheet } from "../core/template.ts";
import { BYTE_ORDER_MARK, csvLine } from "./text/csv-field.ts";
import { notWritable } from "../core/files/not-writable.ts";
import { replacementFile } from "./text/replacement-file.ts";
import { addLists, listsOf } from "./template/template-lists.ts";
import { addReadMe } from "./template/template-read-me.ts";
import { addTemplateSheet } from "./template/template-sheet.ts";
import { fixZipTimestamps } from "./template/zip-timestamps.ts";

const CREATED_AT = new Date("2026-01-01T00:00:00Z");

/**
 * Writes the blank workbook: the sheet to read first, the sheets to fill in, the lists.
 * @throws CasBatchError `file-not-writable`
 */
export async function writeTemplateWorkbook(path: string, model: TemplateModel): Promise<void> {
  // Loaded here because checking a file needs none of it, and it takes 20 MiB.
  const { default: ExcelJS } = await import("exceljs");
  const workbook = new ExcelJS.Workbook();
  workbook.creator = "cas-batch";
  workbook.lastModifiedBy = "cas-batch";
  workbook.created = CREATED_AT;
  workbook.modified = CREATED_AT;
  addReadMe(workbook, model);
  const lists = listsOf(model);
  for (const sheet of model.sheets) addTemplateSheet(workbook, sheet, lists, model.words);
  addLists(workbook, model.words.lists, lists);
  const archive = Buffer.from(await workbook.xlsx.writeBuffer());
  fixZipTimestamps(archive);
  await replace(path, archive);
}

/**
 * Writes the blank CSV: the header and one example row. A row that is left in by mistake must never
 * reach CAS, so the example cannot pass the check: where a choice is required it names all choices.
 * A model that has no such column gets no example row.
 * @throws CasBatchError `file-not-writable`
 */
export async function writeTemplateCsv(path: string, model: TemplateModel): Promise<void> {
  const [sheet, ...others] = model.sheets;
  if (sheet === undefined || others.length > 0) {
    throw new RangeError(`A CSV file holds one sheet, the template has ${model.sheets.length}`);
  }
  const rows = [sheet.columns.map(({ header }) => header), ...exampleRow(sheet, model.words.or)];
  await replace(path, BYTE_ORDER_MARK + rows.map(csvLine).join(""));
}

function exampleRow({ columns, examples }: TemplateSheet, or: string): string[][] {
  const isChoice = ({ required, allowedValues }: TemplateColumn): boolean =>
    required && allowedValues.length > 1;
  if (!columns.some(isChoice)) return [];
  const [example = {}] = examples;
  return [
    columns.map((column) =>
      isChoice(column)
        ? column.allowedValues.join(` ${or} `)
        : (example[column.header] ?? column.example),
    ),
  ];
}

async function replace(path: string, content: string | Buffer): Promise<void> {
  const file = replacementFile(path);
  try {
    await writeFile(file.temporaryPath, content);
    await file.commit();
  } catch (error) {
    throw notWritable(path, error);
  } finally {
    await file.discard();
  }
}
