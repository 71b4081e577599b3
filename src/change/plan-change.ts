// What a change would do, found out before anything is sent: the declaration is read, its status is checked, the body is
// made, and what the body would change is compared with what is there. Nothing is changed at CAS here.
import type { CasReader } from "../cas/cas-client.ts";
import { correctionsOf, isAllowed, type AllowedIn } from "../core/codes/change-rules.ts";
import { statusMeaning } from "../core/codes/declaration-statuses.ts";
import { contentChanges, type ContentChanges } from "../core/content-changes.ts";
import type { DeclarationDetail } from "../core/declaration.ts";
import { CasBatchError, RefusedError } from "../core/errors.ts";
import { parseJson, type JsonObject, type JsonValue } from "../core/json.ts";
import type { Environment } from "../core/shipment.ts";
import type { Clock } from "../core/time/clock.ts";
import type { ChangeBooks, RecordedChange } from "../ledger/contract/changes.ts";
import { bodyOfEdits, type Edit, type IsNumberMember } from "./body-of-edits.ts";
import {
  aimOf,
  type ChangeChoices,
  type ChangePlan,
  type ChangeRequest,
  type Planned,
} from "./change-request.ts";
import { itemsOf, lookAtChange, type Seen, type Shown } from "./look-at-change.ts";
import { memberOf, patched, replacedLists } from "./selective-model.ts";

export interface ChangeDesk {
  readonly environment: Environment;
  readonly client: Pick<CasReader, "declaration" | "declarationItem">;
  readonly books: ChangeBooks;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly allowedIn: AllowedIn;
  readonly isNumber: IsNumberMember;
  /** How CAS calls the reason of an action. */
  readonly reasonMember: string;
}

/**
 * @throws CasBatchError when it cannot be found out for a reason that is not the declaration's own: no connection, no
 *   right
 */
export async function planChange(
  desk: ChangeDesk,
  request: ChangeRequest,
  choices: ChangeChoices,
): Promise<Planned> {
  try {
    const { detail, shown } = await showOf(desk, request);
    const unsettled = await settleByLooking(desk, request.declarationId, { detail, shown });
    refuseStatus(desk, request, detail, choices);
    if (unsettled.length > 0 && !choices.again) throw stillUnknown(request, unsettled);
    const made = bodyOf(request, detail, shown, desk);
    const { body, changes } = made;
    const isContent = request.content !== null && request.kind !== "action";
    if (isContent && changes === null) {
      return { kind: "unchanged", request, status: detail.currentStatus };
    }
    const replaced = isContent ? replacedLists(made.current, parseJson(body ?? "{}")) : [];
    if (replaced.length > 0 && !choices.replaceCollections) throw wouldVanish(request, replaced);
    const itemIds =
      request.kind === "add-item"
        ? itemsOf(parseJson(detail.raw)).map(({ id }) => id)
        : shown.attachmentIds;
    const was = { status: detail.currentStatus, itemIds, changes };
    return { kind: "plan", plan: { request, body, was, replaced, unsettled } };
  } catch (error) {
    const refused = ofDeclaration(error, request);
    if (refused === null) throw error;
    return { kind: "refused", request, error: refused };
  }
}

/** Of a change that is recorded, since when. */
type View = Pick<ChangeRequest, "declarationId" | "itemId" | "action"> & {
  readonly recordedAt?: Date;
};

/** What CAS shows of the declaration, and of the item that is to be changed. */
export async function showOf(
  { client, books, signal }: Pick<ChangeDesk, "client" | "books" | "signal">,
  { declarationId, itemId, action, recordedAt }: View,
): Promise<{ readonly detail: DeclarationDetail; readonly shown: Shown }> {
  const include = action === "generate-sad" ? (["attachments"] as const) : (["errors"] as const);
  const detail = await client.declaration(declarationId, { signal, include });
  const item = itemId === null ? null : await itemOrNull(client, declarationId, itemId, signal);
  const attachmentIds = detail.attachments.map(({ id }) => id);
  const isActionFinished =
    action !== null &&
    recordedAt !== undefined &&
    (await books.isActionFinished(declarationId, action, recordedAt));
  return {
    detail,
    shown: { status: detail.currentStatus, raw: detail.raw, attachmentIds, item, isActionFinished },
  };
}

