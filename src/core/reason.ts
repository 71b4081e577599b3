// Why a message is held, waits, went back into the queue or was found to have arrived: a code and what its
// sentence needs, never the sentence. The ledger stores a reason as JSON; `reason-words.ts` words it.
import * as z from "zod";
import { contentChangesSchema, type ContentChanges } from "./content-changes.ts";
import { CasBatchError } from "./errors.ts";
import { kindNames } from "./message-kind.ts";

const text = z.string();
const count = z.number();
const texts = z.array(text).readonly();
/** How the content differs from what was sent last, or from that of the other file. */
const changes = contentChangesSchema.optional();

/** Why declarations may have changed without a reconcile seeing it. */
const unseenSchema = z.discriminatedUnion("code", [
  /** The search for updated declarations was not read to its end. */
  z.object({
    code: z.literal("search-cut"),
    /** Its time was over, it found more than it may hold, or CAS repeats one page for ever. */
    because: z.enum(["time", "count", "repeats", "dense"]).optional(),
  }),
  /** Declarations that name no shipment, and were not fetched to find out. */
  z.object({ code: z.literal("declarations-unidentified"), count }),
]);

const kind = z.enum(kindNames);
/** The message that only a person can resolve, and the declarations that leave it in doubt. */
const leftToPerson = {
  environment: z.enum(["production", "acceptance", "simulator"]),
  /** Left out for a customs shipment. */
  kind: kind.exclude(["CustomsShipment"]).optional(),
  /** Null for a kind without directions. */
  direction: z.enum(["IN", "OUT"]).nullable(),
  externalReference: text,
};
const doubtful = {
  /** The first few of `declarationCount`. */
  declarations: z.array(z.object({ declarationId: text, status: text })).readonly(),
  declarationCount: count,
};

export const reasonSchema = z.discriminatedUnion("code", [
  /** Of an older ledger, which kept sentences. */
  z.object({ code: z.literal("text"), text }),
  z.object({
    code: z.enum([
      "file-rejected",
      "would-amend-shared",
      "being-sent",
      "run-stopped",
      "repeats-used-up",
      "interrupted",
    ]),
  }),
  /** Of an older ledger, which did not ask which of two files is newer. */
  z.object({ code: z.literal("other-file-differs"), fileName: text }),
  z.object({
    code: z.enum(["superseded", "older-than-known", "saved-at-one-time"]),
    fileName: text,
    changes,
  }),
  /** Not stored: while another process sends, what is queued is sent by it. */
  z.object({
    code: z.literal("waits-for-sender"),
    command: text,
    processId: count,
    hostName: text,
  }),

  // ---- held, because customs may have accepted what this would change
  z.object({ code: z.literal("would-amend"), statuses: texts, isChange: z.boolean(), changes }),
  z.object({
    code: z.literal("would-amend-unseen"),
    unseen: unseenSchema,
    isChange: z.boolean(),
    changes,
  }),
  z.object({
    code: z.enum(["would-amend-foreign", "replace-too-late", "new-exists"]),
    statuses: texts,
    changes,
  }),
  /** Other content for a reference of a kind that is created and never changed. */
  z.object({
    code: z.literal("would-double"),
    kind,
    /** It is open whether CAS has the other content, so that no flag sends this one. */
    first: z.literal("open").optional(),
    changes,
  }),
  /** The ledger is new and never sent it; another one may have, and CAS cannot be asked. */
  z.object({ code: z.literal("perhaps-sent-before"), kind }),

  // ---- an attempt to send
  z.object({
    code: z.literal("refused"),
    status: count,
    title: text.nullable(),
    detail: text.nullable(),
    /** When CAS refused the same content in an earlier run; absent where it was refused in this one. */
    since: text.optional(),
  }),
  z.object({ code: z.literal("request-failed"), errorCode: text.nullable(), message: text }),
  z.object({ code: z.literal("question-refused"), message: text }),
  z.object({
    code: z.literal("new-perhaps-passed-on"),
    message: text,
    /** Left out for a customs shipment. */
    kind: kind.optional(),
  }),
  /** CAS shows a declaration of it, and what it says of that cannot be read. */
  z.object({
    code: z.literal("declaration-unread"),
    declarationId: text.nullable(),
    fault: text,
  }),
  z.object({ code: z.literal("tries-used-up"), tries: count }),

  // ---- an unknown outcome
  z.object({
    code: z.literal("may-have-arrived"),
    externalReference: text,
    attemptedAt: text,
    declarationId: text,
    status: text,
  }),
  z.object({ code: z.literal("new-not-repeated"), ...leftToPerson, enquiries: count, ...doubtful }),
  z.object({ code: z.literal("accepted-not-amended"), ...leftToPerson, ...doubtful }),
  z.object({ code: z.literal("earlier-content-pruned"), ...leftToPerson }),
  /** CAS cannot be asked about this kind. */
  z.object({ code: z.literal("not-to-be-asked"), ...leftToPerson }),
  z.object({ code: z.literal("repeat-harmless"), kind }),
  z.object({
    code: z.literal("read-back-found"),
    kind,
    status: text.nullable(),
    valuesShown: count,
    valuesTotal: count,
  }),
  z.object({ code: z.literal("not-in-cas"), enquiries: count, messageType: text }),
  z.object({
    code: z.literal("declaration-found"),
    declarationId: text,
    status: text,
    direction: text.nullable(),
    /** The member of the declaration that holds our reference. */
    referenceMember: text,
    /** By the clock of CAS. */
    time: text,
    isUpdate: z.boolean(),
    /** False: as nearly as the clocks can tell. */
    isCertainlyAfter: z.boolean(),
    isFirstVersion: z.boolean(),
    valuesShown: count,
    valuesTotal: count,
  }),
  z.object({
    code: z.literal("content-found"),
    declarationId: text,
    status: text,
    valuesTotal: count,
  }),
  z.object({ code: z.enum(["person-found", "person-missed"]), by: text }),

  // ---- the ledger was a copy, or an older state of itself, and was adopted
  z.object({ code: z.enum(["copy-may-have-sent", "copy-may-have-sent-newer"]) }),
]);

export type Reason = z.infer<typeof reasonSchema>;

const codes: ReadonlySet<string> = new Set(
  reasonSchema.options.flatMap(({ shape: { code } }) =>
    "options" in code ? code.options : [...code.values],
  ),
);

export function isReasonCode(text: string): boolean {
  return codes.has(text);
}
export type Unseen = z.infer<typeof unseenSchema>;

/** Keeps with a reason how the content differs, where the reason is about that. */
export function withChanges(reason: Reason, changes: ContentChanges | null): Reason {
  return changes === null ? reason : reasonSchema.parse({ ...reason, changes });
}

/** Whether what is held goes with `--allow-amend` or `--allow-again`. */
export function isAllowable(reason: Reason | null): boolean {
  if (reason?.code === "would-double") return reason.first !== "open";
  return reason?.code === "perhaps-sent-before" || reason?.code.startsWith("would-amend") === true;
}

/** Why an attempt that ended in this error has no receipt. */
export function reasonOfError(error: unknown): Reason {
  const message = error instanceof Error ? error.message : String(error);
  const errorCode = error instanceof CasBatchError ? error.code : null;
  return { code: "request-failed", errorCode, message };
}
