// Updating a declaration, its goods items, and the actions. Form, structure and state are checked while the
// caller waits; the change itself comes later. Source: seeds/002, Updating a declaration; Declaration items;
// Declaration actions. Assumed: the verb, the paths but `submit`, the scope and the answers of the actions,
// the answer of PATCH, and that a refusal by the state is answered at once.
import * as z from "zod";
import { isJsonObject } from "../../core/json.ts";
import {
  emptyAnswer,
  jsonAnswer,
  problemAnswer,
  type Answer,
  type FieldError,
} from "../api/answer.ts";
import type { ApiParts, ApiRequest } from "../api/api-request.ts";
import { fieldErrors } from "../api/field-errors.ts";
import { readJsonBody, readOptionalJsonBody, type JsonBody } from "../api/json-body.ts";
import type { Route, RouteMatch } from "../api/route.ts";
import { takeDurably } from "../api/take-durably.ts";
import type { Declaration } from "../flow/declaration.ts";
import {
  resultOfChange,
  stateRefusal,
  type DeclarationChange,
} from "../flow/declaration-change.ts";
import { documentOf, goodsItemsIn, ITEM_ID } from "../flow/declaration-document.ts";
import { goodsItem, singleAdministrativeDocument } from "../ingestion/customs-shipment.ts";
import { DECLARATION_ACTIONS } from "../journal/journal-entry.ts";

/** Source: seeds/002, Scope; Declaration items. */
const CHANGE = "create:messages";
const DECLARATION = "/v1/declarations/{declarationId}";
const ITEM = `${DECLARATION}/items/{id}`;
const SAD = "singleAdministrativeDocument";

/** Only what is to change; null takes a member away. Source: seeds/004, Update declaration. */
export const declarationUpdate = z.looseObject(
  { [SAD]: singleAdministrativeDocument },
  "must be a JSON object",
);

/** Source: assumed; no page shows the body of an action. */
export const actionBody = z.looseObject({}, "must be a JSON object");

/** @param reasonField Source: Declaration actions: an invalidation has a reason; its name is assumed */
export function invalidation(reasonField: string) {
  const reason = z.string(NOT_BLANK).regex(/\S/, NOT_BLANK);
  return z.looseObject({ [reasonField]: reason }, "must be a JSON object");
}

const NOT_BLANK = "must be text that is not blank";

type Check = (read: Extract<JsonBody, { kind: "read" }>, parts: ApiParts) => readonly FieldError[];

export function changeRoutes({ shapes }: Pick<ApiParts, "shapes">): readonly Route[] {
  return [
    route("PATCH", DECLARATION, "update", checkUpdate),
    { method: "GET", path: ITEM, scope: "read:declarations", answer: answerItem },
    route("POST", `${DECLARATION}/items`, "add-item", checkGivenItem),
    route("PATCH", ITEM, "update-item", checkGivenItem),
    route("DELETE", ITEM, "delete-item", null),
    ...DECLARATION_ACTIONS.map((action): Route => ({
      method: "POST",
      path: `${DECLARATION}/${shapes.pathStyle === "hyphens" ? action : action.replaceAll("-", "")}`,
      scope: CHANGE,
      answer: async (request, parts, found) => {
        const read = await readOptionalJsonBody(request);
        const check = action === "invalidate" ? checkReason : checkActionBody;
        return answerChange(read, check, { change: "action", action }, parts, found);
      },
    })),
  ];
}

/** @param check null for a request without a body */
function route(
  method: Route["method"],
  path: string,
  change: DeclarationChange["change"],
  check: Check | null,
): Route {
  return {
    method,
    path,
    scope: CHANGE,
    answer: async (request, parts, found) => {
      const read = check === null ? NO_BODY : await readJsonBody(request);
      return answerChange(read, check ?? nothingWrong, { change, action: null }, parts, found);
    },
  };
}

const NO_BODY: JsonBody = { kind: "read", body: "", value: null };

