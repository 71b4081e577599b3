// The product on one screen: each use case step by step, for every face. It joins the steps and holds no rule
// of its own; `runs/` holds how a step is done and what its result is. `check` stands in `runs/check-files.ts`,
// so that it loads nothing of what sends.
import { join } from "node:path";
import type { OtherKind } from "./core/shipment.ts";
import { templateModel, type TemplateChoices } from "./map/template-model.ts";
import { mergeWaiting } from "./notifications/merge/merge-notifications.ts";
import { reconcile, type ReconcileSummary } from "./reconcile/reconcile.ts";
import { readBackMessages } from "./reconcile/read-back.ts";
import { prepareReportPath } from "./report/status-report.ts";
import { writeTemplateCsv, writeTemplateWorkbook } from "./report/write-template.ts";
import { fetchDocumentsOfShipments, type DocumentChoices } from "./runs/documents.ts";
import { withInbox } from "./runs/inbox/inbox-run.ts";
import type { InboxSettings } from "./runs/inbox/inbox-settings.ts";
import type { InboxListing } from "./runs/inbox/list-inbox.ts";
import { report } from "./runs/reporting.ts";
import { withDocuments } from "./runs/result/documents-result.ts";
import {
  beforeSending,
  withGivenBack,
  withOthersRenewed,
  withRenewed,
} from "./runs/result/given-back.ts";
import { incompleteReconcile } from "./runs/result/incomplete-reconcile.ts";
import { reconcileResult } from "./runs/result/reconcile-result.ts";
import type { CommandResult } from "./runs/result/result.ts";
import { sessionResult, withDelivery, writtenReport } from "./runs/result/run-result.ts";
import { send, type SendChoices } from "./runs/sending.ts";
import type { Session } from "./runs/session.ts";
import type { InputFile } from "./runs/stage-batches.ts";
import { settleByHand, type HandSettlement } from "./submit/settle-by-hand.ts";

/** Reads the files, sends every valid shipment once, and writes the result files and annotated copies. */
export async function submit(
  session: Session,
  files: readonly InputFile[],
  choices: SendChoices,
  outDirectory: string,
): Promise<CommandResult> {
  const path = reportPath(session, outDirectory);
  const leftBefore = await beforeSending(session, path);
  const sent = await send(session, files, choices, false);
  const own = await sessionResult(session, sent, null);
  const result = await withGivenBack(own, session, path, sent);
  return withOthersRenewed(result, session, outDirectory, leftBefore);
}

/**
 * The nightly job: `submit`, then follows the declarations and writes the status report.
 * @param documents where those of the declarations are fetched to; null when none are
 */
async function runFiles(
  session: Session,
  files: readonly InputFile[],
  choices: SendChoices,
  outDirectory: string,
  documents: DocumentChoices | null = null,
): Promise<CommandResult> {
  const path = reportPath(session, outDirectory);
  await prepareReportPath(path);
  const leftBefore = await beforeSending(session, path);
  const sent = await send(session, files, choices, true);
  const written = await writtenReport(session, path, sent);
  const own = await sessionResult(session, sent, written);
  const given = await withGivenBack(own, session, path, sent);
  const result = sent.stoppedBy === null ? await fetching(given, session, documents) : given;
  return withOthersRenewed(result, session, outDirectory, leftBefore);
}

/** `runFiles` with the whole files of an inbox, each of which is then where it belongs. */
export async function runInbox(
  session: Session,
  { settings, listing }: { readonly settings: InboxSettings; readonly listing: InboxListing },
  choices: SendChoices,
  outDirectory: string,
  documents: DocumentChoices | null = null,
): Promise<CommandResult> {
  return withInbox(session, settings, listing, (files) =>
    runFiles(session, files, choices, outDirectory, documents),
  );
}

/**
 * Finishes what interrupted runs have left, and settles the unknown outcomes that a person has found out.
 * @param settledBy that person, for the ledger
 */
export async function resume(
  session: Session,
  settlements: readonly HandSettlement[],
  settledBy: string,
  choices: SendChoices,
  outDirectory: string,
): Promise<CommandResult> {
  const unfinished = await session.books.unfinishedRuns();
  await settleByHand(session, settlements, settledBy);
  const sent = await send(session, [], choices, false);
  const result = withDelivery(await sessionResult(session, sent, null), sent.delivery);
  return withRenewed(result, session, outDirectory, unfinished);
}

/** Adds the documents of our declarations that were not fetched yet. */
async function fetching(
  result: CommandResult,
  session: Session,
  documents: DocumentChoices | null,
): Promise<CommandResult> {
  if (documents === null) return result;
  const fetched = await fetchDocumentsOfShipments(session, documents);
  return withDocuments(result, session, fetched, "counts");
}

/** Asks CAS what became of everything that is still open, and writes the status report. */
export async function reconcileAndReport(
  session: Session,
  since: Date | null,
  path: string,
  outDirectory: string,
  documents: DocumentChoices | null = null,
): Promise<CommandResult> {
  await prepareReportPath(path);
  const summary = await follow(session, since);
  const incomplete = incompleteReconcile(summary.gaps, []);
  const written = await report(session, path, { latest: true }, incomplete);
  const own = reconcileResult(session, summary, written);
  const result = await fetching(own, session, documents);
  return withRenewed(result, session, outDirectory, []);
}

/** Asks CAS once what became of everything that is still open. */
export async function follow(session: Session, since: Date | null): Promise<ReconcileSummary> {
  const { books, signal, settings } = session;
  await mergeWaiting(books, { signal });
  const window = since === null ? {} : { since };
  const summary = await reconcile(session, { ...window, settings: settings.reconcile, signal });
  await readBackMessages(session);
  return summary;
}

/** Where a run writes its status report by default. */
export function reportPath({ runId }: Pick<Session, "runId">, outDirectory: string): string {
  return join(outDirectory, runId, "status-report.xlsx");
}

/**
 * Writes the blank template of one layout, or of another kind of message: a workbook, or CSV when the path ends in `.csv`.
 * @param choices Its language, and further columns.
 */
export async function writeTemplate(
  layout: "flat" | "workbook" | OtherKind,
  path: string,
  choices: TemplateChoices = {},
): Promise<void> {
  const model = templateModel(layout, choices);
  await (path.toLowerCase().endsWith(".csv")
    ? writeTemplateCsv(path, model)
    : writeTemplateWorkbook(path, model));
}
