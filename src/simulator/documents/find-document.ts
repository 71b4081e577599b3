// The documents there are: the attachments of declarations and the certificates of origin.
import type { ApiParts } from "../api/api-request.ts";
import { attachmentFileName, localReferenceNumber } from "../declarations/declaration-view.ts";
import { attachmentId, type Attachment, type Declaration } from "../flow/declaration.ts";
import type { Certificate } from "../flow/happening.ts";
import type { DocumentReference } from "./document-links.ts";

export interface FoundDocument extends DocumentReference {
  readonly title: string;
  readonly createdAtMs: number;
  readonly lines: readonly string[];
}

export function findAttachment(
  { book }: ApiParts,
  declarationId: string,
  id: string,
): (FoundDocument & Pick<Attachment, "documentType">) | null {
  const declaration = book.declaration(declarationId);
  const attachment = declaration?.attachments.find((each) => attachmentId(each) === id);
  if (declaration === null || attachment === undefined) return null;
  const { documentType, createdAtMs } = attachment;
  return {
    fileName: attachmentFileName(attachment),
    owner: declarationId,
    documentId: id,
    documentType,
    title: documentType,
    createdAtMs,
    lines: linesOf(declaration),
  };
}

export function findCertificate(
  { registers }: ApiParts,
  certificateOfOriginId: string,
  id: string,
): FoundDocument | null {
  const certificate: Certificate | null = registers.certificate(certificateOfOriginId);
  if (certificate?.attachmentId !== id) return null;
  return {
    fileName: `COO_${certificateOfOriginId}.pdf`,
    owner: certificateOfOriginId,
    documentId: id,
    title: "Certificate of origin",
    createdAtMs: certificate.createdAtMs,
    lines: [`Certificate ${certificateOfOriginId}`, ...linesOf(certificate.declaration)],
  };
}

function linesOf(declaration: Declaration): readonly string[] {
  const { declarationId, mrn, shipment, facts } = declaration;
  return [
    `Declaration ${declarationId}`,
    `MRN ${mrn ?? "none"}, LRN ${localReferenceNumber(declaration)}`,
    `Shipment ${shipment.externalReference} (${shipment.direction})`,
    `Customs flow ${facts.customsFlow}, jurisdiction ${facts.jurisdiction}`,
    "Made by a simulator: filed with nobody",
  ];
}
