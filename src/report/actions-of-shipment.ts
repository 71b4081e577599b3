// What there is to do about one shipment: the very rows that the status report would have for it.
import type { Finding } from "../core/finding.ts";
import type { BatchRecord, LineView } from "../ledger/contract/views.ts";
import type { Action } from "./survey/action.ts";
import { ActionList } from "./survey/action-list.ts";
import type { ReportInput } from "./survey/report-input.ts";

export type { Action } from "./survey/action.ts";

/** @param findings those in the rows of the line @param batch the one that the line stands in */
export function actionsOfShipment(
  line: LineView,
  {
    findings,
    batch,
  }: { readonly findings: readonly Finding[]; readonly batch: BatchRecord | null },
  input: Pick<ReportInput, "completeUpTo" | "sender" | "simulated" | "environment" | "allowedIn">,
): readonly Action[] {
  const list = new ActionList(batch === null ? [] : [batch], input);
  list.addLine(line);
  for (const finding of findings) list.addFinding(finding);
  return list.sorted();
}
