// What a run gives back besides its report: the three result files, and an annotated copy of every
// file that was read. Both are views of the ledger, file by file: only the notes on one file are held.
import { join } from "node:path";
import type { SourceFile } from "../core/cell.ts";
import type { DeclarationView, LineView, ViewBooks } from "../ledger/contract/views.ts";
import type { FileForm } from "../core/file-form.ts";
import {
  annotateFile,
  type AnnotatedFile,
  type CopyFolder,
  type CopyTimes,
  type FindOriginal,
  TIME_STEP_MS,
} from "./annotate-file.ts";
import { FileNotes } from "./annotate/annotate-notes.ts";
import { createResultFiles } from "./results/result-files.ts";
import { faultsOfLine, lineNote, resultKind } from "./results/result-line.ts";
import { kindOfKey } from "../core/shipment.ts";
import { joinShown } from "./text/join-texts.ts";
import { rowsText } from "./text/rows-text.ts";

/** A file that the run has read, in the order of reading. */
export interface ReadFile {
  readonly file: SourceFile;
  /** Null when it is not known any more: then it gets no annotated copy. */
  readonly form: FileForm | null;
  readonly trace: CellTracer;
  /** Of a run whose files are written again. */
  readonly batchId?: string;
  /** When its copy was written; that of the result files when left out. */
  readonly copiedAt?: Date;
}

/** The declarations of shipments of one file, by the shipments' line numbers. */
export type DeclarationsByLine = ReadonlyMap<number, readonly DeclarationView[]>;

/**
 * Finds the cells of one file that the errors of declarations come from, by reading it again: the
 * ledger knows the cells of the file that was sent, which may be another, or this one before it was
 * sorted. Lines that it leaves out have no cells in the file.
 */
export type CellTracer = (lines: DeclarationsByLine) => Promise<DeclarationsByLine>;

export interface RunFiles {
  /** Holds `success.csv`, `failed.csv` and `unprocessed.csv`. */
  readonly folder: string;
  /** One for each file, in the same order. */
  readonly annotated: readonly AnnotatedFile[];
  /** Why some result files could not be written; the others were. */
  readonly failures: readonly unknown[];
  /** Why some copies could not be. */
  readonly copyFailures: readonly unknown[];
}

/** What the files are made from. */
export interface ResultInput {
  readonly books: Pick<ViewBooks, "lines" | "findings">;
  readonly runId: string;
  /** Until when CAS was searched for declarations; null when it was not. */
  readonly completeUpTo: string | null;
  /** After how long an accepted shipment without a declaration needs action; a day when absent. */
  readonly declarationAfterMs?: number | undefined;
  readonly simulated: boolean;
  /** Null when the copies are not renewed later. */
  readonly times: CopyTimes | null;
  readonly findOriginal?: FindOriginal;
}

/**
 * Writes the result files into `folder` and the annotated copies into its folder `annotated`. Those of an
 * earlier time are replaced, but no copy that was changed since.
 * @throws CasBatchError `file-not-writable` when none can be written
 */
export async function writeRunFiles(
  folder: string,
  { books, runId, times, findOriginal, ...told }: ResultInput,
  files: readonly ReadFile[],
): Promise<RunFiles> {
  const copies: CopyFolder = {
    folder: join(folder, "annotated"),
    taken: new Set(),
    failures: [],
    times,
    ...(findOriginal === undefined ? {} : { findOriginal }),
  };
  const annotated: AnnotatedFile[] = [];
  const { withErrors, hasOtherKinds } = await surveyLines(books, runId);
  const results = await createResultFiles(folder, hasOtherKinds);
  const findings = createCursor(books.findings({ runId }));
  const lines = createCursor(books.lines({ runId }));
  try {
    for (const { file, form, trace, copiedAt } of files) {
      const { name } = file;
      const before = copiedAt ?? times?.before ?? null;
      const unmarked = new Set<string>();
      const namesSheets = form?.text === undefined;
      const telling = { ...told, namesSheets };
      const traced = await tracedIn(trace, withErrors.get(name));
      const notes = new FileNotes();
      for await (const finding of findings.while(({ file: of }) => of === name)) {
        notes.addFinding(finding);
      }
      for await (const known of lines.while(({ fileName }) => fileName === name)) {
        const line = { ...known, declarations: traced.get(known.lineNumber) ?? known.declarations };
        const note = lineNote(line, telling);
        if (hasNewErrors(line, before)) unmarked.add(line.key.externalReference);
        for (const fault of faultsOfLine(line)) notes.addFault(fault);
        notes.addLine(note);
        await results.add(resultKind(line, told), {
          file: name,
          rows: rowsText(line.rows),
          reference: line.key.externalReference,
          direction: line.key.direction ?? "",
          kind: kindOfKey(line.key),
          outcome: note.outcome,
          referenceId: note.referenceId,
          status: note.status,
          mrn: note.mrn,
          reason:
            line.bucket === "invalid" ? notes.reasonOfRows(line.rows, namesSheets) : note.reason,
        });
      }
      // Rows and files that never became a shipment have failed as well.
      for (const { place, reason } of notes.failuresWithoutLine(namesSheets)) {
        await results.add("failed", { file: name, rows: place, outcome: "invalid", reason });
      }
      if (form === null) {
        const remark = `The annotated copy of ${name} stays as it was; submitting the file again makes a new one`;
        annotated.push({ name, path: null, remarks: [remark], older: true });
        continue;
      }
      const ofFile = times === null ? copies : { ...copies, times: { ...times, before } };
      const copy = await annotateFile(file, form, notes, ofFile);
      annotated.push(copy.notRenewed === undefined ? copy : withUnmarked(copy, unmarked));
    }
    const failures = await results.commit();
    return { folder, annotated, failures, copyFailures: copies.failures };
  } finally {
    await results.discard();
  }
}

