// A kept notification in words and as JSON.
import { keyText } from "../../core/shipment.ts";
import type { NotificationView } from "../../ledger/contract/notifications.ts";
import { readEvent } from "../../notifications/merge/read-event.ts";

export function notificationMembers(
  { eventId, standing, fault, receivedAt, body, key }: NotificationView,
  tenant: string,
) {
  const read = readEvent(body, receivedAt);
  const event = "fault" in read ? null : read;
  return {
    id: eventId,
    standing,
    fault,
    receivedAt,
    /** In whose books it is kept, and whose it is. */
    tenant,
    tenantId: event?.tenant ?? null,
    eventTime: event?.eventTime ?? null,
    eventType: event?.eventType ?? null,
    eventSubType: event?.eventSubType ?? null,
    shipment: key,
    declarationId: event?.declarationId ?? null,
    currentStatus: event?.status ?? null,
    customsShipmentReference: event?.customsShipmentReference ?? null,
    traderReference: event?.traderReference ?? null,
    ingestionReferences: event?.messageReferences ?? [],
    errorDescriptions: event?.failures ?? [],
    action: event?.action ?? null,
    document: event?.document ?? null,
    body: body.toString(),
  };
}

const STANDINGS: Readonly<Record<NotificationView["standing"], string>> = {
  received: "not merged so far",
  matched: "merged",
  unmatched: "about no message and no declaration in the ledger",
  noted: "kept",
  "other-tenant": "of another tenant, not merged",
  contradicting: "contradicts an earlier one with the same id, not merged",
  unreadable: "no event that can be read, not merged",
};

export function describeNotification(
  one: ReturnType<typeof notificationMembers>,
): readonly string[] {
  const { receivedAt, eventType, eventSubType, shipment, declarationId, document, action } = one;
  const what = [eventType === null || eventType === "" ? "no event" : eventType, eventSubType]
    .filter((text) => text !== null)
    .join(" / ");
  const about = [
    shipment === null ? (one.traderReference ?? one.customsShipmentReference) : keyText(shipment),
    declarationId === null ? null : `declaration ${declarationId}`,
    action === null ? null : `action ${action}`,
    document === null
      ? null
      : `document ${[document.documentType, document.attachmentId].filter((id) => id !== null).join(" ")}`,
    ...one.ingestionReferences.map((reference) => `message ${reference}`),
  ].filter((text) => text !== null);
  const time = receivedAt
    .toISOString()
    .replace("T", " ")
    .replace(/\.\d+Z$/, "Z");
  const why = one.fault === null ? "" : `: ${one.fault}`;
  return [
    `${time}  ${what}${about.length === 0 ? "" : `  ${about.join(", ")}`}`,
    `  ${one.id ?? "no id"}  ${STANDINGS[one.standing]}${why}`,
    ...one.errorDescriptions.map((text) => `  ${text}`),
  ];
}
