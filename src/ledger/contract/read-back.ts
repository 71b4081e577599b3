// Messages of kinds that CAS makes no declarations of, and that can be read there: what it says of them.
import type { MessageKind } from "../../core/message-kind.ts";
import type { ShipmentKey } from "../../core/shipment.ts";

export interface ReadBackBooks {
  /** The messages of these kinds that CAS has accepted since: first those never read, then by when they were. */
  readonly messagesToReadBack: (options: ReadBackOptions) => Promise<readonly MessageToReadBack[]>;
  /** Records what CAS answered about a message. Returns whether its status is another than before. */
  readonly recordReadBack: (shipmentId: string, readBack: StoredReadBack) => Promise<boolean>;
}

interface ReadBackOptions {
  readonly kinds: readonly MessageKind[];
  readonly acceptedSince: Date;
  readonly limit: number;
}

export interface MessageToReadBack {
  readonly shipmentId: string;
  readonly key: ShipmentKey;
}

export interface ReadBack {
  readonly readAt: Date;
  /** Null where CAS names none. */
  readonly status: string | null;
}

interface StoredReadBack extends ReadBack {
  /** The whole answer, as it came. */
  readonly answer: string;
}
