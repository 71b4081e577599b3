// Why a command ended before its work was done, in at most five lines: what could not be done, and the next step.
// What is left out is counted, and -v shows all of it; the JSON document always holds all.
import type { CommandError } from "../../runs/result/result.ts";
import { counted } from "../../core/text/count-words.ts";
import { shortened } from "../../core/text/quoted-text.ts";

const LINES_MAX = 5;
/** Longer messages quote something long. Unit: UTF-16 code units. */
const MESSAGE_MAX = 500;

/**
 * @param stack of a fault in cas-batch itself; empty for every other error
 * @param isWhole whether nothing is cut
 */
export function failureLines(
  { message, mistakes = [message], hint }: CommandError,
  stack: readonly string[] = [],
  isWhole = false,
): readonly string[] {
  const cut = (text: string): string => (isWhole ? text : shortened(text, MESSAGE_MAX));
  // Of several mistakes in a file of settings each has its own line.
  const [first = message, ...others] = firstOf(mistakes, LINES_MAX - 1, isWhole).map(cut);
  const lines = [`cas-batch: ${first}`, ...others.map(indented), indented(hint)];
  return [...lines, ...firstOf(stack, LINES_MAX - lines.length, isWhole).map(indented)];
}

/** Of a list that is cut, the last line says so. */
function firstOf(lines: readonly string[], roomFor: number, isWhole: boolean): readonly string[] {
  if (isWhole || lines.length <= roomFor) return lines;
  const shown = lines.slice(0, Math.max(0, roomFor - 1));
  return [...shown, `… ${counted(shown.length)} of ${counted(lines.length)} shown; -v shows all`];
}

function indented(line: string): string {
  return `  ${line}`;
}
