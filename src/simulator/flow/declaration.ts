// Shipments and their declarations, as the simulator knows them.
import type { Direction } from "../../core/shipment.ts";
import { uuidFrom } from "./generated-id.ts";
import type { ItemRange, Verdict } from "./outcome-rules.ts";
import type { FlowStep, ShipmentFacts } from "./shipment-facts.ts";

export interface Shipment {
  readonly direction: Direction;
  readonly externalReference: string;
  /** The message as CAS holds it now, exact JSON text. */
  content: string;
  stepDelayMs: number;
  readonly declarations: Declaration[];
}

export interface Declaration {
  readonly declarationId: string;
  readonly shipment: Shipment;
  instanceSeq: number;
  instanceCount: number;
  items: ItemRange;
  step: FlowStep | null;
  facts: ShipmentFacts;
  verdict: Verdict;
  /** Its document since somebody changed it; null while it is as the shipment has it. */
  own: OwnDocument | null;
  /** Sending it to customs is left to the action Submit. */
  waitsForSubmit: boolean;
  readonly attachments: Attachment[];
  /** Null until its first transition; until then no search finds it. */
  status: string | null;
  mrn: string | null;
  createdAtMs: number;
  lastUpdatedMs: number;
  submittedAtMs: number | null;
  acceptedAtMs: number | null;
  /** The transition that comes next by itself; a new one makes the former void. */
  pending: PendingTransition | null;
  /** Its latest place in the order of updates. */
  updateOrder: number;
}

export interface OwnDocument {
  /** Exact JSON text of `singleAdministrativeDocument`. */
  readonly text: string;
  /** How many references were ever given in it. */
  readonly referencesGiven: number;
}

export interface Attachment {
  readonly declaration: Declaration;
  /** Counted from 1 over the attachments of the declaration. */
  readonly number: number;
  /** Source: seeds/002, Attachments, for `EAD`; Notifications for `SAD`. */
  readonly documentType: "EAD" | "SAD";
  readonly createdAtMs: number;
}

export function attachmentId({ declaration, number }: Attachment): string {
  return uuidFrom(`attachment ${declaration.declarationId} ${number}`);
}

export interface PendingTransition {
  readonly declaration: Declaration;
  readonly to: string;
  readonly dueAtMs: number;
}
