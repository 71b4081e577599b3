// A ledger that is new to the tenant does not know what another one has sent: CAS is asked about a
// reference before its first message may be claimed.
import type { Reason } from "../../core/reason.ts";
import type { DeclarationSummary } from "../../core/declaration.ts";
import type { ShipmentKey } from "../../core/shipment.ts";

export interface ReferenceBooks {
  /**
   * Since when this ledger may lack what was sent for the tenant: since its own first sending, or
   * its adoption from a copy. Null while it never sent.
   */
  readonly newSince: () => Promise<Date | null>;
  /** Those that no file has ever held, of whatever kind and direction. */
  readonly unknownReferences: (references: readonly string[]) => Promise<readonly string[]>;
  /** Messages that CAS must be asked about before they are sent, oldest first. */
  readonly messagesToAskAbout: (limit: number) => Promise<readonly MessageToAskAbout[]>;
  readonly countToAskAbout: () => Promise<number>;
  /**
   * Records what CAS answered, and releases or ends the messages. A message that left the queue
   * meanwhile stays as it is; one whose declaration is linked to another shipment is held. Returns
   * how many are held.
   */
  readonly recordAnswers: (answers: readonly ReferenceAnswer[]) => Promise<number>;
}

export interface MessageToAskAbout {
  readonly versionId: string;
  readonly key: ShipmentKey;
  readonly payload: string;
}

/** What CAS answered about a reference. */
export interface ReferenceAnswer {
  readonly versionId: string;
  readonly askedAt: Date;
  /** Of the shipment. */
  readonly declarations: readonly DeclarationSummary[];
  readonly verdict:
    /** CAS shows nothing with the message's own content; the claim holds what must not change. */
    | { readonly kind: "may-go" }
    /** CAS has this very content, so nothing is sent. */
    | { readonly kind: "unchanged"; readonly reason: Reason }
    | { readonly kind: "held"; readonly reason: Reason };
}
