// A command line that is not understood, in words: what is wrong, what may have been meant, and which help to
// read. yargs finds the fault; its own sentences name no command, and repeat the typo as one.
import { didYouMean } from "../../core/text/did-you-mean.ts";
import type { CommandEntry } from "./command-entry.ts";

interface UsageError {
  readonly message: string;
  readonly hint: string;
}

/**
 * @param message what yargs says; null where it says nothing
 * @param usage what yargs knows at the fault: the flags of the command that was typed
 * @param words the command line behind the program's name
 */
export function usageError(
  message: string | null,
  usage: object,
  words: readonly string[],
  commands: readonly CommandEntry[],
): UsageError {
  const entry = commands.find(({ signature }) => words.includes(nameOf(signature)));
  const name = entry === undefined ? "" : `${nameOf(entry.signature)} `;
  const hint = `Run \`cas-batch ${name}--help\``;
  const [, unknown] = /^Unknown arguments?: (.+)$/.exec(message ?? "") ?? [];
  if (unknown !== undefined) return { message: unknownWords(unknown, usage, words), hint };
  const [, command] = /^Unknown commands?: (.+)$/.exec(message ?? "") ?? [];
  if (command !== undefined) return { message: `There is no command "${command}"`, hint };
  const [, meant] = /^Did you mean (.+)\?$/.exec(message ?? "") ?? [];
  if (meant !== undefined) {
    const isTyped = (word: string): boolean => !word.startsWith("-") && `${word} ` !== name;
    const typed = words.find(isTyped) ?? "";
    return {
      message: `There is no command "${typed}"; did you mean \`${meant}\`?`,
      hint: `Run \`cas-batch ${name}${meant} --help\``,
    };
  }
  const [, flag] = /^Not enough arguments following: (.+)$/.exec(message ?? "") ?? [];
  if (flag !== undefined) return { message: `${flagOf(flag)} needs a value`, hint };
  if (entry !== undefined && /^Not enough non-option arguments/.test(message ?? "")) {
    const form = `cas-batch ${entry.signature}`;
    return { message: `Something is missing: the command is \`${form}\``, hint };
  }
  return { message: message ?? "The command line is not understood", hint };
}

/** Shape: `There is no flag --anotate; did you mean --annotate?`. */
function unknownWords(names: string, usage: object, words: readonly string[]): string {
  const known = hasDescriptions(usage)
    ? Object.keys(usage.getDescriptions())
        .map((name) => name.replace(/^-+/, ""))
        .filter((name) => name.length > 1)
        .map(flagOf)
    : [];
  // yargs names a flag with hyphens a second time, in one word.
  const typed = names
    .split(", ")
    .filter((name) => words.some((word) => word.replace(/^-+/, "").split("=")[0] === name));
  const sentences = (typed.length === 0 ? [names] : typed).map((name) =>
    words.includes(name)
      ? `"${name}" is one word too many`
      : `There is no flag ${flagOf(name)}${didYouMean(flagOf(name), known, Math.ceil(name.length / 4))}`,
  );
  return sentences.join(". ");
}

function hasDescriptions(
  usage: object,
): usage is { readonly getDescriptions: () => Readonly<Record<string, unknown>> } {
  return "getDescriptions" in usage;
}

function flagOf(name: string): string {
  return name.length === 1 ? `-${name}` : `--${name}`;
}

function nameOf(signature: string): string {
  return signature.split(" ")[0] ?? "";
}
