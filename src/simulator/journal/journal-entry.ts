// What the simulator writes down: one entry per line, in the order in which things happened. The
// journal is the whole state; everything else in memory is made from it, so an entry must hold
// all that a restart needs and nothing that could be computed differently the second time.
import * as z from "zod";
import { webhookEntries, type WebhookEntry } from "./webhook-entry.ts";

const at = z.string();
const direction = z.enum(["IN", "OUT"]);
const messageType = z.enum(["New", "Replace", "Update", "Upsert"]);
const shipment = { direction, externalReference: z.string() };

/** The first line. `stateId` keeps the ids of two state files apart. */
const created = z.object({
  kind: z.literal("created"),
  at,
  version: z.literal(1),
  stateId: z.string(),
});

const token = z.object({ kind: z.literal("token"), at, clientId: z.string() });

const tokenRefused = z.object({
  kind: z.literal("token-refused"),
  at,
  clientId: z.string().nullable(),
  status: z.int(),
  error: z.string(),
});

/** A message that was answered with 202; `body` is its exact text. */
const accepted = z.object({
  kind: z.literal("accepted"),
  at,
  ...shipment,
  messageType,
  sequence: z.int(),
  referenceId: z.string(),
  bodyHash: z.string(),
  /** How far apart the steps of its processing are. Unit: milliseconds of real time. */
  stepDelayMs: z.number(),
  body: z.string(),
});

/** A request that was answered with 4xx; what could be read of a shipment message is there. */
const refused = z.object({
  kind: z.literal("refused"),
  at,
  status: z.int(),
  method: z.string(),
  path: z.string(),
  detail: z.string(),
  direction: z.string().nullable(),
  externalReference: z.string().nullable(),
  messageType: z.string().nullable(),
});

/**
 * The end of a message's asynchronous processing. `event` is the subtype of the
 * `CustomsShipmentInformation` notification that CAS would send; null where none is documented.
 */
const processed = z.object({
  kind: z.literal("processed"),
  at,
  ...shipment,
  messageType,
  referenceId: z.string(),
  result: z.enum(["created", "replaced", "updated", "unchanged", "unsuccessful"]),
  event: z.enum(["CreationUnsuccessful", "ReplaceSuccessful", "ReplaceUnsuccessful"]).nullable(),
  errorDescriptions: z.array(z.string()),
  /** The declarations whose course this message starts, and the status each is given first. */
  starts: z.array(
    z.object({
      declarationId: z.string(),
      instanceSeq: z.int(),
      instanceCount: z.int(),
      to: z.string(),
    }),
  ),
});

/** A declaration's new status: what CAS would notify as `DeclarationStatusChanged`. */
const transition = z.object({
  kind: z.literal("transition"),
  at,
  ...shipment,
  declarationId: z.string(),
  from: z.string().nullable(),
  to: z.string(),
  mrn: z.string().nullable(),
});

/** A request that met a fault of the kit; what it asked for may have been done all the same. */
const fault = z.object({
  kind: z.literal("fault"),
  at,
  name: z.string(),
  method: z.string(),
  path: z.string(),
  direction: z.string().nullable(),
  externalReference: z.string().nullable(),
});

export const journalEntrySchema = z.discriminatedUnion("kind", [
  created,
  token,
  tokenRefused,
  accepted,
  refused,
  processed,
  transition,
  fault,
  ...webhookEntries,
]);

export type JournalEntry = Readonly<z.infer<typeof journalEntrySchema>>;
/** What moves shipments and declarations, or happens beside them. */
export type FlowEntry = Exclude<JournalEntry, WebhookEntry>;
export type CreatedEntry = Readonly<z.infer<typeof created>>;
export type AcceptedEntry = Readonly<z.infer<typeof accepted>>;
export type ProcessedEntry = Readonly<z.infer<typeof processed>>;
export type TransitionEntry = Readonly<z.infer<typeof transition>>;
