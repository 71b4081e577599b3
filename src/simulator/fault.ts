// A fault that a test asks of the simulator, described: which request meets it, and what becomes of it.
import type { Answer } from "./answer.ts";

/** Chooses what a request meets; null lets it pass unharmed. */
export type ChooseFault = (request: FaultyRequest) => Fault | null;

export interface FaultyRequest {
  readonly method: string;
  readonly path: string;
  readonly authorization: string | null;
  /** Null when it is no shipment message. */
  readonly direction: string | null;
  readonly externalReference: string | null;
  readonly body: string | null;
}

export interface Fault {
  /** For the journal. */
  readonly name: string;
  /** Answered instead of doing what was asked. */
  readonly instead?: Answer;
  /** Alters the answer to what was done. */
  readonly alter?: (answer: Answer) => Answer;
  /** What was asked is done so much later. Unit: milliseconds, shortened by the time scale. */
  readonly delayMs?: number;
  readonly reply?: FaultyReply;
}

type FaultyReply =
  /** The connection is reset at once, whether or not the message is taken later. */
  | { readonly kind: "reset-at-once" }
  /** The message is taken, and the connection is reset after so many bytes of the answer. */
  | { readonly kind: "reset"; readonly afterBytes: number }
  /** Nothing ever comes, and the connection stays open until the client gives up. */
  | { readonly kind: "silence" }
  /** The answer comes in small pieces. */
  | { readonly kind: "slow"; readonly pieceBytes: number; readonly pieceDelayMs: number };
