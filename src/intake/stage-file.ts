// One file from its bytes to shipment lines: open, read row by row, group, map, hand to a sink (the
// ledger, or a tally when nothing is kept). Every row that goes in is accounted for in what comes out;
// a file that cannot be read is rejected whole and stops nothing else.
//
// Most files keep the rows of a shipment together: each shipment is then built as soon as the next one
// begins, and no row is kept. When a reference turns up again after another one, the sink forgets what
// was built and the rows are read once more, brought together by a row stage. All readings go through
// one open file, one hash and one plan (docs/decisions/0014-one-state-of-a-file.md).
import { resolve } from "node:path";
import type { SourceFile } from "../core/cell.ts";
import { UnreadableFileError } from "../core/errors.ts";
import type { Finding } from "../core/finding.ts";
import { openSteadyFile } from "../core/files/steady-file.ts";
import { assertUnchanged } from "../parse/assert-unchanged.ts";
import type { OpenTableOptions } from "../parse/open-table.ts";
import { detectedOf, fileFindings, FileReading, type ReadingMode } from "./file-reading.ts";
import { isTooMuch, openRecords } from "./records/open-records.ts";
import type { RecordSource } from "./records/record-batch.ts";
import type { BatchSink, FileEnd, StageOptions } from "./sinks/batch-sink.ts";

/** The first, one more for scattered rows, one more for merged cells. */
const READINGS_MAX = 3;

export async function stageFile(
  path: string,
  sink: BatchSink,
  options: StageOptions,
): Promise<FileEnd> {
  let source: RecordSource | null = null;
  let end: FileEnd;
  try {
    source = await openRecords(path, tableOptions(options), options.profile);
    try {
      end = await readAll(source, sink, options);
    } catch (error) {
      if (!isTooMuch(error) || source.inThread === undefined) throw error;
      const { inThread } = source;
      await source.close();
      source = await inThread();
      end = await readAll(source, sink, options);
    }
    await assertUnchanged(source.opened.file, options.reading.limits?.stuckMsMax);
  } catch (error) {
    if (!(error instanceof UnreadableFileError)) throw error;
    const opened = source?.opened ?? null;
    await sink.open(
      opened?.file ?? error.file ?? (await describeUnreadable(path, options.name, error.finding)),
    );
    await sink.addFindings([...(opened === null ? [] : fileFindings(opened)), error.finding]);
    end = {
      rejected: true,
      rowsRead: 0,
      rowsBlank: 0,
      layout: opened?.plan.layout ?? null,
      detected: detectedOf(opened?.detected ?? {}, options),
      headerRows: null,
    };
  } finally {
    await source?.close();
  }
  await sink.seal(end);
  return end;
}

async function readAll(
  source: RecordSource,
  sink: BatchSink,
  options: StageOptions,
): Promise<FileEnd> {
  let mode: ReadingMode = { order: "together", merged: null };
  for (let count = 1; count <= READINGS_MAX; count += 1) {
    await sink.open(source.opened.file);
    const outcome = await new FileReading(source, sink, options, mode).read();
    if (outcome.kind === "whole") return outcome.end;
    mode = outcome.mode;
  }
  throw new Error(`A file is not known after ${READINGS_MAX} readings`);
}

/** How a file's bytes are read: by the profile, and by the command line where that says more. */
export function tableOptions({
  reading,
  profile,
  name,
}: Pick<StageOptions, "reading" | "profile" | "name">): OpenTableOptions {
  if (profile === null) return { ...reading, name };
  const { csv, decimalMark } = profile;
  return {
    ...(csv.encoding === null ? {} : { encoding: csv.encoding }),
    ...(csv.delimiter === null ? {} : { delimiter: csv.delimiter }),
    ...(csv.quote === null ? {} : { quote: csv.quote }),
    ...(decimalMark === null ? {} : { decimalMark }),
    ...reading,
    name,
  };
}

/** As much as can be said of a file that cannot be read, so that its rejection stands in the books. */
async function describeUnreadable(
  path: string,
  name: string,
  { code }: Finding,
): Promise<SourceFile> {
  const absolute = resolve(path);
  const unknown = { path: absolute, name, sizeBytes: 0, sha256: "" };
  if (code === "file-read-timeout") return unknown;
  try {
    const file = await openSteadyFile(absolute);
    await file.close();
    return { path: absolute, name, sizeBytes: file.sizeBytes, sha256: file.sha256 };
  } catch {
    return unknown;
  }
}
