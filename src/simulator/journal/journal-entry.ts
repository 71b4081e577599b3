// What the simulator writes down: one entry per line, in the order in which things happened. The
// journal is the whole state; everything else in memory is made from it, so an entry must hold
// all that a restart needs and nothing that could be computed differently the second time.
import * as z from "zod";
import { webhookEntries, type WebhookEntry } from "./webhook-entry.ts";

/** Source: seeds/003, Ingestion API endpoints; the eighth, CustomsShipment, has entries of its own. */
const OTHER_MESSAGE_KINDS = [
  "ArticleDataItem",
  "BusinessPartners",
  "CertificateOfOrigin",
  "Formula",
  "MaterialList",
  "MaterialListInvalidationRequest",
  "MovementOrder",
] as const;

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
      /** Which step of the flow it belongs to, in a flow that has two. */
      step: z.enum(["export", "import"]).optional(),
    }),
  ),
});

/** A message of another kind that was answered with 202; `body` is its exact text. */
const ingested = z.object({
  kind: z.literal("ingested"),
  at,
  messageKind: z.enum(OTHER_MESSAGE_KINDS),
  /** What the message calls itself by; null when it does not. */
  key: z.string().nullable(),
  sequence: z.int(),
  referenceId: z.string(),
  bodyHash: z.string(),
  stepDelayMs: z.number(),
  body: z.string(),
});

/** The end of the processing of a message of another kind. */
const settled = z.object({
  kind: z.literal("settled"),
  at,
  messageKind: z.enum(OTHER_MESSAGE_KINDS),
  key: z.string().nullable(),
  referenceId: z.string(),
  result: z.enum(["created", "updated", "invalidated", "unsuccessful"]),
  errorDescriptions: z.array(z.string()),
  /** The declaration that a certificate of origin was made for. */
  declarationId: z.string().nullable(),
});

/** Source: Declaration actions; seeds/001 names `amend`. The last five are of excise movements. */
export const DECLARATION_ACTIONS = [
  "submit",
  "validate",
  "invalidate",
  "goods-arrived",
  "generate-sad",
  "amend",
  "receipt-report",
  "complementary-explanation",
  "change-destination",
  "reject-or-alert-ead",
  "delay-for-delivery",
] as const;

/** A change of a declaration that was answered with success; `body` is its exact text. */
const change = z.object({
  kind: z.literal("change"),
  at,
  declarationId: z.string(),
  change: z.enum(["update", "add-item", "update-item", "delete-item", "action"]),
  itemId: z.string().nullable(),
  action: z.enum(DECLARATION_ACTIONS).nullable(),
  sequence: z.int(),
  referenceId: z.string(),
  stepDelayMs: z.number(),
  body: z.string().nullable(),
});

/** What became of a change, and the status that the declaration is given by it; null for none. */
const changed = z.object({
  kind: z.literal("changed"),
  at,
  declarationId: z.string(),
  referenceId: z.string(),
  result: z.enum(["done", "refused"]),
  errorDescriptions: z.array(z.string()),
  to: z.string().nullable(),
});

/** A request to the host of the documents. One with a token is refused, and shows here. */
const documentRequest = z.object({
  kind: z.literal("document"),
  at,
  status: z.int(),
  path: z.string(),
  range: z.string().nullable(),
  authorization: z.boolean(),
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
  ingested,
  settled,
  change,
  changed,
  documentRequest,
  ...webhookEntries,
]);

export type JournalEntry = Readonly<z.infer<typeof journalEntrySchema>>;
/** What moves shipments and declarations, or happens beside them. */
export type FlowEntry = Exclude<JournalEntry, WebhookEntry>;
export type CreatedEntry = Readonly<z.infer<typeof created>>;
export type AcceptedEntry = Readonly<z.infer<typeof accepted>>;
export type ProcessedEntry = Readonly<z.infer<typeof processed>>;
export type TransitionEntry = Readonly<z.infer<typeof transition>>;
export type IngestedEntry = Readonly<z.infer<typeof ingested>>;
export type SettledEntry = Readonly<z.infer<typeof settled>>;
export type ChangeEntry = Readonly<z.infer<typeof change>>;
export type ChangedEntry = Readonly<z.infer<typeof changed>>;
export type OtherMessageKind = IngestedEntry["messageKind"];
export type DeclarationAction = NonNullable<ChangeEntry["action"]>;
