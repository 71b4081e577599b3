// What a run touched: the files that it read and those whose messages it sent, and the shipments that stand in its
// files or whose messages it sent. Its report answers for these, and asks the rules of the ledger of nothing else, so
// that a run takes as long on a large ledger as on a small one.
import type { Connection } from "../file/connection.ts";
import { sameKeySql } from "../file/stored-key.ts";

/** Parameters of a query. Shape: the numbers of rows (JSON). */
export interface Touched {
  readonly runNo: number | null;
  readonly files: string;
  readonly shipments: string;
}

/** The numbers of the files and of the shipments, in a query with `Touched`. */
export const FILES_SQL = "(SELECT value FROM json_each(@files))";
export const SHIPMENTS_SQL = "(SELECT value FROM json_each(@shipments))";

/** Which of the rows that belong to another row are looked at; of tables that are left out, and are small, all. */
const REFERRING = {
  lines: `batch_no IN ${FILES_SQL}`,
  versions: `shipment_id IN ${SHIPMENTS_SQL}`,
  attempts: `version_id IN (SELECT version_id FROM versions WHERE shipment_id IN ${SHIPMENTS_SQL})
    OR run_no = @runNo`,
  declarations: `shipment_id IN ${SHIPMENTS_SQL}`,
  batches: "true",
  runs: "true",
} as const;

/** To be called inside a transaction. */
export function touchedByRun(
  connection: Pick<Connection, "prepare">,
  booksId: number,
): (runId: string) => Touched {
  const selectRun = connection
    .prepare<[number, string], number>("SELECT run_no FROM runs WHERE books_id = ? AND run_id = ?")
    .pluck();
  const selectFiles = connection
    .prepare<[object], number>(
      `SELECT batch_no FROM batches WHERE run_no = @runNo
       UNION SELECT v.batch_no FROM attempts a JOIN versions v USING (version_id) WHERE a.run_no = @runNo`,
    )
    .pluck();
  const ofRun = "batch_no IN (SELECT batch_no FROM batches WHERE run_no = @runNo)";
  // What a line is kept under and whose outcome it shows is the same, unless one of them is damaged.
  const selectShipments = connection
    .prepare<[object], number>(
      `SELECT s.shipment_id FROM lines l JOIN shipments s ON s.books_id = l.books_id AND ${sameKeySql("s", "l")}
       WHERE l.${ofRun}
       UNION SELECT v.shipment_id FROM lines l JOIN versions v USING (version_id) WHERE l.${ofRun}
       UNION SELECT v.shipment_id FROM versions v WHERE v.${ofRun}
       UNION SELECT v.shipment_id FROM attempts a JOIN versions v USING (version_id) WHERE a.run_no = @runNo`,
    )
    .pluck();
  return (runId) => {
    const runNo = selectRun.get(booksId, runId) ?? null;
    return {
      runNo,
      files: JSON.stringify(selectFiles.all({ runNo })),
      shipments: JSON.stringify(selectShipments.all({ runNo })),
    };
  };
}

/** Rows that belong to one that is not there. Shape of each: table and row number. */
export function brokenReferences(
  { prepare }: Pick<Connection, "prepare">,
  touched: Touched,
): readonly string[] {
  const selectReferences = prepare<[string], { readonly parent: string; readonly child: string }>(
    `SELECT "table" AS parent, "from" AS child FROM pragma_foreign_key_list(?)`,
  );
  return Object.entries(REFERRING).flatMap(([table, which]) =>
    selectReferences.all(table).flatMap(({ parent, child }) =>
      prepare<[object], number>(
        `SELECT rowid FROM ${table} AS c WHERE (${which}) AND ${child} IS NOT NULL
           AND NOT EXISTS (SELECT 1 FROM ${parent} p WHERE p.rowid = c.${child})`,
      )
        .pluck()
        .all(touched)
        .map((rowid) => `${table} ${rowid}`),
    ),
  );
}
