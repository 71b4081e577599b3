// What became of messages and declarations, minute by minute, so that the report can add up days of any time zone.
import { declarationStatuses } from "../../../core/codes/declaration-statuses.ts";
import type { FlowMinute, ViewBooks } from "../../contract/views.ts";
import type { Connection } from "../file/connection.ts";

interface FlowRow {
  readonly minute: string;
  readonly accepted: number;
  readonly refused: number;
  readonly finished: number;
}

const DONE = JSON.stringify(
  Object.entries(declarationStatuses).flatMap(([status, { stage }]) =>
    stage === "done" ? [status] : [],
  ),
);

export function flowView(connection: Connection, booksId: number): Pick<ViewBooks, "flow"> {
  // A message whose answer was lost counts when it was found to have arrived. A declaration counts once, when it first
  // had a status that ends its usual way.
  const select = connection.prepare<[object], FlowRow>(
    `WITH recent AS (
       SELECT a.outcome, a.ended_at, a.settlement, a.settled_at FROM attempts a INDEXED BY attempts_by_end
         CROSS JOIN runs r USING (run_no)
       WHERE r.books_id = @booksId AND a.ended_at IS NOT NULL
         AND max(a.ended_at, coalesce(a.settled_at, '')) >= @since
     ), moments AS (
       SELECT ended_at AS at, outcome = 'accepted' AS accepted, outcome = 'rejected' AS refused, 0 AS finished
       FROM recent WHERE outcome IN ('accepted', 'rejected')
       UNION ALL
       SELECT settled_at, 1, 0, 0 FROM recent WHERE settlement = 'arrived'
       UNION ALL
       SELECT h.observed_at, 0, 0, 1
       FROM declaration_statuses h INDEXED BY declaration_statuses_by_time
         CROSS JOIN declarations d USING (declaration_no)
       WHERE h.observed_at >= @since AND h.status IN (SELECT value FROM json_each(@done))
         AND d.books_id = @booksId AND d.shipment_id IS NOT NULL
         AND NOT EXISTS (SELECT 1 FROM declaration_statuses e
           WHERE e.declaration_no = h.declaration_no AND e.sequence < h.sequence
             AND e.status IN (SELECT value FROM json_each(@done)))
     )
     SELECT substr(at, 1, 16) AS minute, sum(accepted) AS accepted, sum(refused) AS refused,
       sum(finished) AS finished
     FROM moments WHERE at >= @since GROUP BY 1 ORDER BY 1`,
  );
  return {
    flow: (since) =>
      connection.read(() =>
        select
          .all({ booksId, since: since.toISOString(), done: DONE })
          .map(({ minute, ...counts }): FlowMinute => ({ at: new Date(`${minute}Z`), ...counts })),
      ),
  };
}
