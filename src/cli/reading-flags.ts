// The flags of every command that reads spreadsheets, and of those that send.
import type { ArgumentsCamelCase, InferredOptionTypes, Options } from "yargs";
import type { FileChoices, SendChoices } from "../pipeline.ts";

export const readingOptions = {
  "on-invalid": {
    choices: ["skip", "abort"],
    default: "skip",
    describe: "A file with mistakes: skip the shipments that have them, or send nothing of it",
  },
  encoding: {
    type: "string",
    describe: "Text encoding of CSV files, such as windows-1252; found out when left out",
  },
  delimiter: {
    type: "string",
    describe: 'What separates the columns of CSV files, such as ";"; found out when left out',
  },
  "decimal-mark": {
    choices: [".", ","],
    describe: "Decimal mark in CSV files; found out when left out",
  },
} as const satisfies Record<string, Options>;

export const sendingOptions = {
  ...readingOptions,
  "allow-amend": {
    type: "boolean",
    default: false,
    describe: "Send changes to shipments that customs has already accepted",
  },
  "retry-refused": {
    type: "boolean",
    default: false,
    describe: "Send shipments again that CAS refused, though nothing in them has changed",
  },
  rate: { type: "number", describe: "Most requests per second, 10 unless told" },
  concurrency: { type: "number", describe: "Most requests at once, 8 unless told" },
} as const satisfies Record<string, Options>;

type ReadingFlags = ArgumentsCamelCase<InferredOptionTypes<typeof readingOptions>>;
type SendingFlags = ArgumentsCamelCase<InferredOptionTypes<typeof sendingOptions>>;

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
