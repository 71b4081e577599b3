// A CAS with declarations and their documents, and a storage of its own origin that holds them behind links which
// expire: real HTTP on loopback, with the faults that each test asks for.
import { createHash } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export const TOKEN = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJlcnAifQ.c2lnbmF0dXJlc2lnbmF0dXJl";

export interface StoredDocument {
  readonly declarationId: string;
  readonly id: string;
  readonly documentType: string | null;
  readonly fileName: string | null;
  readonly bytes: Buffer;
}

export type StorageReply = (
  response: ServerResponse,
  document: StoredDocument,
  request: IncomingMessage,
) => void;

export interface DocumentCas {
  readonly url: string;
  readonly storageUrl: string;
  /** For the command line. */
  readonly env: Readonly<Record<string, string>>;
  readonly casPaths: readonly string[];
  readonly casHeaders: readonly IncomingMessage["headers"][];
  readonly storageRequests: readonly IncomingMessage[];
}

export interface DocumentCasOptions {
  readonly documents: readonly StoredDocument[];
  /** What the storage answers to the nth request for a document; null for the whole document. */
  readonly fault?: (document: StoredDocument, tries: number) => StorageReply | null;
  /** What CAS answers in place of what it should; null to leave it. */
  readonly casFault?: (path: string) => { readonly status: number; readonly body: string } | null;
  readonly scopes?: string;
  readonly declarations?: readonly Readonly<Record<string, unknown>>[];
}

export async function startDocumentCas(options: DocumentCasOptions): Promise<DocumentCas> {
  const { documents, fault, casFault } = options;
  const scopes = options.scopes ?? "create:messages read:declarations read:documents";
  const casPaths: string[] = [];
  const casHeaders: IncomingMessage["headers"][] = [];
  const storageRequests: IncomingMessage[] = [];
  const byKey = new Map(documents.map((one) => [`${one.declarationId}/${one.id}`, one]));
  const ids = [...new Set(documents.map(({ declarationId }) => declarationId))];
  const declarations =
    options.declarations ??
    ids.map((id) => ({ declarationId: id, currentStatus: "Released", direction: "IN" }));
  const hourAgo = new Date(Date.now() - 3_600_000).toISOString();
  const tries = new Map<string, number>();
  let links = 0;
  const spent = new Set<string>();

  const storageUrl = await listen((request, response) => {
    storageRequests.push(request);
    const { pathname, searchParams } = new URL(request.url ?? "", "http://storage");
    const key = decodeURIComponent(pathname.slice(1));
    const document = byKey.get(key);
    const link = searchParams.get("sig") ?? "";
    if (document === undefined || spent.has(link)) {
      response.writeHead(403).end("AuthenticationFailed");
      return;
    }
    // A link opens its document once.
    spent.add(link);
    const count = (tries.get(key) ?? 0) + 1;
    tries.set(key, count);
    (fault?.(document, count) ?? sendDocument)(response, document, request);
  });

  const url = await listen((request, response) => {
    const path = request.url ?? "";
    const { pathname, searchParams } = new URL(path, "http://cas");
    const json = (status: number, body: unknown): void => {
      response.writeHead(status, { "content-type": "application/json" });
      response.end(typeof body === "string" ? body : JSON.stringify(body));
    };
    if (pathname === "/token") {
      json(200, { access_token: TOKEN, token_type: "Bearer", expires_in: 3600 });
      return;
    }
    casPaths.push(path);
    casHeaders.push(request.headers);
    if (request.headers.authorization !== `Bearer ${TOKEN}`) {
      json(401, {});
      return;
    }
    const odd = casFault?.(path) ?? null;
    if (odd !== null) {
      json(odd.status, odd.body);
      return;
    }
    if (pathname === "/v1/authorizationStatus") {
      json(200, { sourceSysRef: "erp", tenantIds: "acme", scopes });
      return;
    }
    if (pathname === "/v1/declarations/search") {
      const limit = Number(searchParams.get("limit") ?? 100);
      const offset = Number(searchParams.get("offset") ?? 0);
      const statuses = searchParams.getAll("currentStatus");
      const from = Date.parse(searchParams.get("lastUpdatedFrom") ?? "1970-01-01");
      const to = Date.parse(searchParams.get("lastUpdatedTo") ?? "9999-01-01");
      const found = declarations.filter(({ currentStatus, lastUpdated }) => {
        const updated = Date.parse(String(lastUpdated ?? hourAgo));
        const isWanted = statuses.length === 0 || statuses.includes(String(currentStatus));
        return isWanted && from <= updated && updated <= to;
      });
      json(200, found.slice(offset, offset + limit));
      return;
    }
    const link = (document: StoredDocument): string => {
      links += 1;
      const key = encodeURIComponent(`${document.declarationId}/${document.id}`);
      return `${storageUrl}/${key}?sig=secret-${String(links)}`;
    };
    const answerLink = (document: StoredDocument | undefined, isUrl: boolean): void => {
      if (document === undefined) json(404, { title: "Not found" });
      else if (isUrl) json(200, { url: link(document) });
      else response.writeHead(307, { location: link(document) }).end();
    };
    const parts = pathname.split("/").slice(3).map(decodeURIComponent);
    const isUrl = parts.at(-1) === "url" && parts.length > 2;
    if (isUrl) parts.pop();
    const [id = "", word] = parts;
    if (pathname.startsWith("/v1/certificates-of-origin/")) {
      answerLink(byKey.get(`${id}/${word ?? ""}`), isUrl);
      return;
    }
    if (word === "attachments") {
      answerLink(byKey.get(`${id}/${parts.at(-1) ?? ""}`), isUrl);
      return;
    }
    const declaration = declarations.find(({ declarationId }) => declarationId === id);
    if (declaration === undefined) {
      json(404, { title: "Not found" });
      return;
    }
    const include = searchParams.getAll("include").join(",");
    const attachments = documents
      .filter(({ declarationId }) => declarationId === id)
      .map(({ id: attachmentId, documentType, fileName }) => ({
        id: attachmentId,
        documentType,
        fileName,
      }));
    json(200, { ...declaration, ...(include.includes("attachments") ? { attachments } : {}) });
  });

  const env = {
    CAS_ENV: "acceptance",
    CAS_API_URL: url,
    CAS_TOKEN_URL: `${url}/token`,
    CAS_CLIENT_ID: "erp-client",
    CAS_CLIENT_SECRET: "Abc~secret+of/the.customer",
  };
  return { url, storageUrl, env, casPaths, casHeaders, storageRequests };
}

