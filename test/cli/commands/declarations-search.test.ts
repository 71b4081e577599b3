import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { declarationStatuses } from "../../../src/core/codes/declaration-statuses.ts";
import { documentBytes, startDocumentCas } from "../../support/document-cas.ts";
import { documentOf, emptyFolder, runCli, type Finished } from "../../support/run-cli.ts";

const TIMEOUT_MS = 120_000;

interface SearchDocument {
  readonly declarations: readonly Readonly<Record<string, string | null>>[];
  readonly found: number;
  readonly complete: boolean;
  readonly unread: readonly { readonly declarationId: string | null; readonly fault: string }[];
  readonly declaration: { readonly singleAdministrativeDocument: { readonly gmass: unknown } };
}

const read = (run: Finished): SearchDocument => documentOf(run) as unknown as SearchDocument;

const many = (count: number): Readonly<Record<string, unknown>>[] =>
  Array.from({ length: count }, (_, at) => ({
    declarationId: String(1_000 + at),
    currentStatus: at % 2 === 0 ? "Released" : "Accepted",
    externalReference: at === 0 ? "=HYPERLINK(1)" : `PO-${String(at)}`,
    direction: "IN",
    mrn: at === 1 ? "26BE\u001b[31m" : null,
  }));

async function declarations(
  args: readonly string[],
  cas: { readonly env: Readonly<Record<string, string>> },
  cwd = emptyFolder(),
): Promise<Finished> {
  return runCli(["declarations", ...args], { cwd, env: cas.env });
}

describe("declarations search", () => {
  test(
    "asks with every parameter of CAS, as it is named there",
    async () => {
      const cas = await startDocumentCas({ documents: [] });
      const run = await declarations(
        [
          ...["search", "--external-reference", "PO 1", "--direction", "in", "--ship-from", "cn"],
          ...["--ship-to", "BE", "--lrn", "L1", "--mrn", "M1", "--arc", "A1", "--ucr", "U1"],
          ...[
            "--customs-flow",
            "INBE_H1",
            "--customs-flow-step",
            "S1",
            "--customs-flow-step",
            "S2",
          ],
          ...["--current-status", "Released", "--current-status", "Accepted"],
          ...["--jurisdiction", "BE", "--jurisdiction", "NL", "--storage-location", "ANTW-1"],
          ...["--declaration-date-from", "2026-03-01T00:00:00+01:00"],
          ...["--declaration-date-to", "2026-03-02T00:00:00Z"],
          ...["--creation-date-from", "2026-03-01T00:00:00Z"],
          ...["--creation-date-to", "2026-03-02T00:00:00Z"],
          ...["--last-updated-from", "2026-03-01T00:00:00Z"],
          ...["--last-updated-to", "2026-03-02T00:00:00Z", "--limit", "50", "--offset", "100"],
        ],
        cas,
      );
      expect(run).toMatchObject({ code: 0 });
      const [, query] = cas.casPaths.find((path) => path.includes("/search"))?.split("?") ?? [];
      const sent = new URLSearchParams(query);
      expect(sent.getAll("customsFlowStep")).toEqual(["S1", "S2"]);
      expect(sent.getAll("currentStatus")).toEqual(["Released", "Accepted"]);
      expect(sent.getAll("jurisdiction")).toEqual(["BE", "NL"]);
      expect(Object.fromEntries(sent)).toMatchObject({
        ...{ externalReference: "PO 1", direction: "IN", shipFrom: "CN", shipTo: "BE", lrn: "L1" },
        ...{ mrn: "M1", arc: "A1", ucr: "U1", customsFlow: "INBE_H1", storageLocation: "ANTW-1" },
        ...{ declarationDateFrom: "2026-02-28T23:00:00.000Z", limit: "50", offset: "100" },
        ...{ declarationDateTo: "2026-03-02T00:00:00.000Z" },
        ...{ creationDateFrom: "2026-03-01T00:00:00.000Z" },
        ...{ creationDateTo: "2026-03-02T00:00:00.000Z" },
        ...{ lastUpdatedFrom: "2026-03-01T00:00:00.000Z" },
        ...{ lastUpdatedTo: "2026-03-02T00:00:00.000Z" },
      });
    },
    TIMEOUT_MS,
  );

  test.each([
    [["--direction", "OUTWARD"], "--direction"],
    [["--ship-from", "EL"], "--ship-from"],
    [["--last-updated-from", "2026-03-01"], "--last-updated-from"],
    [["--last-updated-from", "2026-03-01T06:00:00"], "--last-updated-from"],
    [["--creation-date-to", "2026-02-30T06:00:00Z"], "--creation-date-to"],
    [["--limit", "50", "--offset", "70"], "--offset"],
    [["--limit", "0"], "--limit"],
    [
      ["--last-updated-from", "2026-03-02T00:00:00Z", "--last-updated-to", "2026-03-01T00:00:00Z"],
      "later than",
    ],
    [["--output", "list.pdf"], "--output"],
  ])(
    "refuses %j before it asks",
    async (args, named) => {
      const cas = await startDocumentCas({ documents: [] });
      const run = await declarations(["search", "--json", ...args], cas);
      expect(run.code).toBe(2);
      expect(documentOf(run).error?.message).toContain(named);
      expect(cas.casPaths).toEqual([]);
    },
    TIMEOUT_MS,
  );

  test(
    "reads all pages, each declaration once, or as many as are asked for",
    async () => {
      const cas = await startDocumentCas({ documents: [], declarations: many(730) });
      const all = await declarations(["search", "--json"], cas);
      expect(all.code).toBe(0);
      const ids = read(all).declarations.map(({ declarationId }) => declarationId);
      expect(new Set(ids).size).toBe(730);
      expect(read(all)).toMatchObject({ found: 730, complete: true });
      const some = read(await declarations(["search", "--json", "--limit", "250"], cas));
      expect(some.declarations).toHaveLength(250);
      const released = read(
        await declarations(["search", "--json", "--current-status", "Released"], cas),
      );
      expect(released.found).toBe(365);
    },
    TIMEOUT_MS,
  );

  test(
    "writes CSV and a workbook in which nothing runs, and a table in which nothing acts",
    async () => {
      const cas = await startDocumentCas({ documents: [], declarations: many(3) });
      const cwd = emptyFolder();
      expect((await declarations(["search", "-o", "list.csv"], cas, cwd)).code).toBe(0);
      const csv = readFileSync(join(cwd, "list.csv"), "utf8");
      expect(csv).toContain("'=HYPERLINK(1)");
      expect(csv).not.toContain("\u001b");
      expect((await declarations(["search", "-o", "list.xlsx"], cas, cwd)).code).toBe(0);
      expect(readFileSync(join(cwd, "list.xlsx")).subarray(0, 2).toString()).toBe("PK");
      const again = await declarations(["search", "-o", "list.csv", "--json"], cas, cwd);
      expect(documentOf(again).error?.code).toBe("file-not-writable");
      const table = await declarations(["search"], cas, cwd);
      expect(table.stdout).toMatch(/^1002 +Released +PO-2 +IN$/m);
      expect(table.stdout).not.toContain("\u001b");
    },
    TIMEOUT_MS,
  );

  test(
    "tells which elements of an answer cannot be read, and does not drop them in silence",
    async () => {
      const odd = [...many(2), { declarationId: "9", currentStatus: null }];
      const cas = await startDocumentCas({ documents: [], declarations: odd });
      const run = await declarations(["search", "--json"], cas);
      expect(run.code).toBe(4);
      expect(read(run)).toMatchObject({ found: 2, unread: [{ declarationId: "9" }] });
    },
    TIMEOUT_MS,
  );

  test(
    "says so when the pages repeat for ever",
    async () => {
      const page = JSON.stringify(many(100));
      const cas = await startDocumentCas({
        documents: [],
        casFault: (path) => (path.includes("/search") ? { status: 200, body: page } : null),
      });
      const run = await declarations(["search", "--json", "--limit", "1000"], cas);
      expect(run.code).toBe(5);
      expect(read(run)).toMatchObject({ found: 100, complete: false });
    },
    TIMEOUT_MS,
  );
});

