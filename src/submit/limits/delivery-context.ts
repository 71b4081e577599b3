// What the parts of a delivery work with.
import type { ThrottledClient } from "../../cas/throttle/throttled-client.ts";
import type { CasBatchError } from "../../core/errors.ts";
import type { MessageKind } from "../../core/message-kind.ts";
import type { Clock } from "../../core/time/clock.ts";
import type { Log, OnProgress } from "../../core/progress.ts";
import type { DeclarationBooks } from "../../ledger/contract/declarations.ts";
import type { OutboxBooks } from "../../ledger/contract/outbox.ts";
import type { ReferenceBooks } from "../../ledger/contract/references.ts";
import type { UnknownBooks } from "../../ledger/contract/unknown-messages.ts";
import type { BooksOwner } from "../../ledger/ledger.ts";
import type { DeliverSettings } from "./deliver-settings.ts";
import type { Stop } from "./stop.ts";

export interface DeliverDependencies {
  readonly client: ThrottledClient;
  readonly books: OutboxBooks & ReferenceBooks & UnknownBooks & DeclarationBooks & BooksOwner;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: Log;
  readonly onProgress: OnProgress;
}

/** Kinds of messages that the token may not send, each with the refusal. They stay in the queue; the others go. */
export type BarredKinds = Map<MessageKind, CasBatchError>;

export interface DeliveryContext extends DeliverDependencies {
  readonly settings: DeliverSettings;
  readonly stop: Stop;
}
