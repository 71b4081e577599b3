// When a declaration came to the status that it has.
import type { DeclarationView } from "../../ledger/contract/views.ts";
import { timeCell } from "../text/report-time.ts";

/** Since when a declaration has had its status, as far as we saw it. */
export function statusSince({ history, firstSeenAt, summary }: DeclarationView): Date {
  const seen = history.at(-1)?.observedAt ?? firstSeenAt;
  const updated = timeCell(summary.lastUpdated);
  // CAS knows better than our look, unless it updated something else after the status.
  return updated instanceof Date && updated < seen ? updated : seen;
}
