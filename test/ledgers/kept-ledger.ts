// Ledgers that earlier versions of the program left, laid out as they lay when it was killed.
import { copyFileSync, globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
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
  return {
    cwd,
    ledgerPath: join(data, "ledger.sqlite"),
    stateFile: join(data, "simulator.jsonl"),
  };
}
