// `CasClient` over HTTP. One method is one request (two when a token was refused); nothing is
// retried, spaced or remembered here.
import type { Clock } from "../core/time/clock.ts";
import { messageKinds } from "../core/message-kind.ts";
import type { Log } from "../core/progress.ts";
import { isJson } from "./answer-json.ts";
import { createAuthorizedCalls, type ApiCall } from "./authorized-calls.ts";
import {
  readAuthorizationStatus,
  readChangeAnswer,
  readDeclaration,
  readDeclarationPage,
  readLink,
  readRaw,
  readReceipt,
  readSubscription,
  readSubscriptions,
  type Reading,
} from "./answers.ts";
import type {
  CasClient,
  DeclarationAction,
  DeclarationChange,
  DeclarationQuery,
  DownloadLink,
  LinkOptions,
  SearchPage,
} from "./cas-client.ts";
import type { CasSettings } from "./cas-settings.ts";
import { downloadUrl } from "./download-url.ts";
import { ingestion, type EndpointName } from "./endpoints.ts";
import type { Answered, Unanswered } from "./exchange.ts";
import {
  notUnderstood,
  outcomeUnknown,
  readFailure,
  sendFailure,
  type CallContext,
} from "./failures.ts";
import { parseHttpDate } from "./http-date.ts";
import { isSimulated } from "./simulator-proof.ts";
import { secretsOf, subscriptionBody } from "./subscription-body.ts";

/** Source: seeds/002, Search parameters. */
const SEARCH_LIMIT_MAX = 100;

/**
 * Opens no connection yet.
 * @throws CasBatchError `insecure-url`, `configuration-invalid`
 */
