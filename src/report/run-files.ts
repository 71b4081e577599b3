// What a run gives back besides its report: the three result files, and every file that was read as
// an annotated copy. Both are views of the ledger, file by file: only the notes on one file are held.
import { join } from "node:path";
import type { SourceFile } from "../core/cell.ts";
import type { Finding } from "../core/finding.ts";
import type { DeclarationView, LineView } from "../ledger/ledger.ts";
import { annotateFile, type AnnotatedFile, type FileForm } from "./annotate-file.ts";
import { FileNotes } from "./annotate/annotate-notes.ts";
import type { ReportBooks } from "./survey/report-input.ts";
import { createResultFiles, type ResultFiles } from "./results/result-files.ts";
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
 * Leads the errors of declarations to cells of one file, by reading it again: the cells that the
 * ledger knows are those of the file that was sent, which may be another, or this one before it was
 * sorted. Lines that it does not return have no cells in the file.
 */
export type CellTracer = (lines: DeclarationsByLine) => Promise<DeclarationsByLine>;

export interface RunFiles {
  /** Holds `success.csv`, `failed.csv` and `unprocessed.csv`. */
  readonly folder: string;
  readonly annotated: readonly AnnotatedFile[];
}

/**
 * Writes the result files into `folder` and the annotated copies into its folder `annotated`.
 * @throws CasBatchError `file-not-writable`
 */
export async function writeRunFiles(
  folder: string,
  books: Pick<ReportBooks, "lines" | "findings">,
  runId: string,
  files: readonly ReadFile[],
): Promise<RunFiles> {
  const taken = new Set<string>();
  const annotated: AnnotatedFile[] = [];
  await writeResults(folder, books, runId, files, async ({ file, form }, notes) => {
    annotated.push(await annotateFile(file, form, notes, join(folder, "annotated"), taken));
  });
  return { folder, annotated };
}

/**
 * Writes the result files of a run that another one has finished, as the ledger has them now. Its
 * files are not read again, so errors of declarations name fields.
 * @throws CasBatchError `file-not-writable`
 */
export async function renewResultFiles(
  folder: string,
  books: Pick<ReportBooks, "batches" | "lines" | "findings">,
  runId: string,
): Promise<void> {
  const trace: CellTracer = () => Promise.resolve(new Map());
  const files = (await books.batches({ runId })).map(({ file }) => ({ file, trace }));
  await writeResults(folder, books, runId, files, () => Promise.resolve());
}

async function writeResults<File extends Pick<ReadFile, "file" | "trace">>(
  folder: string,
  books: Pick<ReportBooks, "lines" | "findings">,
  runId: string,
  files: readonly File[],
  afterFile: (file: File, notes: FileNotes) => Promise<void>,
): Promise<void> {
  const faulty = await linesWithErrors(books, runId);
  const results = createResultFiles(folder);
  const findings = createCursor(books.findings({ runId }));
  const lines = createCursor(books.lines({ runId }));
  try {
    for (const one of files) {
      const { file } = one;
      const traced = await tracedIn(faulty.get(file.name), one.trace);
      const notes = new FileNotes();
      const isHere = (fileName: string): boolean => fileName === file.name;
      for await (const finding of findings.while((one: Finding) => isHere(one.file))) {
        notes.addFinding(finding);
      }
      for await (const known of lines.while((one: LineView) => isHere(one.fileName))) {
        const line = { ...known, declarations: traced.get(known.lineNumber) ?? known.declarations };
        for (const fault of faultsOfLine(line)) notes.addFault(fault);
        notes.addLine(lineNote(line));
        await addLine(results, notes, line);
      }
      await addRowsWithoutLine(results, notes, file.name);
      await afterFile(one, notes);
    }
    await results.commit();
  } finally {
    await results.discard();
  }
}

/** By the file's name; only what has errors is held. */
async function linesWithErrors(
  books: Pick<ReportBooks, "lines">,
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
  lines: DeclarationsByLine | undefined,
  trace: CellTracer,
): Promise<DeclarationsByLine> {
  if (lines === undefined) return new Map();
  const traced = await trace(lines);
  return new Map(
    [...lines].map(([lineNumber, declarations]) => [
      lineNumber,
      traced.get(lineNumber) ?? declarations.map(withoutCells),
    ]),
  );
}

function withoutCells(declaration: DeclarationView): DeclarationView {
  const nowhere = { file: null, sheet: null, cell: null };
  const errors = declaration.errors.map((error) => ({ ...error, ...nowhere }));
  return { ...declaration, errors };
}

async function addLine(results: ResultFiles, notes: FileNotes, line: LineView): Promise<void> {
  const { outcome, referenceId, status, mrn, reason } = lineNote(line);
  await results.add(resultKind(line), {
    file: line.fileName,
    rows: rowsText(line.rows),
    reference: line.key.externalReference,
    direction: line.key.direction,
    ...{ outcome, referenceId, status, mrn },
    reason: line.bucket === "invalid" ? notes.reasonOfRows(line.rows) : reason,
  });
}

/** Rows and files that never became a shipment have failed as well. */
async function addRowsWithoutLine(
  results: ResultFiles,
  notes: FileNotes,
  file: string,
): Promise<void> {
  for (const { place, reason } of notes.failuresWithoutLine()) {
    await results.add("failed", {
      ...{ file, rows: place, reason },
      ...{ reference: "", direction: "", outcome: "invalid" },
      ...{ referenceId: "", status: "", mrn: "" },
    });
  }
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
  const current = async (): Promise<Item | undefined> => {
    while (at >= batch.length) {
      const next = await iterator.next();
      if (next.done === true) return undefined;
      batch = next.value;
      at = 0;
    }
    return batch[at];
  };
  return {
    while: async function* (fits) {
      for (let item = await current(); item !== undefined; item = await current()) {
        if (!fits(item)) return;
        at += 1;
        yield item;
      }
    },
  };
}
