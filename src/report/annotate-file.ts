// The user's own file back, with what is wrong in it and what became of it: a workbook as a copy with
// notes in it, a text file as the rows that must be corrected. Made only from the very bytes that
// were read, and never in the place of a file that was read.
import { realpath, rm, stat, utimes } from "node:fs/promises";
import { basename, dirname, extname, join } from "node:path";
import type { SourceFile, TextForm } from "../core/cell.ts";
import { CasBatchError } from "../core/errors.ts";
import type { FileForm } from "../core/file-form.ts";
import { makeFolder } from "../core/files/make-folder.ts";
import { portableName, systemPath } from "../core/files/file-names.ts";
import { FileChangedError, openSteadyFile, type SteadyFile } from "../core/files/steady-file.ts";
import { writeFailedCsv } from "./annotate/csv/annotate-csv.ts";
import type { FileNotes } from "./annotate/annotate-notes.ts";
import { annotateWorkbook } from "./annotate/workbook/annotate-workbook.ts";
import { NotEditableError } from "./annotate/package/package-xml.ts";
import { notWritable } from "../core/files/not-writable.ts";
import { replacementFile } from "./text/replacement-file.ts";

type ReadableText = FileForm & {
  readonly headerRows: Readonly<Record<string, number>>;
  readonly text: TextForm;
};

export interface AnnotatedFile {
  /** As people see it. */
  readonly name: string;
  /** Null when there is nothing to write, or it could not be written. */
  readonly path: string | null;
  /** What the copy does not say where it belongs, or why there is none, in words. */
  readonly remarks: readonly string[];
  /** An earlier copy stays in its place. */
  readonly older?: true;
  /** Why there is no copy that shows what is known, where there could be one. */
  readonly notRenewed?: "changed-by-hand" | "original-not-found" | "not-writable";
}

/** By its time a copy is known again: one that a person has corrected since must not be replaced. */
export interface CopyTimes {
  /** The time that the copy gets. */
  readonly writtenAt: Date;
  /** The time of the copy that may be replaced; null when none may. */
  readonly before: Date | null;
}

/** Where copies are written. One that cannot be written takes no other down. */
export interface CopyFolder {
  readonly folder: string;
  /** Names already written there, in small letters. */
  readonly taken: Set<string>;
  /** Why copies could not be written. */
  readonly failures: CasBatchError[];
  /** For copies that are renewed later; null for others. */
  readonly times: CopyTimes | null;
  /** Where the original is by now when it is not at its path; absent where it was read just now. */
  readonly findOriginal?: FindOriginal;
}

export type FindOriginal = (file: SourceFile) => Promise<{ readonly path: string } | null>;

/** Writes the annotated copy of `file`; one of that name is replaced, unless it was changed since. */
export async function annotateFile(
  file: SourceFile,
  form: FileForm,
  notes: FileNotes,
  copies: CopyFolder,
): Promise<AnnotatedFile> {
  try {
    return await writeCopy(file, form, notes, copies);
  } catch (cause) {
    const failure =
      cause instanceof CasBatchError
        ? cause
        : new CasBatchError(
            "file-not-writable",
            `Cannot write the annotated copy of ${file.name}: ${String(cause)}`,
            { cause, hint: "Please report this; the result files hold what the copy would show" },
          );
    copies.failures.push(failure);
    return {
      name: file.name,
      path: null,
      remarks: [`No annotated copy of ${file.name}. ${failure.message}`],
      notRenewed: "not-writable",
    };
  }
}

