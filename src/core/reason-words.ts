// Reasons and gaps as English sentences, for the report, the command line and every other face.
import type { ContentChanges } from "./content-changes.ts";
import { UNREADABLE_STATUS } from "./declaration.ts";
import type { Gap } from "./gap.ts";
import { kindOf } from "./message-kind.ts";
import type { Reason, Unseen } from "./reason.ts";
import { senderWords } from "./sending-words.ts";
import { settleCommand } from "./settle-command.ts";
import { minuteWords } from "./time/time-words.ts";

const UNREADABLE_WORDS =
  "What CAS says of a declaration of this shipment cannot be read, so customs may have accepted it: sending this could amend or invalidate it; look it up in CAS, and send its file again with --allow-amend REFERENCE if that is wanted";

type LeftToPerson = Extract<
  Reason,
  {
    code:
      "new-not-repeated" | "accepted-not-amended" | "earlier-content-pruned" | "not-to-be-asked";
  }
>;

export function reasonWords(reason: Reason): string;
export function reasonWords(reason: Reason | null): string | null;
export function reasonWords(reason: Reason | null): string | null {
  if (reason === null) return null;
  switch (reason.code) {
    case "text":
      return reason.text;
    case "file-rejected":
      return "The file was rejected as a whole, so nothing of it is sent";
    case "other-file-differs":
      return `"${reason.fileName}", a file of the same run, has other content for this shipment, and customs can be told only one of the two; leave the shipment in one of the files and send that one again`;
    case "superseded":
      return `"${reason.fileName}" is newer and has other content for this reference, so this content is not sent${differencesIn(reason)}; if this content is the right one, save the file under a new name`;
    case "older-than-known":
      return `This file came in later, but it was saved before "${reason.fileName}", which has other content for this reference: it is not known which of the two counts${differencesIn(reason)}; if this content is the right one, save the file under a new name; if not, take the reference out of this file`;
    case "saved-at-one-time":
      return `"${reason.fileName}" has other content for this reference, and both files were saved at the same time: it is not known which of the two counts${differencesIn(reason)}; leave the reference in one of the files and send that one again`;
    case "would-amend": {
      const { statuses, isChange } = reason;
      if (statuses.includes(UNREADABLE_STATUS)) return UNREADABLE_WORDS;
      const what = isChange ? "The content has changed, but a" : "A";
      return `${what} declaration of this shipment is in status ${statuses.join(", ")}: sending ${isChange ? "the change" : "this"} would amend or invalidate what customs has accepted${changesIn(reason)}; send its file again with --allow-amend REFERENCE if that is wanted`;
    }
    case "would-amend-unseen": {
      const { unseen, isChange } = reason;
      const what = isChange ? "The content has changed, and it" : "It";
      return `${what} is not known whether customs has accepted a declaration of this shipment meanwhile (${unseenWords(unseen)}): sending ${isChange ? "the change" : "this"} could amend or invalidate it${changesIn(reason)}; send its file again later, or with --allow-amend REFERENCE if that is wanted`;
    }
    case "would-amend-foreign":
      return `CAS has a declaration of this shipment in status ${reason.statuses.join(", ")} that did not come from this ledger, and its content is another, or cannot be compared: sending this could amend or invalidate what customs has accepted; compare the two, and send its file again with --allow-amend REFERENCE if that is wanted`;
    case "would-amend-shared":
      return "CAS shows a declaration for this shipment that it shows for another one, too, and that does not say whose it is: sending this could amend or invalidate what customs has accepted; compare the two, and send its file again with --allow-amend REFERENCE if that is wanted";
    case "replace-too-late":
      return `CAS refuses a Replace once a declaration has reached Accepted, and this shipment has one in status ${reason.statuses.join(", ")}; send it as Upsert or Update with --allow-amend REFERENCE, or invalidate the declaration in CAS first`;
    case "new-exists":
      return `CAS has a declaration of this shipment already, in status ${reason.statuses.join(", ")}, which did not come from this ledger: a New would be refused or make a second shipment; send it as Upsert or Update`;
    case "would-double": {
      const { noun, nouns } = kindOf(reason.kind);
      if (reason.first === "open") {
        return `This ledger has begun to send a ${noun} of this reference with other content, and it is not certain yet whether CAS has it${changesIn(reason)}; run \`cas-batch resume\` until that is settled, then send this file again`;
      }
      return `This ledger has sent or queued a ${noun} of this reference with other content, and ${nouns} are created and never changed: sent, it could make a second one${changesIn(reason)}; correct it in CAS, give it a reference of its own, or send its file again with --allow-again REFERENCE if a second one is wanted`;
    }
    case "perhaps-sent-before": {
      const { noun } = kindOf(reason.kind);
      return `This ledger is new and has never sent this ${noun}; another ledger may have, CAS cannot be asked, and sent twice it could be there twice; if it was never sent, send its file again with --allow-again REFERENCE, or set \`newLedger: { otherKinds: send }\` once no earlier ledger has sent any; if there is one, name it with --ledger`;
    }
    case "question-refused":
      return `This ledger has never sent this shipment, and CAS refuses to say whether it has it already (${reason.message}); look it up in CAS, and send its file again`;
    case "waits-for-sender":
      return `${senderWords(reason)} is sending at this moment, and sends this in turn`;
    case "being-sent":
      return "It is being sent, and no answer is recorded yet";
    case "refused": {
      const words =
        [reason.title, reason.detail].filter((text) => text !== null && text !== "").join(": ") ||
        `CAS answered with status ${reason.status}`;
      const before = refusedBeforeWords(reason);
      return before === null ? words : `${words}; ${before}`;
    }
    case "request-failed":
      return reason.message;
    case "declaration-unread":
      return `This ledger has never sent this shipment, and CAS shows ${unreadWords(reason)} for it, so it is not known whether CAS has it already; look it up in CAS, and send its file again`;
    case "new-perhaps-passed-on":
      return reason.kind === undefined
        ? `${reason.message}; a New that was passed on before that answer would make a second shipment when repeated, so CAS is asked about it`
        : `${reason.message}; a ${kindOf(reason.kind).noun} that was passed on before that answer would be there twice when repeated`;
    case "run-stopped":
      return "The run was stopped before it was sent";
    case "tries-used-up":
      return `CAS did not take it in ${reason.tries} tries of this run`;
    case "repeats-used-up":
      return "So many messages had to be sent again in this run that this one waits";
    case "interrupted":
      return "The program ended after it had begun to send and before an answer was recorded";
    case "may-have-arrived": {
      const { attemptedAt, declarationId, status, externalReference } = reason;
      const time = `${attemptedAt.slice(0, 19).replace("T", " ")} UTC`;
      return `It may have arrived by the attempt of ${time}, which stayed without an answer: CAS has shown declaration ${declarationId} in status ${status} since. CAS is asked about it before it is sent again; when you have looked it up, run \`cas-batch resume --settle "${externalReference}=arrived"\`, or the same with =resend`;
    }
    case "new-not-repeated":
    case "accepted-not-amended":
    case "earlier-content-pruned":
    case "not-to-be-asked":
      return leftToPersonWords(reason);
    case "repeat-harmless":
      return `No answer came; CAS has no second ${kindOf(reason.kind).noun} of a reference, so it is sent again`;
    case "read-back-found": {
      const { status, valuesShown, valuesTotal } = reason;
      const inStatus = status === null ? "" : ` in status ${status}`;
      return `CAS shows the ${kindOf(reason.kind).noun}${inStatus}, with ${valuesShown} of the ${valuesTotal} values of the message, all of them equal`;
    }
    case "not-in-cas":
      return `CAS did not know it in ${reason.enquiries} enquiries, and ${reason.messageType} with the same content may be repeated`;
    case "declaration-found":
      return declarationFoundWords(reason);
    case "content-found":
      return `This ledger had not sent it, but CAS has it: declaration ${reason.declarationId} in status ${reason.status} shows all ${reason.valuesTotal} values of it`;
    case "person-found":
      return `${reason.by}: CAS has it`;
    case "person-missed":
      return `${reason.by}: CAS does not have it, so it is to be sent again`;
    case "copy-may-have-sent":
      return "The ledger was adopted from a copy, so the other one may have sent this message meanwhile";
    case "copy-may-have-sent-newer":
      return "The ledger was adopted from a copy, and the other one may have sent a newer version of this shipment meanwhile: only the newest is asked about and sent";
  }
}

