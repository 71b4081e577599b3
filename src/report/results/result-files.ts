// The result files of a run: every shipment line in exactly one of `success.csv`, `failed.csv` and
// `unprocessed.csv`, for people with a spreadsheet program and for scripts.
import { makeFolder } from "../../core/files/make-folder.ts";
import { BYTE_ORDER_MARK, csvLine } from "../text/csv-field.ts";
import { join } from "node:path";
import { notWritable } from "../../core/files/not-writable.ts";
import { replacementFile } from "../text/replacement-file.ts";
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
  kind: "Kind",
};
const allMembers = Object.keys(headers) as (keyof typeof headers)[];
type ResultRow = Partial<Readonly<Record<keyof typeof headers, string>>>;

/** One that cannot be written takes no other down. */
interface ResultFiles {
  readonly add: (kind: ResultKind, row: ResultRow) => Promise<void>;
  /** Puts all three in their places; returns why some could not be written. */
  readonly commit: () => Promise<readonly unknown[]>;
  /** Gives up; safe to call after `commit`. */
  readonly discard: () => Promise<void>;
}

/**
 * @param withKind Whether a last column says the kind of each message.
 * @throws CasBatchError `file-not-writable` when the folder cannot be made
 */
export async function createResultFiles(folder: string, withKind: boolean): Promise<ResultFiles> {
  try {
    makeFolder(folder);
  } catch (error) {
    throw notWritable(join(folder, "success.csv"), error);
  }
  const members = allMembers.filter((member) => withKind || member !== "kind");
  const files = {
    success: await resultFile(join(folder, "success.csv"), members),
    failed: await resultFile(join(folder, "failed.csv"), members),
    unprocessed: await resultFile(join(folder, "unprocessed.csv"), members),
  };
  return {
    add: (kind, row) => files[kind].add(row),
    commit: async () => {
      for (const kind of resultKinds) await files[kind].commit();
      return resultKinds.map((kind) => files[kind].failure()).filter((failure) => failure !== null);
    },
    discard: async () => {
      for (const kind of resultKinds) await files[kind].discard();
    },
  };
}

async function resultFile(
  path: string,
  members: typeof allMembers,
): Promise<{
  readonly add: (row: ResultRow) => Promise<void>;
  readonly commit: () => Promise<void>;
  readonly discard: () => Promise<void>;
  /** Why it cannot be written; null when it can. */
  readonly failure: () => unknown;
}> {
  const target = replacementFile(path);
  const text = new TextFile(target.temporaryPath);
  let failure: unknown = null;
  /** Nothing is written after a failure. */
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    if (failure !== null) return;
    try {
      await work();
    } catch (error) {
      failure = notWritable(path, error);
    }
  };
  await attempt(target.discard);
  text.add(BYTE_ORDER_MARK + csvLine(members.map((member) => headers[member])));
  return {
    add: (row) =>
      attempt(async () => {
        text.add(csvLine(members.map((member) => row[member] ?? "")));
        await text.drain();
      }),
    commit: () =>
      attempt(async () => {
        await text.flush();
        await text.close();
        await target.commit();
      }),
    discard: async () => {
      await text.close();
      await target.discard().catch(() => undefined);
    },
    failure: () => failure,
  };
}
