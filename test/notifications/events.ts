// Notifications as CAS sends them, of which a test names only what it is about.
import { randomUUID } from "node:crypto";

export interface EventDraft {
  readonly id?: string;
  readonly tenantId?: string;
  readonly eventTime?: string;
  readonly eventType?: string;
  readonly eventSubType?: string;
  readonly data?: object;
}

export function eventBody(draft: EventDraft = {}): string {
  return JSON.stringify({
    id: randomUUID(),
    tenantId: "ACME",
    eventTime: "2026-11-20T12:30:00.000Z",
    eventType: "DeclarationStatusChanged",
    ...draft,
  });
}

/** Source: seeds/000, step 5. */
export function statusChanged(
  declarationId: string,
  status: string,
  eventTime: string,
  data: object = {},
): EventDraft {
  return {
    id: randomUUID(),
    eventTime,
    eventType: "DeclarationStatusChanged",
    eventSubType: status,
    data: { id: declarationId, currentStatus: status, ...data },
  };
}

/** Source: the page ReplaceUnsuccessful; seeds/003, Response. */
export function failed(
  referenceId: string,
  errorDescriptions: readonly string[],
  eventTime = "2026-11-20T12:40:00.000Z",
  eventSubType = "CreationUnsuccessful",
): EventDraft {
  return {
    id: randomUUID(),
    eventTime,
    eventType: "CustomsShipmentInformation",
    eventSubType,
    data: { ingestionReferences: [referenceId], errorDescriptions },
  };
}
