// What was fetched of documents, as part of a command's result.
import { pastablePath } from "../../core/text/pastable-path.ts";
import { errorCodes, type ErrorCode } from "../../core/codes/error-codes.ts";
import type { FailedAttachment, FetchedAttachment } from "../../documents/fetch-documents.ts";
import type { AttachmentRecord } from "../../ledger/contract/attachments.ts";
import type { FetchedDocuments } from "../documents.ts";
import type { Session } from "../session.ts";
import { describeError } from "./describe-error.ts";
import { EXIT, exitCodeOfError } from "./exit-code.ts";
import type { CommandResult } from "./result.ts";

/** A list for people; the JSON document holds them all. */
const SHOWN_MAX = 50;
const FAILED_SHOWN_MAX = 20;

/**
 * Adds what was fetched to the result of a command.
 * @param detail whether a person sees each document, or how many there were
 */
export function withDocuments(
  result: CommandResult,
  session: Pick<Session, "signal">,
  fetched: FetchedDocuments,
  detail: "each" | "counts",
): CommandResult {
  const { documents, failed, stoppedBy, isComplete, folder } = fetched;
  const counts = {
    fetched: fetched.fetched,
    skipped: fetched.skipped,
    failed: failed.length,
    missing: fetched.missing,
  };
  const stopped =
    stoppedBy === null
      ? null
      : { exitCode: exitCodeOfError(stoppedBy, session.signal), cause: stoppedBy };
  const exitCode = worse(
    result.exitCode,
    stopped?.exitCode ??
      (!isComplete ? EXIT.stoppedEarly : failed.length > 0 ? EXIT.someFailed : EXIT.done),
  );
  const error = stopped === null ? null : describeError(stopped.cause, stopped.exitCode);
  // What does not pass by itself, such as a full disk, needs its own step first.
  const stopHint = error === null || stopped?.exitCode !== EXIT.usage ? null : error.hint;
  return {
    ...result,
    exitCode,
    summary: [
      ...result.summary,
      {
        code: "documents",
        ...counts,
        folder,
      },
      ...(detail === "each" ? documents.slice(0, SHOWN_MAX).map(describeFetched) : []),
      ...(detail === "each" ? cut(documents.length, SHOWN_MAX) : []),
      ...documents.flatMap(describeRemarks),
      ...failed.slice(0, FAILED_SHOWN_MAX).map(describeFailed),
      ...cut(failed.length, FAILED_SHOWN_MAX),
      ...(isComplete ? [] : ["INCOMPLETE: not every declaration that was asked for was found out"]),
      ...(error === null ? [] : [{ code: "stopped-early", message: error.message } as const]),
    ],
    next: [
      ...result.next,
      ...new Set(failed.map((one) => one.error.hint)),
      ...(stopHint === null ? [] : [stopHint]),
      ...(stopped === null && isComplete ? [] : [RUN_AGAIN]),
    ],
    error: result.error ?? (error === null ? null : { ...error, hint: stopHint ?? RUN_AGAIN }),
    more: {
      ...result.more,
      attachments: documents.map(fetchedMembers),
      attachmentsFailed: failed.map(failedMembers),
      attachmentCounts: counts,
    },
  };
}

const RUN_AGAIN = "Run the same command again: what was fetched is skipped";

/** What stops early outweighs what a person has to set right. */
function worse(exitCode: number, ofDocuments: number): number {
  return exitCode === EXIT.done || (exitCode === EXIT.someFailed && ofDocuments !== EXIT.done)
    ? ofDocuments
    : exitCode;
}

function cut(count: number, shownMax: number): readonly string[] {
  return count > shownMax
    ? [`  … ${String(shownMax)} of ${String(count)} shown; --json shows all`]
    : [];
}

/** Shape: `  fetched  /srv/100200300-EAD.pdf  (EAD, 21,004 bytes)`. */
function describeFetched({ attachment, file, isSkipped }: FetchedAttachment): string {
  const facts = [
    ...(attachment.documentType === null ? [] : [attachment.documentType]),
    `${String(file.bytes)} bytes`,
  ].join(", ");
  return `  ${isSkipped ? "skipped" : "fetched"}  ${pastablePath(file.path)}  (${facts})`;
}

function describeRemarks({ file, attachment, remarks }: FetchedAttachment): readonly string[] {
  return remarks
    .filter((code) => code === "document-name-unsafe")
    .map((code) => `  ${code}: CAS calls it "${attachment.fileName ?? ""}"; kept as ${file.path}`);
}

function describeFailed({ owner, attachment, error }: FailedAttachment): string {
  const what = attachment === null ? "its documents" : (attachment.documentType ?? "document");
  const named = attachment === null ? "" : ` ${attachment.fileName ?? attachment.id}`;
  return `  FAILED   ${owner.kind} ${owner.id}, ${what}${named}: ${error.message} (${error.code})`;
}

function ownerMembers({ kind, id }: AttachmentRecord["owner"]): object {
  return kind === "declaration" ? { declarationId: id } : { certificateOfOriginId: id };
}

function fetchedMembers({
  owner,
  attachment,
  file,
  isSkipped,
  remarks,
}: FetchedAttachment): object {
  return {
    ...ownerMembers(owner),
    id: attachment.id,
    type: attachment.documentType,
    fileName: attachment.fileName,
    ...file,
    skipped: isSkipped,
    remarks: remarks.map(remarkMembers),
  };
}

function remarkMembers(code: ErrorCode): object {
  const { meaning, hint } = errorCodes[code];
  return { code, message: meaning, hint };
}

function failedMembers({ owner, attachment, error }: FailedAttachment): object {
  const { code, message, hint } = error;
  return {
    ...ownerMembers(owner),
    id: attachment?.id ?? null,
    type: attachment?.documentType ?? null,
    fileName: attachment?.fileName ?? null,
    code,
    message,
    hint,
  };
}
