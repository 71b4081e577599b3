// Whether a change that was sent is seen in what CAS shows: of values, whether they are there; of an item, whether it is
// there or gone; of an action, whether the status moved. CAS takes changes asynchronously, and an answer may be lost:
// this is how their end is found out.
// Source: page Declaration items: GET serves to check that a PATCH was applied; for actions, assumed.
import { contentChanges } from "../core/content-changes.ts";
import { isJsonObject, parseJson, type JsonValue } from "../core/json.ts";
import type { DeclarationActionName } from "../core/codes/change-rules.ts";
import type { RecordedChange } from "../ledger/contract/changes.ts";
import { isList, memberOf, patched } from "./selective-model.ts";

/** What CAS shows now. */
export interface Shown {
  readonly status: string;
  /** The exact text of the declaration. */
  readonly raw: string;
  readonly attachmentIds: readonly string[];
  /** Of a change of an item: its exact text; null when CAS has it no more. */
  readonly item: string | null;
  /** Whether CAS told that the action has ended. Source: notification event DeclarationActionFinished. */
  readonly isActionFinished: boolean;
}

export interface Seen {
  readonly state: "applied" | "different";
  /** In words; null where there is nothing to add. */
  readonly detail: string | null;
}

/** Null while nothing is seen of it. */
export function lookAtChange(
  change: Pick<RecordedChange, "kind" | "action" | "body" | "was">,
  shown: Shown,
): Seen | null {
  const isPruned =
    change.body === null && change.kind !== "action" && change.kind !== "delete-item";
  if (isPruned) return null;
  switch (change.kind) {
    case "update":
      return valuesSeen(change, shown.raw);
    case "update-item":
      return shown.item === null ? null : valuesSeen(change, shown.item);
    case "add-item":
      return itemSeen(change, shown);
    case "delete-item":
      return shown.item === null ? { state: "applied", detail: "the item is gone" } : null;
    case "action":
      return actionSeen(change.action as DeclarationActionName, change.was, shown);
    case "create-subscription":
    case "delete-subscription":
      return null;
  }
}

function valuesSeen({ body, was }: Pick<RecordedChange, "body" | "was">, raw: string): Seen | null {
  const open = stillOpen(raw, body ?? "{}");
  if (open === null) return { state: "applied", detail: null };
  // The same difference as before: nothing has happened so far.
  if (JSON.stringify(open) === JSON.stringify(was.changes)) return null;
  const other = open.shown
    .filter(({ path, after, before }) => {
      const old = was.changes?.shown.find((one) => one.path === path);
      return old?.before !== before || old.after !== after;
    })
    .map(({ path, before }) => `${path} is ${before ?? "missing"}`);
  return {
    state: "different",
    detail:
      other.length > 0 ? other.join(", ") : "some of the values are as given, others as before",
  };
}

function stillOpen(raw: string, body: string): ReturnType<typeof contentChanges> {
  return contentChanges(raw, JSON.stringify(patched(parseJson(raw), parseJson(body), true)), {});
}

function itemSeen(
  { body, was }: Pick<RecordedChange, "body" | "was">,
  { raw }: Pick<Shown, "raw">,
): Seen | null {
  const fresh = itemsOf(parseJson(raw)).filter(({ id }) => !was.itemIds.includes(id));
  const isIt = ({ item }: Item): boolean => stillOpen(JSON.stringify(item), body ?? "{}") === null;
  const found = fresh.find(isIt);
  if (found !== undefined) return { state: "applied", detail: `it is item ${found.id}` };
  const [first] = fresh;
  if (first === undefined) return null;
  return { state: "different", detail: `item ${first.id} is new, with other values` };
}

interface Item {
  readonly id: string;
  readonly item: JsonValue;
}

/** Source: page Declaration items: the id is the `governmentAgencyGoodsItemId` of the declaration. */
export function itemsOf(declaration: JsonValue): readonly Item[] {
  const shipment = memberOf(memberOf(declaration, "singleAdministrativeDocument"), "goodsShipment");
  const items = memberOf(shipment, "governmentAgencyGoodsItems");
  if (!isList(items)) return [];
  return items.flatMap((item) => {
    const id = memberOf(item, "governmentAgencyGoodsItemId");
    if (!isJsonObject(item) || id === undefined || id === null) return [];
    return [{ id: typeof id === "string" ? id : JSON.stringify(id), item }];
  });
}

/** In small letters. */
const NOT_SUBMITTED = [
  "new",
  "validated",
  "invalid",
  "configurationerror",
  "bcpnew",
  "bcpvalidated",
];
const NOT_ARRIVED = [
  ...["submitted", "acknowledged", "accepted", "acceptedforexport", "goodsnotarrived"],
];

/**
 * Whether a status tells that an action had its effect. Others may come by themselves, as Released after Accepted
 * while customs is to withdraw it. Source: page Declaration statuses; which status an action leads to is assumed.
 */
const EFFECT: Readonly<Record<DeclarationActionName, (status: string) => boolean>> = {
  submit: (status) => !NOT_SUBMITTED.includes(status),
  validate: () => true,
  invalidate: (status) => ["invalidating", "invalidated", "cancelled"].includes(status),
  "goods-arrived": (status) => !NOT_ARRIVED.includes(status),
  "generate-sad": () => false,
  amend: (status) => ["amendable", "amending"].includes(status),
  // No page tells a status for these; their end is told by an event.
  "receipt-report": () => false,
  "complementary-explanation": () => false,
  "change-destination": () => false,
  "reject-or-alert-ead": () => false,
  "delay-for-delivery": () => false,
};

/** The statuses that tell that an action failed. */
const FAILED: Readonly<Partial<Record<DeclarationActionName, readonly string[]>>> = {
  submit: ["invalid", "customserror", "configurationerror", "rejected"],
  invalidate: ["invalidationerror"],
  amend: ["amendmenterror"],
  "goods-arrived": ["customserror", "rejected"],
};

function actionSeen(
  action: DeclarationActionName,
  { status: before, itemIds: attachmentsBefore }: RecordedChange["was"],
  { status, attachmentIds, isActionFinished }: Shown,
): Seen | null {
  const moved = status === before ? null : `the status went from ${before ?? "none"} to ${status}`;
  const small = status.toLowerCase();
  const isFailure = FAILED[action]?.includes(small) === true;
  if (action === "generate-sad") {
    const fresh = attachmentIds.find((id) => !attachmentsBefore.includes(id));
    if (fresh !== undefined) return { state: "applied", detail: `attachment ${fresh} is new` };
  } else if (moved !== null && (isFailure || EFFECT[action](small))) {
    return { state: isFailure ? "different" : "applied", detail: moved };
  }
  if (!isActionFinished) return null;
  // The event does not say how it ended.
  const detail = `CAS told that the action has ended, and the status is ${status}`;
  const isUndone = action === "invalidate" && !EFFECT.invalidate(small);
  return { state: isFailure || isUndone ? "different" : "applied", detail };
}
