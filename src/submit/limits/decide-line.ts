// Decides what to do with content that comes in for a shipment: nothing (CAS has it or refused it, or a newer
// file says otherwise), hold it (it would change what customs has accepted, or it is in doubt which of two files
// counts), or queue it. Pure. The same rule decides once more right before a queued message is sent: customs may
// have accepted the declaration meanwhile.
//
// Of two files that say different things of a shipment the newer one counts. A file is as old as the first time
// that it said so: a file that is copied, or gets other rows, does not take a correction back.
import { UNREADABLE_STATUS } from "../../core/declaration.ts";
import type { Reason, Unseen } from "../../core/reason.ts";
import { kindOf } from "../../core/message-kind.ts";
import { kindOfKey, type ShipmentKey } from "../../core/shipment.ts";
import type {
  FilesOfShipment,
  KnownShipment,
  LineDecision,
  LineVerdict,
  MessageDraft,
  OtherFile,
  Statement,
} from "../../ledger/contract/staging.ts";
import type { QueuedMessage } from "../../ledger/contract/outbox.ts";

/** Whether changes may amend or invalidate declarations that customs has accepted: all, or of which shipments. */
export type AllowAmend = boolean | AllowedReferences;

interface AllowedReferences {
  (key: ShipmentKey): boolean;
  /** As typed. */
  readonly references?: readonly string[];
}

export interface AmendPolicy {
  readonly allowAmend: AllowAmend;
  /** Whether a declaration of this status has been accepted by customs. */
  readonly acceptedAndBeyond: (status: string) => boolean;
  /** Why the ledger may not know what customs has accepted since; absent when it does. */
  readonly unseen?: Unseen;
}

export interface LinePolicy extends AmendPolicy {
  /** Whether content that CAS refused is sent once more. */
  readonly retryRefused: boolean;
  /** Whether CAS is asked about a shipment before it is sent for the first time; default: false. */
  readonly askFirst?: boolean;
  /**
   * Whether a message that must not be there twice is held when this ledger has never sent it, because another
   * ledger may have and CAS cannot be asked; default: false.
   */
  readonly holdFirst?: boolean;
}

type KnownVersion = KnownShipment["versions"][number];

export function createLineDecider(
  policy: LinePolicy,
): (draft: MessageDraft, known: KnownShipment | null, files: FilesOfShipment) => LineDecision {
  const holdReason = createHoldReason(policy);
  const decide = (
    draft: MessageDraft,
    known: KnownShipment | null,
    standing: KnownVersion | undefined,
    files: FilesOfShipment,
  ): LineDecision => {
    if (known === null) return firstOne(policy, files.key);
    const existing = existingVersion(draft, known, standing, policy);
    if (existing !== null) return existing;
    const said = standing === undefined ? null : files.saying(standing.versionId);
    const older = said === null ? null : overrule(files.own(), said, standing);
    if (older !== null) return older;
    if (standing !== undefined && neverChanges(files.key)) {
      return secondOne(policy, standing, files);
    }
    if (known.neverSent === true && neverChanges(files.key)) return firstOne(policy, files.key);
    // What is known of a shipment that was never sent may be old, so CAS is asked first.
    const judge = known.neverSent === true ? () => null : holdReason;
    const reason = judge(asQueued(draft, known, files.key));
    return reason === null
      ? queue(policy, files.key)
      : { kind: "held", reason, ...comparedWith(standing) };
  };
  return (draft, known, files) => {
    const standing = standingVersion(known);
    const rival = standing?.contentHash === draft.contentHash ? null : files.inRun();
    if (rival === null) return decide(draft, known, standing, files);
    const own = files.own();
    const versionId = rival.queuedVersionId;
    const older = overrule(own, rival, standing);
    if (older?.reason.code === "saved-at-one-time" && versionId !== null) {
      // What the other one has queued is not sent either.
      return {
        ...older,
        withdraw: { versionId, reason: { ...older.reason, fileName: own.fileName } },
      };
    }
    if (older !== null) return older;
    const verdict = decide(draft, known, standingVersion(known, versionId), files);
    if (versionId === null) return verdict;
    const reason = { code: "superseded", fileName: own.fileName } as const;
    return { ...verdict, withdraw: { versionId, reason } };
  };
}

/** Refused and held versions changed nothing: CAS has, or will have, the newest of the others. */
function standingVersion(
  known: KnownShipment | null,
  withdrawn: string | null = null,
): KnownVersion | undefined {
  return known?.versions.find(
    ({ state, versionId }) => state !== "rejected" && state !== "held" && versionId !== withdrawn,
  );
}

/** What is to be done because another file counts, or may count; null when the draft's own file does. */
function overrule(
  own: Statement,
  other: OtherFile,
  standing: KnownVersion | undefined,
): Extract<LineVerdict, { readonly reason: Reason }> | null {
  // What this run has queued is no proof that it counts.
  const isSent =
    standing?.contentHash === other.contentHash && standing.versionId !== other.queuedVersionId;
  const code = overruling(own, other, isSent);
  if (code === null) return null;
  const reason = { code, fileName: other.fileName };
  const kind = code === "superseded" ? "superseded" : "held";
  return { kind, reason, ...comparedWith(standing) };
}

