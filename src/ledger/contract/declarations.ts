// What customs makes of the shipments: their declarations, and which shipments still wait for it.
import type { DeclarationSummary } from "../../core/declaration.ts";
import type { ShipmentKey } from "../../core/shipment.ts";
import type { AcceptedSources, TracedDeclarationError } from "../../trace/trace-error.ts";

export interface DeclarationBooks {
  /** The shipments known under any of these external references, with their accepted versions. */
  readonly findShipments: (references: readonly string[]) => Promise<readonly ShipmentRef[]>;
  /**
   * Records observations of declarations; a status unlike the last one is added to the history. An
   * older observation (by `lastUpdated`, else by `observedAt`) never overwrites a newer one.
   * Returns the ids of those that are new or changed.
   */
  readonly recordDeclarations: (
    observations: readonly DeclarationObservation[],
  ) => Promise<readonly string[]>;
  /** Declarations in one of `statuses` whose errors have not been fetched since they last changed. */
  readonly declarationsWithoutErrors: (
    statuses: readonly string[],
    limit: number,
  ) => Promise<readonly DeclarationRef[]>;
  /** Whether the declaration is one of a shipment of ours. */
  readonly isLinked: (declarationId: string) => Promise<boolean>;
  readonly countWithoutErrors: (statuses: readonly string[]) => Promise<number>;
  /** Declarations whose answer could not be read so far. */
  readonly unreadDeclarations: () => Promise<readonly UnreadRef[]>;
  /**
   * Records that a declaration cannot be read. Its shipment, as far as it is known, counts as one that
   * customs may have accepted, until `recordDeclarations` takes an observation of it.
   */
  readonly recordUnread: (unread: readonly UnreadRef[], at: Date) => Promise<void>;
  /** Forgets a declaration that CAS does not have any more. */
  readonly forgetUnread: (declarationId: string) => Promise<void>;
  readonly recordDeclarationErrors: (
    declarationId: string,
    errors: readonly TracedDeclarationError[],
    observedAt: Date,
  ) => Promise<void>;
  /** Shipments accepted by CAS that still wait for customs, oldest first, keyset-paged. */
  readonly openShipments: (options: OpenShipmentOptions) => Promise<readonly ShipmentRef[]>;
  /** The sources of the version that CAS last accepted; null when none was. */
  readonly acceptedSources: (shipmentId: string) => Promise<AcceptedSources | null>;
  /** Until when the declaration search has been read completely. ISO 8601; null before the first. */
  readonly searchedUntil: () => Promise<string | null>;
  readonly recordSearchedUntil: (time: string) => Promise<void>;
}

/**
 * A shipment is open without a declaration, with one whose status is not in `restingStatuses`, or
 * when CAS accepted a change since `changedSince` and no declaration was updated after that.
 */
export interface OpenShipmentOptions {
  readonly restingStatuses: readonly string[];
  readonly changedSince: Date;
  readonly limit: number;
  readonly after?: string;
}

export interface ShipmentRef {
  readonly shipmentId: string;
  readonly key: ShipmentKey;
  /** When CAS last accepted a version; null when it never did. */
  readonly acceptedAt: Date | null;
  readonly referenceId: string | null;
  readonly declarationIds: readonly string[];
}

export interface DeclarationObservation {
  readonly summary: DeclarationSummary;
  /** Null when no shipment of ours explains it. */
  readonly shipmentId: string | null;
  readonly observedAt: Date;
  readonly source: "search" | "declaration" | "notification";
}

export interface DeclarationRef {
  readonly declarationId: string;
  readonly currentStatus: string;
  readonly shipmentId: string | null;
}

export interface UnreadRef {
  readonly declarationId: string;
  /** Null where it is not known, or is none of ours. */
  readonly shipmentId: string | null;
  /** Whether it is certainly of no shipment of ours. */
  readonly isForeign: boolean;
  /** In words. Shape: `currentStatus: is missing`. */
  readonly fault: string;
}
