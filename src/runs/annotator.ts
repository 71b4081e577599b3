// Notes the findings while files are checked, and writes each annotated copy when its file is done: a check
// keeps no books from which it could be made later.
import type { SourceFile } from "../core/cell.ts";
import type { CasBatchError } from "../core/errors.ts";
import type { RowRef } from "../core/shipment.ts";
import type { BatchSink, FileEnd, ShipmentLine } from "../intake/sinks/batch-sink.ts";
import { annotateFile, type AnnotatedFile, type CopyFolder } from "../report/annotate-file.ts";
import { FileNotes, type LineNote } from "../report/annotate/annotate-notes.ts";

export interface Annotator {
  /** A sink that passes everything on and notes it. */
  readonly watch: (sink: BatchSink) => BatchSink;
  /** One for each file that was sealed. */
  readonly written: readonly AnnotatedFile[];
  /** Why some could not be written; the others were. */
  readonly failures: readonly CasBatchError[];
}

interface CheckedLine {
  readonly rows: readonly RowRef[];
  readonly isValid: boolean;
}

/** @param folder where the copies go */
export function createAnnotator(folder: string): Annotator {
  const written: AnnotatedFile[] = [];
  const copies: CopyFolder = { folder, taken: new Set(), failures: [], times: null };
  return {
    written,
    failures: copies.failures,
    watch: (sink) => {
      let file: SourceFile | null = null;
      let notes = new FileNotes();
      let lines: CheckedLine[] = [];
      return {
        open: async (opened) => {
          file = opened;
          notes = new FileNotes();
          lines = [];
          await sink.open(opened);
        },
        addRows: sink.addRows,
        addFindings: async (findings) => {
          for (const finding of findings) notes.addFinding(finding);
          await sink.addFindings(findings);
        },
        addLines: (added) => sink.addLines(noting(added, lines)),
        seal: async (end) => {
          await sink.seal(end);
          if (file === null) throw new Error("A file is sealed before it is opened");
          for (const line of lines) notes.addLine(noteOf(line, end));
          written.push(await annotateFile(file, end, notes, copies));
        },
      };
    },
  };
}

/** Lines are built while they are read, so they are noted as they pass. */
function* noting(lines: Iterable<ShipmentLine>, noted: CheckedLine[]): Generator<ShipmentLine> {
  for (const line of lines) {
    noted.push({ rows: line.rows, isValid: line.message !== null || line.isAborted === true });
    yield line;
  }
}

function noteOf({ rows, isValid }: CheckedLine, { rejected }: FileEnd): LineNote {
  const isAborted = isValid && rejected;
  const reason = isAborted
    ? "The file was rejected as a whole, so nothing of it would be sent"
    : "";
  return {
    rows,
    referenceId: "",
    status: "",
    mrn: "",
    reason,
    reasonWithoutPlaces: reason,
    outcome: !isValid ? "invalid" : isAborted ? "aborted" : "ready",
    isFailed: !isValid || isAborted,
  };
}
