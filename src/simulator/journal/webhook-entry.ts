// What the journal holds of subscriptions and events.
import * as z from "zod";

const at = z.string();

const destinationSchema = z.object({
  url: z.string(),
  oAuth: z
    .object({
      tokenUrl: z.string(),
      clientId: z.string(),
      clientSecret: z.string(),
      scope: z.string().nullable(),
    })
    .nullable(),
  apiKey: z.object({ headerName: z.string(), value: z.string() }).nullable(),
});

/** Where events go, and what the simulator shows there. At most one of the protections. */
export type Destination = Readonly<z.infer<typeof destinationSchema>>;

/** As the journal keeps it, secrets and all: a restart must go on delivering. */
const subscriptionSchema = z.object({
  id: z.string(),
  eventType: z.string(),
  eventSubType: z.string().nullable(),
  destinationType: z.string(),
  destination: destinationSchema,
});

export type Subscription = Readonly<z.infer<typeof subscriptionSchema>>;

const subscribed = z.object({
  kind: z.literal("subscribed"),
  at,
  subscription: subscriptionSchema,
});

const unsubscribed = z.object({ kind: z.literal("unsubscribed"), at, subscriptionId: z.string() });

/** An event that somebody subscribed to; `body` is its exact text. */
const notification = z.object({
  kind: z.literal("notification"),
  at,
  eventId: z.string(),
  eventType: z.string(),
  eventSubType: z.string(),
  body: z.string(),
  /** When it is first sent to whom; the same subscription twice for a duplicate, none when it is lost. */
  deliveries: z.array(z.object({ subscriptionId: z.string(), dueAt: at })),
});

/** One attempt to deliver, after it ended; `delivery` counts the event's deliveries from 0. */
const delivery = z.object({
  kind: z.literal("delivery"),
  at,
  eventId: z.string(),
  delivery: z.int(),
  subscriptionId: z.string(),
  attempt: z.int(),
  /** Null when no answer came; `detail` says why. */
  status: z.int().nullable(),
  detail: z.string().nullable(),
  result: z.enum(["acknowledged", "failed", "expired"]),
  nextAttemptAt: at.nullable(),
});

export const webhookEntries = [subscribed, unsubscribed, notification, delivery] as const;

export type WebhookEntry = Readonly<z.infer<(typeof webhookEntries)[number]>>;

const KINDS: ReadonlySet<string> = new Set(
  webhookEntries.flatMap(({ shape }) => [...shape.kind.values]),
);

export function isWebhookEntry(entry: { readonly kind: string }): entry is WebhookEntry {
  return KINDS.has(entry.kind);
}
