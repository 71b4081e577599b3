// `cas-batch cells FILE`: what was read, one JSON line per row, for those who wonder what a file
// really holds.
import type { AddCommand } from "../frame/command-entry.ts";
import { readCells, readForm } from "../../intake/profiles/read-cells.ts";
import { EXIT } from "../../runs/result/exit-code.ts";
import { writeJson } from "../words/output-streams.ts";
import { readable } from "../flags/input-files.ts";
import { macroOptions, readingOf, textFileOptions } from "../flags/reading-flags.ts";
import { runCommand } from "../frame/run-command.ts";

export const addCommand: AddCommand = (yargs, { signature, about }) =>
  yargs.command(
    signature,
    about,
    (command) =>
      command
        .options({ ...macroOptions, ...textFileOptions })
        .positional("file", { type: "string", demandOption: true })
        .option("sheet", { type: "string", describe: "Only this sheet: its number or its name" })
        .example("$0 cells march.xlsx --sheet 1 | head", "Type, value, raw text and number format")
        .example("$0 cells export.csv --encoding windows-1252", "How a CSV is split and decoded"),
    async (flags) => {
      await runCommand("cells", flags, async (context) => {
        const reading = { ...readingOf(flags), allowMacroWorkbooks: flags.allowMacros };
        await readable(async () => {
          // Beside the rows, which programs read line by line.
          const form = await readForm(flags.file, reading);
          context.log("info", `${flags.file}: ${formWords(form)}`);
          for (const { message } of form.findings) context.log("warn", message);
          for await (const rows of readCells(flags.file, flags.sheet ?? null, reading)) {
            context.signal.throwIfAborted();
            await writeJson(rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
          }
        });
        return EXIT.done;
      });
    },
  );

/** Shape: `encoding UTF-8, delimiter semicolon, headers in row 1 of "march"`. */
function formWords({ detected, headerRows }: Awaited<ReturnType<typeof readForm>>): string {
  const facts = Object.entries(detected).map(([name, value]) => `${factName(name)} ${value}`);
  const headers = Object.entries(headerRows).map(
    ([sheet, row]) => `headers in row ${row} of "${sheet}"`,
  );
  return [...facts, ...(headers.length === 0 ? ["no row of known headers"] : headers)].join(", ");
}

/** Shape: `decimal mark`. */
function factName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}
