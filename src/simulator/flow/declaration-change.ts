// What an update, a change of items or an action does to a declaration, and in which statuses CAS lets it.
// Source: seeds/004, Corrections: an update only before the declaration is sent to customs or after customs
// rejected it, an invalidation at Accepted and beyond; Declaration items; Declaration actions. Which statuses
// those are one by one is assumed.
import { isJsonObject, parseJson, type JsonObject, type JsonValue } from "../../core/json.ts";
import type { ChangedEntry, ChangeEntry, DeclarationAction } from "../journal/journal-entry.ts";
import type { Declaration } from "./declaration.ts";
import {
  CAS_REFERENCE,
  documentOf,
  goodsItemsIn,
  ITEM_ID,
  withGoodsItems,
} from "./declaration-document.ts";
import { validated } from "./lifecycle.ts";
import { goodsItemsOf, parseContent, type Content } from "./message-content.ts";
import type { FlowSwitches } from "./message-effect.ts";
import { judge, PRE_LODGED_TYPE, type Verdict } from "./outcome-rules.ts";
import { selectivelyUpdated, type UnknownReference } from "./selective-update.ts";

export type DeclarationChange = Pick<ChangeEntry, "change" | "itemId" | "action" | "body">;

type ChangeResult =
  | { readonly kind: "refused"; readonly reasons: readonly UnknownReference[] }
  | {
      readonly kind: "done";
      /** Null when the document stays as it is. */
      readonly document: JsonObject | null;
      /** Null when that stays as it is. */
      readonly waitsForSubmit: boolean | null;
    };

const SAD = "singleAdministrativeDocument";
/** Of a declaration whose goods have arrived. Source: Declaration actions, Goods Arrived. */
const ARRIVED_TYPE = "A";

const EDITABLE: ReadonlySet<string> = new Set([
  "New",
  "Validated",
  "Invalid",
  "Queued",
  "CustomsError",
  "Amendable",
  "AmendmentError",
]);

const REJECTED: ReadonlySet<string> = new Set(["Invalid", "CustomsError"]);
const IN_AMENDMENT: ReadonlySet<string> = new Set(["Amendable", "AmendmentError"]);

const FILED: ReadonlySet<string> = new Set([
  "Accepted",
  "DocumentControl",
  "GoodsNotArrived",
  "GoodsArrived",
  "Released",
  "Amendable",
  "AmendmentError",
]);

/** Null: in every status. */
const ACTION_STATUSES: Readonly<Record<DeclarationAction, ReadonlySet<string> | null>> = {
  submit: new Set(["New", "Validated", "Invalid", "CustomsError", "Amendable", "AmendmentError"]),
  validate: new Set(["New", "Validated", "Invalid", "CustomsError", "Amendable", "AmendmentError"]),
  invalidate: FILED,
  "goods-arrived": new Set(["Accepted", "DocumentControl", "GoodsNotArrived", "Released"]),
  "generate-sad": null,
  amend: new Set([
    "Accepted",
    "DocumentControl",
    "GoodsNotArrived",
    "GoodsArrived",
    "Released",
    "AmendmentError",
  ]),
  "receipt-report": FILED,
  "complementary-explanation": FILED,
  "change-destination": FILED,
  "reject-or-alert-ead": FILED,
  "delay-for-delivery": FILED,
};

/** Why the declaration's state forbids the change; null when it does not. */
export function stateRefusal(declaration: Declaration, change: DeclarationChange): string | null {
  const status = declaration.status ?? "New";
  if (change.action === null) {
    return EDITABLE.has(status) ? null : `A declaration in status ${status} cannot be updated`;
  }
  const allowed = ACTION_STATUSES[change.action];
  if (allowed !== null && !allowed.has(status)) {
    return `The action ${change.action} is not available in status ${status}`;
  }
  if (change.action === "goods-arrived") {
    const type = documentOf(declaration)["addDeclType"];
    return type === PRE_LODGED_TYPE
      ? null
      : `The action goods-arrived needs an additional declaration type of ${PRE_LODGED_TYPE}`;
  }
  return null;
}

/** The change as far as it concerns the document; whether the state lets it is not asked here. */
export function resultOfChange(
  declaration: Declaration,
  change: DeclarationChange,
  automaticSubmission: FlowSwitches["automaticSubmission"],
): ChangeResult {
  if (change.action !== null) {
    const document =
      change.action === "goods-arrived"
        ? { ...documentOf(declaration), addDeclType: ARRIVED_TYPE }
        : null;
    const waits =
      change.action === "submit" ? false : waitsAfter(declaration, change, automaticSubmission);
    return { kind: "done", document, waitsForSubmit: waits };
  }
  const unknown: UnknownReference[] = [];
  const document = changedDocument(documentOf(declaration), change, unknown);
  if (unknown.length > 0) return { kind: "refused", reasons: unknown };
  const waitsForSubmit = waitsAfter(declaration, change, automaticSubmission);
  return { kind: "done", document, waitsForSubmit };
}

