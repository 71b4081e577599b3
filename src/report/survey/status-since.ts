import type { DeclarationView } from "../../ledger/contract/views.ts";
import { timeCell } from "../text/report-time.ts";

/** Since when a declaration has had its status, as far as we know. */
export function statusSince({ history, firstSeenAt, summary }: DeclarationView): Date {
  const seen = history.at(-1)?.observedAt ?? firstSeenAt;
  const updated = timeCell(summary.lastUpdated);
  // CAS is more exact than the search that saw it, unless it updated something else later.
  return updated instanceof Date && updated < seen ? updated : seen;
}