export async function itemOrNull(
  client: ChangeDesk["client"],
  declarationId: string,
  itemId: string,
  signal: AbortSignal,
): Promise<string | null> {
  try {
    return (await client.declarationItem(declarationId, itemId, { signal })).raw;
  } catch (error) {
    if (isNotFound(error)) return null;
    throw error;
  }
}

/**
 * Looks what became of earlier changes of the declaration, and records the end of those that are seen. Returns those
 * whose outcome stays unknown.
 */
async function settleByLooking(
  desk: ChangeDesk,
  declarationId: string,
  now: { readonly detail: DeclarationDetail; readonly shown: Shown } | null = null,
): Promise<readonly RecordedChange[]> {
  const open = (await desk.books.changesOf([declarationId])).filter(({ state }) => isOpen(state));
  const unsettled: RecordedChange[] = [];
  for (const change of open) {
    const isSameView = now !== null && change.itemId === null && change.action === null;
    const { shown } = isSameView ? now : await showOf(desk, viewOf(change));
    const seen = await endBySight(desk, change, shown);
    if (seen === null && change.state === "unknown") unsettled.push(change);
  }
  return unsettled;
}

function isOpen(state: RecordedChange["state"]): boolean {
  return state === "unknown" || state === "accepted";
}

export function viewOf({
  targetId,
  itemId,
  action,
  recordedAt,
}: Pick<RecordedChange, "targetId" | "itemId" | "action" | "recordedAt">): View {
  return { declarationId: targetId, itemId, action: action as ChangeRequest["action"], recordedAt };
}

/** Records what is seen of a change that CAS took, or may have taken. @param isLast nobody looks again for now */
export async function endBySight(
  { books, clock }: Pick<ChangeDesk, "books" | "clock">,
  change: Pick<RecordedChange, "changeId" | "kind" | "action" | "body" | "was" | "state">,
  shown: Shown,
  isLast = true,
): Promise<Seen | null> {
  const seen = lookAtChange(change, shown);
  // While CAS works on it, something else may be there for a moment; and of a change that was not answered, other
  // values than the given ones do not say that CAS took it.
  const isCertain = seen?.state === "applied" || (isLast && change.state === "accepted");
  if (seen === null || !isCertain) return null;
  await books.recordChangeEnd(change.changeId, { ...seen, at: clock.now() });
  return seen;
}

const ITEM = "singleAdministrativeDocument.goodsShipment.governmentAgencyGoodsItems[]";

interface MadeBody {
  /** What the body changes. */
  readonly current: JsonValue;
  readonly body: string | null;
  readonly changes: ContentChanges | null;
}

/** Members of a declaration that no change can set. */
const NOT_SET = ["declarationId", "id", "currentStatus", "errors", "attachments"];

function bodyOf(
  request: ChangeRequest,
  detail: DeclarationDetail,
  { item }: Shown,
  { isNumber, reasonMember }: Pick<ChangeDesk, "isNumber" | "reasonMember">,
): MadeBody {
  const { kind, content, reason, itemId, declarationId } = request;
  if (itemId !== null && item === null) throw noItem(declarationId, itemId, request.place);
  if (kind === "action" && content !== null && !isEdits(content)) {
    return { current: null, body: JSON.stringify(content), changes: null };
  }
  if (kind === "action") {
    const body = reason === null ? null : JSON.stringify({ [reasonMember]: reason });
    return { current: null, body, changes: null };
  }
  if (kind === "delete-item") {
    return { current: null, body: null, changes: contentChanges(item ?? "null", "null", {}) };
  }
  const before = kind === "update" ? detail.raw : kind === "add-item" ? "null" : (item ?? "null");
  const current = parseJson(before);
  const given = content ?? [];
  const isNumberHere =
    kind === "update" ? isNumber : (path: string): boolean => isNumber(`${ITEM}.${path}`);
  const patch: JsonObject = isEdits(given) ? bodyOfEdits(current, given, isNumberHere) : given;
  for (const name of Object.keys(patch)) refuseMember(request, name, current);
  if (Object.keys(patch).length === 0) {
    throw new CasBatchError("content-unusable", `${request.place}Nothing is given to be changed`);
  }
  const after = JSON.stringify(patched(current, patch));
  return { current, body: JSON.stringify(patch), changes: contentChanges(before, after, {}) };
}

function isEdits(content: readonly Edit[] | JsonObject): content is readonly Edit[] {
  return Array.isArray(content);
}

