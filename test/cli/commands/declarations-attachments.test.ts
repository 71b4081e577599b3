import { createHash } from "node:crypto";
import {
  existsSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import {
  cutInTheMiddle,
  documentBytes,
  sendDocument,
  startDocumentCas,
  TOKEN,
  type DocumentCas,
  type StorageReply,
  type StoredDocument,
} from "../../support/document-cas.ts";
import { documentOf, emptyFolder, runCli, startCli, type Finished } from "../../support/run-cli.ts";

const TIMEOUT_MS = 120_000;

interface Attachment {
  readonly declarationId: string;
  readonly id: string;
  readonly type: string | null;
  readonly path: string;
  readonly sha256: string;
  readonly bytes: number;
  readonly skipped: boolean;
  readonly remarks: readonly { readonly code: string; readonly hint: string }[];
}

interface AttachmentsDocument {
  readonly attachments: readonly Attachment[];
  readonly attachmentsFailed: readonly {
    readonly declarationId: string;
    readonly id: string | null;
    readonly code: string;
    readonly message: string;
    readonly hint: string;
  }[];
  readonly attachmentCounts: Readonly<Record<string, number>>;
}

function read(run: Finished): AttachmentsDocument {
  return documentOf(run) as unknown as AttachmentsDocument;
}

function someDocuments(count: number, bytes = 3_000): StoredDocument[] {
  return Array.from({ length: count }, (_, at) => ({
    declarationId: String(100_000 + Math.floor(at / 4)),
    id: `att-${String(at)}`,
    documentType: at % 2 === 0 ? "EAD" : "TSAD",
    fileName: at % 2 === 0 ? "EAD.pdf" : "T SAD.pdf",
    bytes: documentBytes(String(at), bytes + at),
  }));
}

function sha256(bytes: Buffer): string {
  return createHash("sha256").update(bytes).digest("hex");
}

/** Every document is there once, byte for byte, and nothing else. */
function expectWhole(folder: string, documents: readonly StoredDocument[]): void {
  const found = readdirSync(folder).map((name) => sha256(readFileSync(join(folder, name))));
  expect(found.sort()).toEqual(documents.map(({ bytes }) => sha256(bytes)).sort());
}

function expectNoSecrets(cas: DocumentCas, run: Finished): void {
  for (const { headers, rawHeaders } of cas.storageRequests) {
    expect(headers.authorization).toBeUndefined();
    expect(rawHeaders.join("\n")).not.toContain(TOKEN);
    expect(headers["x-tenant-key"]).toBeUndefined();
  }
  expect(run.stdout + run.stderr).not.toContain("sig=secret");
}

function attachments(
  args: readonly string[],
  cas: DocumentCas,
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<Finished> {
  return runCli(
    ["declarations", "attachments", ...args, "--out", "docs", "--json", "--rate", "5000"],
    {
      cwd,
      env: { ...cas.env, ...env },
    },
  );
}

describe("declarations attachments", () => {
  test(
    "says which types there are where none is of the type that was asked for",
    async () => {
      const cas = await startDocumentCas({ documents: someDocuments(4) });
      const mistyped = await attachments(["100000", "--type", "EDA"], cas, emptyFolder());
      expect(mistyped.stderr).toContain("No document is of type EDA; there are EAD, TSAD");
      const right = await attachments(["100000", "--type", "ead"], cas, emptyFolder());
      expect(right.stderr).not.toContain("No document");
    },
    TIMEOUT_MS,
  );

  test(
    "fetches the documents of a declaration, names them safely, and skips them the second time",
    async () => {
      const documents = someDocuments(4);
      const cas = await startDocumentCas({ documents });
      const cwd = emptyFolder();
      // CAS gets it; the storage must not.
      writeFileSync(join(cwd, "cas-batch.yaml"), "headers:\n  x-tenant-key: key-of-the-customer\n");
      const first = await attachments(["100000"], cas, cwd);
      expect(cas.casHeaders.at(-1)?.["x-tenant-key"]).toBe("key-of-the-customer");
      expect(first).toMatchObject({ code: 0 });
      const { attachments: fetched } = read(first);
      expect(fetched.map(({ id }) => id).sort()).toEqual(["att-0", "att-1", "att-2", "att-3"]);
      for (const { id, path, sha256: hash, bytes, skipped } of fetched) {
        const known = documents.find((one) => one.id === id);
        expect(readFileSync(path)).toEqual(known?.bytes);
        expect({ hash, bytes }).toEqual({
          hash: sha256(known?.bytes ?? Buffer.alloc(0)),
          bytes: known?.bytes.length,
        });
        expect(skipped).toBe(false);
      }
      expect(readdirSync(join(cwd, "docs")).sort()).toEqual([
        "100000-EAD (2).pdf",
        "100000-EAD.pdf",
        "100000-T SAD (2).pdf",
        "100000-T SAD.pdf",
      ]);
      expectNoSecrets(cas, first);

      const before = cas.storageRequests.length;
      const second = await attachments(["100000"], cas, cwd);
      expect(second.code).toBe(0);
      expect(read(second).attachments.every(({ skipped }) => skipped)).toBe(true);
      expect(cas.storageRequests).toHaveLength(before);
    },
    TIMEOUT_MS,
  );

  test(
    "fetches again what was deleted or damaged on the disk, and with --again replaces no file",
    async () => {
      const documents = someDocuments(4);
      const cas = await startDocumentCas({ documents });
      const cwd = emptyFolder();
      const { attachments: fetched } = read(await attachments(["100000"], cas, cwd));
      rmSync(fetched[0]?.path ?? "");
      truncateSync(fetched[1]?.path ?? "", 5);
      const repaired = read(await attachments(["100000"], cas, cwd));
      expect(repaired.attachmentCounts).toEqual({ fetched: 2, skipped: 2, failed: 0, missing: 1 });
      // The damaged file is left to the person who has damaged it.
      expect(readdirSync(join(cwd, "docs"))).toHaveLength(5);
      const again = read(await attachments(["100000", "--again"], cas, cwd));
      expect(again.attachmentCounts).toMatchObject({ fetched: 4, skipped: 0 });
      expect(readdirSync(join(cwd, "docs"))).toHaveLength(5);
    },
    TIMEOUT_MS,
  );

  test(
    "leaves out what was fetched before and moved away, where that is configured",
    async () => {
      const documents = someDocuments(4);
      const cas = await startDocumentCas({ documents });
      const cwd = emptyFolder();
      writeFileSync(join(cwd, "cas-batch.yaml"), "documents:\n  missingFiles: skip\n");
      const { attachments: fetched } = read(await attachments(["100000"], cas, cwd));
      rmSync(fetched[0]?.path ?? "");
      const second = read(await attachments(["100000"], cas, cwd));
      expect(second.attachmentCounts).toEqual({ fetched: 0, skipped: 4, failed: 0, missing: 1 });
      expect(cas.storageRequests).toHaveLength(4);
    },
    TIMEOUT_MS,
  );

  test(
    "stops, safe to go on, when nothing can be had of the storage any more",
    async () => {
      const documents = someDocuments(200);
      const cas = await startDocumentCas({
        documents,
        fault: () => (response) => response.writeHead(503, { "retry-after": "3600" }).end(),
      });
      const run = await attachments(["--since", "26h"], cas, emptyFolder());
      expect(run.code).toBe(5);
      expect(documentOf(run).error?.code).toBe("document-unavailable");
      expect(read(run).attachmentsFailed.length).toBeLessThan(40);
    },
    TIMEOUT_MS,
  );

  test(
    "fetches only one type, by document type, of all declarations in a status",
    async () => {
      const documents = someDocuments(8);
      const cas = await startDocumentCas({ documents });
      const cwd = emptyFolder();
      const run = await attachments(["--status", "Released", "--type", "ead"], cas, cwd);
      expect(run.code).toBe(0);
      expect(read(run).attachments.map(({ type }) => type)).toEqual(["EAD", "EAD", "EAD", "EAD"]);
      const links = cas.casPaths.filter((path) => path.endsWith("/url"));
      expect(links[0]).toMatch(/attachments\/EAD\/att-\d\/url$/);
    },
    TIMEOUT_MS,
  );

  test(
    "asks for a redirect where CAS has no /url form",
    async () => {
      const documents = someDocuments(2);
      const cas = await startDocumentCas({
        documents,
        casFault: (path) => (path.endsWith("/url") ? { status: 404, body: "{}" } : null),
      });
      const run = await attachments(["100000"], cas, emptyFolder());
      expect(run.code).toBe(0);
      expect(read(run).attachments).toHaveLength(2);
    },
    TIMEOUT_MS,
  );

  test(
    "keeps a document whose name climbs or hides below the folder, and says so",
    async () => {
      const names = [
        "../../etc/passwd",
        "a\u0000b\u202e.pdf",
        "..",
        "CON.pdf",
        "x".repeat(400),
        null,
      ];
      const documents = names.map((fileName, at) => ({
        declarationId: "7",
        id: `n${String(at)}`,
        documentType: null,
        fileName,
        bytes: documentBytes(String(at), 500),
      }));
      const cas = await startDocumentCas({ documents });
      const cwd = emptyFolder();
      const run = await attachments(["7"], cas, cwd);
      expect(run.code).toBe(0);
      const { attachments: fetched } = read(run);
      for (const { path } of fetched) expect(path.startsWith(join(cwd, "docs") + "/")).toBe(true);
      const remarked = fetched.filter(({ remarks }) => remarks.length > 0);
      expect(remarked.map(({ id }) => id).sort()).toEqual(["n0", "n1"]);
      expect(remarked[0]?.remarks[0]).toMatchObject({ code: "document-name-unsafe" });
      expectWhole(join(cwd, "docs"), documents);
      expect(existsSync(join(cwd, "etc"))).toBe(false);
    },
    TIMEOUT_MS,
  );

  const withLength =
    (length: string | null): StorageReply =>
    (response, { bytes }) => {
      if (length === null) {
        // Neither a length nor a mark of the end: the connection just ends.
        response.socket?.end(
          Buffer.concat([Buffer.from("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n"), bytes]),
        );
        return;
      }
      response.writeHead(200, { "content-length": length });
      response.write(bytes);
    };

  test.each<[string, string, StorageReply]>([
    ["2 GB", "document-too-large", withLength("2147483648")],
    ["without length and end", "document-length-unknown", withLength(null)],
    [
      "of a link that is always expired",
      "link-expired",
      (response) => response.writeHead(403).end(),
    ],
    [
      "that is empty",
      "document-damaged",
      (response) => response.writeHead(200, { "content-length": 0 }).end(),
    ],
    [
      "with another checksum",
      "document-damaged",
      (response, { bytes }) => {
        const md5 = createHash("md5").update("other").digest("base64");
        response.writeHead(200, { "content-length": bytes.length, "content-md5": md5 }).end(bytes);
      },
    ],
  ])(
    "says why a document %s is not kept, and keeps the others",
    async (_case, code, reply) => {
      const documents = someDocuments(4);
      const cas = await startDocumentCas({
        documents,
        fault: ({ id }) => (id === "att-1" ? reply : null),
      });
      const cwd = emptyFolder();
      const run = await attachments(["100000"], cas, cwd);
      expect(run.code).toBe(4);
      const { attachments: fetched, attachmentsFailed: failed } = read(run);
      expect(fetched).toHaveLength(3);
      expect(failed).toMatchObject([{ declarationId: "100000", id: "att-1", code }]);
      expect(failed[0]?.hint).not.toBe("");
      expectWhole(
        join(cwd, "docs"),
        documents.filter(({ id }) => id !== "att-1"),
      );
      expectNoSecrets(cas, run);
    },
    TIMEOUT_MS,
  );

  test(
    "continues an interrupted download where the storage has the same bytes",
    async () => {
      const documents = someDocuments(1, 4_000_000);
      const cas = await startDocumentCas({
        documents,
        fault: (_document, tries) => (tries < 3 ? cutInTheMiddle : null),
      });
      const cwd = emptyFolder();
      const run = await attachments(["100000"], cas, cwd);
      expect(run.code).toBe(0);
      expectWhole(join(cwd, "docs"), documents);
      const ranges = cas.storageRequests.map(({ headers }) => headers.range ?? null);
      expect(ranges[0]).toBeNull();
      expect(ranges.at(-1)).toMatch(/^bytes=[1-9]\d*-$/);
    },
    TIMEOUT_MS,
  );

  test(
    "follows a redirect of the storage without secrets, and none that is not encrypted",
    async () => {
      const documents = someDocuments(4);
      const other = await startDocumentCas({ documents });
      const cas = await startDocumentCas({
        documents,
        fault: ({ id }) => {
          if (id === "att-0") {
            return (response) => {
              const location = `${other.storageUrl}/${encodeURIComponent("100000/att-0")}?sig=secret-x`;
              response.writeHead(302, { location }).end();
            };
          }
          return id === "att-1"
            ? (response) => response.writeHead(302, { location: "http://storage.example/x" }).end()
            : null;
        },
      });
      const run = await attachments(["100000"], cas, emptyFolder());
      expect(run.code).toBe(4);
      expect(read(run).attachmentsFailed).toMatchObject([{ id: "att-1", code: "link-unusable" }]);
      expect(other.storageRequests).toHaveLength(1);
      expectNoSecrets(other, run);
    },
    TIMEOUT_MS,
  );

  test(
    "refuses to work without the right, with an unknown declaration, or without knowing of which",
    async () => {
      const cas = await startDocumentCas({
        documents: someDocuments(1),
        scopes: "create:messages",
        casFault: (path) =>
          path.startsWith("/v1/declarations") ? { status: 403, body: "{}" } : null,
      });
      const noRight = await attachments(["100000"], cas, emptyFolder());
      expect(noRight.code).toBe(2);
      expect(documentOf(noRight).error).toMatchObject({ code: "scope-missing" });
      expect(documentOf(noRight).error?.message).toContain("read:declarations");

      const known = await startDocumentCas({ documents: someDocuments(4) });
      const unknown = await attachments(["100000", "9"], known, emptyFolder());
      expect(unknown.code).toBe(4);
      expect(read(unknown).attachmentsFailed).toMatchObject([
        { declarationId: "9", id: null, code: "declaration-unknown" },
      ]);
      expect(read(unknown).attachments).toHaveLength(4);

      for (const args of [[], ["100000", "--since", "26h"]]) {
        const wrong = await attachments(args, known, emptyFolder());
        expect(wrong.code).toBe(2);
        expect(documentOf(wrong).error?.code).toBe("usage");
      }
    },
    TIMEOUT_MS,
  );
});

describe("a bulk download", () => {
  /** Every twentieth document is at fault the first time, in one way or another. */
  const faults: readonly StorageReply[] = [
    cutInTheMiddle,
    (response) => response.writeHead(500).end("oops"),
    (response) => response.writeHead(403).end("expired"),
    (response, { bytes }) => {
      response.writeHead(200, { "content-length": bytes.length + 7 });
      response.write(bytes, () => setTimeout(() => response.destroy(), 5));
    },
    (response) => response.destroy(),
  ];

  test(
    "of 1,000 documents with faults in one of twenty is whole, and the second time asks for none",
    async () => {
      const documents = someDocuments(1_000, 20_000);
      const cas = await startDocumentCas({
        documents,
        fault: ({ id }, tries) => {
          const at = Number(id.slice(4));
          return at % 20 === 0 && tries === 1 ? (faults[(at / 20) % faults.length] ?? null) : null;
        },
      });
      const cwd = emptyFolder();
      const all = ["--since", "26h", "--concurrency", "16"];
      const first = await attachments(all, cas, cwd);
      expect(first.code).toBe(0);
      expect(read(first).attachmentCounts).toEqual({
        fetched: 1_000,
        skipped: 0,
        failed: 0,
        missing: 0,
      });
      expectWhole(join(cwd, "docs"), documents);
      expectNoSecrets(cas, first);
      expect(cas.storageRequests.length).toBeGreaterThan(1_000);
      const before = cas.storageRequests.length;
      const second = await attachments(all, cas, cwd);
      expect(read(second).attachmentCounts).toMatchObject({ fetched: 0, skipped: 1_000 });
      expect(cas.storageRequests).toHaveLength(before);
    },
    TIMEOUT_MS,
  );

  test(
    "that is killed leaves whole documents only, and the next one fetches the rest",
    async () => {
      const documents = someDocuments(200, 50_000);
      const cas = await startDocumentCas({
        documents,
        fault: () => (response, document, request) => {
          setTimeout(() => {
            sendDocument(response, document, request);
          }, 20);
        },
      });
      const cwd = emptyFolder();
      const folder = join(cwd, "docs");
      const args = ["declarations", "attachments", "--since", "26h", "--out", "docs", "--json"];
      const killed = startCli([...args, "--rate", "5000"], { cwd, env: cas.env });
      await expect
        .poll(() => existsSync(folder) && readdirSync(folder).length > 30, { timeout: 60_000 })
        .toBe(true);
      killed.process.kill("SIGKILL");
      await killed.finished;
      for (const name of readdirSync(folder).filter((one) => !one.endsWith(".part"))) {
        const hash = sha256(readFileSync(join(folder, name)));
        expect(documents.some(({ bytes }) => sha256(bytes) === hash)).toBe(true);
      }
      const before = cas.storageRequests.length;
      const run = await attachments(["--since", "26h"], cas, cwd);
      expect(run.code).toBe(0);
      expect(cas.storageRequests.length - before).toBeLessThan(190);
      expectWhole(folder, documents);
    },
    TIMEOUT_MS,
  );

  test("is found out by the test when a document is not whole", () => {
    const documents = someDocuments(2);
    const folder = emptyFolder();
    expect(() => {
      expectWhole(folder, documents);
    }).toThrow();
    expect(statSync(folder).isDirectory()).toBe(true);
  });
});