/** Source: Declaration actions, Submit: for use after validation errors were corrected. */
function waitsAfter(
  { status }: Declaration,
  { action }: DeclarationChange,
  automaticSubmission: FlowSwitches["automaticSubmission"],
): boolean | null {
  if (action !== null && action !== "validate") return null;
  return automaticSubmission !== "always" && REJECTED.has(status ?? "") ? true : null;
}

function changedDocument(
  present: JsonObject,
  { change, itemId, body }: DeclarationChange,
  unknown: UnknownReference[],
): JsonObject {
  const given = objectOf(body);
  if (change === "update") {
    const update = given[SAD];
    return selectivelyUpdated(present, isJsonObject(update) ? update : {}, SAD, unknown);
  }
  const items = goodsItemsIn(present);
  if (change === "add-item") {
    const { [CAS_REFERENCE]: _reference, [ITEM_ID]: _id, ...item } = given;
    return withGoodsItems(present, [...items, item]);
  }
  const place = items.findIndex((item) => isJsonObject(item) && item[ITEM_ID] === itemId);
  const item: JsonValue | undefined = items[place];
  if (!isJsonObject(item)) {
    unknown.push({ path: ITEM_ID, message: `There is no goods item ${itemId ?? ""}` });
    return present;
  }
  return withGoodsItems(
    present,
    change === "delete-item"
      ? items.toSpliced(place, 1)
      : items.with(place, selectivelyUpdated(item, given, "", unknown)),
  );
}

function objectOf(body: string | null): JsonObject {
  const value = body === null ? null : parseJson(body);
  return value !== null && isJsonObject(value) ? value : {};
}

/** The entry that ends a change; applying it is what changes the declaration. */
export function processChange(
  entry: ChangeEntry,
  declaration: Declaration,
  at: string,
  automaticSubmission: FlowSwitches["automaticSubmission"],
): ChangedEntry {
  const { declarationId, referenceId } = entry;
  const head = { kind: "changed", at, declarationId, referenceId } as const;
  const refusal = stateRefusal(declaration, entry);
  if (refusal !== null)
    return { ...head, result: "refused", errorDescriptions: [refusal], to: null };
  const result = resultOfChange(declaration, entry, automaticSubmission);
  if (result.kind === "refused") {
    const errorDescriptions = result.reasons.map(({ path, message }) => `${path} ${message}`);
    return { ...head, result: "refused", errorDescriptions, to: null };
  }
  const verdict =
    result.document === null ? declaration.verdict : verdictOn(declaration, result.document);
  const to = statusAfter(declaration.status ?? "New", entry, verdict);
  const failed = entry.action === "submit" && (to === "Invalid" || to === "AmendmentError");
  return {
    ...head,
    result: "done",
    errorDescriptions: failed
      ? verdict.validationErrors.map(
          ({ errorCode, description }) => description ?? String(errorCode),
        )
      : [],
    to: to === declaration.status ? null : to,
  };
}

/** Null: the change gives it no status. Source: assumed, but for seeds/004: validations run during an update. */
function statusAfter(status: string, { action }: ChangeEntry, verdict: Verdict): string | null {
  switch (action) {
    case null:
    case "validate":
      return IN_AMENDMENT.has(status) ? null : validated(verdict);
    case "submit":
      if (verdict.validationErrors.length > 0) {
        return IN_AMENDMENT.has(status) ? "AmendmentError" : "Invalid";
      }
      return IN_AMENDMENT.has(status) ? "Amending" : "Queued";
    case "invalidate":
      return "Invalidating";
    case "goods-arrived":
      return "GoodsArrived";
    case "amend":
      return "Amendable";
    case "generate-sad":
    case "receipt-report":
    case "complementary-explanation":
    case "change-destination":
    case "reject-or-alert-ead":
    case "delay-for-delivery":
      return null;
  }
}

/** What CAS and customs will say of the declaration with this document. */
export function verdictOn(declaration: Declaration, document: JsonObject): Verdict {
  const message = messageOf(declaration, document);
  const range = { start: 0, end: goodsItemsOf(message).length };
  return judge(message, range, declaration.items.start);
}

/** The message of the shipment with this declaration's document. */
export function messageOf({ shipment }: Declaration, document: JsonObject): Content {
  return {
    ...parseContent(shipment.content),
    [SAD]: parseContent(JSON.stringify(document)),
  };
}
