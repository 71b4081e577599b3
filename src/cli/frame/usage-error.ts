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
  const typed = commands.filter(({ signature }) => words.includes(nameOf(signature)));
  // `profile` has an `init` of its own.
  const entry = typed.find(({ signature }) => signature !== "init") ?? typed[0];
  const name = entry === undefined ? "" : `${nameOf(entry.signature)} `;
  const whole = entry === undefined ? "" : `${commandOf(entry.signature, words)} `;
  const hint = `Run \`cas-batch ${whole}--help\``;
  const [, unknown] = /^Unknown arguments?: (.+)$/s.exec(message ?? "") ?? [];
  if (unknown !== undefined) {
    const own = entry === undefined ? undefined : words[words.indexOf(nameOf(entry.signature)) + 1];
    if (own !== undefined && whole.trim() === `${name}${own}` && unknown.split(", ")[0] === own) {
      return {
        message: `${name}has no command "${own}"`,
        hint: `Run \`cas-batch ${name}--help\``,
      };
    }
    return { message: unknownWords(unknown, usage, words), hint };
  }
  const [, command] = /^Unknown commands?: (.+)$/s.exec(message ?? "") ?? [];
  if (command !== undefined) {
    return { message: `There is no command "${command}"`, hint: `Run \`cas-batch ${name}--help\`` };
  }
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
  const refused = /^Invalid values:\s+Argument: (\S+), Given: (.*), Choices: (.*)$/s.exec(
    message ?? "",
  );
  if (refused !== null) return { message: refusedValue(refused, words), hint };
  if (entry !== undefined && /^Not enough non-option arguments/.test(message ?? "")) {
    // A flag that is unknown may have taken the word that is missing.
    const strange = words.filter((word) => /^--?[^\d\s]/.test(word) && !isKnown(word, usage));
    if (strange.length > 0)
      return { message: unknownWords(strange.map(bare).join(", "), usage, words), hint };
    const typed = whole.trim();
    const form = entry.signature.startsWith(typed) ? entry.signature : `${typed} …`;
    return { message: `Something is missing: the command is \`cas-batch ${form}\``, hint };
  }
  return { message: message ?? "The command line is not understood", hint };
}

/**
 * What yargs takes and nobody can have meant; null when there is nothing of the kind.
 * @param values as yargs has read them, by the names of the flags
 * @param lists the names that may be given several times
 */
export function misusedFlag(
  values: Readonly<Record<string, unknown>>,
  lists: readonly string[],
  words: readonly string[],
): string | null {
  if (words.includes("")) {
    return "One of the words is empty: is a variable of the command line not set?";
  }
  for (const [at, word] of words.entries()) {
    const [flag = "", text] = word.split(/=(.*)/s);
    const name = bare(flag);
    const value = flag.startsWith("--") ? values[name] : undefined;
    if (typeof value === "boolean" && text !== undefined && !/^(?:true|false)$/.test(text)) {
      return `${flag} takes no value`;
    }
    if (value === "" || (typeof value === "number" && text === "")) return `${flag} needs a value`;
    const typed = text ?? words[at + 1] ?? "";
    if (typeof value === "number" && !Number.isFinite(Number(typed || Number.NaN))) {
      return `${flag} needs a number${typed === "" || typed.startsWith("--") ? "" : `, and "${typed}" is none`}`;
    }
    const isRepeated = Array.isArray(value) && value.some((one) => typeof one !== "boolean");
    if (isRepeated && !lists.includes(name)) return `${flag} is given more than once`;
  }
  return null;
}

/** Shape: `--env cannot be "x"; it can be production, acceptance or simulator`. */
function refusedValue(
  [, name = "", given = "", choices = ""]: readonly string[],
  words: readonly string[],
): string {
  const flag = words.some((word) => word.split("=")[0] === `--${name}`) ? `--${name}` : name;
  return `${flag} cannot be ${given}; it can be ${choices.replaceAll('"', "")}`;
}

/** Shape: `There is no flag --anotate; did you mean --annotate?`. */
function unknownWords(names: string, usage: object, words: readonly string[]): string {
  // `--wait -5s` reads as the flags -5 and -s.
  const negative = words.findIndex(
    (word, at) => /^-\d/.test(word) && words[at - 1]?.startsWith("--") === true,
  );
  if (negative > 0) return `${words[negative - 1] ?? ""} cannot be "${words[negative] ?? ""}"`;
  const known = flagsOf(usage)
    .filter((name) => name.length > 1)
    .map(flagOf);
  // yargs names a flag with hyphens a second time, in one word.
  const typed = names
    .split(", ")
    .filter((name) => words.some((word) => bare(word).split("=")[0] === name));
  const sentences = (typed.length === 0 ? [names] : typed).map((name) =>
    words.includes(name)
      ? `"${name}" is one word too many`
      : `There is no flag ${flagOf(name)}${didYouMean(flagOf(name), known, Math.ceil(name.length / 4))}`,
  );
  return sentences.join(". ");
}

function isKnown(word: string, usage: object): boolean {
  const [name = ""] = bare(word).split("=");
  return flagsOf(usage).includes(name.replace(/^no-/, "")) || flagsOf(usage).includes(name);
}

function flagsOf(usage: object): readonly string[] {
  return hasDescriptions(usage) ? Object.keys(usage.getDescriptions()).map(bare) : [];
}

function bare(word: string): string {
  return word.replace(/^-+/, "");
}

function hasDescriptions(
  usage: object,
): usage is { readonly getDescriptions: () => Readonly<Record<string, unknown>> } {
  return "getDescriptions" in usage;
}

function flagOf(name: string): string {
  return name.length === 1 ? `-${name}` : `--${name}`;
}

/** Commands that have commands of their own. */
const OWN_COMMANDS = [
  ...["certificates", "declarations", "hooks", "ledger", "notifications", "profile", "schedule"],
  "subscriptions",
];

/** With its own command, of one that has some. Shape: `ledger verify`. */
function commandOf(signature: string, words: readonly string[]): string {
  const name = nameOf(signature);
  const next = words[words.indexOf(name) + 1];
  // `report` takes a word of its own, too, so it is no mere collection of commands.
  const hasOwn =
    name === signature ? OWN_COMMANDS.includes(name) : name === "report" && next === "diff";
  return hasOwn && next !== undefined && /^[a-z]+$/.test(next) ? `${name} ${next}` : name;
}

function nameOf(signature: string): string {
  return signature.split(" ")[0] ?? "";
}
