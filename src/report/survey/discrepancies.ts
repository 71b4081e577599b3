// Where our books and CAS do not agree, as rows of Action needed: few certain cases rather than many doubtful ones.
import { kindsInNeed, type KindInNeed } from "../../core/open-kinds.ts";
import type { Waiting } from "../../ledger/contract/status.ts";
import { actionCodes, type ActionCode } from "../../core/codes/action-codes.ts";
import { stretchOfWay } from "../../core/codes/declaration-statuses.ts";
import { referencesOf } from "../../core/match-declaration.ts";
import { counted, plural } from "../../core/text/count-words.ts";
import { minuteWords } from "../../core/time/time-words.ts";
import type {
  DeclarationView,
  Discrepancies,
  ToldOtherwise,
  UnsentLine,
} from "../../ledger/contract/views.ts";
import type { ActionWords } from "./action.ts";
import { statusSince } from "./status-since.ts";
import { waitsForPerson } from "./waits-for-person.ts";

/** Before customs has accepted it, whoever corrects a declaration sends it on its way anew, between two searches. */
const ACCEPTED = stretchOfWay("Accepted") ?? 0;

/** A declaration in whose history a later status comes before the present one, and nothing explains it. */
export function backwardsAction(
  declaration: Pick<DeclarationView, "declarationId" | "history">,
  /** When CAS last took a message of the shipment: an update may begin the way anew. */
  acceptedAt: Date | null,
): ActionWords | null {
  const { history } = declaration;
  const places = history.map(({ status }) => stretchOfWay(status));
  const now = places.at(-1) ?? null;
  const furthest = Math.max(...places.map((place) => place ?? -1));
  if (now === null || now >= furthest || furthest < ACCEPTED) return null;
  const at = places.lastIndexOf(furthest);
  const [before, next] = [history[at], history[at + 1]];
  if (before === undefined || next === undefined || places.slice(at).includes(null)) return null;
  if (acceptedAt !== null && acceptedAt > before.observedAt) return null;
  return {
    code: "status-backwards",
    reason: `It was ${before.status} on ${minuteWords(before.observedAt)} and has been ${history.at(-1)?.status ?? ""} since; no amendment or withdrawal was seen in between`,
    nextStep: `Look declaration ${declaration.declarationId} up in CAS, and do not rely on ${before.status}`,
    since: next.observedAt,
  };
}

/** More declarations of one step would be a mistake in the answer. Source: assumed. */
const INSTANCES_MAX = 9_999;
const WITHDRAWN = ["invalidated", "cancelled"];

/**
 * The steps of the flow of which CAS says that it made more declarations than have been seen.
 * @param completeUpTo until when CAS was searched; before `afterMs` have passed, the others may still come
 */
export function siblingActions(
  declarations: readonly DeclarationView[],
  reference: string,
  { completeUpTo, afterMs }: { readonly completeUpTo: string | null; readonly afterMs: number },
): readonly ActionWords[] {
  if (completeUpTo === null) return [];
  const bySteps = Map.groupBy(declarations, ({ summary }) => summary.customsFlowStep);
  return [...bySteps].flatMap(([step, ofStep]) => {
    // The flow may have begun anew with another number of declarations: the newest one says how many.
    const newest = ofStep
      .filter(({ summary }) => !WITHDRAWN.includes(summary.currentStatus.toLowerCase()))
      .sort((left, right) => right.firstSeenAt.getTime() - left.firstSeenAt.getTime())[0];
    const wanted = Number(newest?.summary.customsFlowStepInstanceCount ?? 0);
    const isNumber = Number.isSafeInteger(wanted) && wanted > 1 && wanted <= INSTANCES_MAX;
    if (newest === undefined || !isNumber) return [];
    if (Date.parse(completeUpTo) - newest.firstSeenAt.getTime() <= afterMs) return [];
    const seen = new Set(ofStep.map(({ summary }) => summary.customsFlowStepInstanceSeq));
    const missing = Array.from({ length: wanted }, (_, index) => String(index + 1)).filter(
      (sequence) => !seen.has(sequence),
    );
    if (missing.length === 0 || seen.has(null)) return [];
    const [first = ""] = missing;
    const which = missing.length === 1 ? `number ${first} is` : `${counted(missing.length)} are`;
    return [
      {
        code: "siblings-missing",
        reason: `CAS made ${plural(wanted, "declaration")} of this shipment in step ${step ?? "(unnamed)"}, and ${which} missing`,
        nextStep: `Run \`cas-batch declarations search --external-reference ${reference}\`, and ask Customs4trade about those that it does not show`,
        since: newest.firstSeenAt,
      },
    ];
  });
}

