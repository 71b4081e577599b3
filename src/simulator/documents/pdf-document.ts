// A small PDF, the same bytes each time: an interrupted download can go on where it stopped.
import PDFDocument from "pdfkit";
import { buffer } from "node:stream/consumers";
import type { FoundDocument } from "./find-document.ts";

export function pdfOf({ title, createdAtMs, lines }: FoundDocument): Promise<Buffer> {
  const at = new Date(createdAtMs);
  const pdf = new PDFDocument({
    size: "A4",
    info: { Title: title, Producer: "cas-batch", Creator: "cas-batch", CreationDate: at },
  });
  pdf.fontSize(20).text(title).moveDown().fontSize(11);
  for (const line of [...lines, at.toISOString()]) pdf.text(line);
  pdf.end();
  return buffer(pdf);
}
