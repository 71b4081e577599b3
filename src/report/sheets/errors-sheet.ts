// Everything that is wrong: found by our check, by CAS when it refused a message or validated a
// declaration, by customs. One row each, with the cell wherever it is known.
import { withLeftovers } from "../survey/leftovers.ts";
import type { TracedDeclarationError, RefusedField } from "../../trace/trace-error.ts";
import type { Finding, Severity } from "../../core/finding.ts";
import { problemOrigin, type Problem } from "../../core/errors.ts";
import type { ShipmentKey } from "../../core/shipment.ts";
import type { BatchRecord, DeclarationView, LineView } from "../../ledger/contract/views.ts";
import type { TableSheet, Tone } from "../model/sheet.ts";
import type { ReportCounts } from "../survey/report-counts.ts";
import type { ReportInput } from "../survey/report-input.ts";
import type { ReportSurvey } from "../survey/report-survey.ts";
import { rowOfCell } from "../text/place-words.ts";
import { declarationErrorRecord, refusalRecord } from "../words/error-records.ts";
import { declarationErrorWords } from "../words/declaration-error.ts";
import { correctionHint, originWords } from "../words/value-origin.ts";

/** A finding, or what CAS or customs said in the form of one. */
interface ErrorRow extends Omit<Finding, "file" | "code"> {
  readonly foundBy: string;
  readonly file: string | null;
  readonly code: string | null;
  readonly reference: string | null;
  readonly direction: string | null;
  readonly declarationId: string | null;
  /** Null for what our check found: it names the cell that it read. */
  readonly origin: string | null;
  /** For the JSON twin; undefined where the row above has said it. */
  readonly record: unknown;
}

const OUR_CHECK = "Our check";

const severityTones: Readonly<Record<Severity, Tone>> = {
  error: "bad",
  warning: "wait",
  info: "quiet",
};

export function errorsSheet(
  input: ReportInput,
  {
    totals,
    invalidShipments,
    batches,
  }: Pick<ReportSurvey, "totals" | "invalidShipments" | "batches">,
  counts: ReportCounts,
): TableSheet<ErrorRow> {
  const errors = totals.findings.error + totals.refusals + totals.declarationErrors;
  return {
    name: "Errors",
    frozenColumns: 2,
    printedColumns: 10,
    tabTone: errors > 0 ? "bad" : "good",
    emptyNote: "No errors, no warnings",
    columns: [
      {
        header: "Severity",
        width: 9,
        value: ({ severity }) => severity,
        tone: ({ severity }) => severityTones[severity],
      },
      {
        header: "External reference",
        width: 19,
        kind: "wrapped",
        value: ({ reference }) => reference,
      },
      { header: "What is wrong", width: 44, kind: "wrapped", value: ({ message }) => message },
      { header: "What to do", width: 34, kind: "wrapped", value: ({ hint }) => hint },
      { header: "Value", width: 20, kind: "wrapped", value: ({ value }) => value },
      { header: "File", width: 17, kind: "wrapped", value: ({ file }) => file },
      { header: "Sheet", width: 13, kind: "wrapped", value: ({ sheet }) => sheet },
      { header: "Cell", width: 8, value: ({ cell }) => cell },
      { header: "Column", width: 17, kind: "wrapped", value: ({ header }) => header },
      {
        header: "Found by",
        width: 16,
        kind: "wrapped",
        value: ({ foundBy }) =>
          input.simulated && foundBy !== OUR_CHECK ? `Simulator as ${foundBy}` : foundBy,
      },
      { header: "Row", width: 7, kind: "integer", value: ({ row }) => row },
      { header: "Value comes from", width: 26, kind: "wrapped", value: ({ origin }) => origin },
      { header: "Code", width: 24, value: ({ code }) => code },
      { header: "Direction", width: 10, value: ({ direction }) => direction },
      { header: "Field of the message", width: 44, kind: "wrapped", value: ({ path }) => path },
      { header: "Declaration", width: 24, value: ({ declarationId }) => declarationId },
    ],
    lists: [
      { name: "findings", batches: findings(input, invalidShipments, counts) },
      { name: "errors", batches: errorsOfCas(input, totals, counts, headersOf(batches)) },
    ],
    record: ({ record }) => record,
  };
}

async function* findings(
  { books, filter }: ReportInput,
  invalidShipments: ReportSurvey["invalidShipments"],
  counts: ReportCounts,
): AsyncIterable<readonly ErrorRow[]> {
  for await (const batch of books.findings(filter)) {
    for (const { severity } of batch) counts.findings[severity] += 1;
    yield batch.map((finding) =>
      findingRow(finding, invalidShipments.at(finding)?.line.key ?? null),
    );
  }
}

