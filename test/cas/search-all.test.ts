import * as fc from "fast-check";
import { expect, test } from "vitest";
import type { CasClient } from "../../src/cas/cas-client.ts";
import { searchAll } from "../../src/cas/search-all.ts";
import { blankSummary } from "../reconcile/scripted-cas.ts";
import { silentCas } from "./silent-cas.ts";

const one = (declarationId: string) => ({ ...blankSummary, declarationId });

/** @param list what a search finds when that page is asked for */
function casWith(list: (page: number) => readonly string[]): CasClient & { pages: () => number } {
  let pages = 0;
  return {
    ...silentCas,
    pages: () => pages,
    searchDeclarations: (_query, { limit, offset }) => {
      const ids = list(pages).slice(offset, offset + limit);
      pages += 1;
      return Promise.resolve({ declarations: ids.map(one), unread: [], serverTime: null });
    },
  };
}

async function idsOf(client: CasClient): Promise<readonly string[]> {
  const found: string[] = [];
  for await (const { declarationId } of searchAll(client, {})) found.push(declarationId);
  return found;
}

const ids = (count: number) => Array.from({ length: count }, (_none, at) => String(at));

test.each([0, 1, 99, 100, 101, 200, 250])(
  "searchAll() reads %i declarations to the end",
  async (count) => {
    const cas = casWith(() => ids(count));
    expect(await idsOf(cas)).toEqual(ids(count));
    expect(cas.pages()).toBe(Math.floor(count / 100) + 1);
  },
);

test("searchAll() asks for the next page only when it is wanted", async () => {
  const cas = casWith(() => ids(1_000));
  for await (const { declarationId } of searchAll(cas, {})) if (declarationId === "50") break;
  expect(cas.pages()).toBe(1);
});

test("searchAll() tells each declaration once while new ones push the others on", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat(99), { maxLength: 6 }), async (pushes) => {
      const before = ids(350);
      const pushed = (page: number): readonly string[] => {
        const count = pushes.slice(0, page).reduce((sum, push) => sum + push, 0);
        return [
          ...Array.from({ length: count }, (_none, at) => `new-${String(count - at)}`),
          ...before,
        ];
      };
      const found = await idsOf(casWith(pushed));
      expect(new Set(found).size).toBe(found.length);
      expect(found).toEqual(expect.arrayContaining(before));
    }),
  );
});

test("searchAll() ends where the server takes no notice of the offset", async () => {
  const cas: CasClient = {
    ...silentCas,
    searchDeclarations: () =>
      Promise.resolve({ declarations: ids(100).map(one), unread: [], serverTime: null }),
  };
  await expect(idsOf(cas)).rejects.toMatchObject({ code: "answer-not-understood" });
});

test("searchAll() reads by itself what a page does not tell, and ends in an error for the rest", async () => {
  const unread = (declarationId: string | null) => ({
    ...{ declarationId, fault: "currentStatus: is missing" },
    names: {
      direction: null,
      externalReference: null,
      customsShipmentReference: null,
      traderReference: null,
    },
  });
  const cas: CasClient = {
    ...silentCas,
    searchDeclarations: () =>
      Promise.resolve({
        declarations: [one("1")],
        unread: [unread("2"), unread(null)],
        serverTime: null,
      }),
    declaration: (declarationId) =>
      Promise.resolve({ ...one(declarationId), errors: [], attachments: [], raw: "{}" }),
  };
  const found: string[] = [];
  const reading = async (): Promise<void> => {
    for await (const { declarationId } of searchAll(cas, {})) found.push(declarationId);
  };
  await expect(reading()).rejects.toMatchObject({
    message: "Could not read 1 of the declarations that CAS found: currentStatus: is missing",
  });
  expect(found).toEqual(["1", "2"]);
});
