// What a run gives back besides its report: the three result files, and an annotated copy of every
// file that was read. Both are views of the ledger, file by file: only the notes on one file are held.
import { join } from "node:path";
import type { SourceFile } from "../core/cell.ts";
import type { DeclarationView, ViewBooks } from "../ledger/contract/views.ts";
import { annotateFile, type AnnotatedFile, type FileForm } from "./annotate-file.ts";
import { FileNotes } from "./annotate/annotate-notes.ts";
import { createResultFiles } from "./results/result-files.ts";
import { faultsOfLine, lineNote, resultKind } from "./results/result-line.ts";
import { rowsText } from "./text/rows-text.ts";

/** A file that the run has read, in the order of reading. */
export interface ReadFile {
  readonly file: SourceFile;
  readonly form: FileForm;
  readonly trace: CellTracer;
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
  readonly annotated: readonly AnnotatedFile[];
  /** Why some result files could not be written; the others were. */
  readonly failures: readonly unknown[];
  /** Why some copies could not be. */
  readonly copyFailures: readonly unknown[];
}

type RunBooks = Pick<ViewBooks, "lines" | "findings">;

/**
 * Writes the result files into `folder` and the annotated copies into its folder `annotated`.
 * @throws CasBatchError `file-not-writable` when none can be written
 */
export async function writeRunFiles(
  folder: string,
  books: RunBooks,
  runId: string,
  files: readonly ReadFile[],
): Promise<RunFiles> {
  const copies = { folder: join(folder, "annotated"), taken: new Set<string>(), failures: [] };
  const annotated: AnnotatedFile[] = [];
  const failures = await writeResults(
    folder,
    books,
    runId,
    files,
    async ({ file, form }, notes) => {
      annotated.push(await annotateFile(file, form, notes, copies));
    },
  );
  return { folder, annotated, failures, copyFailures: copies.failures };
}

/**
 * Writes the result files of a run that another one has finished, as the ledger has them now. Its
 * files are not read again, so errors of declarations name fields.
 * @returns why some could not be written
 * @throws CasBatchError `file-not-writable` when none can
 */
export async function renewResultFiles(
  folder: string,
  books: RunBooks & Pick<ViewBooks, "batches">,
  runId: string,
): Promise<readonly unknown[]> {
  const trace: CellTracer = () => Promise.resolve(new Map());
  const files = (await books.batches({ runId })).map(({ file }) => ({ file, trace }));
  return writeResults(folder, books, runId, files, () => Promise.resolve());
}

async function writeResults<File extends Pick<ReadFile, "file" | "trace">>(
  folder: string,
  books: RunBooks,
  runId: string,
  files: readonly File[],
  afterFile: (file: File, notes: FileNotes) => Promise<void>,
): Promise<readonly unknown[]> {
  const withErrors = await linesWithErrors(books, runId);
  const results = await createResultFiles(folder);
  const findings = createCursor(books.findings({ runId }));
  const lines = createCursor(books.lines({ runId }));
  try {
    for (const read of files) {
      const { name } = read.file;
      const traced = await tracedIn(read.trace, withErrors.get(name));
      const notes = new FileNotes();
      for await (const finding of findings.while(({ file }) => file === name)) {
        notes.addFinding(finding);
      }
      for await (const known of lines.while(({ fileName }) => fileName === name)) {
        const line = { ...known, declarations: traced.get(known.lineNumber) ?? known.declarations };
        const note = lineNote(line);
        for (const fault of faultsOfLine(line)) notes.addFault(fault);
        notes.addLine(note);
        await results.add(resultKind(line), {
          file: name,
          rows: rowsText(line.rows),
          reference: line.key.externalReference,
          direction: line.key.direction,
          outcome: note.outcome,
          referenceId: note.referenceId,
          status: note.status,
          mrn: note.mrn,
          reason: line.bucket === "invalid" ? notes.reasonOfRows(line.rows) : note.reason,
        });
      }
      // Rows and files that never became a shipment have failed as well.
      for (const { place, reason } of notes.failuresWithoutLine()) {
        await results.add("failed", { file: name, rows: place, outcome: "invalid", reason });
      }
      await afterFile(read, notes);
    }
    return await results.commit();
  } finally {
    await results.discard();
  }
}

/** By the file's name; only what has errors is held. */
async function linesWithErrors(
  books: RunBooks,
  runId: string,
): Promise<ReadonlyMap<string, DeclarationsByLine>> {
  const byFile = new Map<string, Map<number, readonly DeclarationView[]>>();
  for await (const lines of books.lines({ runId })) {
    for (const { fileName, lineNumber, declarations } of lines) {
      if (declarations.every(({ errors }) => errors.length === 0)) continue;
      const known = byFile.get(fileName) ?? new Map<number, readonly DeclarationView[]>();
      byFile.set(fileName, known.set(lineNumber, declarations));
    }
  }
  return byFile;
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
