// `submit --dry-run` where an environment is named: what a real run would send, leave and hold, by what the
// ledger knows. The files are staged by the same steps, in a copy of the ledger that is gone afterwards; so CAS is
// not asked, and the ledger is only read.
import type { ContentChanges } from "../core/content-changes.ts";
import { keyText } from "../core/shipment.ts";
import { changesOf } from "../ledger/contract/history.ts";
import type { LineView } from "../ledger/contract/views.ts";
import type { LedgerBooks } from "../ledger/ledger.ts";
import { openScratchLedger } from "../ledger/sqlite/sqlite-ledger.ts";
import { exitCodeOfFiles } from "./result/exit-code.ts";
import { sumCounts, type CommandResult, type Fact, type PlannedLine } from "./result/result.ts";
import { openDecisions } from "./result/run-result.ts";
import { ageOf, type PipelineSettings, type Surroundings } from "./session.ts";
import { stageFiles, warnOfUnknown, type InputFile, type StageChoices } from "./stage-batches.ts";
import { tenantOf } from "./tenant-of.ts";

export interface DryRunSettings extends Pick<
  PipelineSettings,
  | "environment"
  | "ledgerPath"
  | "ledgerMayBegin"
  | "newLedgerMs"
  | "holdsFirst"
  | "acceptedAndBeyond"
> {
  /** Whose books are meant; null: the only ones that the ledger has. */
  readonly tenant: string | null;
}

/** What a real run would begin with; its result is read from books that `close` removes. */
interface DryRun {
  readonly result: CommandResult;
  /** Once more, as each is read once. */
  readonly findings: CommandResult["findings"];
  readonly close: () => Promise<void>;
}

const RUN_ID = "dry-run";

export async function dryRun(
  settings: DryRunSettings,
  files: readonly InputFile[],
  choices: StageChoices,
  surroundings: Surroundings,
): Promise<DryRun> {
  const { ledgerPath, ledgerMayBegin = true } = settings;
  const ledger = await openScratchLedger(ledgerPath, { createWhenMissing: ledgerMayBegin });
  const { close } = ledger;
  try {
    const books = ledger.books(settings.environment, await tenantOf(ledger, settings));
    const result = await staged(books, settings, files, choices, surroundings);
    return { result, findings: books.findings({ runId: RUN_ID }), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function staged(
  books: LedgerBooks,
  settings: DryRunSettings,
  files: readonly InputFile[],
  choices: StageChoices,
  surroundings: Surroundings,
): Promise<CommandResult> {
  const { clock, programVersion } = surroundings;
  const ledgerAge = await ageOf(books, settings, clock);
  const { queued } = await books.outboxCounts();
  const command = "submit --dry-run";
  await books.startRun({ runId: RUN_ID, command, startedAt: clock.now(), programVersion });
  const session = { ...surroundings, books, settings, ledgerAge, runId: RUN_ID };
  const { stoppedBy } = await stageFiles(session, files, choices);
  const stop: unknown = stoppedBy;
  if (stoppedBy !== null) throw stop;
  await warnOfUnknown(session, choices);
  const read = await books.batches({ runId: RUN_ID });
  const { unsent } = sumCounts(read);
  const open = await openDecisions(session, read);
  const exitCode = exitCodeOfFiles(read);
  const isFaulty = exitCode !== 0 && !open.isAll;
  const asked = Math.min(unsent, await books.countToAskAbout());
  const summary: readonly Fact[] = [
    { code: "would-send", files: read, asked, queuedBefore: queued },
    { code: "balance", files: read },
    { code: "dry-run", ledger: settings.ledgerPath, tenant: books.tenant, isNew: ledgerAge.isNew },
  ];
  return {
    exitCode,
    runId: null,
    files: read,
    findings: books.findings({ runId: RUN_ID }),
    attention: [],
    planned: plannedLines(books),
    next: [
      ...(isFaulty ? [{ code: "correct-input" } as const] : []),
      ...open.steps,
      ...(unsent > 0 ? [{ code: "submit-for-real" } as const] : []),
    ],
    summary,
    error: null,
    more: {
      dryRun: true,
      tenant: books.tenant === "" ? null : books.tenant,
      ledger: settings.ledgerPath,
      newLedger: ledgerAge.isNew,
      askedFirst: asked,
      queuedBefore: queued,
    },
  };
}

async function* plannedLines(books: LedgerBooks): AsyncIterable<readonly PlannedLine[]> {
  for await (const lines of books.lines({ runId: RUN_ID })) {
    const planned: PlannedLine[] = [];
    for (const line of lines) planned.push({ line, changes: await changesToSend(books, line) });
    yield planned;
  }
}

/** How the message that would be sent differs from the one before it; null for a first one. */
async function changesToSend(
  books: LedgerBooks,
  { bucket, key, versionNumber }: LineView,
): Promise<ContentChanges | null> {
  if (bucket !== "unsent" || versionNumber === null || versionNumber === 1) return null;
  const histories = await books.shipmentHistories(key.externalReference);
  const history = histories.find((one) => keyText(one.key) === keyText(key));
  const version = history?.versions.find((one) => one.versionNumber === versionNumber);
  if (history === undefined || version === undefined) return null;
  return changesOf(version, history.versions)?.changes ?? null;
}
