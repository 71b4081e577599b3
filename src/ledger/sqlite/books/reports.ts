// The reports that runs have written, so that the next one can say what changed since.
import * as z from "zod";
import type { KnownReport, ReportBooks, ReportScopeName } from "../../contract/learned.ts";
import type { Connection } from "../file/connection.ts";
import { runNumbers } from "./runs.ts";

interface ReportRow {
  readonly runId: string;
  readonly scope: ReportScopeName;
  readonly asOf: string;
  readonly learnedUpTo: number;
  readonly files: string;
}

const filesSchema = z.array(
  z.object({ path: z.string(), sizeBytes: z.number(), sha256: z.string() }),
);
const REPORTS = `SELECT r.run_id AS runId, p.scope, p.as_of AS asOf, p.learned_no AS learnedUpTo, p.files
  FROM reports p JOIN runs r USING (run_no)`;

export function reports(connection: Connection, booksId: number): ReportBooks {
  const lastReport = connection.prepare<[number, string, number], ReportRow>(
    `${REPORTS} WHERE p.books_id = ? AND p.scope = ? AND p.learned_no <= ?
     ORDER BY p.report_no DESC LIMIT 1`,
  );
  const ofRun = connection.prepare<[number, string], ReportRow>(
    `${REPORTS} WHERE p.books_id = ? AND r.run_id = ? ORDER BY p.report_no DESC LIMIT 1`,
  );
  const insertReport = connection.prepare<[number, number, string, string, number, string]>(
    "INSERT INTO reports (books_id, run_no, scope, as_of, learned_no, files) VALUES (?, ?, ?, ?, ?, ?)",
  );
  const runNumber = runNumbers(connection, booksId);
  return {
    lastReport: (scope, upTo) =>
      connection.read(() => reportOf(lastReport.get(booksId, scope, upTo))),
    reportOfRun: (runId) => connection.read(() => reportOf(ofRun.get(booksId, runId))),
    recordReport: ({ runId, scope, asOf, learnedUpTo, files }) =>
      connection.write(() => {
        const written = JSON.stringify(files);
        const number = runNumber(runId);
        insertReport.run(booksId, number, scope, asOf.toISOString(), learnedUpTo, written);
      }),
  };
}

function reportOf(row: ReportRow | undefined): KnownReport | null {
  if (row === undefined) return null;
  const files = filesSchema.parse(JSON.parse(row.files));
  return { ...row, asOf: new Date(row.asOf), files };
}
