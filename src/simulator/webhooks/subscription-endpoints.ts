// Subscriptions: made, listed, deleted. Source: seeds/000 step 3 for making one; the paths of the others
// are assumed, from their scopes (seeds/000 step 2) and from the 204 of deletions (Error handling).
import { emptyAnswer, jsonAnswer, problemAnswer } from "../api/answer.ts";
import type { ApiParts, ApiRequest, RefusableAnswer } from "../api/api-request.ts";
import { fieldErrors } from "../api/field-errors.ts";
import { readJsonBody } from "../api/json-body.ts";
import type { Route } from "../api/route.ts";
import type { Subscription, WebhookEntry } from "../journal/webhook-entry.ts";
import { subscriptionRequest } from "./subscription.ts";

export function subscriptionRoutes({
  destinationFields,
}: Pick<ApiParts, "destinationFields">): readonly Route[] {
  const schema = subscriptionRequest(destinationFields);
  return [
    {
      method: "POST",
      path: "/v1/subscriptions",
      scope: "create:subscriptions",
      answer: (request, parts) => subscribe(request, parts, schema),
    },
    {
      method: "GET",
      path: "/v1/subscriptions",
      scope: "read:subscriptions",
      answer: (_request, { searchEnvelope, subscriptions }) => {
        const listed = subscriptions.all().map(listedSubscription);
        return jsonAnswer(200, searchEnvelope === "array" ? listed : { [searchEnvelope]: listed });
      },
    },
    {
      method: "DELETE",
      path: "/v1/subscriptions/{id}",
      scope: "delete:subscriptions",
      answer: async (_request, parts, { value }) => {
        const id = value("id");
        if (!parts.subscriptions.all().some((subscription) => subscription.id === id)) {
          return problemAnswer(404, `There is no subscription ${id}`);
        }
        const entry = { kind: "unsubscribed", at: nowText(parts), subscriptionId: id } as const;
        return recorded(entry, parts, emptyAnswer(204));
      },
    },
  ];
}

async function subscribe(
  request: ApiRequest,
  parts: ApiParts,
  schema: ReturnType<typeof subscriptionRequest>,
): Promise<RefusableAnswer> {
  const read = await readJsonBody(request);
  if (read.kind === "unread") return read.answer;
  const checked = schema.safeParse(read.value);
  if (!checked.success) {
    return problemAnswer(400, "The subscription does not fit its model", {
      errors: fieldErrors(checked.error),
      errorsShape: parts.problemErrorsShape,
    });
  }
  const { eventType, eventSubType = null, subscriptionDestination } = checked.data;
  const subscription: Subscription = {
    id: parts.subscriptions.nextId(),
    eventType,
    eventSubType,
    destinationType: subscriptionDestination.destinationType,
    destination: subscriptionDestination.destinationDescription,
  };
  const entry = { kind: "subscribed", at: nowText(parts), subscription } as const;
  return recorded(entry, parts, jsonAnswer(201, createdSubscription(subscription)));
}

/** On the disk before it is answered. */
async function recorded(
  entry: WebhookEntry,
  parts: ApiParts,
  answer: RefusableAnswer,
): Promise<RefusableAnswer> {
  try {
    await parts.journal.appendDurably(entry);
  } catch (error) {
    return problemAnswer(503, `The simulator cannot write its state: ${String(error)}`);
  }
  parts.subscriptions.apply(entry);
  return answer;
}

function nowText({ clock }: ApiParts): string {
  return clock.now().toISOString();
}

/** Source: seeds/000 step 3: of the destination only its type comes back. */
function createdSubscription({ id, eventType, eventSubType, destinationType }: Subscription) {
  return {
    id,
    eventType,
    eventSubType: eventSubType ?? undefined,
    subscriptionDestination: { destinationType },
  };
}

/** Source: assumed; the address is shown, as no one could tell two subscriptions apart without it. */
function listedSubscription(subscription: Subscription) {
  const { destinationType, destination } = subscription;
  return {
    ...createdSubscription(subscription),
    subscriptionDestination: {
      destinationType,
      destinationDescription: { destinationUrl: destination.url },
    },
  };
}
