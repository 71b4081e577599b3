// Why CAS refused a message, in words for people.
import type { LineView } from "../ledger/ledger.ts";
import { joinShown } from "./cell-text.ts";

export function refusalReason(line: LineView, reasonsMax: number): string {
  const { problem, reason } = line;
  if (problem === null) return reason ?? "CAS gave no reason";
  const summary = problem.detail ?? problem.title ?? `CAS answered ${String(problem.status)}`;
  const fields = problem.errors
    .slice(0, reasonsMax)
    .map(({ path, message }) => (path === "" ? message : `${path}: ${message}`));
  return joinShown([summary, ...fields], problem.errors.length + 1, "\n");
}
