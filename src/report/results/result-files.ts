// The result files of a run: every shipment line in exactly one of `success.csv`, `failed.csv` and
// `unprocessed.csv`, for people with a spreadsheet program and for scripts. Lines go out as they come
// in, so memory does not grow with the run.
import { createWriteStream, type WriteStream } from "node:fs";
import { once } from "node:events";
import { dirname, join } from "node:path";
import { makeFolder } from "../../core/make-folder.ts";
import { finished } from "node:stream/promises";
import { csvField } from "../text/csv-field.ts";
import { notWritable, replacementFile } from "../text/replacement-file.ts";

const resultKinds = ["success", "failed", "unprocessed"] as const;
export type ResultKind = (typeof resultKinds)[number];

interface ResultRow {
  readonly file: string;
  readonly rows: string;
  readonly reference: string;
  readonly direction: string;
  readonly outcome: string;
  readonly referenceId: string;
  readonly status: string;
  readonly mrn: string;
  readonly reason: string;
}

const headers: Readonly<Record<keyof ResultRow, string>> = {
  file: "File",
  rows: "Rows",
  reference: "External reference",
  direction: "Direction",
  outcome: "Outcome",
  referenceId: "Reference id",
  status: "Status",
  mrn: "MRN",
  reason: "Reason",
};
const members = Object.keys(headers) as (keyof ResultRow)[];

/** By it Excel knows that the file is UTF-8. */
const BYTE_ORDER_MARK = "\ufeff";
/** As in the blank CSV template: what spreadsheet programs on the continent expect. */
const DELIMITER = ";";
const LINE_END = "\r\n";

export interface ResultFiles {
  readonly add: (kind: ResultKind, row: ResultRow) => Promise<void>;
  /** Puts all three in their places. @throws CasBatchError `file-not-writable` */
  readonly commit: () => Promise<void>;
  /** Gives up; safe to call after `commit`. */
  readonly discard: () => Promise<void>;
}

/** @throws CasBatchError `file-not-writable` */
export function createResultFiles(folder: string): ResultFiles {
  const first = join(folder, "success.csv");
  try {
    makeFolder(dirname(first));
  } catch (error) {
    throw notWritable(first, error);
  }
  const files = {
    success: createResultFile(first),
    failed: createResultFile(join(folder, "failed.csv")),
    unprocessed: createResultFile(join(folder, "unprocessed.csv")),
  };
  return {
    add: (kind, row) => files[kind].add(members.map((member) => row[member])),
    commit: async () => {
      for (const kind of resultKinds) await files[kind].commit();
    },
    discard: async () => {
      for (const kind of resultKinds) await files[kind].discard();
    },
  };
}

interface ResultFile {
  readonly add: (fields: readonly string[]) => Promise<void>;
  readonly commit: () => Promise<void>;
  readonly discard: () => Promise<void>;
}

function createResultFile(path: string): ResultFile {
  const target = replacementFile(path);
  const stream = createWriteStream(target.temporaryPath);
  const written = finished(stream);
  // Met by whoever waits below; this keeps a failure from counting as unhandled.
  written.catch(() => undefined);
  stream.write(BYTE_ORDER_MARK + lineOf(members.map((member) => headers[member])));
  const forPeople = async (work: () => Promise<void>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      throw notWritable(path, error);
    }
  };
  return {
    add: (fields) => forPeople(() => write(stream, written, lineOf(fields))),
    commit: () =>
      forPeople(async () => {
        stream.end();
        await written;
        await target.commit();
      }),
    discard: async () => {
      stream.destroy();
      await written.catch(() => undefined);
      await target.discard();
    },
  };
}

async function write(stream: WriteStream, written: Promise<void>, text: string): Promise<void> {
  if (!stream.write(text)) await Promise.race([once(stream, "drain"), written]);
}

function lineOf(fields: readonly string[]): string {
  return fields.map((field) => csvField(field, DELIMITER)).join(DELIMITER) + LINE_END;
}
