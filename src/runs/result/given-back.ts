// What a command gives back besides its report: annotated copies and result files, in its result.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { UnfinishedRun } from "../../ledger/ledger.ts";
import { giveBack, renewResults } from "../reporting.ts";
import type { SendResult } from "../sending.ts";
import type { Session } from "../session.ts";
import { EXIT, exitCodeOfError } from "./exit-code.ts";
import { withAnnotated, type CommandResult } from "./result.ts";
import { describeError } from "./told-error.ts";

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

/** What the runs before this one have left, for `withOthersRenewed`. */
export type LeftBefore = readonly (UnfinishedRun & { readonly open: number })[];

/** To be asked before anything is staged or sent; notes where this run writes its own, too. */
export async function beforeSending(session: Session, reportPath: string): Promise<LeftBefore> {
  const { books, runId } = session;
  await books.recordResultFolder(runId, dirname(reportPath));
  return Promise.all(
    (await books.unfinishedRuns()).map(async (run) => ({
      ...run,
      open: await openMessagesOf(session, run.runId),
    })),
  );
}

/** Like `withRenewed`, for those of the runs before of which this one has sent or settled some. */
export async function withOthersRenewed(
  result: CommandResult,
  session: Session,
  outDirectory: string,
  leftBefore: LeftBefore,
): Promise<CommandResult> {
  const moved: UnfinishedRun[] = [];
  for (const run of leftBefore) {
    if ((await openMessagesOf(session, run.runId)) !== run.open) moved.push(run);
  }
  return moved.length === 0 ? result : withRenewed(result, session, outDirectory, moved);
}

async function openMessagesOf({ books }: Session, runId: string): Promise<number> {
  const { queued, sending, unknown } = await books.outboxCountsOfRun(runId);
  return queued + sending + unknown;
}

/**
 * Writes the result files of earlier runs again, whose shipments this run has sent or settled, where
 * those runs wrote them, and adds where that is: as they were left they would tell of shipments that
 * were not sent.
 * @param outDirectory holds the folders of runs of which the ledger does not know where they wrote
 */
export async function withRenewed(
  result: CommandResult,
  session: Session,
  outDirectory: string,
  runs: readonly UnfinishedRun[],
): Promise<CommandResult> {
  const resultFolders: string[] = [];
  let told = result;
  for (const { runId, resultFolder } of runs) {
    const folder = resultFolder ?? join(outDirectory, runId);
    told = await orToldWhyNot(told, session, async () => {
      await renewResults(session, folder, runId);
      resultFolders.push(folder);
      const lines = [`Result files of run ${runId}, as it stands now: ${folder}`];
      if (existsSync(join(folder, "annotated"))) {
        lines.push("  Annotated copies there are older; submitting the same file makes new ones");
      }
      return { ...told, summary: [...told.summary, ...lines] };
    });
  }
  return { ...told, more: { ...told.more, resultFolders } };
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
