// The flags of every command that reads spreadsheets.
import type { Argv } from "yargs";
import type { FileChoices, SendChoices } from "../pipeline.ts";

interface ReadingFlags {
  readonly onInvalid: "skip" | "abort";
  readonly encoding: string | undefined;
  readonly delimiter: string | undefined;
  readonly decimalMark: "." | "," | undefined;
}

interface SendingFlags extends ReadingFlags {
  readonly allowAmend: boolean;
  readonly retryRefused: boolean;
}

export function addReadingFlags<Flags>(yargs: Argv<Flags>): Argv<Flags & ReadingFlags> {
  return yargs
    .option("on-invalid", {
      choices: ["skip", "abort"] as const,
      default: "skip" as const,
      describe: "A file with mistakes: skip the shipments that have them, or send nothing of it",
    })
    .option("encoding", {
      type: "string",
      describe: "Text encoding of CSV files, such as windows-1252; found out when left out",
    })
    .option("delimiter", {
      type: "string",
      describe: 'What separates the columns of CSV files, such as ";"; found out when left out',
    })
    .option("decimal-mark", {
      choices: [".", ","] as const,
      describe: "Decimal mark in CSV files; found out when left out",
    });
}

export function addSendingFlags<Flags>(yargs: Argv<Flags>): Argv<Flags & SendingFlags> {
  return addReadingFlags(yargs)
    .option("allow-amend", {
      type: "boolean",
      default: false,
      describe: "Send changes to shipments that customs has already accepted",
    })
    .option("retry-refused", {
      type: "boolean",
      default: false,
      describe: "Send shipments again that CAS refused, though nothing in them has changed",
    })
    .option("rate", { type: "number", describe: "Most requests per second, 10 unless told" })
    .option("concurrency", { type: "number", describe: "Most requests at once, 8 unless told" });
}

export function readingChoices(flags: ReadingFlags): FileChoices {
  const { onInvalid, encoding, delimiter, decimalMark } = flags;
  return {
    onInvalid,
    reading: {
      ...(encoding === undefined ? {} : { encoding }),
      ...(delimiter === undefined ? {} : { delimiter: unescapeTab(delimiter) }),
      ...(decimalMark === undefined ? {} : { decimalMark }),
    },
  };
}

export function sendingChoices(flags: SendingFlags): SendChoices {
  const { allowAmend, retryRefused } = flags;
  return { ...readingChoices(flags), allowAmend, retryRefused };
}

/** A tab is hard to type in a shell. */
function unescapeTab(delimiter: string): string {
  return delimiter === "\\t" || delimiter === "tab" ? "\t" : delimiter;
}