const MEMBER_WORDS = { currentStatus: "status", lrn: "LRN", mrn: "MRN" } as const;

export function differsAction({
  declarationId,
  member,
  told,
  toldAt,
  shown,
  shownAt,
}: ToldOtherwise): ActionWords {
  return {
    code: member === "currentStatus" ? "notification-differs" : "notifications-contradict",
    what: `Notification and search differ in the ${MEMBER_WORDS[member]}`,
    reason: `A notification told ${told} on ${minuteWords(toldAt)}; the search showed ${shown} on ${minuteWords(shownAt)}`,
    nextStep: `Look declaration ${declarationId} up in CAS; the next \`cas-batch reconcile\` asks again`,
    since: toldAt < shownAt ? toldAt : shownAt,
    declarationId,
  };
}

/** What is about no single shipment. */
export function bookActions({
  contradicting,
  untold,
  documents,
  abandoned,
}: Discrepancies): readonly ActionWords[] {
  const actions: ActionWords[] = abandoned.map(({ runId, fileName, openedAt }) => ({
    code: "file-not-read",
    reason: `Run ${runId} ended while it read the file; nothing of it counts, and nothing of it was sent`,
    nextStep: "Run the file again",
    file: fileName,
    since: openedAt,
  }));
  if (untold !== null) {
    const { count, since, statuses, lastToldAt, listener } = untold;
    const came =
      lastToldAt === null
        ? "no notification has ever come"
        : `the last notification came on ${minuteWords(lastToldAt)}`;
    const isDown = listener === null || listener.hasEnded || listener.aliveAt < since;
    const receiver =
      listener === null
        ? ""
        : `. The receiver at ${listener.address} ${listener.hasEnded ? "ended" : "was last alive"} on ${minuteWords(listener.aliveAt)}`;
    // What came while it ran and was not told is no matter of the one who stopped it.
    const wasStopped = listener?.hasEnded === true && listener.aliveAt <= since;
    actions.push({
      code: wasStopped ? "listener-ended" : "learned-by-polling",
      reason: `${plural(count, "status", "statuses")} (${statuses.join(", ")}) since ${minuteWords(since)} ${count === 1 ? "was" : "were"} seen first by the search; ${came}${receiver}`,
      nextStep: wasStopped
        ? actionCodes["listener-ended"].nextStep
        : isDown
          ? "Start `cas-batch listen`, then check `cas-batch subscriptions list`"
          : "Run `cas-batch subscriptions list`, and `cas-batch subscriptions ensure` where one is gone",
      since,
    });
  }
  if (contradicting !== null) {
    actions.push({
      code: "notifications-contradict",
      reason: `${plural(contradicting.count, "notification")} of the last days ${contradicting.count === 1 ? "has" : "have"} the id of an earlier one and say something else; the earlier one counts`,
      nextStep: "Run `cas-batch notifications list --since 7d`, and ask Customs4trade about them",
      since: contradicting.since,
    });
  }
  if (documents !== null) {
    actions.push({
      code: "documents-not-fetched",
      what: `${plural(documents.count, "document")} not fetched`,
      reason: "CAS has them for more than a day, and documents of this kind were fetched before",
      nextStep: "Run `cas-batch reconcile --attachments DIR`",
      since: documents.since,
    });
  }
  return actions;
}

