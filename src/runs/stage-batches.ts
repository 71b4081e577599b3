// Stages files in the ledger one after the other: each is a batch that counts as a whole or not at all. The
// newest comes first, so that nothing of an older file is queued, and perhaps sent by another process, for a
// shipment of which a newer one says otherwise. An error that stops the work is part of the result, beside the
// files read before it.
import { randomUUID } from "node:crypto";
import { stat } from "node:fs/promises";
import type { SourceFile } from "../core/cell.ts";
import { systemPath } from "../core/files/file-names.ts";
import { inTime } from "../core/files/regular-file.ts";
import { createAcrossFiles, type AcrossFiles } from "../intake/sinks/across-files.ts";
import type { BatchSink, StageOptions } from "../intake/sinks/batch-sink.ts";
import { lineDraft } from "../intake/sinks/line-draft.ts";
import { stageFile } from "../intake/stage-file.ts";
import { fileDateOf } from "../map/profile/file-date.ts";
import type { Profile } from "../map/profile/profile.ts";
import type { OpenTableOptions } from "../parse/open-table.ts";
import type { ReadFile } from "../report/run-files.ts";
import {
  allowedReferences,
  createLineDecider,
  type AllowAmend,
} from "../submit/limits/decide-line.ts";
import type { Session } from "./session.ts";
import { traceInFile } from "./trace-in-file.ts";

export interface InputFile {
  readonly path: string;
  /** For people. */
  readonly name: string;
  /** Its name on the disk, where `name` tells it from a namesake. */
  readonly fileName?: string;
  /** Under which path the books know it, where it was moved to be read. Absolute. */
  readonly recordedAs?: string;
}

/** The name that profiles and dates in names go by. */
export function fileNameOf({ fileName, name }: Pick<InputFile, "fileName" | "name">): string {
  return fileName ?? name;
}

export interface FileChoices {
  readonly reading: OpenTableOptions;
  readonly onInvalid: StageOptions["onInvalid"];
  /** How a file's sheets and columns are read; null: by the default template. */
  readonly profileOf: (file: InputFile) => Profile | null;
}

export interface StageChoices extends FileChoices {
  readonly allowAmend: AllowAmend;
  readonly retryRefused: boolean;
}

/** Of references whose change was allowed and that no file has ever held: mistyped, or their file is still to come. */
export async function warnOfUnknown(
  { books, log }: Pick<Session, "books" | "log">,
  { allowAmend }: Pick<StageChoices, "allowAmend">,
): Promise<void> {
  const typed = allowedReferences(allowAmend);
  // With the direction or the kind before it.
  const bare = (reference: string): string => reference.slice(reference.indexOf(":") + 1);
  const unknown = await books.unknownReferences([...typed, ...typed.map(bare)]);
  for (const reference of typed) {
    if (!unknown.includes(reference) || !unknown.includes(bare(reference))) continue;
    log(
      "warn",
      "No file has ever held a reference that was allowed: look how it is written there",
      {
        reference,
      },
    );
  }
}

export interface StagedFiles {
  readonly filesRead: readonly ReadFile[];
  /** Names of files that were not read. */
  readonly filesNotRead: readonly string[];
  /** The error that ended it early; null when all files were read. */
  readonly stoppedBy: unknown;
}

/** What of a session staging needs: a dry run has no more. */
export interface StagingSession extends Pick<
  Session,
  "books" | "clock" | "runId" | "onProgress" | "signal"
> {
  readonly settings: Pick<Session["settings"], "acceptedAndBeyond" | "holdsFirst">;
  readonly ledgerAge: Pick<Session["ledgerAge"], "asksFirst">;
}

export async function stageFiles(
  session: StagingSession,
  files: readonly InputFile[],
  choices: StageChoices,
): Promise<StagedFiles> {
  const read = new Map<InputFile, ReadFile>();
  const result = (stoppedBy: unknown): StagedFiles => ({
    filesRead: files.flatMap((file) => read.get(file) ?? []),
    filesNotRead: files.filter((file) => !read.has(file)).map(({ name }) => name),
    stoppedBy,
  });
  try {
    await session.books.dropUnsealedBatches();
    const acrossFiles = createAcrossFiles(files.length);
    for (const dated of await newestFirst(files, choices)) {
      read.set(dated.file, await stage(session, dated, choices, acrossFiles));
    }
    return result(null);
  } catch (error) {
    return result(error);
  }
}

/** A file of a run with what says how new it is. */
interface DatedFile {
  readonly file: InputFile;
  /** Among the files of the run, as they were named. */
  readonly position: number;
  /** The day that its name states, by its profile; ISO 8601. */
  readonly fileDate: string | null;
}

async function newestFirst(
  files: readonly InputFile[],
  { profileOf }: StageChoices,
): Promise<readonly DatedFile[]> {
  const dated = await Promise.all(
    files.map(async (file, position) => {
      const fileDate = fileDateOf(profileOf(file), fileNameOf(file));
      const savedAt = (await savedTime(file.path))?.toISOString() ?? "";
      return { file, position, fileDate, order: `${fileDate ?? ""} ${savedAt}`.trimStart() };
    }),
  );
  return dated.sort((left, right) =>
    left.order === right.order ? 0 : left.order < right.order ? 1 : -1,
  );
}

/** Null when the file cannot be reached: then it cannot be read either. */
async function savedTime(path: string): Promise<Date | null> {
  try {
    return (await inTime(() => stat(systemPath(path)))).mtime;
  } catch {
    return null;
  }
}

async function stage(
  session: StagingSession,
  { file, position, fileDate }: DatedFile,
  choices: StageChoices,
  acrossFiles: AcrossFiles,
): Promise<ReadFile> {
  const { books, clock, runId, settings, onProgress, signal } = session;
  const { acceptedAndBeyond } = settings;
  const askFirst = session.ledgerAge.asksFirst;
  const holdFirst = askFirst && settings.holdsFirst;
  const decide = createLineDecider({ ...choices, acceptedAndBeyond, askFirst, holdFirst });
  const profile = choices.profileOf(file);
  let batchId = "";
  const opened: { file?: SourceFile } = {};
  const sink: BatchSink = {
    open: async (source) => {
      opened.file = source;
      if (batchId !== "") await books.dropUnsealedBatches();
      batchId = randomUUID();
      // Asked after its bytes were read: an earlier time could be that of other bytes.
      const savedAt = await savedTime(file.path);
      const fileTime = savedAt === null ? {} : { fileTime: savedAt };
      const recorded = { ...source, path: file.recordedAs ?? source.path };
      const batch = { batchId, runId, file: recorded, openedAt: clock.now(), fileDate, position };
      await books.openBatch({ ...batch, ...fileTime, profile: profile?.files ?? [] });
    },
    addRows: (rows) => books.addRows(batchId, rows),
    addFindings: (findings) => books.addFindings(batchId, findings),
    addLines: (lines) => books.addLines(batchId, Array.from(lines, lineDraft), decide),
    seal: (end) => {
      const { headerRows, text, carry, numberColumns, headers, profile: lines } = end;
      const form = { headerRows, text, carry, numberColumns, headers, profile: lines };
      return books.sealBatch(batchId, { ...end, form, sealedAt: clock.now() });
    },
  };
  const options = { ...choices, name: file.name, profile, onProgress, signal };
  const watched = acrossFiles.watch(sink, { name: file.name, severities: profile?.severities });
  const form = await stageFile(file.path, watched, options);
  const { file: read } = opened;
  if (read === undefined) throw new Error("A file is staged without being opened");
  return { file: read, form, batchId, trace: (lines) => traceInFile(read, options, lines) };
}
