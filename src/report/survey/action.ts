// One thing that a person has to do.
import type { Direction } from "../../core/shipment.ts";

/** 1 is the worst. */
export type Priority = 1 | 2 | 3;

export interface Action {
  readonly priority: Priority;
  readonly what: string;
  readonly reason: string;
  /** An order. */
  readonly nextStep: string;
  readonly reference: string | null;
  readonly direction: Direction | null;
  readonly file: string | null;
  readonly sheet: string | null;
  readonly cell: string | null;
  readonly since: Date | null;
  readonly declarationId: string | null;
  readonly lrn: string | null;
  readonly mrn: string | null;
}

/** The words of an action, without the place. */
export type ActionWords = Pick<Action, "priority" | "what" | "reason" | "nextStep">;

/** The members of an action of which nothing is known yet. */
export const nothingKnown = {
  reference: null,
  direction: null,
  file: null,
  sheet: null,
  cell: null,
  since: null,
  declarationId: null,
  lrn: null,
  mrn: null,
} as const;
