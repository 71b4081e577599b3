// Whether an unsealed batch is still being staged, as far as can be seen from here.
import {
  isCertainlyDead,
  isVisible,
  markOfThisProcess,
  type ProcessMark,
} from "../../../core/files/process-mark.ts";

export interface OpenBatch extends ProcessMark {
  readonly batchNo: number;
  readonly aliveUntil: string | null;
}

/** The columns of an open batch `b`. */
export const OPEN_BATCH_SQL = `b.batch_no AS batchNo, b.process_id AS processId,
  b.process_start AS processStart, b.process_space AS processSpace, b.host_name AS hostName,
  b.alive_until AS aliveUntil`;

/** A batch of this process is abandoned: it stages one run at a time and asks before it begins. */
export function batchLife(batch: OpenBatch): "staged" | "abandoned" | "not seen from here" {
  if (!isVisible(batch)) return "not seen from here";
  const isOwn = batch.processId === markOfThisProcess().processId;
  return isOwn || isCertainlyDead(batch) ? "abandoned" : "staged";
}