export function createCasClient(
  settings: CasSettings,
  dependencies: { readonly clock: Clock; readonly log: Log },
): CasClient {
  const calls = createAuthorizedCalls(settings, dependencies);

  const linkTo = async (
    wanted: Omit<ApiCall, "options">,
    { form = "url", ...options }: LinkOptions = {},
  ): Promise<DownloadLink> => {
    const after = form === "url" ? "/url" : "";
    const { result, call } = await calls.ask({ ...wanted, after, options });
    const isRedirect = form === "redirect" && result.answered && result.status === 307;
    const url = isRedirect
      ? (result.header("location") ?? "")
      : understood(result, call, readLink).value.url;
    return { url: downloadUrl(url, call) };
  };

  return {
    authorizationStatus: async (options = {}) => {
      const { result, call } = await calls.ask({
        what: "read the authorization status",
        scope: null,
        endpoint: "authorizationStatus",
        options,
      });
      const { value, answer } = understood(result, call, readAuthorizationStatus);
      return { ...value, simulated: isSimulated(answer, call.host, settings.environment) };
    },

    ingest: async (kind, body, options = {}) => {
      const { endpoint, scope } = ingestion[kind];
      const { result, call } = await calls.ask({
        what: `send the ${messageKinds[kind].noun}`,
        scope,
        endpoint,
        method: "POST",
        body,
        options,
      });
      return taken(result, call, readReceipt, "the answer is no receipt").value;
    },

    changeDeclaration: async (change, options = {}) => {
      const { result, call } = await calls.ask({
        ...changeCall(change),
        scope: "create:messages",
        thing: "the change",
        options,
      });
      const hint = `Run \`cas-batch declarations get ${change.declarationId}\` to see whether CAS has it, before you do it again`;
      const context = { ...call, hint };
      const { value, answer } = taken(result, context, readChangeAnswer, UNREADABLE, CHANGED);
      return { status: answer.status, ...value, raw: answer.body };
    },

    createSubscription: async (subscription, options = {}) => {
      const { result, call } = await calls.ask({
        what: `subscribe to ${subscription.eventType}`,
        scope: "create:subscriptions",
        endpoint: "subscriptions",
        method: "POST",
        body: subscriptionBody(subscription, settings.fields),
        thing: "the subscription",
        secrets: secretsOf(subscription),
        options,
      });
      const context = { ...call, hint: LIST_SUBSCRIPTIONS };
      return taken(result, context, readSubscription, "the answer is no subscription").value;
    },

    deleteSubscription: async (subscriptionId, options = {}) => {
      const { result, call } = await calls.ask({
        what: `delete subscription ${subscriptionId}`,
        scope: "delete:subscriptions",
        endpoint: "subscription",
        ids: { subscriptionId },
        method: "DELETE",
        thing: "the deletion",
        options,
      });
      const context = { ...call, hint: LIST_SUBSCRIPTIONS };
      taken(result, context, readChangeAnswer, UNREADABLE, CHANGED);
    },

    subscriptions: async (options = {}) => {
      const { result, call } = await calls.ask({
        what: "list the subscriptions",
        scope: "read:subscriptions",
        endpoint: "subscriptions",
        options,
      });
      return understood(result, call, readSubscriptions).value;
    },

    searchDeclarations: async (query, page, options = {}) => {
      const { result, call } = await calls.ask({
        what: "search declarations",
        scope: "read:declarations",
        endpoint: "declarationSearch",
        after: `?${searchParameters(query, page)}`,
        options,
      });
      const { value, answer } = understood(result, call, (body) =>
        readDeclarationPage(body, page.offset),
      );
      const serverTime = parseHttpDate(answer.header("date") ?? "");
      return { ...value, serverTime: serverTime?.toISOString() ?? null };
    },

    declaration: async (declarationId, { include = ["errors"], ...options } = {}) => {
      const { result, call } = await calls.ask({
        what: `read declaration ${declarationId}`,
        scope: "read:declarations",
        endpoint: "declaration",
        ids: { declarationId },
        after: include.length === 0 ? "" : `?include=${include.join(",")}`,
        options,
      });
      // JSON that says too little says no more when it is asked for again.
      return understood(result, call, readDeclaration, isJson).value;
    },

    declarationItem: async (declarationId, itemId, options = {}) => {
      const { result, call } = await calls.ask({
        what: `read item ${itemId} of declaration ${declarationId}`,
        scope: "read:declarations",
        endpoint: "declarationItem",
        ids: { declarationId, itemId },
        options,
      });
      return understood(result, call, readRaw).value;
    },

    movementOrder: async (movementOrderId, options = {}) => {
      const { result, call } = await calls.ask({
        what: `read movement order ${movementOrderId}`,
        scope: "read:wms",
        endpoint: "movementOrder",
        ids: { movementOrderId },
        options,
      });
      return understood(result, call, readRaw).value;
    },

    attachmentLink: ({ declarationId, attachmentId, documentType }, options) =>
      linkTo(
        {
          what: `get a link to attachment ${attachmentId} of declaration ${declarationId}`,
          scope: "read:declarations",
          ...(documentType === undefined
            ? { endpoint: "attachment", ids: { declarationId, attachmentId } }
            : { endpoint: "attachmentOfType", ids: { declarationId, documentType, attachmentId } }),
        },
        options,
      ),

    certificateLink: ({ certificateOfOriginId, attachmentId }, options) =>
      linkTo(
        {
          what: `get a link to certificate ${certificateOfOriginId}`,
          scope: "read:documents",
          endpoint: "certificate",
          ids: { certificateOfOriginId, attachmentId },
        },
        options,
      ),

    close: calls.close,
  };
}

/** Source: Declaration items, for 202; cas-api, section 21, for 200 and 204; 201 of an added item is assumed. */
const CHANGED = [200, 201, 202, 204];
const UNREADABLE = "the answer cannot be read";
const LIST_SUBSCRIPTIONS =
  "Run `cas-batch subscriptions list` to see whether CAS has it, before you do it again";

