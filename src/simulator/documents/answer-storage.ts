// The host of the documents: another origin than the API, which no token may reach. A request with one is refused
// and in the journal, whatever else is right with it. Source: seeds/002, Attachments: time-limited URLs; parts
// of a file as HTTP has them (RFC 9110, Range Requests); the refusals are assumed.
import { createHash } from "node:crypto";
import type { Answer } from "../api/answer.ts";
import type { ApiParts, ApiRequest } from "../api/api-request.ts";
import type { DocumentLinks } from "./document-links.ts";
import { findAttachment, findCertificate } from "./find-document.ts";

export async function answerStorageRequest(
  request: ApiRequest,
  parts: ApiParts,
  links: DocumentLinks,
): Promise<Answer> {
  const answer = await answerFor(request, parts, links);
  parts.journal.append({
    kind: "document",
    at: parts.clock.now().toISOString(),
    status: answer.status,
    path: request.path,
    range: request.range,
    authorization: request.authorization !== null,
  });
  return answer;
}

async function answerFor(
  request: ApiRequest,
  parts: ApiParts,
  links: DocumentLinks,
): Promise<Answer> {
  const { shapes } = parts;
  if (request.authorization !== null) {
    return textAnswer(400, "A token of the API has no business here; the link is enough");
  }
  if (request.method !== "GET" && request.method !== "HEAD") {
    return textAnswer(405, "Only GET and HEAD are allowed here", { allow: "GET, HEAD" });
  }
  const link = links.read(request.path, request.parameters.get("token") ?? "");
  if (link === null) return textAnswer(403, "The link is not known");
  if (link.isExpired) return textAnswer(shapes.linkExpiredStatus, "The link has expired");
  const document =
    findAttachment(parts, link.owner, link.documentId) ??
    findCertificate(parts, link.owner, link.documentId);
  if (document === null) return textAnswer(404, "There is no such document");
  // Late: a simulator that is asked for no document needs no maker of PDFs.
  const { pdfOf } = await import("./pdf-document.ts");
  const bytes = await pdfOf(document);
  const headers = {
    etag: `"${createHash("sha256").update(bytes).digest("hex").slice(0, 32)}"`,
    "content-disposition": `attachment; filename="${document.fileName}"`,
    ...(shapes.documentRanges ? { "accept-ranges": "bytes" } : {}),
  };
  const range = shapes.documentRanges ? rangeOf(request, headers.etag, bytes.length) : null;
  if (range === "unsatisfiable") {
    return textAnswer(416, "No such part", { "content-range": `bytes */${bytes.length}` });
  }
  const common = { contentType: "application/pdf", hasLength: shapes.documentLength };
  if (range === null) return { status: 200, body: bytes, headers, ...common };
  const { start, end } = range;
  return {
    status: 206,
    body: bytes.subarray(start, end),
    headers: { ...headers, "content-range": `bytes ${start}-${end - 1}/${bytes.length}` },
    ...common,
  };
}

/** One range only; anything else is served whole, which HTTP allows. `end` is the byte after the last. */
function rangeOf(
  { range, ifRange }: ApiRequest,
  etag: string,
  length: number,
): { readonly start: number; readonly end: number } | "unsatisfiable" | null {
  const [, first = "", last = ""] = /^bytes=(\d*)-(\d*)$/.exec(range ?? "") ?? [];
  if (first === "" && last === "") return null;
  if (ifRange !== null && ifRange !== etag) return null;
  const start = first === "" ? Math.max(0, length - Number(last)) : Number(first);
  const end = first === "" || last === "" ? length : Math.min(length, Number(last) + 1);
  return start < end ? { start, end } : "unsatisfiable";
}

function textAnswer(
  status: number,
  text: string,
  headers: Readonly<Record<string, string>> = {},
): Answer {
  return { status, contentType: "text/plain; charset=utf-8", body: `${text}\n`, headers };
}
