// What the declaration itself says was ignored where the search result left it out, a time of update
// stood in for one of creation, a minute before the message counted as after it, and one equal value
// as its content. So somebody else's declaration made a message count as arrived that never was.
import { wordsOf } from "../support/reasons.ts";
import { expect, test } from "vitest";
import type { DeclarationSummary } from "../../src/core/declaration.ts";
import { CasBatchError, OutcomeUnknownError } from "../../src/core/errors.ts";
import { openDeliveryDesk } from "../submit/delivery-desk.ts";
import { createScriptedCas, declarationOf, type CasScript } from "../submit/scripted-cas.ts";

/** The message is sent at 18:00:00. */
const AFTER = "2026-11-20T18:00:04Z";
const LAST_YEAR = "2025-01-01T00:00:00Z";
const OURS = { invoiceCurrency: "EUR", goodsShipment: { exportCountry: "BE", mass: "7" } };
const unreadable = new CasBatchError("answer-not-understood", "It is no JSON");

interface Case {
  readonly found: Partial<DeclarationSummary>;
  readonly detail?: NonNullable<CasScript["detail"]>;
  /** What of our content it shows. */
  readonly shown?: unknown;
  readonly serverTime?: Date;
}

const strangers: readonly [what: string, Case][] = [
  [
    "is from last year, which the search result leaves out, and customs has moved it just now",
    {
      found: { creationDate: null, lastUpdated: AFTER },
      detail: { creationDate: LAST_YEAR },
      shown: { invoiceCurrency: "EUR" },
    },
  ],
  [
    "is from last year, whatever the search result says, with our content",
    { found: { creationDate: AFTER }, detail: { creationDate: LAST_YEAR }, shown: OURS },
  ],
  [
    "is of a time that nobody tells, with our content",
    { found: { creationDate: null, lastUpdated: AFTER }, shown: OURS },
  ],
  [
    "is of the other direction, as only it itself says",
    { found: { direction: null, creationDate: AFTER }, detail: { direction: "OUT" }, shown: {} },
  ],
  [
    "is of the other direction with our content",
    { found: { direction: null, creationDate: AFTER }, detail: { direction: "OUT" }, shown: OURS },
  ],
  [
    "is of a direction that nobody tells",
    { found: { direction: null, creationDate: AFTER }, shown: OURS },
  ],
  [
    "is of another reference, as only it itself says",
    {
      found: { externalReference: null, creationDate: AFTER },
      detail: { externalReference: "OTHER-9" },
      shown: OURS,
    },
  ],
  [
    "is of another reference and has ours as its trader's",
    { found: { externalReference: "OTHER-9", traderReference: "S-1", creationDate: AFTER } },
  ],
  [
    "has our reference as its trader's only, and shows little",
    {
      found: { externalReference: null, traderReference: "S-1", creationDate: AFTER },
      shown: { invoiceCurrency: "EUR" },
    },
  ],
  [
    "is of no reference at all",
    { found: { externalReference: null, creationDate: AFTER }, shown: OURS },
  ],
  [
    "was made 55 s before the message, and CAS does not tell its time",
    { found: { creationDate: "2026-11-20T17:59:05Z" }, shown: {} },
  ],
  [
    "was made 55 s before the message by a clock that is right, with our content",
    {
      found: { creationDate: "2026-11-20T17:59:05Z" },
      shown: OURS,
      serverTime: new Date("2026-11-20T18:00:05Z"),
    },
  ],
  ["cannot be read", { found: { creationDate: AFTER }, detail: unreadable }],
  [
    "is another one than the one asked for",
    { found: { creationDate: AFTER }, detail: { declarationId: "D-99" }, shown: OURS },
  ],
  [
    "shows one equal value and a time within the doubt of the clocks",
    { found: { creationDate: AFTER }, shown: { invoiceCurrency: "EUR" } },
  ],
  [
    "was made hours later and shows nothing",
    {
      found: { creationDate: "2026-11-20T21:00:00Z" },
      shown: {},
      serverTime: new Date("2026-11-20T18:00:05Z"),
    },
  ],
  ["has a time without a zone", { found: { creationDate: "2026-11-20T18:00:04" }, shown: OURS }],
];

test.each(strangers)(
  "a declaration that %s is no proof that a New has arrived: a person looks it up",
  async (_what, { found, detail = {}, shown, serverTime }) => {
    await using desk = await openDeliveryDesk();
    await desk.queue([{ reference: "S-1", messageType: "New", document: OURS }]);
    const cas = createScriptedCas({
      send: () => Promise.reject(new OutcomeUnknownError("outcome-unknown", "No answer came")),
      search: (reference) => Promise.resolve([declarationOf(reference, found)]),
      detail,
      document: () => shown,
      ...(serverTime === undefined ? {} : { serverTime: () => serverTime }),
    });
    const settings = { settleDelaysMs: [5_000] };
    const summary = await desk.deliver(cas, { settings });
    expect(summary).toMatchObject({ accepted: 0, unknown: 1, settled: { arrived: 0, resent: 0 } });
    expect(summary.leftToPeople).toHaveLength(1);
  },
);

const filed = { currentStatus: "Accepted", creationDate: LAST_YEAR, lastUpdated: AFTER };

test.each([
  ["goes to a person while its shipment has a declaration at customs that it may not touch", false],
  ["is sent again where amending is allowed", true],
])("an Upsert without proof %s", async (_what, allowAmend) => {
  await using desk = await openDeliveryDesk();
  await desk.queue([{ reference: "S-1", document: OURS }]);
  const cas = createScriptedCas({
    send: (_body, nth) =>
      nth === 1
        ? Promise.reject(new OutcomeUnknownError("outcome-unknown", "No answer came"))
        : Promise.resolve({ referenceId: "r" }),
    search: (reference) => Promise.resolve([declarationOf(reference, filed)]),
  });
  const summary = await desk.deliver(cas, { allowAmend });
  expect(cas.sent).toHaveLength(allowAmend ? 2 : 1);
  expect(summary.leftToPeople).toHaveLength(allowAmend ? 0 : 1);
  const [line] = await desk.lines();
  if (!allowAmend) expect(wordsOf(line)).toContain("declaration D-S-1 in status Accepted");
});
