// Refuses workbooks with a document type in any part. In a part that is never read it does no harm here, but
// it does in programs that read all parts. No spreadsheet program writes one.
import { UnreadableFileError } from "../../core/errors.ts";
import { scanPart } from "./scan-part.ts";
import type { XlsxPackage } from "./xlsx-package.ts";

const XML_ENDING = /\.(?:xml|rels|vml)$/i;

/**
 * Reads the head of every XML part up to its root element, which no document type may follow. Ignores other
 * faults of these parts.
 * @throws UnreadableFileError when a part has a document type
 */
export async function refuseDoctypes(xlsx: XlsxPackage): Promise<void> {
  for (const name of xlsx.entries.keys()) {
    if (XML_ENDING.test(name)) await refuseDoctype(xlsx, name);
  }
}

async function refuseDoctype(xlsx: XlsxPackage, name: string): Promise<void> {
  const seen = { root: false };
  const handler = {
    open: () => {
      seen.root = true;
    },
    text: () => undefined,
    close: () => undefined,
  };
  try {
    for await (const _chunk of scanPart(xlsx, name, handler)) if (seen.root) return;
  } catch (error) {
    const isDoctype =
      error instanceof UnreadableFileError && error.finding.code === "file-has-doctype";
    if (isDoctype) throw error;
  }
}
