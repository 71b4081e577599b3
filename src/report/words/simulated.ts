// The sign of the simulator. Its answers look like those of CAS, so wherever something of it is shown, it says so.
import { NOTHING_FILED } from "../../core/simulator-words.ts";
import type { LineBucket } from "../../ledger/contract/staging.ts";

const NEVER_SENT: ReadonlySet<LineBucket> = new Set(["invalid", "aborted", "unsent"]);

/** Whether what is known of a shipment came from the simulator. */
export function isOfSimulator(bucket: LineBucket, simulated: boolean): boolean {
  return simulated && !NEVER_SENT.has(bucket);
}

/** Shape: `SIMULATOR, nothing was filed with customs: Released by customs`. */
export function saidBySimulator(words: string, isSimulated: boolean): string {
  return isSimulated ? `${NOTHING_FILED}: ${words}` : words;
}
