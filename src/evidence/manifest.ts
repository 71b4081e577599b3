// The list of everything in a folder of evidence, which is written last: a folder without one is none.
import * as z from "zod";

export const MANIFEST = "manifest.json";
/** Every file but itself. */
export const SUMS = "SHA256SUMS";

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

const manifestSchema = z.object({
  schemaVersion: z.literal(1),
  evidence: z.literal("cas-batch"),
  environment: z.enum(["production", "acceptance", "simulator"]),
  tenant: z.string(),
  /** Null: the newest state of every shipment. */
  runId: z.string().nullable(),
  /** The moment of the ledger that it shows. */
  asOf: z.string(),
  /** Until when CAS was searched completely for declarations. */
  completeUpTo: z.string().nullable(),
  simulated: z.boolean(),
  programVersion: z.string(),
  ledgerId: z.string(),
  /** Null: nothing was redacted. */
  redaction: z
    .object({ method: z.string(), members: z.array(z.string()), values: z.number() })
    .nullable(),
  files: z.array(
    z.object({
      path: z.string(),
      what: z.enum(["original", "profile", "payload", "records", "report", "document", "guide"]),
      bytes: z.number(),
      sha256,
      /** Of a payload: which message it is. `sent`: whether its first byte ever went out. */
      message: z
        .object({
          kind: z.string(),
          direction: z.string().nullable(),
          externalReference: z.string(),
          version: z.number(),
          contentHash: z.string(),
          sent: z.boolean(),
        })
        .optional(),
    }),
  ),
  /** What belongs to it and is not in it. */
  missing: z.array(
    z.object({
      what: z.enum(["original", "profile", "payload", "document"]),
      name: z.string(),
      sha256: sha256.nullable(),
      why: z.enum(["not-found", "not-kept", "pruned", "redacted"]),
    }),
  ),
});

export type Manifest = z.infer<typeof manifestSchema>;
export type EvidenceFile = Manifest["files"][number];
export type MissingPart = Manifest["missing"][number];

/** For `sha256sum -c`. */
export function sumsOf(files: readonly EvidenceFile[], manifestSha256: string): string {
  return [...files, { path: MANIFEST, sha256: manifestSha256 }]
    .map(({ path, sha256 }) => `${sha256}  ${path}\n`)
    .join("");
}

/** Null for what is no manifest. */
export function readManifest(text: string): Manifest | null {
  try {
    const parsed = manifestSchema.safeParse(JSON.parse(text));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

/** Why a part is not there, in words. */
export const missingWords: Readonly<Record<MissingPart["why"], string>> = {
  "not-found": "not found, neither where it was read nor near it",
  "not-kept": "not kept: it was read by an earlier version of cas-batch",
  pruned: "removed from the ledger by `cas-batch ledger prune`",
  redacted: "left out, because it holds personal data",
};
