// What stands in the JSON twin: one description, of which `docs/schemas/status-report.schema.json` is made and which
// the twins of all tests must fit. Members may be added; those that are here keep their meaning as long as
// `schemaVersion` is 1.
import * as z from "zod";
import { forDeclarationFields } from "../../core/declaration.ts";
import { bucketsInOrder } from "../words/outcome-meanings.ts";

const text = z.string().nullable();
const count = z.int().nonnegative();
const time = z.iso.datetime();
const direction = z.enum(["IN", "OUT"]).nullable();
const bucket = z.enum(bucketsInOrder);
const buckets = z.record(bucket, count);
const severity = z.enum(["error", "warning", "info"]);
const rows = z.array(z.object({ sheet: z.string(), row: z.int().positive() }));
const keyMembers = { kind: z.string().optional(), direction, externalReference: z.string() };
const key = z.object(keyMembers).meta({ id: "key" });
const place = {
  ...{ sheet: text, cell: text, path: text, value: text },
  row: z.int().positive().optional().meta({
    description: "Of the nearest cell, where a line of a profile says the value",
  }),
  profile: z
    .object({ name: z.string(), line: z.int().positive(), by: z.string() })
    .optional()
    .meta({
      description: "The line of the profile that says the value, or the table it was read through",
    }),
  notInMessage: z.string().optional().meta({
    description: "What CAS names and our message does not have",
  }),
};

const problem = z
  .object({
    status: z.int(),
    title: text,
    detail: text,
    errors: z.array(z.object({ path: z.string(), message: z.string() })),
    rawBody: z.string(),
  })
  .meta({ id: "problem" });

const contentChanges = z
  .looseObject({})
  .meta({ description: "What differs from the message before" });

const sender = z.object({
  holderId: z.string(),
  processId: z.int(),
  hostName: z.string(),
  command: z.string(),
  since: time,
});

const totals = z.object({
  balanced: z.boolean().meta({ description: "Whether everything adds up" }),
  imbalances: z.array(z.string()),
  files: count,
  rows: z.object({
    read: count,
    blank: count,
    invalid: count,
    duplicate: count,
    inShipments: count,
  }),
  shipments: count,
  buckets,
  leftovers: buckets,
  leftoverRows: count,
  withoutDeclaration: count,
  declarations: count,
  declarationStatuses: z.record(z.string(), count),
  findings: z.record(severity, count),
  refusals: count,
  declarationErrors: count,
  actionNeeded: count,
  notices: count,
  notInFiles: count,
  documents: count,
  documentsFetched: count,
  openAges: z.array(z.object({ label: z.string(), count })),
  trend: z.array(z.object({ day: z.iso.date(), accepted: count, refused: count, finished: count })),
  changes: z.object({
    "file-read": count,
    outcome: count,
    "declaration-new": count,
    status: count,
    "status-late": count,
    shipmentsRead: count,
    ofNewShipments: count,
  }),
});

const flow = z.object({
  sent: count,
  accepted: count,
  withDeclaration: count,
  finished: count,
  throughput: z.object({
    minutes: count,
    stretches: z.array(z.object({ from: time, accepted: count })),
  }),
});

const file = z.object({
  batchId: z.string(),
  runId: z.string(),
  file: z.object({ path: z.string(), name: z.string(), sizeBytes: count, sha256: z.string() }),
  openedAt: time,
  rejected: z.boolean(),
  layout: text,
  detected: z.record(z.string(), z.string()),
  counts: z.object({
    rowsRead: count,
    rowsBlank: count,
    rowsInvalid: count,
    rowsDuplicate: count,
    rowsInShipments: count,
    shipments: count,
    buckets,
  }),
});

const action = z.object({
  code: z.string().meta({ description: "Of the table in docs/errors.md" }),
  priority: z.int().min(1).meta({ description: "1 is the worst; 4 is only to know" }),
  what: z.string(),
  reason: z.string(),
  nextStep: z.string(),
  reference: text,
  direction,
  kind: text,
  file: text,
  sheet: text,
  cell: text,
  since: time.nullable(),
  declarationId: text,
  lrn: text,
  mrn: text,
});

