// What a shipment line counts as: once in SQL, for counting, and once for the state of a version. The
// tests of addLines() keep the two in step.
import type { LineBucket, MessageState } from "../../contract/staging.ts";

/** As in the table `versions`; `staged` is queued in a batch that is not sealed yet. */
export type StoredState = MessageState | "staged";

/** For a query over `lines l LEFT JOIN versions v`. */
export const LINE_BUCKET_SQL = `
  coalesce(l.bucket, CASE v.state
    WHEN 'accepted' THEN 'accepted'
    WHEN 'rejected' THEN 'rejected'
    WHEN 'sending' THEN 'unknown'
    WHEN 'unknown' THEN 'unknown'
    WHEN 'held' THEN 'held'
    ELSE 'unsent' END)`;

export function bucketOfState(state: StoredState): LineBucket {
  switch (state) {
    case "accepted":
    case "rejected":
    case "held":
      return state;
    case "sending":
    case "unknown":
      return "unknown";
    case "staged":
    case "queued":
      return "unsent";
  }
}
