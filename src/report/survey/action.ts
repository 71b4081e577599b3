// A row of the sheet Action needed.
import type { ActionCode, Priority } from "../../core/codes/action-codes.ts";
import type { MessageKind } from "../../core/message-kind.ts";
import type { Direction } from "../../core/shipment.ts";

/** One thing that a person has to do, or should know. */
export interface Action {
  readonly code: ActionCode;
  readonly priority: Priority;
  readonly what: string;
  readonly reason: string;
  /** An order. */
  readonly nextStep: string;
  readonly reference: string | null;
  readonly direction: Direction | null;
  /** Null for what is about no message. */
  readonly kind: MessageKind | null;
  readonly file: string | null;
  readonly sheet: string | null;
  readonly cell: string | null;
  readonly since: Date | null;
  readonly declarationId: string | null;
  readonly lrn: string | null;
  readonly mrn: string | null;
}

/** What an action says beside what its code and its line do. */
export type ActionWords = Pick<Action, "code" | "reason" | "nextStep"> & Partial<Action>;
