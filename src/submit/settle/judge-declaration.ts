// Decides whether one declaration proves that a message has arrived, by what the declaration itself says: its
// direction and reference, when it was made or changed by the clock of CAS, and its content. Where anything is
// missing or contradicts the message, the answer is no: a message wrongly taken for arrived is a lost
// declaration, one more enquiry costs nothing.
import type { DeclarationSummary } from "../../core/declaration.ts";
import type { Reason } from "../../core/reason.ts";
import type { ShipmentKey } from "../../core/shipment.ts";
import type { UnknownMessage } from "../../ledger/contract/unknown-messages.ts";
import type { ClockOffset } from "./cas-clock.ts";
import { compareContent } from "./compare-content.ts";

interface SendWindow {
  /** A declaration stamped earlier was there before the message was sent. */
  readonly possibleFromMs: number;
  /** A declaration stamped from here on was made after the message. */
  readonly certainFromMs: number;
  /** The clock of CAS when it answered, at most. */
  readonly nowMs: number;
}

/**
 * How long after the message a declaration may be made and still count for a first version of which
 * it shows nothing: later a person may have noticed that it was missing and entered it by hand.
 * Source: assumed; commits are known to come up to two minutes late.
 */
const MADE_WITHIN_MS = 15 * 60_000;

/** ISO 8601 with a time and a zone; anything else names no moment. Source: cas-api, section 4. */
const MOMENT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})$/i;

export function sendWindow(
  attemptedAt: Date,
  { offset, answeredAt }: { readonly offset: ClockOffset; readonly answeredAt: Date },
  clockSkewMaxMs: number,
): SendWindow {
  const attemptedMs = attemptedAt.getTime();
  return {
    possibleFromMs: attemptedMs + offset.minMs,
    // A clock of CAS far behind ours may be that of an old answer which something on the way kept.
    certainFromMs: attemptedMs + Math.max(offset.maxMs, -clockSkewMaxMs),
    nowMs: answeredAt.getTime() + offset.maxMs,
  };
}

/** Whether what is known of a declaration contradicts its being of this shipment. */
export function isOfOther(
  { direction, externalReference, traderReference, customsShipmentReference }: DeclarationSummary,
  key: ShipmentKey,
): boolean {
  if (direction !== null && direction.toUpperCase() !== key.direction) return true;
  if (externalReference !== null) return externalReference !== key.externalReference;
  const others = [traderReference, customsShipmentReference].filter(
    (reference) => reference !== null,
  );
  return others.length > 0 && !others.includes(key.externalReference);
}

/** Whether the declaration itself names another shipment; a direction other than IN and OUT does not. */
export function isCertainlyOfOther(
  { direction, externalReference }: Pick<DeclarationSummary, "direction" | "externalReference">,
  key: ShipmentKey,
): boolean {
  const otherDirection = key.direction === "IN" ? "OUT" : "IN";
  return (
    direction?.toUpperCase() === otherDirection ||
    (externalReference !== null && externalReference !== key.externalReference)
  );
}

/** Whether the times that a search result shows rule its declaration out already. */
export function isTooOld(
  { creationDate, lastUpdated }: DeclarationSummary,
  message: UnknownMessage,
  { possibleFromMs }: SendWindow,
): boolean {
  const times = isFirstVersion(message) ? [creationDate, lastUpdated] : [lastUpdated];
  return times.some((time) => (momentMs(time) ?? Infinity) < possibleFromMs);
}

/** The proof; null when the declaration proves nothing. */
export function judgeDeclaration(
  declaration: DeclarationSummary,
  raw: string,
  {
    message,
    window,
    arraysCorrespond,
  }: {
    readonly message: UnknownMessage;
    readonly window: SendWindow;
    /** False when the declaration may hold a part of the goods items only. */
    readonly arraysCorrespond: boolean;
  },
): Reason | null {
  const { key, payload, earlierPayloads } = message;
  if (declaration.direction === null || isOfOther(declaration, key)) return null;
  const referenceMember = memberWithReference(declaration, key);
  if (referenceMember === null) return null;
  const isFirst = isFirstVersion(message);
  const time = isFirst
    ? declaration.creationDate
    : (declaration.lastUpdated ?? declaration.creationDate);
  const timeMs = momentMs(time);
  if (time === null || timeMs === null) return null;
  if (timeMs < window.possibleFromMs || timeMs > window.nowMs) return null;
  const content = compareContent({
    payload,
    earlierPayloads,
    arraysCorrespond,
    declaration: raw,
  });
  if (content.kind === "other") return null;
  const isCertainlyAfter = timeMs >= window.certainFromMs;
  const isWithinReach = timeMs - message.attemptedAt.getTime() <= MADE_WITHIN_MS;
  const mayStandWithoutContent =
    isFirst && isCertainlyAfter && isWithinReach && referenceMember === "externalReference";
  if (content.kind === "unclear" && !mayStandWithoutContent) return null;
  return {
    code: "declaration-found",
    declarationId: declaration.declarationId,
    status: declaration.currentStatus,
    direction: key.direction,
    referenceMember,
    time,
    isUpdate: !isFirst && declaration.lastUpdated !== null,
    isCertainlyAfter,
    isFirstVersion: isFirst,
    valuesShown: content.shown,
    valuesTotal: content.total,
  };
}

function isFirstVersion({ earlierPayloads }: UnknownMessage): boolean {
  return earlierPayloads.length === 0;
}

/** Where the search is by `externalReference`, the other members hold it only by custom. */
export function memberWithReference(
  declaration: DeclarationSummary,
  { externalReference }: ShipmentKey,
): string | null {
  const names = ["externalReference", "customsShipmentReference", "traderReference"] as const;
  return names.find((name) => declaration[name] === externalReference) ?? null;
}

function momentMs(time: string | null): number | null {
  if (time === null || !MOMENT.test(time)) return null;
  const parsedMs = Date.parse(time);
  return Number.isNaN(parsedMs) ? null : parsedMs;
}
