// What a shipment line counts as, in SQL.
import type { LineBucket, MessageState } from "../../contract/staging.ts";

/** As in the table `versions`; `staged` is queued in a batch that is not sealed yet. */
export type StoredState = MessageState | "staged";

/** Of a line that follows its version, for a query over `versions v`. */
export const VERSION_BUCKET_SQL = `
  CASE v.state
    WHEN 'accepted' THEN 'accepted'
    WHEN 'rejected' THEN 'rejected'
    WHEN 'sending' THEN 'sending'
    WHEN 'unknown' THEN 'unknown'
    WHEN 'held' THEN 'held'
    ELSE 'unsent' END`;

/** For a query over `lines l LEFT JOIN versions v`. */
export const LINE_BUCKET_SQL = `coalesce(l.bucket, ${VERSION_BUCKET_SQL})`;

/** The epoch under which a message was taken from the queue that has no answer; for `versions v`. */
export const SENDING_EPOCH_SQL = `
  iif(v.state = 'sending', (SELECT a.epoch FROM attempts a
    WHERE a.version_id = v.version_id AND a.attempt_number = v.attempts), NULL)`;

/**
 * What is being sent by a process that lives has no outcome yet; left by one that is gone, its outcome is unknown.
 * @param livingEpoch the epoch of the process that may be sending now; null when there is none
 */
export function shownBucket(
  { bucket, sendingEpoch }: { readonly bucket: LineBucket; readonly sendingEpoch: number | null },
  livingEpoch: number | null,
): LineBucket {
  if (bucket !== "sending") return bucket;
  return livingEpoch !== null && sendingEpoch === livingEpoch ? "sending" : "unknown";
}
