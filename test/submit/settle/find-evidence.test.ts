import fc from "fast-check";
import { expect, test } from "vitest";
import type { DeclarationSummary } from "../../../src/core/declaration.ts";
import type { UnknownMessage } from "../../../src/ledger/contract/unknown-messages.ts";
import { reasonWords } from "../../../src/core/reason-words.ts";
import { findEvidence, type Enquiry } from "../../../src/submit/settle/find-evidence.ts";
import { createScriptedCas, declarationOf, type CasScript } from "../scripted-cas.ts";
import { createVirtualClock } from "../virtual-clock.ts";

const SENT_AT = "2026-11-20T18:00:00.000Z";
const DOCUMENT = { invoiceCurrency: "EUR", goodsShipment: { exportCountry: "BE", mass: 7 } };
const clockSkewMaxMs = 60_000;

const payload = (document: unknown): string =>
  JSON.stringify({ externalReference: "S-1", singleAdministrativeDocument: document });

const first: UnknownMessage = {
  ...{ attemptId: "1", versionId: "1", versionNumber: 1, shipmentId: "1" },
  key: { direction: "IN", externalReference: "S-1" },
  ...{
    messageKind: "CustomsShipment",
    messageType: "Upsert",
    amendAllowed: false,
    payload: payload(DOCUMENT),
  },
  attemptedAt: new Date(SENT_AT),
  ...{ enquiries: 0, lastEnquiryAt: null, leftToPersonAt: null },
  ...{ earlierPayloads: [], earlierPruned: false },
};
const change: UnknownMessage = {
  ...{ ...first, versionNumber: 2 },
  earlierPayloads: [payload({ ...DOCUMENT, goodsShipment: { exportCountry: "BE", mass: 6 } })],
};

interface Shown {
  readonly found?: Partial<DeclarationSummary>;
  readonly detail?: NonNullable<CasScript["detail"]>;
  readonly document?: unknown;
  /** How far CAS's clock is ahead; null when it does not tell. */
  readonly aheadMs?: number | null;
}

/** Asked ten minutes after the message was sent, and answered at once. */
async function enquire(message: UnknownMessage, shown: Shown): Promise<Enquiry> {
  const clock = createVirtualClock();
  await clock.sleep(600_000);
  const { found = {}, detail = {}, document = DOCUMENT, aheadMs = 0 } = shown;
  const cas = createScriptedCas({
    search: () => Promise.resolve([declarationOf("S-1", found)]),
    ...{ detail, document: () => document },
    ...(aheadMs === null
      ? {}
      : {
          serverTime: () => new Date(Math.floor((clock.now().getTime() + aheadMs) / 1_000) * 1_000),
        }),
  });
  const options = { clockSkewMaxMs, signal: new AbortController().signal };
  return findEvidence({ client: cas, clock }, message, options);
}

function afterMs(ms: number): string {
  return new Date(Date.parse(SENT_AT) + ms).toISOString();
}

test("findEvidence() says what it has compared", async () => {
  const { evidence } = await enquire(first, { found: { creationDate: afterMs(5_000) } });
  expect(reasonWords(evidence)).toBe(
    "CAS shows declaration D-S-1 in status New, with our direction IN and our reference as its externalReference, made 2026-11-20T18:00:05.000Z by the clock of CAS, after the message was sent; it shows 3 of the 3 values of the message, all of them equal",
  );
});

test("findEvidence() says that a declaration shows nothing to compare", async () => {
  const { evidence } = await enquire(first, {
    ...{ found: { creationDate: afterMs(5_000) }, document: {} },
  });
  expect(reasonWords(evidence)).toContain("it shows none of the 3 values of the message");
});

test("findEvidence() takes a changed declaration for updated, not for made", async () => {
  const { evidence } = await enquire(change, {
    found: { creationDate: afterMs(-600_000), lastUpdated: afterMs(5_000) },
  });
  expect(reasonWords(evidence)).toContain(
    "last updated 2026-11-20T18:00:05.000Z by the clock of CAS",
  );
  expect(reasonWords(evidence)).toContain("every value that the version before did not have");
});

test.each<[what: string, message: UnknownMessage, shown: Shown]>([
  [
    "that was not updated since",
    change,
    { found: { creationDate: afterMs(-9_000), lastUpdated: afterMs(-8_000) } },
  ],
  [
    "that shows the old content",
    change,
    { found: { lastUpdated: afterMs(5_000) }, document: { goodsShipment: { mass: 6 } } },
  ],
  [
    "that shows what changed and another value that did not",
    change,
    {
      found: { lastUpdated: afterMs(5_000) },
      document: { ...DOCUMENT, invoiceCurrency: "USD" },
    },
  ],
  [
    "that shows what changed alone",
    change,
    { found: { lastUpdated: afterMs(5_000) }, document: { goodsShipment: { mass: 7 } } },
  ],
  ["from the future of CAS", first, { found: { creationDate: afterMs(3_600_000) } }],
  [
    "of an answer that something on the way kept for an hour",
    first,
    { found: { creationDate: afterMs(-60_000) }, document: {}, aheadMs: -3_600_000 },
  ],
])("findEvidence() finds none in a declaration %s", async (_what, message, shown) => {
  const { evidence, doubtful } = await enquire(message, shown);
  expect(evidence).toBeNull();
  expect(doubtful).toEqual([{ declarationId: "D-S-1", status: "New" }]);
});

test("findEvidence() calls nothing doubtful that says itself to be of another shipment", async () => {
  const { doubtful } = await enquire(first, {
    found: { direction: null, externalReference: null },
    detail: { direction: "OUT", externalReference: "S-1" },
  });
  expect(doubtful).toEqual([]);
});

const members = fc.record({
  direction: fc.constantFrom("IN", "in", "OUT", null),
  externalReference: fc.constantFrom("S-1", "OTHER-9", null),
  traderReference: fc.constantFrom("S-1", "OTHER-9", null),
});

test("findEvidence() has evidence only of our direction and reference, made since by CAS's clock, whatever the two differ by", async () => {
  let arrived = 0;
  await fc.assert(
    fc.asyncProperty(
      ...[members, members],
      fc.integer({ min: -90_000, max: 90_000 }),
      fc.integer({ min: -3_600_000, max: 3_600_000 }),
      fc.constantFrom(DOCUMENT, {}, { invoiceCurrency: "EUR" }, { invoiceCurrency: "USD" }),
      async (found, detail, madeAfterMs, aheadMs, document) => {
        // What CAS stamps is by its own clock.
        const creationDate = afterMs(madeAfterMs + aheadMs);
        const { evidence } = await enquire(first, {
          ...{ found: { ...found, creationDate }, detail, document, aheadMs },
        });
        if (evidence === null) return;
        arrived += 1;
        expect((detail.direction ?? found.direction)?.toUpperCase()).toBe("IN");
        const reference = detail.externalReference ?? found.externalReference;
        const trader = detail.traderReference ?? found.traderReference;
        expect(reference ?? trader).toBe("S-1");
        expect(document).not.toHaveProperty("invoiceCurrency", "USD");
        // Up to the grain of the header and of CAS's machines where the content is ours, too.
        expect(madeAfterMs).toBeGreaterThan(document === DOCUMENT ? -4_000 : 0);
      },
    ),
    { numRuns: 2_000 },
  );
  expect(arrived).toBeGreaterThan(20);
});
