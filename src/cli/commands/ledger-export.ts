// `cas-batch ledger export`: everything as JSON lines, to standard output or a file. Standard output
// holds the lines alone, so with --json it takes a file.
import { once } from "node:events";
import { createWriteStream, renameSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { finished } from "node:stream/promises";
import type { Argv } from "yargs";
import { plural } from "../../core/text/count-words.ts";
import { CasBatchError } from "../../core/errors.ts";
import { exportLedger } from "../../ledger/sqlite/care/export-ledger.ts";
import { EXIT } from "../../runs/result/exit-code.ts";
import type { GlobalOptions } from "../flags/global-flags.ts";
import { caredLedgerPath } from "../flags/settings.ts";
import { refuseToReplace } from "../flags/input-files.ts";
import { runCommand } from "../frame/run-command.ts";
import { writeJson } from "../words/output-streams.ts";
import { plainResult } from "../words/plain-result.ts";

/** Lines are written in pieces of about this many characters. */
const PIECE_LENGTH = 64 * 1024;

export function addExportCommand(yargs: Argv<GlobalOptions>): Argv<GlobalOptions> {
  return yargs.command(
    "export",
    "Write everything the ledger holds as JSON lines",
    (command) =>
      command
        .option("output", {
          alias: "o",
          type: "string",
          describe: "File to write; by default standard output",
        })
        .option("force", { type: "boolean", default: false, describe: "Replace an existing file" })
        .example("$0 ledger export --env production -o 2026.jsonl", "For the archive")
        .example("$0 ledger export --env production | gzip > 2026.jsonl.gz", "Packed"),
    async (flags) => {
      await runCommand("ledger export", flags, async (context) => {
        const ledger = await caredLedgerPath(flags, context.variables);
        if (flags.output === undefined && flags.json) {
          throw new CasBatchError("usage", "--json and the export cannot share standard output", {
            hint: "Name a file for the export with --output",
          });
        }
        const pieces = inPieces(exportLedger(ledger, context.clock.now()), context.signal);
        if (flags.output === undefined) {
          for (const { text } of pieces) await writeJson(text);
          return EXIT.done;
        }
        const output = resolve(flags.output);
        const lines = await writeFile(output, pieces, flags.force);
        const summary = [`Export: ${output}, ${plural(lines, "line")}`];
        return plainResult(summary, { ledger, output, lines });
      });
    },
  );
}

interface Piece {
  readonly text: string;
  readonly lines: number;
}

function* inPieces(lines: Iterable<string>, signal: AbortSignal): Iterable<Piece> {
  let text = "";
  let count = 0;
  for (const line of lines) {
    text += `${line}\n`;
    count += 1;
    if (text.length < PIECE_LENGTH) continue;
    signal.throwIfAborted();
    yield { text, lines: count };
    text = "";
    count = 0;
  }
  yield { text, lines: count };
}

/** Returns how many lines. Written beside its place first: half an export must not look like one. */
async function writeFile(path: string, pieces: Iterable<Piece>, force: boolean): Promise<number> {
  refuseToReplace(path, force);
  const partial = `${path}.${String(process.pid)}.part`;
  const stream = createWriteStream(partial, { flags: "wx", mode: 0o600, flush: true });
  const ended = finished(stream);
  // Handled where it is awaited; a failure that comes earlier must not end the process.
  ended.catch(() => undefined);
  let lines = 0;
  try {
    for (const piece of pieces) {
      if (stream.errored !== null) break;
      if (!stream.write(piece.text)) await Promise.race([once(stream, "drain"), ended]);
      lines += piece.lines;
    }
    stream.end();
    await ended;
    renameSync(partial, path);
    return lines;
  } catch (cause) {
    stream.destroy();
    // A file that is still being opened would come back after it was removed.
    await ended.catch(() => undefined);
    rmSync(partial, { force: true });
    if (cause instanceof CasBatchError || !(cause instanceof Error && "syscall" in cause)) {
      throw cause;
    }
    throw new CasBatchError("file-not-writable", `Cannot write ${path}: ${cause.message}`, {
      cause,
    });
  }
}
