// What the outcome of a shipment and the status of a declaration mean, in words and colour.
import { statusMeaning, type StatusMeaning } from "../../core/codes/declaration-statuses.ts";
import { kindOf } from "../../core/message-kind.ts";
import { reasonWords } from "../../core/reason-words.ts";
import type { LineBucket } from "../../ledger/contract/staging.ts";
import type { LineView } from "../../ledger/contract/views.ts";
import type { Tone } from "../model/sheet.ts";

interface BucketMeaning {
  readonly tone: Tone;
  readonly meaning: string;
}

/** In the order in which the report counts them: what needs action first. */
export const bucketMeanings: Readonly<Record<LineBucket, BucketMeaning>> = {
  unknown: {
    tone: "bad",
    meaning: "Sent, but no answer came: it is not known whether CAS has it; CAS is asked first",
  },
  rejected: { tone: "bad", meaning: "CAS refused the message; nothing of it was processed" },
  invalid: { tone: "bad", meaning: "Has errors in the file; it was not sent" },
  aborted: { tone: "bad", meaning: "Not sent, because its file was rejected as a whole" },
  unsent: {
    tone: "bad",
    meaning: "Ready, but not sent so far: the run stopped first, or another one sends it in turn",
  },
  sending: {
    tone: "wait",
    meaning: "Another process is sending it at this moment, and has no answer yet",
  },
  held: {
    tone: "wait",
    meaning: "A change to something already filed with customs; it waits for a decision",
  },
  superseded: {
    tone: "quiet",
    meaning: "A newer file has other content for this reference; this content is not sent",
  },
  accepted: { tone: "good", meaning: "CAS took the message; its declarations show the rest" },
  unchanged: { tone: "quiet", meaning: "CAS has this content already; nothing was sent again" },
};

/** Whether CAS has the content of the line. */
export function isAtCas({ bucket }: Pick<LineView, "bucket">): boolean {
  return bucket === "accepted" || bucket === "unchanged";
}

/** Why the shipment stands there: its own reason, else what its outcome means. */
export function outcomeReason({
  bucket,
  reason,
  key,
}: Pick<LineView, "bucket" | "reason" | "key">): string {
  return reasonWords(reason) ?? outcomeMeaning(bucket, key);
}

function outcomeMeaning(bucket: LineBucket, { kind }: Pick<LineView["key"], "kind">): string {
  const { asked, noun } = kindOf(kind);
  if (bucket !== "accepted" || asked === "declarations") return bucketMeanings[bucket].meaning;
  return `CAS took the message; what becomes of the ${noun} stands in its ingestion history`;
}

export const bucketsInOrder = Object.keys(bucketMeanings) as LineBucket[];

/** What needs action first. */
export const stageWords: Readonly<Record<StatusMeaning["stage"], string>> = {
  action: "Needs action",
  "before-customs": "In CAS",
  "at-customs": "At customs",
  done: "Done",
};

const stageTones: Readonly<Record<StatusMeaning["stage"], Tone>> = {
  action: "bad",
  "before-customs": "wait",
  "at-customs": "wait",
  done: "good",
};

export function statusTone(status: string): Tone {
  return stageTones[statusMeaning(status).stage];
}

const stageOrder = Object.keys(stageWords);

/** Orders statuses by what needs action first, then by name. */
export function compareStatuses(left: string, right: string): number {
  const byStage =
    stageOrder.indexOf(statusMeaning(left).stage) - stageOrder.indexOf(statusMeaning(right).stage);
  return byStage !== 0 ? byStage : left < right ? -1 : left > right ? 1 : 0;
}