describe("declarations get", () => {
  test(
    "shows the whole answer with its numbers to the digit, and asks for what is named",
    async () => {
      const answer = `{"declarationId":"7","currentStatus":"Invalid","new":{"a":[1]},
        "singleAdministrativeDocument":{"gmass":12.5000000000000000001},
        "errors":[{"errorCode":"V0010","message":"Wrong","fieldReference":[]}],"attachments":[]}`;
      const cas = await startDocumentCas({
        documents: [],
        casFault: (path) =>
          path.startsWith("/v1/declarations/7") ? { status: 200, body: answer } : null,
      });
      const run = await declarations(["get", "7", "--json", "--include", "errors"], cas);
      expect(run.code).toBe(0);
      expect(run.stdout).toContain('"gmass":12.5000000000000000001');
      expect(run.stdout).toContain('"new":{"a":[1]}');
      expect(cas.casPaths).toContain("/v1/declarations/7?include=errors");
      const page = await declarations(["get", "7"], cas);
      expect(page.stdout).toContain(declarationStatuses.Invalid.meaning);
      expect(page.stdout).toMatch(/V0010 {2}Wrong[^]*gmass: 12.5000000000000000001/);
      expect(cas.casPaths).toContain("/v1/declarations/7?include=errors,attachments");
    },
    TIMEOUT_MS,
  );

  test(
    "says that CAS has no such declaration, and refuses what it cannot include",
    async () => {
      const cas = await startDocumentCas({ documents: [] });
      const unknown = await declarations(["get", "7", "--json"], cas);
      expect(unknown.code).toBe(2);
      expect(documentOf(unknown).error?.code).toBe("declaration-unknown");
      const wrong = await declarations(["get", "7", "--json", "--include", "error"], cas);
      expect(documentOf(wrong).error?.message).toContain("did you mean `errors`");
    },
    TIMEOUT_MS,
  );
});

describe("certificates download", () => {
  test(
    "fetches the document of a certificate once, into the folder that is named",
    async () => {
      const bytes = documentBytes("coo", 900);
      const coo = { id: "0f3c", documentType: null, fileName: null, bytes };
      const cas = await startDocumentCas({ documents: [{ ...coo, declarationId: "77" }] });
      const cwd = emptyFolder();
      const download = (folder: string): Promise<Finished> =>
        runCli(["certificates", "download", "77", "0f3c", "--out", folder, "--json"], {
          cwd,
          env: cas.env,
        });
      const run = await download("coo");
      expect(run.code).toBe(0);
      expect(readFileSync(join(cwd, "coo", "77-0f3c.pdf"))).toEqual(bytes);
      expect(documentOf(run)).toMatchObject({
        attachments: [{ certificateOfOriginId: "77", id: "0f3c", bytes: 900, skipped: false }],
      });
      const again = await download("coo");
      expect(documentOf(again)).toMatchObject({ attachments: [{ skipped: true }] });
      expect(cas.storageRequests).toHaveLength(1);
      writeFileSync(join(cwd, "file"), "");
      expect(documentOf(await download("file/x")).error?.code).toBe("file-not-writable");
    },
    TIMEOUT_MS,
  );
});
