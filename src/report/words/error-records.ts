// What CAS refused, and what is wrong with declarations, as documents for programs list it.
import type { Problem } from "../../core/errors.ts";
import type { DeclarationView, LineView } from "../../ledger/contract/views.ts";
import type { TracedDeclarationError } from "../../trace/trace-error.ts";

export function refusalRecord(line: LineView, problem: Problem): object {
  const { rows, fileName: file, key, refusedFields: fields } = line;
  return { source: "cas-refusal", ...key, file, rows, problem, fields };
}

export function declarationErrorRecord(
  { declarationId, key, summary: { currentStatus } }: DeclarationView,
  error: TracedDeclarationError,
): object {
  return { source: "declaration", declarationId, ...key, currentStatus, ...error };
}
