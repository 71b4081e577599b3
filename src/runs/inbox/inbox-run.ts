// The files of an inbox in one run: the whole ones are taken, away from the inbox where they are archived; the run
// reads and sends them; then each goes to where it belongs, and the result says where. Whatever ends the run, no file
// is lost: it lies in the inbox, among the files in work, or where it belongs.
import { join } from "node:path";
import { needsPerson, type NotTaken } from "../../core/codes/inbox-codes.ts";
import type { Environment } from "../../core/shipment.ts";
import { EXIT } from "../result/exit-code.ts";
import { withFailures } from "../result/not-written.ts";
import type { CommandResult, FileResult, NextStep } from "../result/result.ts";
import type { Session } from "../session.ts";
import type { InputFile } from "../stage-batches.ts";
import { moveToDestination, removeLeftParts, type MovedFile } from "./archive-files.ts";
import { claimFiles } from "./claim-files.ts";
import { dayOf, destinationOf, PASSING_FINDINGS, type Destination } from "./destination.ts";
import type { ArchivePlaces, InboxSettings } from "./inbox-settings.ts";
import { ownNames, type InboxFile, type InboxListing } from "./list-inbox.ts";
import type { ClaimedFile } from "./recover-files.ts";
import { isSame, stateNow, wholeFiles } from "./whole-files.ts";

/** A file that a run reads, with where it lies and whose it is in the books. */
interface TakenFile {
  readonly input: InputFile;
  /** Null where files are left in the inbox. */
  readonly claimed: ClaimedFile | null;
}

type Work = (files: readonly InputFile[]) => Promise<CommandResult>;

export async function withInbox(
  session: Session,
  settings: InboxSettings,
  listing: InboxListing,
  work: Work,
): Promise<CommandResult> {
  const { clock, signal } = session;
  const { folder, stableForMs, archive } = settings;
  const { whole, notTaken } = await wholeFiles(listing, { folder, stableForMs, clock, signal });
  const left = [...listing.notTaken, ...notTaken];
  if (archive === null) {
    const taken = whole.map((file, at) => leftInPlace(file, namesOf(whole)[at] ?? file.fileName));
    const result = await work(taken.map(({ input }) => input));
    return withInboxFacts(result, settings, { notTaken: left, recovered: 0, moved: [] });
  }
  const claim = await claimFiles({ ...settings, archive }, whole, session.runId);
  const taken = claimedFiles(claim.files, folder);
  try {
    await removeLeftParts([folder, archive.archive, archive.rejected], claim.living);
    const result = await worked(session, { ...settings, archive }, taken, work);
    const recovered = claim.files.filter(({ isRecovered }) => isRecovered).length;
    const notTakenAtAll = [...left, ...claim.notTaken];
    return withInboxFacts(result.result, settings, {
      ...{ notTaken: notTakenAtAll, recovered, moved: result.moved },
    });
  } finally {
    await claim.release();
  }
}

/** Moves the files also when the work throws: then they go back. */
async function worked(
  session: Session,
  settings: InboxSettings & { readonly archive: ArchivePlaces },
  taken: readonly TakenFile[],
  work: Work,
): Promise<{ readonly result: CommandResult; readonly moved: readonly MovedFile[] }> {
  let result: CommandResult;
  try {
    result = await work(taken.map(({ input }) => input));
  } catch (error) {
    for (const { claimed } of taken) {
      if (claimed !== null) await moveToDestination(claimed, "inbox", foldersOf(session, settings));
    }
    throw error;
  }
  return moveAll(session, settings, taken, result);
}

