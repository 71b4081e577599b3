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

const descriptions = {
  flat: z
    .strictObject({
      destinationUrl: url,
      tokenUrl: url.optional(),
      clientId: text.optional(),
      clientSecret: text.optional(),
      scope: text.optional(),
      apiKeyHeaderName: headerName.optional(),
      apiKeyValue: text.optional(),
    })
    .superRefine((given, context) => {
      for (const group of [
        ["tokenUrl", "clientId", "clientSecret"],
        ["apiKeyHeaderName", "apiKeyValue"],
      ] as const) {
        const missing = group.filter((name) => !(name in given));
        if (missing.length === group.length) continue;
        for (const name of missing)
          context.addIssue({
            code: "custom",
            path: [name],
            message: "must be given with the others",
          });
      }
    })
    .transform(({ destinationUrl, ...given }): Destination => {
      const { tokenUrl, clientId, clientSecret, scope = null } = given;
      const { apiKeyHeaderName: headerName, apiKeyValue: value } = given;
      return {
        url: destinationUrl,
        oAuth:
          tokenUrl === undefined || clientId === undefined || clientSecret === undefined
            ? null
            : { tokenUrl, clientId, clientSecret, scope },
        apiKey: headerName === undefined || value === undefined ? null : { headerName, value },
      };
    }),
  nested: z
    .strictObject({
      destinationUrl: url,
      oAuth: z
        .strictObject({
          tokenUrl: url,
          clientId: text,
          clientSecret: text,
          scope: text.nullable().default(null),
        })
        .optional(),
      apiKey: z.strictObject({ headerName, value: text }).optional(),
    })
    .transform(({ destinationUrl, oAuth = null, apiKey = null }): Destination => ({
      url: destinationUrl,
      oAuth,
      apiKey,
    })),
};

/**
 * The body of `POST /v1/subscriptions`. Source: seeds/000 step 3; of the destination types only the first
 * is documented, and it stands there without OAuth settings too.
 */
function requestSchema(fields: DestinationFields) {
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
          destinationDescription: descriptions[fields].refine(
            ({ oAuth, apiKey }) => oAuth === null || apiKey === null,
            "must hold one protection, not two",
          ),
        },
        "must be an object",
      ),
    },
    "must be a JSON object",
  );
}

export const subscriptionRequestSchemas = {
  flat: requestSchema("flat"),
  nested: requestSchema("nested"),
} as const;

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
