// Everything that is wrong, whoever found it: our own check, CAS when it refused a message, CAS when
// it validated a declaration, customs. One row each, with the cell wherever it is known.
import type { TracedDeclarationError, RefusedField } from "../../trace/trace-error.ts";
import { withLeftovers } from "../survey/leftovers.ts";
import type { Finding, Severity } from "../../core/finding.ts";
import type { Problem } from "../../core/errors.ts";
import type { ShipmentKey } from "../../core/shipment.ts";
import type { DeclarationView, LineView } from "../../ledger/contract/views.ts";
import { rowOfCell } from "../text/place-words.ts";
import type { Tone } from "../workbook/report-styles.ts";
import type { ReportWriter } from "./report-writer.ts";
import { startTable, type ReportCell, type TableSheet } from "../workbook/table-sheet.ts";

const severityTones: Readonly<Record<Severity, Tone>> = {
  error: "bad",
  warning: "wait",
  info: "quiet",
};

export async function writeErrors(writer: ReportWriter): Promise<void> {
  const { totals } = writer.survey;
  const table = startTable(writer.workbook, {
    name: "Errors",
    frozenColumns: 2,
    tabTone:
      totals.findings.error + totals.refusals + totals.declarationErrors > 0 ? "bad" : "good",
    emptyNote: "No errors, no warnings",
    columns: [
      { header: "Found by", width: 22, kind: "text" },
      { header: "Severity", width: 10, kind: "text" },
      { header: "File", width: 26, kind: "wrapped" },
      { header: "Sheet", width: 16, kind: "text" },
      { header: "Cell", width: 8, kind: "text" },
      { header: "Row", width: 7, kind: "integer" },
      { header: "Column", width: 24, kind: "wrapped" },
      { header: "Value", width: 24, kind: "wrapped" },
      { header: "What is wrong", width: 52, kind: "wrapped" },
      { header: "What to do", width: 40, kind: "wrapped" },
      { header: "Code", width: 22, kind: "text" },
      { header: "External reference", width: 20, kind: "text" },
      { header: "Direction", width: 10, kind: "text" },
      { header: "Field of the message", width: 44, kind: "wrapped" },
      { header: "Declaration", width: 18, kind: "text" },
    ],
  });
  await writeFindings(writer, table);
  writer.json.startList("errors");
  if (totals.refusals > 0) await writeRefusals(writer, table);
  if (totals.declarationErrors > 0) await writeDeclarationErrors(writer, table);
  writer.json.endList();
  table.end();
}

async function writeFindings(writer: ReportWriter, table: TableSheet): Promise<void> {
  const { json, input, survey, tally } = writer;
  json.startList("findings");
  for await (const findings of input.books.findings(input.filter)) {
    for (const finding of findings) {
      const key = survey.invalidShipments.at(finding)?.line.key ?? null;
      table.addRow(findingCells(finding, key));
      json.element({ ...finding, key });
      tally.add(`finding ${finding.severity}`);
    }
    await writer.afterBatch(findings.length);
  }
  json.endList();
}

function findingCells(finding: Finding, key: ShipmentKey | null): ReportCell[] {
  return [
    "Our check",
    { text: finding.severity, tone: severityTones[finding.severity] },
    finding.file,
    finding.sheet,
    finding.cell,
    finding.row,
    finding.header,
    finding.value,
    finding.message,
    finding.hint,
    finding.code,
    key?.externalReference ?? null,
    key?.direction ?? null,
    finding.path,
    null,
  ];
}

async function writeRefusals(writer: ReportWriter, table: TableSheet): Promise<void> {
  const { json, input, tally } = writer;
  for await (const lines of withLeftovers(input.books, input.filter)) {
    for (const line of lines) {
      if (line.problem === null) continue;
      tally.add("refusal");
      for (const cells of refusalRows(line, line.problem)) table.addRow(cells);
      const { key, fileName, rows, problem, refusedFields: fields } = line;
      json.element({ source: "cas-refusal", ...key, file: fileName, rows, problem, fields });
    }
    await writer.afterBatch(0);
  }
}

/** One row for each field that CAS named; one for the refusal as a whole when it named none. */
function refusalRows(line: LineView, problem: Problem): ReportCell[][] {
  const { rows, fileName, key, refusedFields } = line;
  const message = problem.detail ?? problem.title ?? problem.rawBody;
  const whole: RefusedField = { sheet: null, cell: null, path: null, value: null, message };
  const [first] = rows;
  return (refusedFields.length > 0 ? refusedFields : [whole]).map((field) => [
    "CAS, refused",
    { text: "error", tone: "bad" },
    fileName,
    field.sheet ?? first?.sheet ?? null,
    field.cell,
    rowOfCell(field.cell) ?? first?.row ?? null,
    null,
    field.value,
    field.message,
    `Correct the ${field.cell === null ? "value" : "cell"} and run the file again`,
    `HTTP ${String(problem.status)}`,
    key.externalReference,
    key.direction,
    field.path,
    null,
  ]);
}

async function writeDeclarationErrors(writer: ReportWriter, table: TableSheet): Promise<void> {
  const { json, input, tally } = writer;
  for await (const declarations of input.books.declarations(input.filter)) {
    for (const declaration of declarations) {
      for (const error of declaration.errors) {
        table.addRow(declarationErrorCells(declaration, error));
        json.element(declarationErrorJson(declaration, error));
      }
      tally.add("declaration error", declaration.errors.length);
    }
    await writer.afterBatch(0);
  }
}

function declarationErrorCells(
  { declarationId, key, summary }: DeclarationView,
  error: TracedDeclarationError,
): ReportCell[] {
  const [field] = error.fieldReference;
  const words = [error.description, error.message].filter((text) => text !== null);
  return [
    `${foundBy(summary.currentStatus)}, ${summary.currentStatus}`,
    { text: "error", tone: "bad" },
    error.file,
    error.sheet,
    error.cell,
    rowOfCell(error.cell),
    field?.fieldName ?? null,
    error.value,
    words.length === 0 ? "No reason given" : [...new Set(words)].join(": "),
    error.cell === null
      ? "Look the declaration up in CAS; the field stands in no cell of ours"
      : "Correct the cell and run the file again",
    error.errorCode,
    key?.externalReference ?? summary.externalReference,
    key?.direction ?? summary.direction,
    error.path ?? field?.path ?? null,
    declarationId,
  ];
}

/** Source: seeds/002, Errors: Invalid is CAS' own validation, the other statuses come from outside. */
function foundBy(status: string): string {
  return status === "Invalid" || status === "ConfigurationError" ? "CAS" : "Customs";
}

function declarationErrorJson(
  { declarationId, key, summary }: DeclarationView,
  error: TracedDeclarationError,
): unknown {
  const { currentStatus } = summary;
  return { source: "declaration", declarationId, ...key, currentStatus, ...error };
}
