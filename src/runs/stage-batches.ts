// Stages files in the ledger one after the other: each is a batch that counts as a whole or not at all. An
// error that stops the work is part of the result, beside the files read before it.
import { randomUUID } from "node:crypto";
import type { SourceFile } from "../core/cell.ts";
import { createAcrossFiles, type AcrossFiles } from "../intake/sinks/across-files.ts";
import type { BatchSink, StageOptions } from "../intake/sinks/batch-sink.ts";
import { lineDraft } from "../intake/sinks/line-draft.ts";
import { stageFile } from "../intake/stage-file.ts";
import type { Profile } from "../map/profile/profile.ts";
import type { OpenTableOptions } from "../parse/open-table.ts";
import type { ReadFile } from "../report/run-files.ts";
import { createLineDecider } from "../submit/limits/decide-line.ts";
import type { Session } from "./session.ts";
import { traceInFile } from "./trace-in-file.ts";

export interface InputFile {
  readonly path: string;
  /** For people. */
  readonly name: string;
}

export interface FileChoices {
  readonly reading: OpenTableOptions;
  readonly onInvalid: StageOptions["onInvalid"];
  /** How a file's sheets and columns are read; null: by the default template. */
  readonly profileOf: (file: InputFile) => Profile | null;
}

export interface StageChoices extends FileChoices {
  readonly allowAmend: boolean;
  readonly retryRefused: boolean;
}

export interface StagedFiles {
  readonly filesRead: readonly ReadFile[];
  /** Names of files that were not read. */
  readonly filesNotRead: readonly string[];
  /** The error that ended it early; null when all files were read. */
  readonly stoppedBy: unknown;
}

export async function stageFiles(
  session: Session,
  files: readonly InputFile[],
  choices: StageChoices,
): Promise<StagedFiles> {
  const filesRead: ReadFile[] = [];
  try {
    await session.books.dropUnsealedBatches();
    const acrossFiles = createAcrossFiles(files.length);
    for (const file of files) {
      filesRead.push(await stage(session, file, choices, acrossFiles));
    }
    return { filesRead, filesNotRead: [], stoppedBy: null };
  } catch (error) {
    const filesNotRead = files.slice(filesRead.length).map(({ name }) => name);
    return { filesRead, filesNotRead, stoppedBy: error };
  }
}

async function stage(
  session: Session,
  file: InputFile,
  choices: StageChoices,
  acrossFiles: AcrossFiles,
): Promise<ReadFile> {
  const { books, clock, runId, settings, onProgress, signal } = session;
  const { acceptedAndBeyond } = settings;
  const askFirst = session.ledgerAge.asksFirst;
  const decide = createLineDecider({ ...choices, acceptedAndBeyond, askFirst });
  let batchId = "";
  const opened: { file?: SourceFile } = {};
  const sink: BatchSink = {
    open: async (source) => {
      opened.file = source;
      if (batchId !== "") await books.dropUnsealedBatches();
      batchId = randomUUID();
      await books.openBatch({ batchId, runId, file: source, openedAt: clock.now() });
    },
    addRows: (rows) => books.addRows(batchId, rows),
    addFindings: (findings) => books.addFindings(batchId, findings),
    addLines: (lines) => books.addLines(batchId, Array.from(lines, lineDraft), decide),
    seal: (end) => {
      const { headerRows, text, carry, numberColumns, headers } = end;
      const form = { headerRows, text, carry, numberColumns, headers };
      return books.sealBatch(batchId, { ...end, form, sealedAt: clock.now() });
    },
  };
  const profile = choices.profileOf(file);
  const options = { ...choices, name: file.name, profile, onProgress, signal };
  const watched = acrossFiles.watch(sink, { name: file.name, severities: profile?.severities });
  const form = await stageFile(file.path, watched, options);
  const { file: read } = opened;
  if (read === undefined) throw new Error("A file is staged without being opened");
  return { file: read, form, trace: (lines) => traceInFile(read, options, lines) };
}
