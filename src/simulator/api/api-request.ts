// What every endpoint is handed: the request as read, and the parts of the simulator it may use.
import type { ServerResponse } from "node:http";
import type { Clock } from "../../core/time/clock.ts";
import type { ApiShapes } from "./api-shapes.ts";
import type { TokenMint } from "./access-token.ts";
import { problemAnswer, type Answer, type ProblemErrorsShape } from "./answer.ts";
import type { FlowSwitches } from "../flow/message-effect.ts";
import type { TakenEntry } from "../flow/processing.ts";
import type { Registers } from "../flow/registers.ts";
import type { JournalFile } from "../journal/journal-file.ts";
import type { Subscription, WebhookEntry } from "../journal/webhook-entry.ts";
import type { RequestLimit } from "./request-limit.ts";
import type { ShipmentBook } from "../flow/shipment-book.ts";

/** Source: assumed; seeds/002 states none of them. */
export type SearchEnvelope = "array" | "items" | "declarations" | "results" | "data" | "value";

export type SearchOrder = "created-asc" | "created-desc" | "updated-asc" | "updated-desc";

/**
 * What `customsShipmentReference` holds: the external reference (Generic data models), or a
 * generated one (the example of seeds/000 step 5).
 */
export type ShipmentReferenceForm = "external" | "generated";

export interface ApiRequest {
  readonly method: string;
  readonly path: string;
  readonly parameters: URLSearchParams;
  readonly authorization: string | null;
  readonly contentType: string | null;
  readonly range: string | null;
  readonly ifRange: string | null;
  /** Null when it is longer than the server takes. */
  readonly readBody: () => Promise<string | null>;
}

/**
 * Stands before every endpoint, for tests: answers in place of `perform`, or has it answer. Null when it has
 * written the response itself.
 */
export type Intercept = (
  request: ApiRequest,
  perform: (request: ApiRequest) => Answer | Promise<Answer>,
  response: ServerResponse,
  parts: ApiParts,
) => Promise<Answer | null>;

export interface ApiParts {
  readonly clock: Clock;
  readonly credentials: { readonly clientId: string; readonly clientSecret: string };
  readonly tenant: string;
  readonly sourceSystem: string;
  readonly scopes: readonly string[];
  readonly tokenLifetimeS: number;
  readonly stepDelayMs: number;
  readonly searchEnvelope: SearchEnvelope;
  readonly problemErrorsShape: ProblemErrorsShape;
  readonly shipmentReferenceForm: ShipmentReferenceForm;
  readonly shapes: ApiShapes;
  readonly limit: RequestLimit | null;
  readonly intercept: Intercept | null;
  readonly mint: TokenMint;
  readonly journal: JournalFile;
  readonly book: ShipmentBook;
  readonly registers: Registers;
  readonly automaticSubmission: FlowSwitches["automaticSubmission"];
  readonly searchOrder: SearchOrder;
  /** Brings the book up to date. */
  readonly advance: () => void;
  /** The next message's number and reference. */
  readonly nextReference: () => { readonly sequence: number; readonly referenceId: string };
  readonly subscriptions: Subscriptions;
  readonly destinationFields: DestinationFields;
  /** Hands what is on the disk to the processing. */
  readonly processLater: (entry: TakenEntry) => void;
}

export interface Subscriptions {
  readonly all: () => readonly Subscription[];
  readonly nextId: () => string;
  /** Takes note of an entry, fresh or from a former life of the simulator. */
  readonly apply: (entry: WebhookEntry) => void;
}

/** How the members that protect a destination are named. */
export type DestinationFields = Readonly<
  Record<"tokenUrl" | "clientId" | "clientSecret" | "scope" | "apiKeyHeaderName" | "apiKey", string>
>;

export interface RefusableAnswer extends Answer {
  /** What could be read of a refused shipment message. */
  readonly shipment?: {
    readonly direction: string | null;
    readonly externalReference: string | null;
    readonly messageType: string | null;
  };
}

export function methodNotAllowed(request: ApiRequest, allowed: string): Answer {
  return problemAnswer(405, `${request.method} is not allowed here`, {
    headers: { allow: allowed },
  });
}

export function mediaType(contentType: string | null): string {
  return (contentType ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
}
