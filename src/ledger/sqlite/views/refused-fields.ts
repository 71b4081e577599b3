// What CAS named when it refused a message, led back to the cells of the file that a line shows.
import { fieldLocator } from "../../../trace/field-locator.ts";
import { parseFieldPath } from "../../../trace/field-path.ts";
import type { Problem } from "../../../core/errors.ts";
import type { RowRef } from "../../../core/shipment.ts";
import type { Connection } from "../file/connection.ts";
import type { RefusedField } from "../../ledger.ts";
import { readSources } from "../file/stored-json.ts";

interface RefusedLine {
  readonly batchNo: number;
  readonly versionId: number;
  readonly rows: readonly RowRef[];
  readonly problem: Problem;
}

/** To be called inside a transaction. */
export function refusedFields(
  connection: Connection,
): (line: RefusedLine) => readonly RefusedField[] {
  // A message refused before may have come from another file, or from this one before it was
  // edited: then its cells are those of that file, and nothing is known of the cells of this one.
  const select = connection.prepare<
    [number, number],
    { readonly payload: string; readonly sources: string }
  >(
    `SELECT v.payload, iif(origin.file_sha256 = shown.file_sha256, v.sources, '{}') AS sources
     FROM versions v JOIN batches origin USING (batch_no) JOIN batches shown
     WHERE v.version_id = ? AND shown.batch_no = ?`,
  );
  return ({ batchNo, versionId, rows, problem }) => {
    const sent = problem.errors.length === 0 ? undefined : select.get(versionId, batchNo);
    if (sent === undefined) return [];
    const sheet = rows[0]?.sheet ?? null;
    const { payload } = sent;
    const locate = fieldLocator({ payload, sources: readSources(sent.sources), sheet });
    return problem.errors.map(({ path, message }) => {
      // These are paths of the request, which is JSON. Source: assumed.
      const place = locate(parseFieldPath(path, 0));
      return { ...place, path: place.path ?? (path === "" ? null : path), message };
    });
  };
}