/** So many declarations of others that wait for a person are named; the sheet Not in files has all. */
const NAMED_MAX = 100;

/** Declarations that no file explains: one notice for all of them, and what a person should see of them. */
export class UnexplainedDeclarations {
  #count = 0;
  #oldest: Date | null = null;
  #waiting = 0;
  readonly #actions: ActionWords[] = [];

  /** @param unsent lines of ours under their references, which CAS does not have from here */
  add(declarations: readonly DeclarationView[], unsent: readonly UnsentLine[]): void {
    for (const declaration of declarations) {
      const { declarationId, summary, firstSeenAt } = declaration;
      this.#count += 1;
      if (this.#oldest === null || firstSeenAt < this.#oldest) this.#oldest = firstSeenAt;
      const references = referencesOf(summary);
      const known = unsent.find(
        ({ key }) =>
          references.includes(key.externalReference) &&
          (summary.direction === null || summary.direction.toUpperCase() === key.direction),
      );
      const waits = waitsForPerson(declaration) === "action";
      if (known === undefined && !waits) continue;
      if (known === undefined) this.#waiting += 1;
      if (known === undefined && this.#waiting > NAMED_MAX) continue;
      const { lrn, mrn, currentStatus } = summary;
      this.#actions.push({
        ...(known === undefined
          ? {
              code: "not-in-files" satisfies ActionCode,
              what: `Declaration ${currentStatus}, in no file of ours`,
              reason: "It waits for a person; it may be that of another sender",
              nextStep: `Find out who sent it; look declaration ${declarationId} up in CAS`,
              reference: references[0] ?? null,
            }
          : {
              code: "sent-by-others" satisfies ActionCode,
              reason: `The shipment of ${known.fileName} was not sent (${known.bucket}), and CAS has a declaration of it that is ${currentStatus}`,
              nextStep: `Look declaration ${declarationId} up in CAS before the shipment is corrected and sent`,
              reference: known.key.externalReference,
              direction: known.key.direction,
              file: known.fileName,
            }),
        ...{ since: statusSince(declaration), declarationId, lrn, mrn },
      });
    }
  }

  actions(): readonly ActionWords[] {
    if (this.#count === 0) return [];
    const named = Math.min(this.#waiting, NAMED_MAX);
    const cut =
      this.#waiting > named
        ? `; ${counted(named)} of ${counted(this.#waiting)} that wait for a person are named here`
        : "";
    return [
      ...this.#actions,
      {
        code: "not-in-files",
        what: `${plural(this.#count, "declaration")} in no file of ours`,
        reason: `They may be those of another sender, or sent from another ledger${cut}`,
        nextStep: 'Open the sheet "Not in files"',
        since: this.#oldest,
      },
    ];
  }
}

/** What needs a person and stands in no file of the run, in one row: the report of the ledger lists it. */
export function earlierActions(
  beside: Readonly<Record<KindInNeed, Waiting>>,
): readonly ActionWords[] {
  const waiting = kindsInNeed.filter((kind) => beside[kind].count > 0);
  if (waiting.length === 0) return [];
  const times = waiting.flatMap((kind) => beside[kind].since?.getTime() ?? []);
  const count = waiting.reduce((sum, kind) => sum + beside[kind].count, 0);
  const words = waiting.map((kind) => `${String(beside[kind].count)} ${IN_NEED_WORDS[kind]}`);
  return [
    {
      code: "earlier-open",
      what: `${String(count)} of earlier files ${count === 1 ? "needs" : "need"} a person`,
      reason: `In no file of this run: ${words.join(", ")}`,
      nextStep: actionCodes["earlier-open"].nextStep,
      since: times.length === 0 ? null : new Date(Math.min(...times)),
    },
  ];
}

const IN_NEED_WORDS: Readonly<Record<KindInNeed, string>> = {
  refused: "refused by CAS",
  held: "held",
  invalid: "with mistakes in the file",
  aborted: "of a file that was rejected as a whole",
  action: "with a declaration that waits for a person",
};
