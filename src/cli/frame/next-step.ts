// Next steps as the command that was run would say them: a command in one can be pasted as it stands.
import { errorCodes } from "../../core/codes/error-codes.ts";
import { shellWord } from "../../core/settle-command.ts";
import type { CommandError } from "../../runs/result/result.ts";

/** What the command line named, or what stands for it. */
interface Given {
  readonly env?: string | null | undefined;
  readonly config?: string | undefined;
  readonly ledger?: string | undefined;
}

/** Commands that leave nothing for `resume`: what they did not do is done by running them again. */
const RUN_AGAIN =
  /^(?:certificates|declarations|listen|notifications|report|status|subscriptions)\b/;

/** Commands that look into a ledger and never begin one. */
const BEGINS_NONE = /^(?:explain|ledger|notifications|report|status)\b/;
const BEGIN_ONE = "; to begin a new ledger there, add --create-ledger once";

/** Words of a command line, of which one in quotes may hold anything. */
const WORDS = /(?: (?:"[^"]*"|'[^']*'|[^\s`"'])+)*/.source;
/** With the environment, the configuration and the ledger. */
const ABOUT_CAS = `(?:resume|doctor|reconcile|report|status|explain|run)${WORDS}|(?:declarations|subscriptions) [a-z]+${WORDS}`;
/** With the configuration and the ledger: it is about the whole ledger. */
const ABOUT_LEDGER = "ledger [a-z]+";
const COMMAND = new RegExp(`\`cas-batch (?:(${ABOUT_CAS})|(${ABOUT_LEDGER}))\``, "g");
const QUOTED = /"[^"]*"|'[^']*'/g;

/**
 * A next step of this very command. A command in it gets the environment, the configuration and the ledger that this
 * one was given; the step to read the help means that of the command.
 */
export function stepOf(text: string, command: string, { env, config, ledger }: Given): string {
  if (text === errorCodes.usage.hint) return `Run \`cas-batch ${command} --help\``;
  const step = RUN_AGAIN.test(command)
    ? text.replace(/(run) `cas-batch resume`/i, "$1 the same command again")
    : text;
  const possible = BEGINS_NONE.test(command) ? step.replace(BEGIN_ONE, "") : step;
  return possible.replace(COMMAND, (whole, ofCas?: string, ofLedger?: string) => {
    const words = ofCas ?? ofLedger ?? "";
    const typed = words.replace(QUOTED, "");
    if (/ --help\b/.test(typed)) return whole;
    const added = { env: ofCas === undefined ? null : env, config, ledger };
    const flags = Object.entries(added).flatMap(([name, value]) =>
      value == null || typed.includes(` --${name}`) ? [] : [`--${name} ${shellWord(value)}`],
    );
    return `\`${["cas-batch", words, ...flags].join(" ")}\``;
  });
}

/** The next step that an error names, where the command knows no better one. */
export function hintOf({ code, hint }: CommandError, command: string): string {
  // Answers are kept nowhere before the files are written.
  const isUnwritten = command === "init" && code === "interrupted";
  return isUnwritten ? "Nothing was written: run the same command again" : hint;
}