async function moveAll(
  session: Session,
  settings: InboxSettings & { readonly archive: ArchivePlaces },
  taken: readonly TakenFile[],
  result: CommandResult,
): Promise<{ readonly result: CommandResult; readonly moved: readonly MovedFile[] }> {
  const folders = foldersOf(session, settings);
  const notRead = new Set(
    Array.isArray(result.more["filesNotRead"]) ? result.more["filesNotRead"] : [],
  );
  const passing = await filesWithPassingFaults(session);
  const moved = new Map<string, MovedFile>();
  for (const { input, claimed } of taken) {
    if (claimed === null) continue;
    const { name } = input;
    const read = result.files.find(({ file }) => file.name === name);
    const now = await stateNow(claimed.path);
    const destination: Destination = destinationOf({
      result: read === undefined || notRead.has(name) ? null : read,
      isPassing: passing.has(name),
      isUnchanged: now !== null && isSame(now, claimed.state),
    });
    moved.set(name, await moveToDestination(claimed, destination, folders));
  }
  const files = result.files.map((one): FileResult => {
    const place = moved.get(one.file.name);
    return place === undefined ? one : { ...one, place: place.place, movedTo: place.path };
  });
  const next = result.next.map((step) => overArchived(step, files, session.settings.environment));
  const all = [...moved.values()];
  const failures = all.flatMap(({ failure }) => (failure === null ? [] : [failure]));
  return {
    result: withFailures({ ...result, files, next }, failures, session.signal, "not-moved"),
    moved: all,
  };
}

/** Its files have left the inbox, so they are named. */
function overArchived(
  step: NextStep,
  files: readonly FileResult[],
  environment: Environment,
): NextStep {
  if (typeof step === "string") return step;
  if (step.code !== "allow-amend" && step.code !== "retry-refused") return step;
  const bucket = step.code === "allow-amend" ? "held" : "rejected";
  const paths = files.flatMap(({ counts, place, movedTo }) =>
    movedTo !== undefined && place === "archive" && counts.buckets[bucket] > 0 ? [movedTo] : [],
  );
  return paths.length === 0 ? step : { ...step, archived: { environment, paths } };
}

/** Names of the run's files that it could not read, for a fault of a moment. */
export async function filesWithPassingFaults({
  books,
  runId,
}: Session): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  for await (const findings of books.findings({ runId })) {
    for (const { code, file } of findings) {
      if (PASSING_FINDINGS.some((passing) => passing === code)) names.add(file);
    }
  }
  return names;
}

function foldersOf(
  { startedAt, runId, settings }: Session,
  { folder, archive }: InboxSettings & { readonly archive: ArchivePlaces },
) {
  return { ...archive, inbox: folder, day: dayOf(startedAt, settings.timeZone), runId };
}

function namesOf(files: readonly Pick<InboxFile, "fileName">[]): readonly string[] {
  return ownNames(files.map(({ fileName }) => fileName));
}

function leftInPlace({ path, fileName }: InboxFile, name: string): TakenFile {
  return { input: { path, name, fileName }, claimed: null };
}

/**
 * The books know a file by its path in the inbox, where a person has put it and puts the next one of its name. Of two
 * of one name in a run that is the newer one.
 */
function claimedFiles(files: readonly ClaimedFile[], inbox: string): readonly TakenFile[] {
  const names = namesOf(files);
  return files.map((claimed, at) => {
    const { path, fileName, state } = claimed;
    const isNewest = files.every(
      (other, otherAt) =>
        other.fileName !== fileName ||
        other.state.mtimeMs < state.mtimeMs ||
        (other.state.mtimeMs === state.mtimeMs && otherAt >= at),
    );
    const input = { path, name: names[at] ?? fileName, fileName };
    return { input: isNewest ? { ...input, recordedAs: join(inbox, fileName) } : input, claimed };
  });
}

interface InboxFacts {
  readonly notTaken: readonly NotTaken[];
  readonly recovered: number;
  readonly moved: readonly MovedFile[];
}

function withInboxFacts(
  result: CommandResult,
  { folder, archive }: InboxSettings,
  { notTaken, recovered, moved }: InboxFacts,
): CommandResult {
  const asks = notTaken.some(({ code }) => needsPerson(code));
  return {
    ...result,
    exitCode: result.exitCode === EXIT.done && asks ? EXIT.someFailed : result.exitCode,
    summary: [
      ...result.summary,
      { code: "inbox", folder, recovered, moved: moved.map(({ place }) => place) },
      ...(notTaken.length === 0 ? [] : [{ code: "not-taken", notTaken } as const]),
    ],
    more: { ...result.more, inbox: { folder, archives: archive !== null, recovered }, notTaken },
  };
}
