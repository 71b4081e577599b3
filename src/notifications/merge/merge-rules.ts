// What events mean: those of one declaration together, and those of one message.
import {
  forDeclarationFields,
  type DeclarationField,
  type DeclarationSummary,
} from "../../core/declaration.ts";
import { PROCESSING_FAILED, type Problem } from "../../core/errors.ts";
import { statusPlace } from "../../core/codes/declaration-statuses.ts";
import { matchDeclaration } from "../../core/match-declaration.ts";
import type {
  MergeRules,
  NotifiedDeclaration,
  NotifiedEvent,
} from "../../ledger/contract/notifications.ts";
import { namedField } from "../../trace/trace-error.ts";
import { readEvent } from "./read-event.ts";

export const mergeRules: MergeRules = {
  read: readEvent,
  declarationOf,
  problemOf,
  shipmentOf: (names, shipments) => {
    const match = matchDeclaration(names, shipments);
    return match.kind === "one" ? match.shipmentId : null;
  },
};

/** @param told in the order of their times */
function declarationOf(told: readonly NotifiedEvent[]): NotifiedDeclaration | null {
  const events = told.toSorted(byTimeAndWay);
  const statuses = events.flatMap(({ status, eventTime }) =>
    status === null ? [] : [{ status, at: new Date(eventTime), eventTime }],
  );
  const [first] = statuses;
  const newest = statuses.at(-1);
  const declarationId = events[0]?.declarationId ?? null;
  if (first === undefined || newest === undefined || declarationId === null) return null;
  const lastSaid = (field: DeclarationField): string | null =>
    events.reduce<string | null>((said, event) => sayingOf(event)[field] ?? said, null);
  const summary = {
    declarationId,
    currentStatus: newest.status,
    ...forDeclarationFields(lastSaid),
    lastUpdated: newest.eventTime,
  };
  return { summary, firstSeenAt: first.at, observedAt: newest.at, statuses };
}

/** At one time, which CAS may tell to the second only, the usual way decides. */
function byTimeAndWay(left: NotifiedEvent, right: NotifiedEvent): number {
  if (left.eventTime !== right.eventTime) return left.eventTime < right.eventTime ? -1 : 1;
  return statusPlace(left.status ?? "") - statusPlace(right.status ?? "");
}

function sayingOf(event: NotifiedEvent): Partial<DeclarationSummary> {
  const { direction, externalReference, customsShipmentReference, traderReference } = event;
  const names = { direction, externalReference, customsShipmentReference, traderReference };
  return { ...event.details, ...names };
}

/**
 * A failure of processing as the books keep a refusal: with the reasons that CAS gave, each led to the field
 * that it names.
 */
function problemOf(events: readonly NotifiedEvent[]): Problem | null {
  const failures = events.filter((event) => event.failures !== null);
  const newest = failures.at(-1);
  if (newest === undefined) return null;
  const descriptions = [...new Set(failures.flatMap(({ failures: said }) => said ?? []))];
  return {
    status: PROCESSING_FAILED,
    title: newest.eventSubType ?? newest.eventType,
    detail: `CAS accepted this message and could not process it${descriptions.length === 0 ? "; it gave no reason" : ""}`,
    errors: descriptions.map((message) => ({ path: namedField(message) ?? "", message })),
    rawBody: newest.rawBody,
  };
}
