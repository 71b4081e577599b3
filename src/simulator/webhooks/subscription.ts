// What a subscription is, as it is asked for and as it is kept. Source: seeds/000 step 3. The names of the
// members that protect a destination are assumed, and stand here alone.
import * as z from "zod";
import type { DestinationFields } from "../api/api-request.ts";
import type { Destination, Subscription } from "../journal/webhook-entry.ts";

/**
 * The types that a subscription can name. Source: Notification events, seeds/000 and seeds/003. Two
 * spellings of the guarantee's event are documented. That other types are refused is assumed.
 */
const EVENT_TYPES = [
  "DeclarationStatusChanged",
  "CustomsShipmentInformation",
  "DeclarationPdfCreated",
  "DeclarationActionFinished",
  "CoOPDFCreated",
  "TransitGuaranteeThresholdStatusChanged",
  "TransitGuaranteeThresholdStateChanged",
  "CustomsDataReturned",
] as const;

const text = z.string("must be text").regex(/\S/, "must be text that is not blank");
const url = z.url({ protocol: /^https?$/, error: "must be an http or https URL" });
/** Source: RFC 9110, section 5.1. */
const headerName = z
  .string("must be text")
  .regex(/^[\w!#$%&'*+.^`|~-]+$/, "must be the name of an HTTP header");

const ASSUMED = { "x-assumed": "The name" };

/** Source: assumed, all of them. */
export const DESTINATION_FIELDS: DestinationFields = {
  tokenUrl: "tokenUrl",
  clientId: "clientId",
  clientSecret: "clientSecret",
  scope: "scope",
  apiKeyHeaderName: "apiKeyHeaderName",
  apiKey: "apiKey",
};

function destinationDescription(names: DestinationFields) {
  const oAuth = [names.tokenUrl, names.clientId, names.clientSecret];
  const apiKey = [names.apiKeyHeaderName, names.apiKey];
  return z
    .strictObject({
      destinationUrl: url,
      [names.tokenUrl]: url.optional().meta(ASSUMED),
      [names.clientId]: text.optional().meta(ASSUMED),
      [names.clientSecret]: text.optional().meta(ASSUMED),
      [names.scope]: text.optional().meta(ASSUMED),
      [names.apiKeyHeaderName]: headerName.optional().meta(ASSUMED),
      [names.apiKey]: text.optional().meta(ASSUMED),
    })
    .superRefine((given, context) => {
      const begun = [oAuth, apiKey].filter((group) => group.some((name) => name in given));
      if (begun.length > 1)
        context.addIssue({ code: "custom", message: "must hold one protection, not two" });
      for (const name of begun.flat().filter((name) => !(name in given)))
        context.addIssue({
          code: "custom",
          path: [name],
          message: "must be given with the others",
        });
    })
    .transform(({ destinationUrl, ...given }): Destination => {
      const at = (name: keyof DestinationFields): string | null => given[names[name]] ?? null;
      const [tokenUrl, clientId, clientSecret] = [
        at("tokenUrl"),
        at("clientId"),
        at("clientSecret"),
      ];
      const [header, value] = [at("apiKeyHeaderName"), at("apiKey")];
      return {
        url: destinationUrl ?? "",
        oAuth:
          tokenUrl === null || clientId === null || clientSecret === null
            ? null
            : { tokenUrl, clientId, clientSecret, scope: at("scope") },
        apiKey: header === null || value === null ? null : { headerName: header, value },
      };
    });
}

/**
 * The body of `POST /v1/subscriptions`. Source: seeds/000 step 3; of the destination types only the first
 * is documented, and it stands there without OAuth settings too.
 */
export function subscriptionRequest(names: DestinationFields) {
  return z.object(
    {
      eventType: z.enum(EVENT_TYPES, `must be one of ${EVENT_TYPES.join(", ")}`),
      eventSubType: text.nullable().optional(),
      subscriptionDestination: z.object(
        {
          destinationType: z.enum(
            ["OAuthApiDestination", "ApiKeyApiDestination"],
            "must be OAuthApiDestination or ApiKeyApiDestination",
          ),
          destinationDescription: destinationDescription(names),
        },
        "must be an object",
      ),
    },
    "must be a JSON object",
  );
}

/** One type, and one subtype or all of them. Source: seeds/000 step 3. */
export function wants(
  subscription: Subscription,
  eventType: string,
  eventSubType: string,
): boolean {
  return (
    subscription.eventType === eventType &&
    (subscription.eventSubType ?? eventSubType) === eventSubType
  );
}
