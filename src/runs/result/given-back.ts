// Writes annotated copies and result files, and adds them to the result of a command.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { UnfinishedRun } from "../../ledger/contract/runs.ts";
import { giveBack, renewResults } from "../reporting.ts";
import type { SendResult } from "../sending.ts";
import type { Session } from "../session.ts";
import { withFailures } from "./not-written.ts";
import { withAnnotated, type CommandResult, type Fact } from "./result.ts";

/**
 * Writes result files and annotated copies beside the report of a run, and adds where they are. When they
 * cannot be written, the rest of the result stands, with the error and its exit code.
 */
export async function withGivenBack(
  result: CommandResult,
  session: Session,
  reportPath: string,
  sent: SendResult,
): Promise<CommandResult> {
  if (sent.filesRead.length === 0) return result;
  return orWithError(result, session, async () => {
    const given = await giveBack(session, dirname(reportPath), sent);
    const { folder, annotated, failures, copyFailures } = given;
    const withResults: CommandResult = {
      ...result,
      summary: [...result.summary, { code: "result-files", folder, ofRun: null }],
      more: { ...result.more, resultFolder: folder },
    };
    const { signal } = session;
    const withOthers = withAnnotated(
      withFailures(withResults, failures, signal, "not-written"),
      annotated,
    );
    return withFailures(withOthers, copyFailures, signal, null);
  });
}

/** The messages that earlier runs have left, for `withOthersRenewed`. */
type LeftBefore = readonly (UnfinishedRun & { readonly open: number })[];

/** To be called before anything is staged or sent; also records where this run writes its files. */
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

/** `withRenewed` for the earlier runs of which this one has sent or settled messages. */
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
 * Writes the result files of earlier runs again, in their folders, and adds where that is: the old ones would
 * show shipments as unsent that this run has sent or settled.
 * @param outDirectory holds the folders of runs whose folder the ledger does not know
 */
export async function withRenewed(
  result: CommandResult,
  session: Session,
  outDirectory: string,
  runs: readonly UnfinishedRun[],
): Promise<CommandResult> {
  const resultFolders: string[] = [];
  let renewed = result;
  for (const { runId, resultFolder } of runs) {
    const folder = resultFolder ?? join(outDirectory, runId);
    renewed = await orWithError(renewed, session, async () => {
      const failures = await renewResults(session, folder, runId);
      resultFolders.push(folder);
      const facts: Fact[] = [{ code: "result-files", folder, ofRun: runId }];
      if (existsSync(join(folder, "annotated"))) facts.push({ code: "older-copies" });
      const withFacts = { ...renewed, summary: [...renewed.summary, ...facts] };
      return withFailures(withFacts, failures, session.signal, "not-written");
    });
  }
  return { ...renewed, more: { ...renewed.more, resultFolders } };
}

async function orWithError(
  result: CommandResult,
  session: Session,
  write: () => Promise<CommandResult>,
): Promise<CommandResult> {
  try {
    return await write();
  } catch (error) {
    return withFailures(result, [error], session.signal, "no-result-files");
  }
}