async function answerChange(
  read: JsonBody,
  check: Check,
  kind: Pick<DeclarationChange, "change" | "action">,
  parts: ApiParts,
  found: RouteMatch,
): Promise<Answer> {
  if (read.kind === "unread") return read.answer;
  parts.advance();
  const declarationId = found.value("declarationId");
  const declaration = parts.book.declaration(declarationId);
  if (declaration === null) return notFound(declarationId);
  const change: DeclarationChange = {
    ...kind,
    itemId: found.value("id") === "" ? null : found.value("id"),
    body: read.body === "" ? null : read.body,
  };
  const refusal = refusalOf(check(read, parts), change, declaration, parts);
  if (refusal !== null) return refusal;
  const { sequence, referenceId } = parts.nextReference();
  return takeDurably(
    {
      kind: "change",
      at: parts.clock.now().toISOString(),
      declarationId,
      ...change,
      sequence,
      referenceId,
      stepDelayMs: parts.stepDelayMs,
    },
    parts,
    successAnswer(change, referenceId, parts),
  );
}

function refusalOf(
  errors: readonly FieldError[],
  change: DeclarationChange,
  declaration: Declaration,
  parts: ApiParts,
): Answer | null {
  if (errors.length > 0) return unfit(errors, parts);
  if (change.itemId !== null && itemOf(declaration, change.itemId) === undefined) {
    return problemAnswer(404, `There is no goods item ${change.itemId}`);
  }
  const status = parts.shapes.stateRefusal;
  if (status === "asynchronous") return null;
  const refusal = stateRefusal(declaration, change);
  if (refusal !== null) return problemAnswer(status, refusal);
  const result = resultOfChange(declaration, change, parts.automaticSubmission);
  return result.kind === "refused" ? unfit(result.reasons, parts) : null;
}

function unfit(errors: readonly FieldError[], parts: ApiParts): Answer {
  return problemAnswer(400, "The change does not fit the declaration", {
    errors,
    errorsShape: parts.problemErrorsShape,
  });
}

function successAnswer(
  change: DeclarationChange,
  referenceId: string,
  { shapes }: ApiParts,
): Answer {
  const isOfItem = change.itemId !== null || change.change === "add-item";
  const status = isOfItem ? 202 : shapes.changeStatus;
  return status === 204 || !shapes.changeReference
    ? emptyAnswer(status)
    : jsonAnswer(status, { referenceId });
}

/** Source: Declaration items. */
function answerItem(_request: ApiRequest, parts: ApiParts, found: RouteMatch): Answer {
  parts.advance();
  const declaration = parts.book.declaration(found.value("declarationId"));
  if (declaration === null) return notFound(found.value("declarationId"));
  const item = itemOf(declaration, found.value("id"));
  return item === undefined
    ? problemAnswer(404, `There is no goods item ${found.value("id")}`)
    : jsonAnswer(200, item);
}

function itemOf(declaration: Declaration, itemId: string) {
  return goodsItemsIn(documentOf(declaration)).find(
    (item) => isJsonObject(item) && item[ITEM_ID] === itemId,
  );
}

function notFound(declarationId: string): Answer {
  return problemAnswer(404, `There is no declaration ${declarationId}`);
}

function nothingWrong(): readonly FieldError[] {
  return [];
}

function checkUpdate({ body }: { readonly body: string }): readonly FieldError[] {
  return errorsIn(declarationUpdate.safeParse(withoutNulls(body)));
}

function checkGivenItem({ body }: { readonly body: string }): readonly FieldError[] {
  return errorsIn(goodsItem.safeParse(withoutNulls(body)));
}

function errorsIn(checked: z.ZodSafeParseResult<unknown>): readonly FieldError[] {
  return checked.success ? [] : fieldErrors(checked.error);
}

/** A field that an update takes away has no form to check. */
function withoutNulls(body: string): unknown {
  return JSON.parse(body, (_name, value: unknown) => value ?? undefined);
}

function checkReason({ value }: { value: unknown }, { shapes }: ApiParts): readonly FieldError[] {
  return errorsIn(invalidation(shapes.reasonField).safeParse(value ?? {}));
}

function checkActionBody({ value }: { value: unknown }): readonly FieldError[] {
  return errorsIn(actionBody.nullable().safeParse(value));
}
