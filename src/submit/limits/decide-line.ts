// What to do with content that comes in for a shipment that may be known: nothing (CAS has it, or
// refused it), hold it (it would change what has been filed with customs, or another file of the
// run says otherwise), or queue it. Pure. What is queued is asked about once more right before it
// is sent: customs may have accepted the declaration meanwhile.
import type { QueuedMessage } from "../../ledger/contract/outbox.ts";
import type { KnownShipment, LineDecision, MessageDraft } from "../../ledger/contract/staging.ts";

export interface AmendPolicy {
  /** Whether a change may amend or invalidate declarations that customs has accepted. */
  readonly allowAmend: boolean;
  /** Whether a declaration of this status has been accepted by customs. */
  readonly acceptedAndBeyond: (status: string) => boolean;
  /** Why the ledger may not know what customs has accepted since, in words; absent when it does. */
  readonly notLookedAt?: string;
}

export interface LinePolicy extends AmendPolicy {
  /** Whether content that CAS refused is sent once more. */
  readonly retryRefused: boolean;
  /** Whether CAS is asked about a shipment before it is sent for the first time; false unless told. */
  readonly askFirst?: boolean;
}

type KnownVersion = KnownShipment["versions"][number];

export function createLineDecider(
  policy: LinePolicy,
): (draft: MessageDraft, known: KnownShipment | null) => LineDecision {
  const holdReason = createHoldReason(policy);
  return (draft, known) => {
    if (known === null) return queue(policy);
    // A version that was refused or held changed nothing: what CAS has, or will have, is the newest
    // of the others.
    const standing = known.versions.find(({ state }) => state !== "rejected" && state !== "held");
    const existing = existingVersion(draft, known, standing, policy);
    if (existing !== null) return existing;
    // What was seen of a shipment that was never sent may be old, so CAS is asked before it is judged.
    const judge = known.neverSent === true ? () => null : holdReason;
    const reason = contradiction(standing) ?? judge(asQueued(draft, known));
    return reason === null ? queue(policy) : { kind: "held", reason };
  };
}

/** Why a message must not be sent as things stand, in words; null when it may. */
export function createHoldReason({
  allowAmend,
  acceptedAndBeyond,
  notLookedAt,
}: AmendPolicy): (message: QueuedMessage) => string | null {
  return (message) => {
    const { messageType, amendAllowed, declarationStatuses, before } = message;
    const isFromElsewhere = message.isFromElsewhere === true;
    if (isFromElsewhere && messageType === "New" && declarationStatuses.length > 0) {
      return newIsThere(declarationStatuses);
    }
    const filed = [...new Set(declarationStatuses.filter(acceptedAndBeyond))].sort();
    if (filed.length === 0) {
      if (notLookedAt === undefined || amendAllowed || allowAmend) return null;
      const what = before === undefined ? "The content has changed, and whether" : "Whether";
      return `${what} customs has accepted a declaration of this shipment meanwhile could not be looked at (${notLookedAt}): sending ${before === undefined ? "the change" : "this"} could amend or invalidate it; run the file again later, or with --allow-amend if that is wanted`;
    }
    const statuses = filed.join(", ");
    if (messageType === "Replace") {
      // Source: seeds/004, Replace customs shipment by the ingestion API.
      return `CAS refuses a Replace once a declaration has reached Accepted, and this shipment has one in status ${statuses}; send it as Upsert or Update with --allow-amend, or invalidate the declaration in CAS first`;
    }
    if (amendAllowed || allowAmend) return null;
    if (isFromElsewhere) {
      return `CAS has a declaration of this shipment in status ${statuses} that did not come from this ledger, and its content is another, or cannot be compared: sending this could amend or invalidate what customs has accepted; compare the two, and run again with --allow-amend if that is wanted`;
    }
    // Source: seeds/004, Update/Upsert customs shipment by the ingestion API.
    const what = before === undefined ? "The content has changed, but a" : "A";
    return `${what} declaration of this shipment is in status ${statuses}: sending ${before === undefined ? "the change" : "this"} would amend or invalidate what customs has accepted; run again with --allow-amend if that is wanted`;
  };
}

function newIsThere(declarationStatuses: readonly string[]): string {
  const statuses = [...new Set(declarationStatuses)].sort().join(", ");
  return `CAS has a declaration of this shipment already, in status ${statuses}, which did not come from this ledger: a New would be refused or make a second shipment; send it as Upsert or Update`;
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

/** Two files of a run that contradict each other would be sent in turns, every night anew. */
function contradiction(standing: KnownVersion | undefined): string | null {
  const otherFile = standing?.otherFileOfRun ?? null;
  if (otherFile === null) return null;
  return `"${otherFile}", a file of the same run, has other content for this shipment, and customs can be told only one of the two; leave the shipment in one of the files and run again`;
}

function asQueued(draft: MessageDraft, known: KnownShipment): QueuedMessage {
  const { messageType } = draft;
  const { declarationStatuses } = known;
  // Held means that it was not sent, or that it is not known whether it was: not that it is a change.
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
