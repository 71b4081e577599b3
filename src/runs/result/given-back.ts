// Writes annotated copies and result files, and adds them to the result of a command.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import type { AnnotatedFile } from "../../report/annotate-file.ts";
import type { ResultsOfRun } from "../../ledger/contract/runs.ts";
import { nameLatestRun, type LatestRun } from "../../report/latest-run.ts";
import { originalPlaces } from "../originals.ts";
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
  // It ended before it had read anything. A night without files has result files, too, with nothing in them.
  if (sent.filesRead.length === 0 && sent.stoppedBy !== null) return result;
  return orWithError(result, session, async () => {
    const given = await giveBack(session, dirname(reportPath), sent);
    const { folder, annotated, failures, copyFailures } = given;
    const latest = await nameLatestRun({ ...aboutRun(session, result), folder });
    const withResults: CommandResult = {
      ...result,
      summary: [
        ...result.summary,
        { code: "result-files", folder, ofRun: null },
        { code: "latest", ...latest },
      ],
      more: { ...result.more, resultFolder: folder, latest: latest.path },
    };
    const { signal } = session;
    const withOthers = withAnnotated(
      withFailures(withResults, failures, signal, "not-written"),
      annotated,
    );
    return withFailures(withOthers, copyFailures, signal, null);
  });
}

function aboutRun(
  { runId, command, settings, authorization }: Session,
  { more }: CommandResult,
): Omit<LatestRun, "folder"> {
  const { environment } = settings;
  const { report = null, reportJson = null, reportHtml = null } = more;
  const written = { report, reportJson, reportHtml };
  return { runId, command, environment, simulated: authorization.simulated, ...written };
}

/** The messages that earlier runs have left, for `withOthersRenewed`. */
type LeftBefore = readonly (ResultsOfRun & { readonly open: number })[];

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

/** `withRenewed` for the earlier runs of which this one has sent or settled messages, if there are any. */
export async function withOthersRenewed(
  result: CommandResult,
  session: Session,
  outDirectory: string,
  leftBefore: LeftBefore,
): Promise<CommandResult> {
  const moved: ResultsOfRun[] = [];
  for (const run of leftBefore) {
    if ((await openMessagesOf(session, run.runId)) !== run.open) moved.push(run);
  }
  return withRenewed(result, session, outDirectory, moved);
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
  runs: readonly ResultsOfRun[],
): Promise<CommandResult> {
  const resultFolders: string[] = [];
  const copiesNotRenewed: CopyNotRenewed[] = [];
  const places = originalPlaces(session.settings.originals?.folders ?? []);
  let renewed = result;
  const all = [...runs];
  renewed = await orWithError(renewed, session, async () => {
    const { renewable, withoutFolder } = await runsBehind(session);
    all.push(...renewable.filter(({ runId }) => runs.every((run) => run.runId !== runId)));
    return withFoldersMissing(renewed, withoutFolder);
  });
  for (const run of all) {
    const { runId } = run;
    const folder = run.resultFolder ?? join(outDirectory, runId);
    renewed = await orWithError(renewed, session, async () => {
      const written = await renewResults(session, folder, run, places);
      const { annotated, failures, copyFailures } = written;
      resultFolders.push(folder);
      const left = annotated.filter((copy) => copy.older ?? copy.notRenewed !== undefined);
      const remarks = left.flatMap((copy) => copy.remarks);
      copiesNotRenewed.push(...left.map((copy) => ({ runId, ...copy })));
      const facts: Fact[] = [
        { code: "result-files", folder, ofRun: runId },
        ...(remarks.length === 0 ? [] : [{ code: "older-copies", remarks } as const]),
      ];
      const withFacts = { ...renewed, summary: [...renewed.summary, ...facts] };
      const { signal } = session;
      return withFailures(withFacts, [...failures, ...copyFailures], signal, "not-written");
    });
  }
  const isLost = copiesNotRenewed.some(({ notRenewed }) => notRenewed === "original-not-found");
  const cutOff = [...places.cutOff].map((folder) => `${folder} was not searched to its end`);
  return {
    ...renewed,
    summary: [
      ...renewed.summary,
      ...(isLost && cutOff.length > 0 ? [{ code: "older-copies", remarks: cutOff } as const] : []),
    ],
    next: [...renewed.next, ...(isLost ? [FIND_ORIGINALS] : [])],
    more: { ...renewed.more, resultFolders, copiesNotRenewed },
  };
}

type CopyNotRenewed = AnnotatedFile & { readonly runId: string };

const FIND_ORIGINALS =
  "Name the folder that the files were moved to: `cas-batch reconcile --originals DIR` marks their copies";

/** Without them the results of these runs stay as they are, which must be known. */
function withFoldersMissing(result: CommandResult, runs: readonly ResultsOfRun[]): CommandResult {
  const folders = runs.flatMap(({ resultFolder }) => resultFolder ?? []);
  if (folders.length === 0) return result;
  return {
    ...result,
    summary: [...result.summary, { code: "result-folders-missing", folders }],
    more: { ...result.more, resultFoldersMissing: folders },
  };
}

/** The runs whose shipments customs has dealt with since their files were written. */
async function runsBehind({ books, runId, settings }: Session) {
  const behind = await books.runsBehind(settings.originals?.areNamed);
  const others = behind.filter((run) => run.runId !== runId);
  // A folder that was moved or deleted is not made again; the run stays behind, should the folder come back.
  const { there = [], gone = [] } = Object.groupBy(others, ({ resultFolder }) =>
    resultFolder !== null && existsSync(resultFolder) ? "there" : "gone",
  );
  return { renewable: there, withoutFolder: gone };
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