/** @throws CasBatchError `file-not-writable` */
async function writeCopy(
  file: SourceFile,
  form: FileForm,
  notes: FileNotes,
  { folder, taken, times, findOriginal }: CopyFolder,
): Promise<AnnotatedFile> {
  const { name } = file;
  const nothing = (remark: string): AnnotatedFile => ({ name, path: null, remarks: [remark] });
  const older = (remark: string): AnnotatedFile => ({ ...nothing(remark), older: true });
  const { headerRows, text } = form;
  if (headerRows === null)
    return nothing(`No annotated copy of ${name}: it was not read, and its finding says why`);
  const path = join(folder, freeName(basename(name), text !== undefined, taken));
  try {
    makeFolder(dirname(path));
  } catch (error) {
    throw notWritable(path, error);
  }
  const refuseIfItself = async (original: string): Promise<void> => {
    if ((await realPath(path)) !== (await realPath(original))) return;
    throw new CasBatchError(
      "file-not-writable",
      `Cannot write the annotated copy of ${name} over the file itself`,
      { hint: "Name another folder with --annotate" },
    );
  };
  await refuseIfItself(file.path);
  const old = times === null ? undefined : await stat(path).catch(() => undefined);
  if (old !== undefined && !isOfTime(old.mtimeMs, times?.before ?? null)) {
    const remark = `${path} was changed after it had been written, so it stays as it is`;
    return { ...older(remark), notRenewed: "changed-by-hand" };
  }
  const without = (why: string): AnnotatedFile => ({
    ...(old === undefined
      ? nothing(`No annotated copy of ${name}: ${why}`)
      : older(`${path} stays as it was, for ${name} cannot be marked again: ${why}`)),
    notRenewed: "original-not-found",
  });
  const { original: source, why } = await openOriginal(file, findOriginal);
  if (source === null) return without(why);
  await refuseIfItself(source.path);
  const target = replacementFile(path);
  try {
    await target.discard();
    const remarks =
      text === undefined
        ? await annotateWorkbook(source, target.temporaryPath, notes, headerRows)
        : await failedRows(source, { ...form, headerRows, text }, notes, target.temporaryPath);
    if (remarks === null) {
      // No row is to be corrected any more.
      if (old !== undefined) await rm(path, { force: true });
      return { name, path: null, remarks: [] };
    }
    if (times !== null) await utimes(target.temporaryPath, times.writtenAt, times.writtenAt);
    await target.commit();
    return { name, path, remarks };
  } catch (error) {
    if (error instanceof FileChangedError) {
      return without("it was changed after it had been read");
    }
    if (error instanceof NotEditableError) {
      return nothing(`No annotated copy of ${name}. ${error.message}`);
    }
    throw notWritable(path, error);
  } finally {
    await target.discard();
    await source.close();
  }
}

interface Original extends SteadyFile {
  readonly path: string;
}

/** The file with the very bytes that were read; or why there is none, in words. */
async function openOriginal(
  file: SourceFile,
  find: FindOriginal | undefined,
): Promise<{ readonly original: Original | null; readonly why: string }> {
  const open = async (path: string): Promise<Original | "other" | null> => {
    const opened = await openSteadyFile(path).catch(() => null);
    if (opened === null || opened.sha256 === file.sha256) return opened && { ...opened, path };
    await opened.close();
    return "other";
  };
  const recorded = await open(file.path);
  if (recorded !== null && recorded !== "other") return { original: recorded, why: "" };
  const found = (await find?.(file)) ?? null;
  const original = found === null ? null : await open(found.path);
  if (original !== null && original !== "other") return { original, why: "" };
  const why =
    recorded === null
      ? "it is not there any more, or may not be read"
      : "it was changed after it had been read";
  const searched = `${why}, and no file in the folders around ${file.path} or in those named has its SHA-256 ${file.sha256}`;
  return { original: null, why: find === undefined ? why : searched };
}

/** Every file system keeps a time of an even second as it is, and what is written later shows another. */
export const TIME_STEP_MS = 2_000;

/** The time for copies that are written now. */
export function copyTime(now: Date): Date {
  return new Date(Math.floor(now.getTime() / TIME_STEP_MS) * TIME_STEP_MS);
}

function isOfTime(mtimeMs: number, time: Date | null): boolean {
  return time !== null && Math.round(mtimeMs) === time.getTime();
}

/** Null when no row has failed, and so nothing was written. */
async function failedRows(
  source: SteadyFile,
  { headerRows, text, carry, numberColumns }: ReadableText,
  notes: FileNotes,
  path: string,
): Promise<readonly string[] | null> {
  const [header] = Object.entries(headerRows);
  if (header === undefined) {
    throw new NotEditableError(
      "Its header row is not known, so the file as a whole is to be corrected",
    );
  }
  const [sheet, headerRow] = header;
  const ofSheet = carry?.[sheet];
  const rows = await writeFailedCsv(source, path, notes, {
    ...text,
    sheet,
    headerRow,
    ...(ofSheet === undefined ? {} : { carry: ofSheet }),
    numberColumns: numberColumns?.[sheet] ?? [],
  });
  if (rows === 0) return null;
  return notes.cut === null ? [] : [notes.cut];
}

/**
 * The copy's name. Shape: `march.xlsx`; `march.failed.csv` of a text file, of which a copy of a copy keeps the
 * name. Two files of one name, from different folders, both get a copy. Shape: `march (2).xlsx`.
 */
function freeName(name: string, isText: boolean, taken: Set<string>): string {
  const extension = extname(name);
  const stem = name.slice(0, name.length - extension.length);
  const ending = isText ? `.failed${extension}` : extension;
  const plainStem = isText ? stem.replace(/\.failed$/i, "") : stem;
  let free = portableName(plainStem, ending);
  for (let number = 2; taken.has(free.toLowerCase()); number += 1) {
    free = portableName(`${plainStem} (${String(number)})`, ending);
  }
  taken.add(free.toLowerCase());
  return free;
}

async function realPath(path: string): Promise<string> {
  return realpath(systemPath(path)).catch(() => path);
}
