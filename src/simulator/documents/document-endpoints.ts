// Attachments of declarations and certificates of origin: a redirect to a link that ends, or the link as JSON.
// Source: seeds/002, Attachments; Certificates of origin documents; CoOPDFCreated for the path with a tenant.
import { emptyAnswer, jsonAnswer, problemAnswer } from "../api/answer.ts";
import type { ApiParts, ApiRequest } from "../api/api-request.ts";
import type { Route, RouteMatch } from "../api/route.ts";
import type { DocumentLinks } from "./document-links.ts";
import { findAttachment, findCertificate, type FoundDocument } from "./find-document.ts";

type Find = (parts: ApiParts, found: RouteMatch) => FoundDocument | null;

const ATTACHMENTS = "/v1/declarations/{declarationId}/attachments";
const CERTIFICATES = "certificates-of-origin/{certificateOfOriginId}/{attachmentId}";

/** @param storageUrl the host of the documents, `http://127.0.0.1:8085` */
export function documentRoutes(links: DocumentLinks, storageUrl: string): readonly Route[] {
  const both = (path: string, scope: string, find: Find): readonly Route[] =>
    ([`${path}/url`, path] as const).map((each) => ({
      method: "GET",
      path: each,
      scope,
      answer: (request, parts, found) =>
        answerLink(find(parts, found), request, links, storageUrl, each !== path),
    }));
  const byId: Find = (parts, { value }) =>
    findAttachment(parts, value("declarationId"), value("attachmentId"));
  const byType: Find = (parts, { value }) => {
    const found = findAttachment(parts, value("declarationId"), value("attachmentId"));
    return found?.documentType === value("documentType") ? found : null;
  };
  const certificate: Find = (parts, { value }) =>
    findCertificate(parts, value("certificateOfOriginId"), value("attachmentId"));
  return [
    // `/attachments/{attachmentId}/url` before `/attachments/{documentType}/{attachmentId}`.
    ...both(`${ATTACHMENTS}/{attachmentId}`, "read:declarations", byId),
    ...both(`${ATTACHMENTS}/{documentType}/{attachmentId}`, "read:declarations", byType),
    ...both(`/v1/${CERTIFICATES}`, "read:documents", certificate),
    ...both(`/v1/{tenant}/${CERTIFICATES}`, "read:documents", certificate),
  ];
}

function answerLink(
  document: FoundDocument | null,
  request: ApiRequest,
  links: DocumentLinks,
  storageUrl: string,
  asJson: boolean,
) {
  if (document === null) return problemAnswer(404, `There is no document at ${request.path}`);
  const url = `${storageUrl}${links.pathTo(document)}`;
  return asJson ? jsonAnswer(200, { url }) : emptyAnswer(307, { location: url });
}