export function noItem(declarationId: string, itemId: string, place = ""): CasBatchError {
  return new CasBatchError(
    "declaration-unknown",
    `${place}Declaration ${declarationId} has no item ${itemId}`,
    {
      hint: `Run \`cas-batch declarations get ${declarationId}\`: an item's id is its governmentAgencyGoodsItemId`,
    },
  );
}

/** A path that begins elsewhere than the declaration does is a slip, and CAS might take it without a word. */
function refuseMember({ kind, place }: ChangeRequest, name: string, current: JsonValue): void {
  if (kind !== "update") {
    if (name !== "singleAdministrativeDocument") return;
    throw new CasBatchError("path-unusable", `${place}${name} is no member of an item`, {
      hint: "Begin at the item, such as goodsMeasure.gmass",
    });
  }
  if (NOT_SET.includes(name)) {
    throw new CasBatchError("path-unusable", `${place}${name} is not for a change to set`, {
      hint: "Leave it out; the status is changed by actions, such as `cas-batch declarations submit`",
    });
  }
  const document = memberOf(current, "singleAdministrativeDocument");
  if (memberOf(current, name) !== undefined || name === "singleAdministrativeDocument") return;
  const isInside = memberOf(document, name) !== undefined;
  throw new CasBatchError(
    "path-unusable",
    `${place}The declaration has no member ${name}${isInside ? `; did you mean singleAdministrativeDocument.${name}?` : ""}`,
  );
}

function refuseStatus(
  { allowedIn, environment }: ChangeDesk,
  request: ChangeRequest,
  detail: DeclarationDetail,
  { force }: ChangeChoices,
): void {
  const { declarationId, place } = request;
  const { currentStatus: status } = detail;
  const aim = aimOf(request);
  const answer = isAllowed(aim, status, allowedIn);
  if (answer === "allowed" || (answer === "not-known" && force)) return;
  const what = `${place}Declaration ${declarationId} is ${status}`;
  if (answer === "not-known") {
    throw new CasBatchError(
      "status-not-known",
      `${what}, a status that this version does not know: whether it allows ${aim} is not known`,
    );
  }
  const others = correctionsOf(detail, null, environment, allowedIn).filter(
    ({ kind }) => kind !== "update-declaration" || aim !== "update",
  );
  const step = others.map(({ command, when }) => `\`${command}\` (${when})`).join(", or ");
  throw new CasBatchError(
    "status-forbids",
    `${what} (${statusMeaning(status).meaning}), which does not allow ${aim}`,
    step === "" ? {} : { hint: `Run ${step}` },
  );
}

function stillUnknown(
  { place, declarationId }: ChangeRequest,
  unsettled: readonly RecordedChange[],
): CasBatchError {
  const [first] = unsettled;
  const what = first === undefined ? "a change" : changeWords(first);
  return new CasBatchError(
    "change-unsettled",
    `${place}What became of ${what} of declaration ${declarationId}, sent ${first?.recordedAt.toISOString() ?? ""}, is not known`,
  );
}

/** Shape: `update`, `update-item 7`, `submit`. */
export function changeWords({
  kind,
  action,
  itemId,
}: Pick<RecordedChange, "kind" | "action" | "itemId">): string {
  return `${action ?? kind}${itemId === null ? "" : ` ${itemId}`}`;
}

function wouldVanish({ place }: ChangeRequest, replaced: ChangePlan["replaced"]): CasBatchError {
  const words = replaced.map(
    ({ path, countBefore, countAfter }) =>
      `${path}: the ${String(countBefore)} there are now would go, ${String(countAfter)} come`,
  );
  return new CasBatchError(
    "collection-replaced",
    `${place}The change would replace whole lists, for it does not name their elements by casReference: ${words.join("; ")}`,
  );
}

/** Null for what is not the declaration's own. */
function ofDeclaration(
  error: unknown,
  { place, declarationId }: ChangeRequest,
): CasBatchError | null {
  if (isNotFound(error)) {
    return new CasBatchError(
      "declaration-unknown",
      `${place}CAS has no declaration ${declarationId}`,
      { cause: error },
    );
  }
  if (!(error instanceof CasBatchError)) return null;
  const isItsOwn = ["declaration-unknown", "change-unsettled"].includes(error.code);
  return error.exitCode === 3 || isItsOwn ? error : null;
}

function isNotFound(error: unknown): boolean {
  return error instanceof RefusedError && error.problem.status === 404;
}
