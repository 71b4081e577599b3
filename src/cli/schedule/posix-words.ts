// Words for a POSIX shell, and what neither systemd nor cron takes in a path.
import { CasBatchError } from "../../core/errors.ts";

/**
 * Versions of systemd and cron differ in what a backslash does, and systemd drops a blank at the end of a path: such
 * a unit would work on other files than the ones that were meant. U+FFFD stands for bytes that are no UTF-8.
 */
const NOT_WRITTEN = /[\p{Cc}\\\uFFFD]|\s$/u;

/** @throws CasBatchError `configuration-invalid` */
export function refuseUnwritable(texts: readonly string[], scheduler: string): void {
  const text = texts.find((one) => NOT_WRITTEN.test(one));
  if (text === undefined) return;
  throw new CasBatchError(
    "configuration-invalid",
    `Cannot write "${text}" for ${scheduler}: it holds a backslash or a control character, ends with a blank, or is not UTF-8`,
    { hint: "Rename the file or folder, or name another one" },
  );
}

/** In single quotes where it needs any; without a backslash, which cron might take away. */
export function shellWord(text: string): string {
  if (/^[\p{L}\p{N}_@+=:,./-]+$/u.test(text)) return text;
  return `'${text.replaceAll("'", `'"'"'`)}'`;
}

export function shellLine(words: readonly string[]): string {
  return words.map(shellWord).join(" ");
}