const CHANGES_SHOWN_MAX = 3;

/** Since when CAS refuses this content; null where it was refused just now. */
export function refusedBeforeWords(reason: Reason | null): string | null {
  if (reason?.code !== "refused" || reason.since === undefined) return null;
  return `CAS refused this same content on ${minuteWords(new Date(reason.since))}, so it was not sent again; correct it, or add --retry-refused to send it once more`;
}

interface WithChanges {
  readonly changes?: ContentChanges | undefined;
}

/** In brackets behind what they explain; empty where none are known. */
function changesIn({ changes }: WithChanges): string {
  return changes === undefined ? "" : ` (${changesWords(changes, CHANGES_SHOWN_MAX)})`;
}

/** As changesIn(), where the other content is that of another file. */
function differencesIn({ changes }: WithChanges): string {
  if (changes === undefined) return "";
  const words = (other: string, here: string): string => `${here} here, ${other} there`;
  return ` (${changesWords(changes, CHANGES_SHOWN_MAX, words)})`;
}

/** Shape: `M8 grossMass: "100" → "120"; netMass: "90" → none; 2 of 5 values shown`. */
export function changesWords(
  { shown, count }: ContentChanges,
  shownMax: number,
  pairWords = (before: string, after: string): string => `${before} → ${after}`,
): string {
  const parts = shown.slice(0, shownMax).map(({ path, cell, before, after }) => {
    const place = cell === null ? "" : `${cell} `;
    return `${place}${shortPath(path)}: ${pairWords(valueWords(before), valueWords(after))}`;
  });
  const cut = count > parts.length ? `; ${parts.length} of ${count} values shown` : "";
  return `${parts.join("; ")}${cut}`;
}

