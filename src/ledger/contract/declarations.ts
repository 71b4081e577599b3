// What customs makes of the shipments: their declarations, and which shipments still wait for it.
import type { DeclarationSummary } from "../../core/declaration.ts";
import type { MatchableShipment } from "../../core/match-declaration.ts";
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
  /** What is recorded replaces the earlier errors of a declaration. */
  readonly recordDeclarationErrors: (
    found: readonly DeclarationErrors[],
    observedAt: Date,
  ) => Promise<void>;
  /** The shipments under these references, to be matched with declarations. */
  readonly matchableShipments: (
    references: readonly string[],
  ) => Promise<readonly MatchableShipment[]>;
  /** The shipments that these declarations are linked to, by the declarations' ids. */
  readonly ownersOf: (declarationIds: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  /**
   * How many are open, and since when each of them was asked for by its own reference, or accepted by CAS: null when
   * none is open.
   */
  readonly countOpenShipments: (
    options: OpenShipmentOptions,
  ) => Promise<{ readonly count: number; readonly askedSince: Date | null }>;
  /**
   * The open shipments whose turn it is to be asked for by their own reference, those asked longest ago first, and
   * how many there are beyond the limit.
   */
  readonly shipmentsToAsk: (
    options: OpenShipmentOptions & {
      readonly now: Date;
      /** Those of which no declaration was seen since then have their turn, too; null for none. */
      readonly unseenSince: Date | null;
      readonly limit: number;
    },
  ) => Promise<{ readonly shipments: readonly ShipmentRef[]; readonly left: number }>;
  /** Records that all declarations of these shipments were asked for by their references. */
  readonly recordAsked: (shipmentIds: readonly string[], at: Date) => Promise<void>;
  /** The sources of the version that CAS last accepted; null when none was. */
  readonly acceptedSources: (shipmentId: string) => Promise<AcceptedSources | null>;
  /** When CAS first accepted a customs shipment of ours, in whichever version; null when it never did. */
  readonly firstAcceptedAt: () => Promise<Date | null>;
  /** Until when the declaration search has been read completely. ISO 8601; null before the first. */
  readonly searchedUntil: () => Promise<string | null>;
  readonly recordSearchedUntil: (time: string) => Promise<void>;
  /** Until when what was updated has been read a second time. ISO 8601; null before the first time. */
  readonly lookedBackUntil: () => Promise<string | null>;
  readonly recordLookedBackUntil: (time: string) => Promise<void>;
}

/**
 * A shipment is open without a declaration, with one whose status is not in `restingStatuses`, or
 * when CAS accepted a change since `changedSince` and no declaration was updated after that.
 */
export interface OpenShipmentOptions {
  readonly restingStatuses: readonly string[];
  readonly changedSince: Date;
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

interface DeclarationErrors {
  readonly declarationId: string;
  readonly errors: readonly TracedDeclarationError[];
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