/** The whole of it, or the rest where that is asked for under the same tag. */
export const sendDocument: StorageReply = (response, { bytes }, request) => {
  const etag = `"${createHash("sha1").update(bytes).digest("hex")}"`;
  const from = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? "")?.[1] ?? 0);
  if (from > 0 && request.headers["if-range"] === etag) {
    const rest = bytes.subarray(from);
    response.writeHead(206, {
      etag,
      "content-length": rest.length,
      "content-range": `bytes ${String(from)}-${String(bytes.length - 1)}/${String(bytes.length)}`,
    });
    response.end(rest);
    return;
  }
  response.writeHead(200, { etag, "content-length": bytes.length });
  response.end(bytes);
};

/** Cuts the connection in the middle of the body. */
export const cutInTheMiddle: StorageReply = (response, { bytes }) => {
  const etag = `"${createHash("sha1").update(bytes).digest("hex")}"`;
  response.writeHead(200, { etag, "content-length": bytes.length });
  response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => {
    setTimeout(() => response.destroy(), 5);
  });
};

/** Bytes that a document may have, the same for the same name. */
export function documentBytes(name: string, length: number): Buffer {
  const start = Buffer.from(`%PDF-1.7\n${name}\n`);
  const filling = createHash("sha256").update(name).digest();
  return Buffer.concat([start, Buffer.alloc(Math.max(0, length - start.length), filling)]);
}

async function listen(
  handler: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<string> {
  const server: Server = createServer((request, response) => {
    request.resume();
    request.on("end", () => {
      handler(request, response);
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}
