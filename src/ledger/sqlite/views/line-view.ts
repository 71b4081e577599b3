// Shipment lines as reports show them: what stands in the file, what became of the message, what
// customs made of it.
import type { Problem } from "../../../core/errors.ts";
import type { Reason } from "../../../core/reason.ts";
import {
  latestLineOf,
  leftoverLines,
  type LineRow,
  selectedBatches,
  selectedLines,
} from "./selected-lines.ts";
import {
  profileLinesSql,
  readProblem,
  readProfileLines,
  readReason,
  readRows,
  dateOrNull,
  readSources,
  type Stored,
} from "../file/stored-json.ts";
import { kindOf } from "../../../core/message-kind.ts";
import { readBackOf } from "../file/stored-read-back.ts";
import { keyOf } from "../file/stored-key.ts";
import { shownBucket } from "../file/line-bucket.ts";
import type { RowRef } from "../../../core/shipment.ts";
import {
  refusalTracer,
  type AcceptedSources,
  type RefusedField,
} from "../../../trace/trace-error.ts";
import type { CurrentHolder } from "../../contract/leases.ts";
import type { HistoryBooks } from "../../contract/history.ts";
import type { LineView, ViewBooks } from "../../contract/views.ts";
import type { Connection } from "../file/connection.ts";
import { declarationsOfShipments } from "./declaration-view.ts";
import { PAGE_SIZE, pagesOf } from "./pages.ts";

export function lineViews(
  connection: Connection,
  booksId: number,
  holder: () => CurrentHolder | null,
): Pick<ViewBooks, "lines" | "leftovers" | "sentFrom"> & Pick<HistoryBooks, "latestLine"> {
  const batchNumbers = selectedBatches(connection, booksId);
  const pageOfLines = selectedLines(connection);
  const selectLatest = latestLineOf(connection, booksId);
  const pageOfLeftovers = leftoverLines(connection, booksId);
  const loadDeclarations = declarationsOfShipments(connection);
  const toLine = lineOfRow(connection);
  const toViews = (rows: readonly LineRow[]): readonly LineView[] => {
    const ids = rows.map((row) => row.shipmentNo).filter((id) => id !== null);
    const declarations = loadDeclarations(ids);
    const sender = holder();
    return rows.map((row) => ({
      ...toLine(row, sender),
      declarations: declarations.get(row.shipmentNo ?? 0) ?? [],
    }));
  };
  const selectSent = connection.prepare<
    [number, string, number],
    Stored<AcceptedSources, "sources" | "sheet" | "profile"> & {
      readonly sources: string;
      readonly profile: string | null;
      readonly rows: string;
    }
  >(
    `SELECT v.payload, v.sources, origin.file_name AS fileName, l.rows,
       ${profileLinesSql("origin")} AS profile
     FROM batches b JOIN lines l USING (batch_no) JOIN versions v USING (version_id)
       JOIN batches origin ON origin.batch_no = v.batch_no
     WHERE b.books_id = ? AND b.batch_id = ? AND l.line_number = ?
       AND origin.file_sha256 = b.file_sha256`,
  );
  return {
    sentFrom: (batchId, lineNumber) =>
      connection.read(() => {
        const row = selectSent.get(booksId, batchId, lineNumber);
        if (row === undefined) return null;
        const { payload, fileName } = row;
        const sheet = readRows(row.rows)[0]?.sheet ?? null;
        const profile = readProfileLines(row.profile);
        return { payload, fileName, sheet, sources: readSources(row.sources), profile };
      }),
    latestLine: (key) =>
      connection.read(() => {
        const row = selectLatest(key);
        return row === null ? null : (toViews([row])[0] ?? null);
      }),
    lines: async function* (filter) {
      for (const batchNo of await connection.read(() => batchNumbers(filter))) {
        yield* pagesOf(
          connection,
          (after) => pageOfLines(filter, batchNo, after, PAGE_SIZE),
          (row) => row.lineNumber,
          toViews,
        );
      }
    },
    leftovers: (runId) =>
      pagesOf(
        connection,
        (after) => pageOfLeftovers(runId, after, PAGE_SIZE),
        (row) => row.lineNo,
        toViews,
      ),
  };
}

function lineOfRow(
  connection: Connection,
): (row: LineRow, sender: CurrentHolder | null) => Omit<LineView, "declarations"> {
  const traceRefusals = refusalsOfLines(connection);
  return (row, sender) => {
    const problem = row.problem === null ? null : readProblem(row.problem);
    const rows = readRows(row.rows);
    const bucket = shownBucket(row, sender?.epoch ?? null);
    return {
      batchId: row.batchId,
      fileName: row.fileName,
      lineNumber: row.lineNumber,
      key: keyOf(row),
      rows,
      bucket,
      reason: reasonOf({ ...row, bucket }, problem, sender),
      versionNumber: row.versionNumber,
      messageKind: row.keyKind,
      // What a kind without message types is kept under says how it may be repeated.
      messageType: kindOf(row.keyKind).isDirected ? row.messageType : null,
      referenceId: row.referenceId,
      attempts: row.attempts ?? 0,
      acceptedAt: dateOrNull(row.acceptedAt),
      problem,
      refusedFields: problem === null ? [] : traceRefusals(row, rows, problem),
      readBack: readBackOf(row),
    };
  };
}

/** Leads what CAS named when it refused a message to the cells of the file that a line shows. */
function refusalsOfLines(
  connection: Connection,
): (row: LineRow, rows: readonly RowRef[], problem: Problem) => readonly RefusedField[] {
  // A message refused before may have come from another file, or from this one before it was
  // edited: then its cells are those of that file, and nothing is known of the cells of this one.
  const select = connection.prepare<
    [number, number],
    { readonly payload: string; readonly sources: string; readonly profile: string | null }
  >(
    `SELECT v.payload, iif(origin.file_sha256 = shown.file_sha256, v.sources, '{}') AS sources,
       iif(origin.file_sha256 = shown.file_sha256, ${profileLinesSql("origin")}, NULL) AS profile
     FROM versions v JOIN batches origin USING (batch_no) JOIN batches shown
     WHERE v.version_id = ? AND shown.batch_no = ?`,
  );
  return ({ batchNo, versionNo }, rows, { errors }) => {
    if (errors.length === 0 || versionNo === null) return [];
    const sent = select.get(versionNo, batchNo);
    if (sent === undefined) return [];
    const sheet = rows[0]?.sheet ?? null;
    const sources = readSources(sent.sources);
    const profile = readProfileLines(sent.profile);
    return errors.map(refusalTracer({ payload: sent.payload, sources, sheet, profile }));
  };
}

function reasonOf(
  row: LineRow,
  problem: Problem | null,
  sender: CurrentHolder | null,
): Reason | null {
  if (row.bucket === "aborted") return { code: "file-rejected" };
  if (row.lineReason !== null) return readReason(row.lineReason);
  if (problem !== null) {
    const { status, title, detail } = problem;
    const since = row.refusedSince === null ? {} : { since: row.refusedSince };
    return { code: "refused", status, title, detail, ...since };
  }
  const { bucket } = row;
  if (row.state === "sending") {
    return { code: bucket === "sending" ? "being-sent" : "interrupted" };
  }
  if (bucket === "unsent" && row.versionReason === null && sender !== null) {
    const { command, processId, hostName } = sender;
    return { code: "waits-for-sender", command, processId, hostName };
  }
  return readReason(row.versionReason);
}
