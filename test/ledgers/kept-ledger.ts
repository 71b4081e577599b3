// Ledgers that earlier versions of the program left, laid out as they lay when it was killed.
import { copyFileSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import Database from "better-sqlite3";
import { emptyFolder, root } from "../support/run-cli.ts";
import { LATE_FILE, lateFileText, SAMPLE_FILES } from "./sample-night.ts";

/** Schema numbers of which a ledger is kept, in order. Shape: `06`. */
export const keptSchemas: readonly string[] = globSync("*/ledger.sqlite.gz", {
  cwd: import.meta.dirname,
})
  .map((path) => dirname(path))
  .sort();

export interface KeptLedger {
  /** Where the user works: the files that were sent lie in it. */
  readonly cwd: string;
  readonly ledgerPath: string;
  readonly stateFile: string;
}

export function unpackLedger(schema: string): KeptLedger {
  const cwd = emptyFolder();
  const data = join(cwd, "cas-batch-data/simulator");
  mkdirSync(data, { recursive: true });
  const packed = globSync("*.gz", { cwd: join(import.meta.dirname, schema) });
  for (const name of packed) {
    const content = gunzipSync(readFileSync(join(import.meta.dirname, schema, name)));
    writeFileSync(join(data, basename(name, ".gz")), content, { mode: 0o600 });
  }
  mkdirSync(join(cwd, "inbox"));
  for (const name of SAMPLE_FILES) {
    copyFileSync(join(root, "samples/first-night", name), join(cwd, "inbox", name));
  }
  writeFileSync(join(cwd, LATE_FILE), lateFileText());
  const ledgerPath = join(data, "ledger.sqlite");
  moveResultFolders(ledgerPath, join(cwd, "out"));
  return { cwd, ledgerPath, stateFile: join(data, "simulator.jsonl") };
}

/** The result files of its runs are renewed: here, and not in the folder in which it was made. */
function moveResultFolders(ledgerPath: string, folder: string): void {
  const database = new Database(ledgerPath);
  try {
    const columns = database.prepare("SELECT name FROM pragma_table_info('runs')").pluck().all();
    if (!columns.includes("result_folder")) return;
    database
      .prepare("UPDATE runs SET result_folder = ? || '/' || run_id WHERE result_folder IS NOT NULL")
      .run(folder);
  } finally {
    database.close();
  }
}
