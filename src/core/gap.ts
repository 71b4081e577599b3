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
  /** Declarations whose errors are fetched by a later run: open, and no sign of a reconcile that failed. */
  | { readonly code: "errors-not-fetched"; readonly count: number };

/** Whether a gap leaves the statuses in doubt; errors that are still to be fetched do not. */
export function isIncomplete({ code }: Gap): boolean {
  return code !== "errors-not-fetched";
}