/** Without the members that every value of a message is in. */
function shortPath(path: string): string {
  return path.replace(/^singleAdministrativeDocument\.(?:goodsShipment\.)?/, "");
}

function valueWords(value: string | null): string {
  return value === null ? "none" : `"${value}"`;
}

/** @param reasons the newest first; what was decided before stands in brackets behind it */
export function reasonsWords([newest, ...before]: readonly Reason[]): string {
  if (newest === undefined) return "";
  const words = reasonWords(newest);
  return before.length === 0 ? words : `${words} (before that: ${reasonsWords(before)})`;
}

/** The members of a JSON document that show a reason. */
export function reasonMembers(reason: Reason | null): {
  readonly reason: string | null;
  readonly reasonCode: Reason["code"] | null;
  readonly changes?: ContentChanges;
} {
  const changes = reason !== null && "changes" in reason ? reason.changes : undefined;
  return {
    reason: reasonWords(reason),
    reasonCode: reason?.code ?? null,
    ...(changes === undefined ? {} : { changes }),
  };
}

function leftToPersonWords(reason: LeftToPerson): string {
  const { environment, kind, direction, externalReference } = reason;
  const key = { ...(kind === undefined ? {} : { kind }), direction, externalReference };
  const command = settleCommand(environment, key, "arrived");
  const { noun, asked } = kindOf(kind);
  const what =
    direction === null ? `the ${noun} ${externalReference}` : `${externalReference} (${direction})`;
  const where = asked === "declarations" ? " and among the declarations" : "";
  return `No answer came, ${whyLeftWords(reason)}. Look up ${what} in the ingestion history${where} of CAS; then run \`${command}\` if it is there, or the same with =resend if it is not`;
}

function whyLeftWords(reason: LeftToPerson): string {
  switch (reason.code) {
    case "new-not-repeated": {
      const shown =
        reason.declarationCount === 0 ? "" : `: ${doubtfulWords(reason)} may not be of it`;
      const name = reason.kind === undefined ? "New" : kindOf(reason.kind).noun;
      return `CAS did not show it in ${reason.enquiries} enquiries${shown}, and a ${name} is never sent again by itself because it could make a second ${kindOf(reason.kind).noun}`;
    }
    case "not-to-be-asked": {
      const { noun } = kindOf(reason.kind);
      return `CAS cannot be asked about a ${noun}, and it is never sent again by itself because it could make a second one`;
    }
    case "accepted-not-amended":
      return `and CAS shows ${doubtfulWords(reason)}, which may not be of it: sent again, it could amend or invalidate what customs has accepted`;
    case "earlier-content-pruned":
      return "and retention has removed from the ledger what an earlier version said, so no declaration can prove that this one arrived";
  }
}

