// Which notifications this product needs, and what CAS's subscriptions say about them. One subscription is for one
// type of event, and one subtype at most; without a subtype it is for all. Source: seeds/000, step 3.
import type { Subscription } from "../cas/cas-client.ts";

/** The events that `listen` makes something of. Source: seeds/000 and 003; pages Notification events. */
export const neededEvents = [
  { eventType: "DeclarationStatusChanged", why: "the status of declarations" },
  { eventType: "CustomsShipmentInformation", why: "messages that CAS could not process" },
  { eventType: "DeclarationPdfCreated", why: "documents that can be fetched" },
  { eventType: "DeclarationActionFinished", why: "the end of actions" },
  { eventType: "CoOPDFCreated", why: "certificates of origin" },
] as const;

/** An address without what may be a secret in it. */
export function publicAddress(url: string): string {
  const parsed = URL.parse(url);
  return parsed === null ? url.replace(/[?#].*$/s, "") : `${parsed.origin}${parsed.pathname}`;
}

/** How a subscription is named in the books. Shape: `DeclarationStatusChanged/Released → https://…`. */
export function subscriptionName(
  eventType: string,
  eventSubType: string | null,
  destinationUrl: string,
): string {
  const event = eventSubType === null ? eventType : `${eventType}/${eventSubType}`;
  return `${event} → ${publicAddress(destinationUrl)}`;
}

export interface KnownSubscription extends Omit<Subscription, "raw"> {
  /** Null where neither CAS nor the books say where to. */
  readonly destinationUrl: string | null;
}

/** CAS need not show where a subscription leads to; of those made from here, the books know it. */
export function withAddress(
  { id, eventType, eventSubType, destinationUrl }: Subscription,
  created: ReadonlyMap<string, string>,
): KnownSubscription {
  const fromBooks = created.get(id)?.split(" → ")[1] ?? null;
  const address = destinationUrl === null ? fromBooks : publicAddress(destinationUrl);
  return { id, eventType, eventSubType, destinationUrl: address };
}

/** Whether it brings every event of the type to the address; any address when null. */
export function brings(
  subscription: Omit<KnownSubscription, "id">,
  eventType: string,
  url: string | null,
): boolean {
  const isSame = subscription.eventType.toLowerCase() === eventType.toLowerCase();
  const isThere = url === null || subscription.destinationUrl === publicAddress(url);
  return isSame && subscription.eventSubType === null && isThere;
}
