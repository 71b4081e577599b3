// Traces errors of declarations to the cells of one file, which is read once more for it. The ledger keeps
// the cells of the file that was sent; an unchanged shipment of a later file has cells of its own, and
// keeping those of every shipment would cost more than this, which few files need.
import type { SourceFile } from "../core/cell.ts";
import type { ProfileLines } from "../core/profile-line.ts";
import type { BatchSink, ShipmentLine, StageOptions } from "../intake/sinks/batch-sink.ts";
import { stageFile } from "../intake/stage-file.ts";
import type { DeclarationView } from "../ledger/contract/views.ts";
import { errorTracer, type AcceptedSources } from "../trace/trace-error.ts";
import type { DeclarationsByLine } from "../report/run-files.ts";

/**
 * @param options as the file was read before, so that its lines have the same numbers
 * @param lines the declarations to trace, by the numbers of their lines
 * @returns only lines that the file holds; none when it was changed since
 */
export async function traceInFile(
  file: SourceFile,
  options: StageOptions,
  lines: DeclarationsByLine,
): Promise<DeclarationsByLine> {
  let found: ShipmentLine[] = [];
  let isSame = false;
  const nothing = (): Promise<void> => Promise.resolve();
  const sink: BatchSink = {
    open: (opened) => {
      found = [];
      isSame = opened.sha256 === file.sha256;
      return nothing();
    },
    addRows: nothing,
    addFindings: nothing,
    addLines: (all) => {
      const added = [...all];
      if (isSame) found.push(...added.filter(({ lineNumber }) => lines.has(lineNumber)));
      return Promise.resolve(added.map(() => "unchanged"));
    },
    seal: nothing,
  };
  // Also after an interruption: the results name the cells of what was sent before it.
  const { signal } = new AbortController();
  const end = await stageFile(file.path, sink, { ...options, signal, onProgress: () => undefined });
  const profile = end.profile ?? null;
  return new Map(
    found.map((line) => [
      line.lineNumber,
      declarationsIn(file, line, profile, lines.get(line.lineNumber) ?? []),
    ]),
  );
}

function declarationsIn(
  file: SourceFile,
  { message, rows }: ShipmentLine,
  profile: ProfileLines | null,
  declarations: readonly DeclarationView[],
): readonly DeclarationView[] {
  return declarationsTraced(
    message === null
      ? null
      : {
          payload: JSON.stringify(message.body),
          sources: message.sources,
          profile,
          fileName: file.name,
          sheet: rows[0]?.sheet ?? null,
        },
    declarations,
  );
}

/** The errors of declarations led to the cells of one message. */
export function declarationsTraced(
  sent: AcceptedSources | null,
  declarations: readonly DeclarationView[],
): readonly DeclarationView[] {
  const trace = errorTracer(sent);
  // Each traced error has at most one field, so it is traced to one place again.
  return declarations.map((one) => ({ ...one, errors: one.errors.flatMap(trace) }));
}
