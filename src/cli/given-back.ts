// What a command gives back besides its report: annotated copies and result files, in its result.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { giveBack, renewResults, type SendResult } from "../pipeline.ts";
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
  return orToldWhyNot(result, session, async () => {
    const { folder, annotated } = await giveBack(session, dirname(reportPath), sent);
    const withResults = {
      ...result,
      summary: [...result.summary, `Result files: ${folder}`],
      more: { ...result.more, resultFolder: folder },
    };
    return withAnnotated(withResults, annotated);
  });
}

/**
 * Writes the result files of earlier runs again, whose shipments this run has sent or settled, and
 * adds where they are: as those runs left them they would tell of shipments that were not sent.
 */
export async function withRenewed(
  result: CommandResult,
  session: Session,
  outDirectory: string,
  runIds: readonly string[],
): Promise<CommandResult> {
  return orToldWhyNot(result, session, async () => {
    const lines: string[] = [];
    const resultFolders: string[] = [];
    for (const runId of runIds) {
      const folder = join(outDirectory, runId);
      await renewResults(session, folder, runId);
      resultFolders.push(folder);
      lines.push(`Result files of run ${runId}, as it stands now: ${folder}`);
      if (existsSync(join(folder, "annotated"))) {
        lines.push("  Annotated copies there are older; submitting the same file makes new ones");
      }
    }
    return {
      ...result,
      summary: [...result.summary, ...lines],
      more: { ...result.more, resultFolders },
    };
  });
}

async function orToldWhyNot(
  result: CommandResult,
  session: Session,
  write: () => Promise<CommandResult>,
): Promise<CommandResult> {
  try {
    return await write();
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
