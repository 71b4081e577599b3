// What the endpoints answer, and what is posted to a webhook, as far as it is documented. Everything may have
// more members: CAS adds some at any time (Integration methods). A test holds real answers against these.
import * as z from "zod";

const text = z.string();

export const receipt = z
  .looseObject({ referenceId: z.uuid() })
  .meta({ id: "Receipt", description: "Accepted for processing, which is no success yet" });

export const token = z.looseObject({
  access_token: text,
  token_type: z.literal("Bearer"),
  expires_in: z.int(),
});

export const tokenRefusal = z
  .looseObject({ error: text, error_description: text })
  .meta({ id: "TokenRefusal", "x-assumed": "RFC 6749, section 5.2" });

export const authorizationStatus = z.looseObject({
  sourceSysRef: text,
  tenantIds: text,
  scopes: text.meta({ description: "Separated by blanks" }),
});

export const problem = z
  .looseObject({
    type: text,
    title: text,
    status: z.int(),
    detail: text,
    errors: z
      .record(text, z.array(text))
      .optional()
      .meta({ "x-assumed": "The form of `errors`; RFC 7807 names the other members" }),
  })
  .meta({ id: "Problem" });

const summaryMembers = {
  declarationId: text,
  currentStatus: text,
  mrn: text.optional(),
  lrn: text.optional(),
};

export const foundDeclarations = z
  .array(z.looseObject(summaryMembers))
  .meta({ "x-assumed": "That it is a bare list, and the members of its elements" });

export const declaration = z
  .looseObject({
    ...summaryMembers,
    singleAdministrativeDocument: z.looseObject({}),
    errors: z
      .array(
        z.looseObject({
          errorCode: text,
          message: text,
          description: text,
          fieldReference: z.array(z.looseObject({ fieldName: text, path: text })),
        }),
      )
      .optional(),
    attachments: z
      .array(z.looseObject({ id: text, documentType: text, fileName: text }))
      .optional(),
  })
  .meta({ id: "Declaration" });

export const downloadUrl = z.looseObject({ url: z.url() }).meta({ id: "DownloadUrl" });

const destination = { destinationType: text };

export const createdSubscription = z
  .looseObject({
    id: text,
    eventType: text,
    eventSubType: text.optional(),
    subscriptionDestination: z.looseObject(destination),
  })
  .meta({ id: "Subscription" });

export const listedSubscriptions = z
  .array(
    createdSubscription.extend({
      subscriptionDestination: z.looseObject({
        ...destination,
        destinationDescription: z.looseObject({ destinationUrl: z.url() }),
      }),
    }),
  )
  .meta({ "x-assumed": "All of it" });

export const anything = z.looseObject({});

export const event = z
  .looseObject({
    id: text,
    tenantId: text,
    plantId: text.optional(),
    eventTime: z.iso.datetime(),
    eventType: text,
    eventSubType: text,
    data: z.looseObject({}),
  })
  .meta({ id: "Event" });