function doubtfulWords({
  declarations,
  declarationCount,
}: Pick<
  Extract<Reason, { code: "new-not-repeated" }>,
  "declarations" | "declarationCount"
>): string {
  const named = declarations.map(
    ({ declarationId, status }) => `${declarationId} in status ${status}`,
  );
  const isCut = declarationCount > named.length;
  const cut = isCut ? `, ${named.length} of ${declarationCount} shown` : "";
  return `declaration ${named.join(", ")}${cut}`;
}

function declarationFoundWords(found: Extract<Reason, { code: "declaration-found" }>): string {
  const { declarationId, status, direction, referenceMember, time, valuesShown } = found;
  const verb = found.isUpdate ? "last updated" : "made";
  const clock = found.isCertainlyAfter
    ? "after the message was sent"
    : "which is when the message was sent as nearly as the clocks can tell";
  const earlier = found.isFirstVersion
    ? ""
    : ", among them every value that the version before did not have";
  const values =
    valuesShown === 0
      ? `it shows none of the ${found.valuesTotal} values of the message, and none speaks against it`
      : `it shows ${valuesShown} of the ${found.valuesTotal} values of the message, all of them equal${earlier}`;
  return `CAS shows declaration ${declarationId} in status ${status}, with our direction ${direction} and our reference as its ${referenceMember}, ${verb} ${time} by the clock of CAS, ${clock}; ${values}`;
}

/** What a reconcile left out, as a sentence. */
export function gapWords(gap: Gap): string {
  switch (gap.code) {
    case "search-cut":
      return `The search for declarations was not read to its end${searchCutWords(gap)}: declarations may be missing, or have changed`;
    case "declarations-unidentified":
      return gap.count === 1
        ? "1 declaration names no shipment and was not fetched, so it is listed under no file"
        : `${gap.count} declarations name no shipment and were not fetched, so they are listed under no file`;
    case "shipments-not-searched":
      return gap.count === 1
        ? "1 shipment was not searched for by its reference"
        : `${gap.count} shipments were not searched for by their reference`;
    case "declarations-cut":
      return gap.count === 1
        ? "1 shipment has more declarations than were read"
        : `${gap.count} shipments have more declarations than were read`;
    case "declarations-unread": {
      const { count, shown } = gap;
      const cut = count > shown.length ? `, ${shown.length} of ${count} shown` : "";
      const named = `${shown.map(unreadWords).join(", ")}${cut}`;
      return count === 1
        ? `1 declaration could not be read: ${named}. Look it up in CAS, and report it to Customs4trade`
        : `${count} declarations could not be read: ${named}. Look them up in CAS, and report them to Customs4trade`;
    }
    case "shipments-not-asked":
      return `${gap.count === 1 ? "1 open shipment was" : `${gap.count} open shipments were`} not asked for by reference, the first of them since ${gap.since.slice(0, 10)}; the next reconcile goes on with them`;
    case "look-back-cut":
      return "What CAS may have shown late in the last day was not read again to its end; the next reconcile does that";
    case "errors-not-fetched":
      return gap.count === 1
        ? "The errors of 1 declaration are not fetched yet; the next run or reconcile fetches them"
        : `The errors of ${gap.count} declarations are not fetched yet; the next run or reconcile fetches them`;
  }
}

function unreadWords({
  declarationId,
  fault,
}: {
  readonly declarationId: string | null;
  readonly fault: string;
}): string {
  return `${declarationId === null ? "one without an id" : `declaration ${declarationId}`} (${fault})`;
}

function searchCutWords({ because }: Extract<Unseen, { code: "search-cut" }>): string {
  switch (because) {
    case "time":
      return ", because the time to wait was over";
    case "count":
      return ", because it found more than `reconcile.declarationsMax` allows";
    case "repeats":
      return ", because CAS shows the same declarations on every page";
    case "dense":
      return ", because CAS updated more declarations within seconds than can be read as one";
    case undefined:
      return "";
  }
}

/** Why declarations may have changed unseen, as a clause. */
function unseenWords(unseen: Unseen): string {
  if (unseen.code === "search-cut") return "the search for declarations was not read to its end";
  return unseen.count === 1
    ? "1 declaration could not be linked to a shipment"
    : `${unseen.count} declarations could not be linked to a shipment`;
}
