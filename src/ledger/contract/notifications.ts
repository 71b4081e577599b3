// What CAS tells by itself, kept as it came and merged into the other books: in any order, any number of times,
// with the same end.
import type { DeclarationNames, DeclarationSummary } from "../../core/declaration.ts";
import type { Problem } from "../../core/errors.ts";
import type { ShipmentKey } from "../../core/shipment.ts";
import type { ShipmentRef } from "./declarations.ts";

export interface NotificationBooks {
  /**
   * Keeps notifications, all in one durable write. One that is kept already is not kept again; an event with
   * the id of another, and another content, stands apart.
   */
  readonly storeNotifications: (
    received: readonly ReceivedNotification[],
  ) => Promise<readonly StoredAs[]>;
  /**
   * Merges up to `limit` kept notifications into the books of messages and declarations, in one durable write
   * with what was read for it. What the books say afterwards depends on which events are kept, never on the
   * order in which they came or were merged.
   */
  readonly mergeNotifications: (selection: MergeSelection, rules: MergeRules) => Promise<MergeStep>;
  /** Newest first. */
  readonly notifications: (filter: NotificationFilter) => Promise<NotificationPage>;
  /** What CAS told of one shipment, its messages and its declarations, newest first. */
  readonly notificationsAbout: (about: NotifiedAbout, limit: number) => Promise<NotificationPage>;
  /** Records that a receiver lives; returns its number. */
  readonly startListener: (listener: ListenerStart) => Promise<number>;
  readonly recordListener: (
    listenerNo: number,
    state: { readonly aliveAt: Date; readonly hasEnded: boolean },
  ) => Promise<void>;
  /** The receiver that lived last; null where none ever did. */
  readonly lastListener: () => Promise<ListenerView | null>;
}

export interface ReceivedNotification {
  /** Null where the body names none. */
  readonly eventId: string | null;
  readonly standing: "received" | "other-tenant" | "unreadable";
  /** Why it is unreadable, in words. */
  readonly fault: string | null;
  readonly receivedAt: Date;
  /** JSON text, without what is secret. */
  readonly headers: string;
  readonly body: Buffer;
}

/** `known`: kept already. `contradicting`: its id is that of an event that says something else. */
export type StoredAs = "new" | "known" | "contradicting";

export type NotificationStanding =
  /** Not merged so far. */
  | "received"
  /** Merged with a message or a declaration of ours. */
  | "matched"
  /** Of no message and no declaration that the books know so far. */
  | "unmatched"
  /** About nothing that the books follow; kept. */
  | "noted"
  | "other-tenant"
  | "contradicting"
  | "unreadable";

export interface MergeSelection {
  /**
   * `received`: what is not merged so far; `unmatched`: what was of nothing known and is now; `all`; or one
   * event.
   */
  readonly which: "received" | "unmatched" | "all" | { readonly eventId: string };
  /** The number of the last notification of the step before; 0 for the first one. */
  readonly after: number;
  readonly limit: number;
}

/** How events are read and what they mean; the books know only where they stand. */
export interface MergeRules {
  readonly read: (body: Buffer, receivedAt: Date) => NotifiedEvent | { readonly fault: string };
  /** What all events of one declaration say together; null while none of them tells its status. */
  readonly declarationOf: (events: readonly NotifiedEvent[]) => NotifiedDeclaration | null;
  /** Null where none, or more than one, fits. */
  readonly shipmentOf: (
    names: DeclarationNames & Pick<DeclarationSummary, "declarationId">,
    shipments: readonly ShipmentRef[],
  ) => string | null;
  /** Why CAS could not process a message; null when none of the events about it says so. */
  readonly problemOf: (events: readonly NotifiedEvent[]) => Problem | null;
}

/** An event, read; null where it says nothing. */
export interface NotifiedEvent extends DeclarationNames {
  readonly eventId: string;
  readonly eventType: string;
  readonly eventSubType: string | null;
  /** Sorts by time, to the last digit that CAS gave: `2026-05-04T09:12:33.123456700Z`. */
  readonly eventTime: string;
  readonly tenant: string | null;
  readonly declarationId: string | null;
  /** The status that the declaration has reached. */
  readonly status: string | null;
  /** What else it says of the declaration. */
  readonly details: Partial<DeclarationSummary>;
  readonly messageReferences: readonly string[];
  /** Why a message could not be processed; null when it does not say that one could not. */
  readonly failures: readonly string[] | null;
  readonly action: string | null;
  /** A document that can be fetched now, without the link to it. */
  readonly document: {
    readonly documentType: string | null;
    readonly attachmentId: string | null;
    readonly certificateOfOriginId: string | null;
  } | null;
  readonly rawBody: string;
}

export interface NotifiedDeclaration {
  readonly summary: DeclarationSummary;
  readonly firstSeenAt: Date;
  readonly observedAt: Date;
  /** Oldest first. */
  readonly statuses: readonly { readonly status: string; readonly at: Date }[];
}

export interface MergeCounts {
  readonly merged: number;
  readonly matched: number;
  readonly unmatched: number;
  /** Messages that failed by it. */
  readonly failedMessages: number;
  readonly changedDeclarations: number;
}

interface MergeStep extends MergeCounts {
  /** Where the next step begins; null when nothing is left. */
  readonly last: number | null;
}

export interface NotificationFilter {
  readonly since?: Date;
  readonly eventType?: string;
  readonly eventId?: string;
  readonly unmatched?: boolean;
  readonly limit: number;
}

interface NotifiedAbout {
  readonly key: ShipmentKey | null;
  readonly declarationIds: readonly string[];
  /** Of the receipts of its messages. */
  readonly referenceIds: readonly string[];
}

export interface NotificationPage {
  /** How many there are, beyond the limit too. */
  readonly total: number;
  readonly notifications: readonly NotificationView[];
}

export interface NotificationView {
  readonly eventId: string | null;
  readonly standing: NotificationStanding;
  readonly fault: string | null;
  readonly receivedAt: Date;
  readonly body: Buffer;
  /** The shipment that it is about, of ours. */
  readonly key: ShipmentKey | null;
}

/** Shown as it stands in the books: `aliveAt` is the last time that it said so. */
export interface ListenerView {
  readonly address: string;
  readonly startedAt: Date;
  readonly aliveAt: Date;
  readonly hasEnded: boolean;
}

interface ListenerStart {
  readonly address: string;
  readonly hostName: string;
  readonly processId: number;
  readonly startedAt: Date;
}
