// What a shipment line counts as, in SQL.
import type { MessageState } from "../../contract/staging.ts";

/** As in the table `versions`; `staged` is queued in a batch that is not sealed yet. */
export type StoredState = MessageState | "staged";

/** Of a line that follows its version, for a query over `versions v`. */
export const VERSION_BUCKET_SQL = `
  CASE v.state
    WHEN 'accepted' THEN 'accepted'
    WHEN 'rejected' THEN 'rejected'
    WHEN 'sending' THEN 'unknown'
    WHEN 'unknown' THEN 'unknown'
    WHEN 'held' THEN 'held'
    ELSE 'unsent' END`;

/** For a query over `lines l LEFT JOIN versions v`. */
export const LINE_BUCKET_SQL = `coalesce(l.bucket, ${VERSION_BUCKET_SQL})`;
