// Evidence that was written, and evidence that was checked, in words and as JSON.
import { evidenceCodes, type EvidenceCode } from "../../core/codes/evidence-codes.ts";
import { pastablePath } from "../../core/text/pastable-path.ts";
import { plural } from "../../core/text/count-words.ts";
import type { CheckedFolder } from "../../evidence/check-folder.ts";
import { missingWords, type Manifest, type MissingPart } from "../../evidence/manifest.ts";
import { EXIT } from "../../runs/result/exit-code.ts";
import type { CommandResult } from "../../runs/result/result.ts";
import type { WrittenEvidence } from "../../runs/evidence.ts";
import { describeBytes } from "./ledger-words.ts";
import { plainResult } from "./plain-result.ts";

const SHOWN_MAX = 20;

/** Adds what was written; what is missing, other than by a wish, needs a person (exit code 4). */
export function withEvidence(
  result: CommandResult,
  { folder, manifest, manifestSha256, notRecorded }: WrittenEvidence,
): CommandResult {
  const { files, missing, redaction } = manifest;
  const lost = missing.filter(({ why }) => why !== "redacted");
  const unknown =
    notRecorded === null
      ? []
      : [
          `The ledger does not know of this evidence, as it could not be written to: ${notRecorded}`,
        ];
  return {
    ...result,
    exitCode: lost.length > 0 && result.exitCode === EXIT.done ? EXIT.someFailed : result.exitCode,
    summary: [
      ...result.summary,
      `Evidence: ${folder} (${holds(manifest)})${redaction === null ? "" : `, ${plural(redaction.values, "personal value")} redacted`}`,
      `SHA-256 of its manifest: ${manifestSha256}`,
      ...missingLines(missing),
      ...unknown,
    ],
    next: [
      ...result.next,
      ...(lost.some(({ what }) => what === "original")
        ? [
            "Name the folder of the missing originals with --originals DIR, and another folder for the evidence",
          ]
        : []),
      `\`cas-batch ledger verify --evidence ${pastablePath(folder)} --env ${manifest.environment}\` checks it at any time`,
    ],
    more: {
      ...result.more,
      evidence: {
        path: folder,
        manifestSha256,
        files: files.length,
        bytes: bytesOf(manifest),
        redacted: redaction !== null,
        complete: lost.length === 0,
        recorded: notRecorded === null,
        missing,
      },
    },
  };
}

export function evidenceVerdict(
  folder: string,
  ledger: string | null,
  { manifest, manifestSha256, differences }: CheckedFolder,
): CommandResult {
  const isWhole = differences.length === 0;
  const byCode = Map.groupBy(differences, ({ code }) => code);
  const grouped = [...byCode].map(([code, found]) => ({
    code,
    what: evidenceCodes[code].words,
    count: found.length,
    places: found.slice(0, SHOWN_MAX).map(({ place }) => place),
  }));
  const about = manifest === null ? [] : [describeManifest(manifest)];
  const compared =
    ledger === null
      ? "Not compared with a ledger: name it with --ledger, or the environment with --env"
      : `Compared with the ledger ${ledger}`;
  const summary = [
    `${isWhole ? "WHOLE" : "DIFFERENT"}: ${folder}${manifest === null ? "" : ` (${holds(manifest)})`}`,
    ...about,
    compared,
    ...(manifest === null ? [] : missingLines(manifest.missing)),
    ...grouped.flatMap(({ code, what, count, places }) => [
      `  ${what}: ${String(count)}  [${code}]`,
      ...places.map((place) => `    ${place}`),
      ...(count > places.length
        ? [`    … ${String(places.length)} of ${String(count)} shown`]
        : []),
    ]),
  ];
  const more = {
    evidence: folder,
    ledger,
    whole: isWhole,
    manifestSha256: manifest === null ? null : manifestSha256,
    runId: manifest?.runId ?? null,
    asOf: manifest?.asOf ?? null,
    missing: manifest?.missing ?? [],
    differences: grouped,
  };
  const next = [...byCode.keys()].map((code: EvidenceCode) => evidenceCodes[code].hint);
  return plainResult(summary, more, next, isWhole ? EXIT.done : EXIT.unsettled);
}

function describeManifest({ runId, environment, tenant, asOf, simulated }: Manifest): string {
  const what = runId === null ? "The newest state of every shipment" : `Run ${runId}`;
  const where = simulated ? `${environment}, the simulator: nothing was filed` : environment;
  return `${what}, tenant ${tenant}, ${where}, as of ${asOf}`;
}

function holds(manifest: Manifest): string {
  return `${plural(manifest.files.length, "file")}, ${describeBytes(bytesOf(manifest))}`;
}

function bytesOf({ files }: Manifest): number {
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** Shape: one line for each thing, the first of them. */
function missingLines(missing: readonly MissingPart[]): readonly string[] {
  if (missing.length === 0) return [];
  const shown = missing.slice(0, SHOWN_MAX);
  return [
    `Not in it: ${plural(missing.length, "part")}`,
    ...shown.map(({ what, name, why }) => `  ${what} ${name}: ${missingWords[why]}`),
    ...(missing.length > shown.length
      ? [
          `  … ${String(shown.length)} of ${plural(missing.length, "part")} shown; the manifest names all`,
        ]
      : []),
  ];
}