/** Whether a copy that was written before does not show all that is wrong with a shipment. */
function hasNewErrors({ problem, declarations }: LineView, copiedAt: Date | null): boolean {
  const since = copiedAt === null ? -Infinity : copiedAt.getTime() + TIME_STEP_MS;
  if (problem !== null && copiedAt === null) return true;
  return declarations.some(
    ({ errors, history }) =>
      errors.length > 0 && history.some(({ observedAt }) => observedAt.getTime() > since),
  );
}

const REFERENCES_SHOWN_MAX = 5;

function withUnmarked(copy: AnnotatedFile, references: ReadonlySet<string>): AnnotatedFile {
  if (references.size === 0) return copy;
  const shown = joinShown([...references].slice(0, REFERENCES_SHOWN_MAX), references.size, ", ");
  const remark = `Errors that are not marked in it: those of ${shown}; failed.csv beside it has them all`;
  return { ...copy, remarks: [...copy.remarks, remark] };
}

interface LinesSurvey {
  /** By the file's name; only what has errors is held. */
  readonly withErrors: ReadonlyMap<string, DeclarationsByLine>;
  /** Whether there are messages of other kinds than shipments. */
  readonly hasOtherKinds: boolean;
}

async function surveyLines(books: ResultInput["books"], runId: string): Promise<LinesSurvey> {
  let hasOtherKinds = false;
  const byFile = new Map<string, Map<number, readonly DeclarationView[]>>();
  for await (const lines of books.lines({ runId })) {
    for (const { fileName, lineNumber, key, declarations } of lines) {
      if (key.kind !== undefined) hasOtherKinds = true;
      if (declarations.every(({ errors }) => errors.length === 0)) continue;
      const known = byFile.get(fileName) ?? new Map<number, readonly DeclarationView[]>();
      byFile.set(fileName, known.set(lineNumber, declarations));
    }
  }
  return { withErrors: byFile, hasOtherKinds };
}

/** What is not traced names its field only: never a cell of another file. */
async function tracedIn(
  trace: CellTracer,
  lines: DeclarationsByLine = new Map(),
): Promise<DeclarationsByLine> {
  if (lines.size === 0) return lines;
  // A file that cannot be read once more must not keep back the results of the others.
  const traced = await trace(lines).catch(() => new Map<number, readonly DeclarationView[]>());
  return new Map(
    [...lines].map(([lineNumber, declarations]) => [
      lineNumber,
      traced.get(lineNumber) ?? declarations.map(withoutCells),
    ]),
  );
}

function withoutCells(declaration: DeclarationView): DeclarationView {
  const errors = declaration.errors.map((error) => ({
    ...error,
    file: null,
    sheet: null,
    cell: null,
  }));
  return { ...declaration, errors };
}

interface Cursor<Item> {
  /** The items from where the last call ended, as long as they fit. */
  readonly while: (fits: (item: Item) => boolean) => AsyncGenerator<Item>;
}

/** Reads batches item by item and stops between two of them. */
function createCursor<Item>(batches: AsyncIterable<readonly Item[]>): Cursor<Item> {
  const iterator = batches[Symbol.asyncIterator]();
  let batch: readonly Item[] = [];
  let at = 0;
  return {
    while: async function* (fits) {
      for (;;) {
        for (const item of batch.slice(at)) {
          if (!fits(item)) return;
          at += 1;
          yield item;
        }
        const next = await iterator.next();
        if (next.done === true) return;
        batch = next.value;
        at = 0;
      }
    },
  };
}
