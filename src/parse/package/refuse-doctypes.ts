// A document type in a part that is never read harms nobody here, and everybody who opens the file in a
// program that reads all of it. No spreadsheet program writes one, so such a file is not passed on.
import { UnreadableFileError } from "../../core/errors.ts";
import { scanPart } from "./scan-part.ts";
import type { XlsxPackage } from "./xlsx-package.ts";

const XML_ENDING = /\.(?:xml|rels|vml)$/i;

/**
 * Looks at the head of every XML part up to its root element, which no document type may follow.
 * Any other fault of a part that is not read is of no concern.
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