const change = z.object({
  what: z.enum(["file-read", "outcome", "declaration-new", "status", "status-late"]),
  key: key.nullable(),
  declarationId: text,
  mrn: text,
  fileName: text,
  before: text,
  after: z.string(),
  at: time.meta({ description: "When the ledger learned it" }),
  shipments: count.nullable(),
  ofNewShipment: z.boolean(),
});

const shipment = z.object({
  batchId: z.string(),
  fileName: z.string(),
  lineNumber: z.int(),
  key,
  rows,
  bucket,
  reason: text,
  reasonCode: text,
  changes: contentChanges.optional(),
  versionNumber: z.int().nullable(),
  messageKind: text,
  messageType: text,
  referenceId: text,
  attempts: count,
  acceptedAt: time.nullable(),
  problem: problem.nullable(),
  readBack: z.object({ readAt: time, status: text, errors: z.array(z.string()) }).nullable(),
  declarationIds: z.array(z.string()),
  leftover: z.literal(true).optional(),
});

const declaration = z
  .object({
    declarationId: z.string(),
    shipmentId: text,
    key: key.nullable(),
    summary: z.object({
      declarationId: z.string(),
      currentStatus: z.string(),
      ...forDeclarationFields(() => text),
    }),
    firstSeenAt: time,
    lastSeenAt: time,
    history: z.array(z.object({ status: z.string(), observedAt: time })),
    errorCount: count,
  })
  .meta({ id: "declaration" });

const attachment = z.object({
  declarationId: z.string(),
  key,
  attachmentId: z.string(),
  documentType: text,
  fileName: text,
  firstSeenAt: time,
  file: z
    .object({ path: z.string(), sha256: z.string(), bytes: count, fetchedAt: time })
    .nullable(),
});

const finding = z.object({
  code: z.string(),
  severity,
  file: z.string(),
  sheet: text,
  row: z.int().nullable(),
  cell: text,
  header: text,
  path: text,
  value: text,
  message: z.string(),
  hint: text,
  key: key.nullable(),
});

const error = z.discriminatedUnion("source", [
  z.object({
    source: z.literal("cas-refusal"),
    ...keyMembers,
    file: z.string(),
    rows,
    problem,
    fields: z.array(z.object({ ...place, message: z.string() })),
  }),
  z.object({
    source: z.literal("declaration"),
    declarationId: z.string(),
    ...keyMembers,
    direction: direction.optional(),
    externalReference: z.string().optional(),
    currentStatus: z.string(),
    errorCode: text,
    message: text,
    description: text,
    fieldReference: z.array(z.object({ fieldName: text, path: text })),
    file: text,
    ...place,
  }),
]);

export const twinSchema = z.object({
  schemaVersion: z.literal(1),
  report: z.literal("status"),
  simulated: z.boolean().meta({ description: "Whether CAS was the simulator: nothing was filed" }),
  environment: z.enum(["production", "acceptance", "simulator"]),
  tenant: z.string(),
  runId: text.meta({ description: "Null for the newest state of every shipment" }),
  command: z.string(),
  programVersion: z.string(),
  asOf: time,
  completeUpTo: text.meta({
    description: "Until when the declarations of CAS were read completely",
  }),
  lookedBackUntil: text.meta({
    description: "Until when what was updated was read a second time; null before the first time",
  }),
  allAskedSince: time.nullable().meta({
    description:
      "Every open shipment was asked for by its own reference since then, or accepted; null when none is open",
  }),
  stoppedEarly: text,
  errorsOpen: count,
  sender: sender.nullable(),
  only: z.literal("open").nullable().meta({ description: "Set when a selection is listed" }),
  ledgerChecked: z.enum(["all", "run"]).meta({
    description:
      "Of what `balanced` says that the ledger does not contradict itself: all of it, or what the run touched",
  }),
  learnedUpTo: count.meta({ description: "The moment of the ledger that the report shows" }),
  changedSince: z
    .object({ learnedUpTo: count, at: time, isReport: z.boolean() })
    .nullable()
    .meta({ description: "What `changes` is compared with; null without an earlier report" }),
  totals,
  flow,
  files: z.array(file),
  actionNeeded: z.array(action),
  changes: z.array(change),
  shipments: z.array(shipment),
  declarations: z.array(declaration),
  findings: z.array(finding),
  errors: z.array(error),
  notInFiles: z.array(declaration),
  attachments: z.array(attachment),
});
