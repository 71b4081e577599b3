// Decides what to do with content that comes in for a shipment: nothing (CAS has it, or refused it), hold it
// (it would change what customs has accepted, or another file of the run contradicts it), or queue it. Pure.
// The same rule decides once more right before a queued message is sent: customs may have accepted the
// declaration meanwhile.
import { UNREADABLE_STATUS } from "../../core/declaration.ts";
import type { Reason, Unseen } from "../../core/reason.ts";
import type { KnownShipment, LineDecision, MessageDraft } from "../../ledger/contract/staging.ts";
import type { QueuedMessage } from "../../ledger/contract/outbox.ts";

export interface AmendPolicy {
  /** Whether a change may amend or invalidate declarations that customs has accepted. */
  readonly allowAmend: boolean;
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
}

type KnownVersion = KnownShipment["versions"][number];

export function createLineDecider(
  policy: LinePolicy,
): (draft: MessageDraft, known: KnownShipment | null) => LineDecision {
  const holdReason = createHoldReason(policy);
  return (draft, known) => {
    if (known === null) return queue(policy);
    // Refused and held versions changed nothing: CAS has, or will have, the newest of the others.
    const standing = known.versions.find(({ state }) => state !== "rejected" && state !== "held");
    const existing = existingVersion(draft, known, standing, policy);
    if (existing !== null) return existing;
    // What is known of a shipment that was never sent may be old, so CAS is asked first.
    const judge = known.neverSent === true ? () => null : holdReason;
    const reason = contradiction(standing) ?? judge(asQueued(draft, known));
    return reason === null ? queue(policy) : { kind: "held", reason };
  };
}

/** Why a message must not be sent as things stand; null when it may. */
export function createHoldReason({
  allowAmend,
  acceptedAndBeyond,
  unseen,
}: AmendPolicy): (message: QueuedMessage) => Reason | null {
  return (message) => {
    const { messageType, amendAllowed, declarationStatuses } = message;
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
      if (unseen === undefined || amendAllowed || allowAmend) return null;
      return { code: "would-amend-unseen", unseen, isChange };
    }
    // Source: seeds/004, Replace customs shipment by the ingestion API.
    if (messageType === "Replace") return { code: "replace-too-late", statuses };
    if (amendAllowed || allowAmend) return null;
    if (isFromElsewhere) return { code: "would-amend-foreign", statuses };
    // Source: seeds/004, Update/Upsert customs shipment by the ingestion API.
    return { code: "would-amend", statuses, isChange };
  };
}

function existingVersion(
  draft: MessageDraft,
  known: KnownShipment,
  standing: KnownVersion | undefined,
  policy: LinePolicy,
): LineDecision | null {
  const latest = known.versions.find(({ state }) => state !== "held");
  if (latest?.state === "rejected" && latest.contentHash === draft.contentHash) {
    if (!policy.retryRefused) return { kind: "refused-before", versionId: latest.versionId };
  }
  return standing?.contentHash === draft.contentHash
    ? { kind: "unchanged", versionId: standing.versionId }
    : null;
}

/** Two files of a run that contradict each other would be sent in turns, every night again. */
function contradiction(standing: KnownVersion | undefined): Reason | null {
  const fileName = standing?.otherFileOfRun ?? null;
  return fileName === null ? null : { code: "other-file-differs", fileName };
}

function asQueued(draft: MessageDraft, known: KnownShipment): QueuedMessage {
  const { messageType } = draft;
  const { declarationStatuses } = known;
  // Content that was held before is no change: it was not sent, or its outcome is unknown.
  const isKnown = known.versions.some(({ contentHash }) => contentHash === draft.contentHash);
  const queued = { messageType, amendAllowed: false, declarationStatuses };
  return isKnown ? { ...queued, before: "decided" } : queued;
}

function queue({ allowAmend, askFirst = false }: LinePolicy): LineDecision {
  return {
    kind: "queue",
    ...(allowAmend ? { amendAllowed: true } : {}),
    ...(askFirst ? { askFirst } : {}),
  };
}
