// The parts of a shipment that rows speak of, and what holds for a plan as a whole.
import type { MessageType } from "../../core/shipment.ts";

/** Which part of a shipment a value belongs to. */
export type FieldLevel = "shipment" | "item" | "packaging" | "document";

export interface TextColumns {
  /** Behind the last column that a row may fill. */
  readonly end: number;
  /** As the file spells it. */
  readonly lastHeader: string;
  /** Indexes of our own columns in a copy that was corrected: they are behind all others. */
  readonly ours: ReadonlySet<number>;
}

/** Create or update: the one type that is right whether or not CAS has the shipment already. */
export const DEFAULT_MESSAGE_TYPE: MessageType = "Upsert";

/** How many non-blank rows at the head of a sheet are searched for the headers. */
export const HEADER_SEARCH_ROWS = 25;
