// What a reconcile left out, and whether that leaves the statuses in doubt.
import type { Unseen } from "./reason.ts";

/** What a reconcile left out because of its bounds. */
export type Gap =
  | Unseen
  /** Shipments that were to be searched for by their reference. */
  | { readonly code: "shipments-not-searched"; readonly count: number }
  /** Shipments with more declarations than were read. */
  | { readonly code: "declarations-cut"; readonly count: number }
  /** Declarations whose answers cannot be read, the first few of them by id (null: not even that). */
  | {
      readonly code: "declarations-unread";
      readonly count: number;
      readonly shown: readonly {
        readonly declarationId: string | null;
        readonly fault: string;
      }[];
    }
  /** Open shipments that are not asked for by their reference for more than a week; `since`: ISO 8601. */
  | { readonly code: "shipments-not-asked"; readonly count: number; readonly since: string }
  /** The second reading of what was updated within a day: a precaution, so the first one stands. */
  | { readonly code: "look-back-cut" }
  /** Declarations whose errors are fetched by a later run: open, and no sign of a reconcile that failed. */
  | { readonly code: "errors-not-fetched"; readonly count: number };

/** Whether a gap leaves the statuses in doubt; what a later reconcile goes on with anyway does not. */
export function isIncomplete({ code }: Gap): boolean {
  return !["errors-not-fetched", "shipments-not-asked", "look-back-cut"].includes(code);
}