const actionEndpoints: Readonly<Record<DeclarationAction, EndpointName>> = {
  submit: "declarationSubmit",
  validate: "declarationValidate",
  invalidate: "declarationInvalidate",
  "goods-arrived": "declarationGoodsArrived",
  "generate-sad": "declarationGenerateSad",
  amend: "declarationAmend",
  "receipt-report": "declarationReceiptReport",
  "complementary-explanation": "declarationComplementaryExplanation",
  "change-destination": "declarationChangeDestination",
  "reject-or-alert-ead": "declarationRejectOrAlertEad",
  "delay-for-delivery": "declarationDelayForDelivery",
};

/** Source: seeds/002, Updating a declaration; Declaration items; that actions are POSTs is assumed. */
function changeCall(
  change: DeclarationChange,
): Pick<ApiCall, "what" | "endpoint" | "ids" | "method" | "body"> {
  const { declarationId } = change;
  const ids = { declarationId };
  const of = `declaration ${declarationId}`;
  switch (change.kind) {
    case "update": {
      const { body } = change;
      return { what: `update ${of}`, endpoint: "declaration", ids, method: "PATCH", body };
    }
    case "add-item": {
      const { body } = change;
      const what = `add an item to ${of}`;
      return { what, endpoint: "declarationItems", ids, method: "POST", body };
    }
    case "update-item":
    case "delete-item": {
      const { itemId } = change;
      const to = { endpoint: "declarationItem", ids: { declarationId, itemId } } as const;
      return change.kind === "update-item"
        ? { what: `update item ${itemId} of ${of}`, ...to, method: "PATCH", body: change.body }
        : { what: `delete item ${itemId} of ${of}`, ...to, method: "DELETE" };
    }
    case "action": {
      const { action, body } = change;
      const what = `start ${action} of ${of}`;
      return { what, endpoint: actionEndpoints[action], ids, method: "POST", body };
    }
  }
}

/** What CAS answers to something that it has taken; an answer of another kind says nothing about that. */
function taken<T>(
  result: Answered | Unanswered,
  call: CallContext,
  reader: (body: string) => Reading<T>,
  faultOf: string,
  statuses?: readonly number[],
): { readonly value: T; readonly answer: Answered } {
  const failure = sendFailure(result, call, statuses);
  if (failure !== null || !result.answered) throw failure ?? new Error("No answer, and no reason");
  const reading = reader(result.body);
  if ("fault" in reading) throw outcomeUnknown(`${faultOf}: ${reading.fault}`, call);
  return { value: reading.value, answer: result };
}

function understood<T>(
  result: Answered | Unanswered,
  call: CallContext,
  reader: (body: string) => Reading<T>,
  isFinal: (body: string) => boolean = () => false,
): { readonly value: T; readonly answer: Answered } {
  const failure = readFailure(result, call);
  if (failure !== null || !result.answered) throw failure ?? new Error("No answer, and no reason");
  const reading = reader(result.body);
  if ("fault" in reading) {
    throw notUnderstood(result, reading.fault, call, isFinal(result.body));
  }
  return { value: reading.value, answer: result };
}

/** Arrays repeat their name. Source: seeds/002, Search parameters. */
function searchParameters(query: DeclarationQuery, { limit, offset }: SearchPage): string {
  if (!Number.isInteger(limit) || limit < 1 || limit > SEARCH_LIMIT_MAX) {
    throw new RangeError(
      `A search page of ${limit} was asked for; 1 to ${SEARCH_LIMIT_MAX} is allowed`,
    );
  }
  if (!Number.isInteger(offset) || offset < 0 || offset % limit !== 0) {
    throw new RangeError(
      `A search from ${offset} was asked for; multiples of ${limit} are allowed`,
    );
  }
  const parameters = new URLSearchParams();
  for (const [name, value] of Object.entries(query) as readonly [
    string,
    string | readonly string[],
  ][]) {
    for (const one of typeof value === "string" ? [value] : value) parameters.append(name, one);
  }
  parameters.append("limit", String(limit));
  parameters.append("offset", String(offset));
  return parameters.toString();
}