/** What was refused, then what is wrong with declarations. */
async function* errorsOfCas(
  { books, filter }: ReportInput,
  totals: ReportSurvey["totals"],
  counts: ReportCounts,
  headerAt: HeaderAt,
): AsyncIterable<readonly ErrorRow[]> {
  if (totals.refusals > 0) {
    for await (const lines of withLeftovers(books, filter)) {
      const rows: ErrorRow[] = [];
      for (const line of lines) {
        if (line.problem === null) continue;
        counts.refusals += 1;
        rows.push(...refusalRows(line, line.problem, headerAt));
      }
      yield rows;
    }
  }
  if (totals.declarationErrors === 0) return;
  for await (const declarations of books.declarations(filter, "with-errors")) {
    const rows = declarations.flatMap((declaration) =>
      declaration.errors.map((error) => declarationErrorRow(declaration, error, headerAt)),
    );
    counts.declarationErrors += rows.length;
    yield rows;
  }
}

function findingRow(finding: Finding, key: ShipmentKey | null): ErrorRow {
  return {
    ...finding,
    foundBy: OUR_CHECK,
    reference: key?.externalReference ?? null,
    direction: key?.direction ?? null,
    declarationId: null,
    origin: null,
    record: { ...finding, key },
  };
}

/** The user's own header above a cell; null where it is not known. */
type HeaderAt = (place: {
  readonly file: string | null;
  readonly sheet: string | null;
  readonly cell: string | null;
}) => string | null;

/** Where two files have one name, it is not known which is meant. */
function headersOf(batches: readonly BatchRecord[]): HeaderAt {
  const byName = Map.groupBy(batches, ({ file }) => file.name);
  return ({ file, sheet, cell }) => {
    if (file === null || sheet === null || cell === null) return null;
    const [batch, another] = byName.get(file) ?? [];
    if (batch === undefined || another !== undefined) return null;
    return batch.form?.headers?.[sheet]?.[cell.replace(/\d+$/, "")] ?? null;
  };
}

/** One row for each field that CAS named; one for the refusal as a whole when it named none. */
function refusalRows(line: LineView, problem: Problem, headerAt: HeaderAt): readonly ErrorRow[] {
  const { rows, fileName: file, key, refusedFields: fields } = line;
  const message = problem.detail ?? problem.title ?? problem.rawBody;
  const whole: RefusedField = { sheet: null, cell: null, path: null, value: null, message };
  const [first] = rows;
  return (fields.length > 0 ? fields : [whole]).map((field, index) => ({
    ...field,
    foundBy: "CAS, refused",
    severity: "error",
    file,
    sheet: field.sheet ?? first?.sheet ?? null,
    row: rowOfCell(field.cell) ?? field.row ?? first?.row ?? null,
    header: headerAt({ file, sheet: field.sheet ?? first?.sheet ?? null, cell: field.cell }),
    hint: correctionHint(field) ?? "Correct the value and run the file again",
    code: problemOrigin(problem),
    reference: key.externalReference,
    direction: key.direction,
    declarationId: null,
    origin: originWords(field),
    record: index > 0 ? undefined : refusalRecord(line, problem),
  }));
}

function declarationErrorRow(
  declaration: DeclarationView,
  error: TracedDeclarationError,
  headerAt: HeaderAt,
): ErrorRow {
  const { declarationId, key, summary } = declaration;
  const [field] = error.fieldReference;
  const { currentStatus } = summary;
  return {
    foundBy: `${foundBy(currentStatus)}, ${currentStatus}`,
    severity: "error",
    file: error.file,
    sheet: error.sheet,
    cell: error.cell,
    row: rowOfCell(error.cell) ?? error.row ?? null,
    header: headerAt(error) ?? field?.fieldName ?? null,
    value: error.value,
    message: declarationErrorWords(error),
    hint:
      correctionHint(error) ??
      "Look the declaration up in CAS; the field stands in no cell of ours",
    code: error.errorCode,
    reference: key?.externalReference ?? summary.externalReference,
    direction: key?.direction ?? summary.direction,
    path: error.path ?? field?.path ?? null,
    declarationId,
    origin: error.file === null ? null : originWords(error),
    record: declarationErrorRecord(declaration, error),
  };
}

/** Source: seeds/002, Errors: Invalid is CAS' own validation, the other statuses come from outside. */
function foundBy(status: string): string {
  return status === "Invalid" || status === "ConfigurationError" ? "CAS" : "Customs";
}
