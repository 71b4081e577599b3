// Shipment lines as reports show them: what stands in the file, what became of the message, what
// customs made of it.
import type { Connection } from "../file/connection.ts";
import { declarationsOfShipments } from "./declaration-view.ts";
import type { LedgerBooks, LineView, ViewFilter } from "../../ledger.ts";
import type { Problem } from "../../../core/errors.ts";
import type { Reason } from "../../../core/reason.ts";
import { refusedFields } from "./refused-fields.ts";
import { leftoverLines, type LineRow, selectedBatches, selectedLines } from "./selected-lines.ts";
import { readProblem, readReason, readRows } from "../file/stored-json.ts";

type LineViews = Pick<LedgerBooks, "lines" | "leftovers">;

const PAGE_SIZE = 500;

export function lineViews(connection: Connection, booksId: number): LineViews {
  const batchNumbers = selectedBatches(connection, booksId);
  const pageOfLines = selectedLines(connection);
  const loadDeclarations = declarationsOfShipments(connection);
  const toLine = lineOfRow(connection);

  const toViews = (rows: readonly LineRow[]): readonly LineView[] => {
    const ids = rows.map((row) => row.shipment_id).filter((id) => id !== null);
    const declarations = loadDeclarations(ids);
    return rows.map((row) => ({
      ...toLine(row, row.batch_no),
      declarations: declarations.get(row.shipment_id ?? 0) ?? [],
    }));
  };

  async function* lines(filter: ViewFilter): AsyncIterable<readonly LineView[]> {
    for (const batchNo of await connection.read(() => batchNumbers(filter))) {
      for (let after = 0, more = true; more;) {
        const page = await connection.read(() =>
          toViews(pageOfLines(filter, batchNo, after, PAGE_SIZE)),
        );
        if (page.length > 0) yield page;
        after = page.at(-1)?.lineNumber ?? after;
        more = page.length === PAGE_SIZE;
      }
    }
  }

  const pageOfLeftovers = leftoverLines(connection);
  async function* leftovers(runId: string): AsyncIterable<readonly LineView[]> {
    for (let after = 0, more = true; more;) {
      const page = await connection.read(() => {
        const rows = pageOfLeftovers(booksId, runId, after, PAGE_SIZE);
        return { views: toViews(rows), lastId: rows.at(-1)?.line_id ?? after };
      });
      if (page.views.length > 0) yield page.views;
      after = page.lastId;
      more = page.views.length === PAGE_SIZE;
    }
  }
  return { lines, leftovers };
}

function lineOfRow(
  connection: Connection,
): (row: LineRow, batchNo: number) => Omit<LineView, "declarations"> {
  const traceRefusal = refusedFields(connection);
  return (row, batchNo) => {
    const problem = row.problem === null ? null : readProblem(row.problem);
    const rows = readRows(row.rows);
    const { version_id: versionId } = row;
    return {
      batchId: row.batch_id,
      fileName: row.file_name,
      lineNumber: row.line_number,
      key: { direction: row.direction, externalReference: row.external_reference },
      rows,
      bucket: row.bucket,
      reason: reasonOf(row, problem),
      versionNumber: row.version_number,
      messageType: row.message_type,
      referenceId: row.reference_id,
      attempts: row.attempts ?? 0,
      acceptedAt: row.accepted_at === null ? null : new Date(row.accepted_at),
      problem,
      refusedFields:
        problem === null || versionId === null
          ? []
          : traceRefusal({ batchNo, versionId, rows, problem }),
    };
  };
}

function reasonOf(row: LineRow, problem: Problem | null): Reason | null {
  if (row.bucket === "aborted") return { code: "file-rejected" };
  if (row.line_reason !== null) return readReason(row.line_reason);
  if (problem !== null) {
    const { status, title, detail } = problem;
    return { code: "refused", status, title, detail };
  }
  if (row.state === "sending") return { code: "being-sent" };
  return readReason(row.version_reason);
}
