// What a command gives back besides its report: annotated copies and result files, in its result.
import { dirname } from "node:path";
import { giveBack, type SendResult } from "../pipeline.ts";
import type { Session } from "../session.ts";
import type { AnnotatedFile } from "../report/annotate-file.ts";
import { EXIT, exitCodeOfError } from "./exit-code.ts";
import type { CommandResult } from "./result.ts";
import { describeError } from "./run-command.ts";

/** Adds to a result where the annotated copies are, and what could not be said in them. */
export function withAnnotated(
  result: CommandResult,
  annotated: readonly AnnotatedFile[],
): CommandResult {
  if (annotated.length === 0) return result;
  const lines = annotated.flatMap(({ name, path, remarks }) => [
    ...(path === null ? [] : [`${name}, annotated: ${path}`]),
    ...remarks.map((remark) => (path === null ? remark : `  ${remark}`)),
  ]);
  return {
    ...result,
    summary: [...result.summary, ...lines],
    more: { ...result.more, annotated },
  };
}

/**
 * Writes result files and annotated copies beside the report of a run, and adds where they are. When
 * they cannot be written the rest of the result stands, and the exit code tells.
 */
export async function withGivenBack(
  result: CommandResult,
  session: Session,
  reportPath: string,
  sent: SendResult,
): Promise<CommandResult> {
  if (sent.filesRead.length === 0) return result;
  try {
    const { folder, annotated } = await giveBack(session, dirname(reportPath), sent);
    const withResults = {
      ...result,
      summary: [...result.summary, `Result files: ${folder}`],
      more: { ...result.more, resultFolder: folder },
    };
    return withAnnotated(withResults, annotated);
  } catch (error) {
    const exitCode = exitCodeOfError(error, session.signal);
    const told = describeError(error, exitCode);
    return {
      ...result,
      exitCode: result.exitCode === EXIT.done ? exitCode : result.exitCode,
      error: result.error ?? told,
      summary: [...result.summary, `NO RESULT FILES: ${told.message}`],
      next: [...result.next, told.hint],
    };
  }
}
