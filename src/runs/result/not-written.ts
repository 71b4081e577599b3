// Files for people that could not be written: the rest of a result stands, with the reason, the next step and
// an exit code that says so.
import { describeError } from "./describe-error.ts";
import { EXIT, exitCodeOfError } from "./exit-code.ts";
import type { CommandResult, Fact } from "./result.ts";

/** @param code "no-result-files" when none could be written; null where their facts say it already */
export function withFailures(
  result: CommandResult,
  failures: readonly unknown[],
  signal: AbortSignal,
  code: "not-written" | "not-moved" | "no-result-files" | null,
): CommandResult {
  const described = failures.map((error) => describeError(error, exitCodeOfError(error, signal)));
  const [first] = described;
  if (first === undefined) return result;
  const messages = described.map(({ message }) => message);
  const facts = code === null ? [] : messages.map((message): Fact => ({ code, message }));
  return {
    ...result,
    exitCode:
      result.exitCode === EXIT.done ? exitCodeOfError(failures[0], signal) : result.exitCode,
    error: result.error ?? first,
    summary: [...result.summary, ...facts],
    next: [...new Set([...result.next, ...described.map(({ hint }) => hint)])],
    more: { ...result.more, notWritten: [...notWrittenOf(result), ...messages] },
  };
}

function notWrittenOf({ more }: CommandResult): readonly unknown[] {
  const { notWritten } = more;
  return Array.isArray(notWritten) ? notWritten : [];
}