/** @param isSent whether what the other file says was queued by an earlier run, or sent */
function overruling(
  own: Statement,
  other: OtherFile,
  isSent: boolean,
): "superseded" | "older-than-known" | "saved-at-one-time" | null {
  if (own.time > other.time) return null;
  if (own.time < other.time) {
    // New content in an older file: the times contradict the order in which the two came in.
    return own.isKnown || !other.isKnown ? "superseded" : "older-than-known";
  }
  if (own.isKnown !== other.isKnown) return own.isKnown ? "superseded" : null;
  return own.isKnown && isSent ? "superseded" : "saved-at-one-time";
}

function comparedWith(standing: KnownVersion | undefined): { readonly against?: string } {
  return standing === undefined ? {} : { against: standing.versionId };
}

/** Why a message must not be sent as things stand; null when it may. */
export function createHoldReason({
  allowAmend,
  acceptedAndBeyond,
  unseen,
}: AmendPolicy): (message: QueuedMessage) => Reason | null {
  return (message) => {
    const { messageType, declarationStatuses } = message;
    if (kindOf(message.key.kind).asked !== "declarations") return null;
    const amendAllowed = message.amendAllowed || mayAmend(allowAmend, message.key);
    const isFromElsewhere = message.isFromElsewhere === true;
    const isChange = message.before === undefined;
    if (isFromElsewhere && messageType === "New" && declarationStatuses.length > 0) {
      return { code: "new-exists", statuses: [...new Set(declarationStatuses)].sort() };
    }
    const mayBeAccepted = declarationStatuses.filter(
      (status) => status === UNREADABLE_STATUS || acceptedAndBeyond(status),
    );
    const statuses = [...new Set(mayBeAccepted)].sort();
    if (statuses.length === 0) {
      if (unseen === undefined || amendAllowed) return null;
      return { code: "would-amend-unseen", unseen, isChange };
    }
    // Source: seeds/004, Replace customs shipment by the ingestion API.
    if (messageType === "Replace") return { code: "replace-too-late", statuses };
    if (amendAllowed) return null;
    if (isFromElsewhere) return { code: "would-amend-foreign", statuses };
    // Source: seeds/004, Update/Upsert customs shipment by the ingestion API.
    return { code: "would-amend", statuses, isChange };
  };
}

/** Whether other content for a known reference could make a second one, because the kind is never changed. */
function neverChanges({ kind }: ShipmentKey): boolean {
  return kindOf(kind).repeat === "doubles";
}

/** Content for a reference of which this ledger has sent nothing. */
function firstOne(policy: LinePolicy, key: ShipmentKey): LineVerdict {
  const { allowAmend, holdFirst = false } = policy;
  if (holdFirst && neverChanges(key) && !mayAmend(allowAmend, key)) {
    return { kind: "held", reason: { code: "perhaps-sent-before", kind: kindOfKey(key) } };
  }
  return queue(policy, key);
}

/** Other content of a kind that is never changed. A person may allow a second one, never two at once. */
function secondOne(
  policy: LinePolicy,
  standing: KnownVersion,
  { key, own }: FilesOfShipment,
): LineDecision {
  const { versionId, state, isWithdrawable = false } = standing;
  const isOpen = state !== "accepted" && !isWithdrawable;
  if (isOpen || !mayAmend(policy.allowAmend, key)) {
    const reason = { code: "would-double", kind: kindOfKey(key) } as const;
    const held = isOpen ? ({ ...reason, first: "open" } as const) : reason;
    return { kind: "held", reason: held, ...comparedWith(standing) };
  }
  if (!isWithdrawable) return queue(policy, key);
  const reason = { code: "superseded", fileName: own().fileName } as const;
  return { ...queue(policy, key), withdraw: { versionId, reason } };
}

function existingVersion(
  draft: MessageDraft,
  known: KnownShipment,
  standing: KnownVersion | undefined,
  policy: LinePolicy,
): LineVerdict | null {
  const latest = known.versions.find(({ state }) => state !== "held");
  if (latest?.state === "rejected" && latest.contentHash === draft.contentHash) {
    if (!policy.retryRefused) return { kind: "refused-before", versionId: latest.versionId };
  }
  return standing?.contentHash === draft.contentHash
    ? { kind: "unchanged", versionId: standing.versionId }
    : null;
}

function asQueued(draft: MessageDraft, known: KnownShipment, key: ShipmentKey): QueuedMessage {
  const { messageType } = draft;
  const { declarationStatuses } = known;
  // Content that was held before is no change: it was not sent, or its outcome is unknown.
  const isKnown = known.versions.some(({ contentHash }) => contentHash === draft.contentHash);
  const queued = { key, messageType, amendAllowed: false, declarationStatuses };
  return isKnown ? { ...queued, before: "decided" } : queued;
}

function mayAmend(allowAmend: AllowAmend, key: ShipmentKey): boolean {
  return typeof allowAmend === "function" ? allowAmend(key) : allowAmend;
}

/** As typed; none where all is allowed, or nothing. */
export function allowedReferences(allowAmend: AllowAmend): readonly string[] {
  return typeof allowAmend === "function" ? (allowAmend.references ?? []) : [];
}

function queue({ allowAmend, askFirst = false }: LinePolicy, key: ShipmentKey): LineVerdict {
  return {
    kind: "queue",
    ...(mayAmend(allowAmend, key) ? { amendAllowed: true } : {}),
    ...(askFirst ? { askFirst } : {}),
  };
}
