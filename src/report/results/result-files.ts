// The result files of a run: every shipment line in exactly one of `success.csv`, `failed.csv` and
// `unprocessed.csv`, for people with a spreadsheet program and for scripts.
import { makeFolder } from "../../core/files/make-folder.ts";
import { BYTE_ORDER_MARK, csvLine } from "../text/csv-field.ts";
import { join } from "node:path";
import { notWritable, replacementFile } from "../text/replacement-file.ts";
import { TextFile } from "../text/text-file.ts";

const resultKinds = ["success", "failed", "unprocessed"] as const;
export type ResultKind = (typeof resultKinds)[number];

const headers = {
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
const members = Object.keys(headers) as (keyof typeof headers)[];
type ResultRow = Partial<Readonly<Record<keyof typeof headers, string>>>;

interface ResultFiles {
  /** @throws CasBatchError `file-not-writable` */
  readonly add: (kind: ResultKind, row: ResultRow) => Promise<void>;
  /** Puts all three in their places. @throws CasBatchError `file-not-writable` */
  readonly commit: () => Promise<void>;
  /** Gives up; safe to call after `commit`. */
  readonly discard: () => Promise<void>;
}

/** @throws CasBatchError `file-not-writable` */
export async function createResultFiles(folder: string): Promise<ResultFiles> {
  const files = {
    success: resultFile(join(folder, "success.csv")),
    failed: resultFile(join(folder, "failed.csv")),
    unprocessed: resultFile(join(folder, "unprocessed.csv")),
  };
  const discard = async (): Promise<void> => {
    for (const kind of resultKinds) await files[kind].discard();
  };
  try {
    makeFolder(folder);
  } catch (error) {
    throw notWritable(join(folder, "success.csv"), error);
  }
  await discard();
  return {
    add: (kind, row) => files[kind].add(row),
    commit: async () => {
      for (const kind of resultKinds) await files[kind].commit();
    },
    discard,
  };
}

function resultFile(path: string): {
  readonly add: (row: ResultRow) => Promise<void>;
  readonly commit: () => Promise<void>;
  readonly discard: () => Promise<void>;
} {
  const target = replacementFile(path);
  const text = new TextFile(target.temporaryPath);
  const forPeople = (error: unknown): never => {
    throw notWritable(path, error);
  };
  text.add(BYTE_ORDER_MARK + csvLine(members.map((member) => headers[member])));
  return {
    add: async (row) => {
      text.add(csvLine(members.map((member) => row[member] ?? "")));
      await text.drain().catch(forPeople);
    },
    commit: async () => {
      await text.flush().catch(forPeople);
      await text.close();
      await target.commit();
    },
    discard: async () => {
      await text.close();
      await target.discard();
    },
  };
}
