// Links to documents that carry their own right and end by themselves, so that the host of the documents needs
// no token and must get none. Source: seeds/000 step 7 and seeds/002, Download URL response; the form of the
// link is that of the example.
import { createHmac } from "node:crypto";
import type { Clock } from "../../core/time/clock.ts";

export interface DocumentLinks {
  /** Shape: `/temp/EAD_26BEE0000001234567.pdf?token=…`. */
  readonly pathTo: (document: DocumentReference) => string;
  /** What a link points to, whether or not its time is over; null for one that was never given. */
  readonly read: (path: string, token: string) => ReadLink | null;
}

export interface DocumentReference {
  readonly fileName: string;
  /** The declaration of an attachment, or a certificate. */
  readonly owner: string;
  readonly documentId: string;
}

interface ReadLink extends DocumentReference {
  readonly isExpired: boolean;
}

const FOLDER = "/temp/";

export function createDocumentLinks(key: string, clock: Clock, lifetimeS: number): DocumentLinks {
  const signatureOf = (text: string): string =>
    createHmac("sha256", key).update(`link ${text}`).digest("base64url");
  return {
    pathTo: ({ fileName, owner, documentId }) => {
      const expiresAtMs = clock.now().getTime() + lifetimeS * 1000;
      const claim = Buffer.from(JSON.stringify([owner, documentId, expiresAtMs])).toString(
        "base64url",
      );
      const token = `${claim}.${signatureOf(`${fileName} ${claim}`)}`;
      return `${FOLDER}${encodeURIComponent(fileName)}?token=${token}`;
    },
    read: (path, token) => {
      const [claim = "", signature = ""] = token.split(".");
      const fileName = path.startsWith(FOLDER) ? decoded(path.slice(FOLDER.length)) : null;
      if (fileName === null || signature !== signatureOf(`${fileName} ${claim}`)) return null;
      const [owner, documentId, expiresAtMs] = JSON.parse(
        Buffer.from(claim, "base64url").toString(),
      ) as [string, string, number];
      return { fileName, owner, documentId, isExpired: clock.now().getTime() >= expiresAtMs };
    },
  };
}

function decoded(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}
