import { writeFileSync } from "node:fs";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { SearchOrder } from "../../src/simulator/api/api-request.ts";
import type { JournalEntry } from "../../src/simulator/journal/journal-entry.ts";
import {
  EVENING_MS,
  handClock,
  openSession,
  itemWithCode,
  shipment,
  shipmentWithItems,
  temporaryStateFile,
  STEP_MS,
  type Session,
} from "./simulator-session.ts";

const time = (afterMs: number): string =>
  encodeURIComponent(new Date(EVENING_MS + afterMs).toISOString());

async function references(session: Session, query: string): Promise<readonly string[]> {
  return (await session.search(query)).map(({ externalReference }) => externalReference);
}

async function sendMany(session: Session, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    await session.send(shipment({ externalReference: `REF-${index}` }), 0);
  }
  session.clock.move(20 * STEP_MS);
}

describe("filters", () => {
  test("each parameter of the documentation keeps what fits and drops what does not", async () => {
    const session = await openSession();
    await session.send(
      shipment(
        { externalReference: "A", customsFlow: "INBE_X", storageLocationReference: "EAST" },
        { declarationOfficeCode: "BE212000" },
        { exportCountry: "CN", destinationCountry: "BE", ucr: { traderReference: "UCR-A" } },
      ),
    );
    await session.send(
      shipmentWithItems([itemWithCode("93000000")], {
        externalReference: "B",
        direction: "OUT",
        storageLocationReference: "WEST",
      }),
    );
    const [a] = await session.search("?externalReference=A");
    for (const query of [
      "externalReference=A",
      "direction=IN",
      "shipFrom=CN",
      `lrn=${String(a?.["lrn"])}`,
      `mrn=${String(a?.mrn)}`,
      "customsFlow=INBE_X",
      "customsFlowStep=INBE_X",
      "currentStatus=Released",
      "storageLocation=EAST",
      "ucr=UCR-A",
      `declarationDateTo=${time(4000)}`,
      `creationDateTo=${time(1000)}`,
      `lastUpdatedTo=${time(6000)}`,
      "currentStatus=Released&direction=IN&shipTo=BE",
    ]) {
      expect([query, await references(session, `?${query}`)]).toEqual([query, ["A"]]);
    }
    for (const query of [
      "direction=OUT",
      "shipFrom=US",
      "currentStatus=Submitted",
      "storageLocation=WEST",
      `declarationDateFrom=${time(4001)}`,
      `creationDateFrom=${time(1001)}`,
      `lastUpdatedFrom=${time(6001)}`,
    ]) {
      expect([query, await references(session, `?${query}`)]).toEqual([query, ["B"]]);
    }
    for (const query of [
      "arc=26BE",
      "mrn=none",
      "externalReference=a",
      "jurisdiction=NL",
      "shipTo=DE",
    ]) {
      expect([query, await references(session, `?${query}`)]).toEqual([query, []]);
    }
  });

  test("arrays are given by repeating the parameter", async () => {
    const session = await openSession();
    await session.send(shipment({ externalReference: "A", storageLocationReference: "EAST" }));
    await session.send(shipment({ externalReference: "B", storageLocationReference: "WEST" }));
    await session.send(shipment({ externalReference: "C", storageLocationReference: "NORTH" }));
    expect(await references(session, "?storageLocation=EAST&storageLocation=NORTH")).toEqual([
      "A",
      "C",
    ]);
    expect(await references(session, "?jurisdiction=NL&jurisdiction=BE")).toHaveLength(3);
    expect(await references(session, "?currentStatus=Released&currentStatus=Invalid")).toHaveLength(
      3,
    );
  });

  test("date bounds include both ends and take offsets, fractions and plain dates", async () => {
    const session = await openSession();
    await session.send(shipment());
    const at = new Date(EVENING_MS + 6000).toISOString();
    for (const bound of [
      at,
      at.replace(".000Z", "Z"),
      at.replace(".000Z", ".0000000Z"),
      "2026-11-20T19:00:06+01:00",
    ]) {
      const text = encodeURIComponent(bound);
      expect(
        await references(session, `?lastUpdatedFrom=${text}&lastUpdatedTo=${text}`),
      ).toHaveLength(1);
    }
    expect(
      await references(session, "?lastUpdatedFrom=2026-11-20&lastUpdatedTo=2026-11-21Z"),
    ).toHaveLength(1);
    expect(await references(session, "?lastUpdatedFrom=2026-11-21")).toEqual([]);
  });

  test("unknown parameters are ignored", async () => {
    const session = await openSession();
    await session.send(shipment());
    expect(await references(session, "?colour=blue")).toHaveLength(1);
  });

  test.each([
    "limit=0",
    "limit=101",
    "limit=-1",
    "limit=ten",
    "limit=1e1",
    "limit=",
    "limit=10&limit=20",
    "offset=-1",
    "offset=1.5",
    "offset=50",
    "limit=50&offset=25",
    "limit=7&offset=100",
    "direction=in",
    "direction=BOTH",
    "shipFrom=BEL",
    "externalReference=A&externalReference=B",
    "lastUpdatedFrom=yesterday",
    "lastUpdatedFrom=2026-11-20T18:00:00",
    "creationDateTo=2026-13-01",
    "declarationDateFrom=",
  ])("refuses %s with 400", async (query) => {
    const { get } = await openSession();
    const reply = await get(`/v1/declarations/search?${query}`);
    expect(reply.status).toBe(400);
    expect(reply.json).toMatchObject({ status: 400, errors: expect.any(Object) as object });
  });
});

describe("paging", () => {
  test("20,000 declarations are paged through in a few seconds", async () => {
    const stateFile = temporaryStateFile();
    const body = JSON.stringify(shipment());
    const at = new Date(EVENING_MS).toISOString();
    const entries = Array.from({ length: 20_000 }, (_, index): JournalEntry => ({
      kind: "accepted",
      at,
      direction: "IN",
      externalReference: `REF-${index}`,
      messageType: "Upsert",
      sequence: index + 1,
      referenceId: `reference-${index}`,
      bodyHash: "",
      stepDelayMs: STEP_MS,
      body,
    }));
    const created: JournalEntry = { kind: "created", at, version: 1, stateId: "20k" };
    writeFileSync(
      stateFile,
      [created, ...entries].map((entry) => `${JSON.stringify(entry)}\n`).join(""),
    );
    const session = await openSession({ stateFile, clock: handClock(EVENING_MS + 20 * STEP_MS) });
    await session.search("?limit=1");
    const startedMs = performance.now();
    const seen = new Set<string>();
    for (let offset = 0; ; offset += 100) {
      const page = await session.search(`?lastUpdatedFrom=2026-11-20&offset=${offset}`);
      for (const { declarationId } of page) seen.add(declarationId);
      if (page.length < 100) break;
    }
    expect(seen.size).toBe(20_000);
    expect(performance.now() - startedMs).toBeLessThan(10_000);
  });

  test("an exact multiple of the limit ends in an empty page", async () => {
    const session = await openSession();
    await sendMany(session, 20);
    expect(await references(session, "?limit=10&offset=10")).toHaveLength(10);
    expect(await references(session, "?limit=10&offset=20")).toEqual([]);
    expect(await references(session, "?limit=10&offset=1000")).toEqual([]);
  });

  test("the limit is 100 when none is given", async () => {
    const session = await openSession();
    await sendMany(session, 101);
    expect(await session.search()).toHaveLength(100);
    expect(await session.search("?offset=100")).toHaveLength(1);
  });

  test("pages of any limit hold every declaration once, in every order", async () => {
    const stateFile = temporaryStateFile();
    const clock = handClock();
    const first = await openSession({ stateFile, clock });
    await sendMany(first, 23);
    await first.send(shipment({ externalReference: "REF-3" }, { invoiceCurrency: "USD" }));
    await first.simulator.close();
    const orders: readonly SearchOrder[] = [
      "created-asc",
      "created-desc",
      "updated-asc",
      "updated-desc",
    ];
    for (const searchOrder of orders) {
      const session = await openSession({ stateFile, clock, searchOrder });
      await fc.assert(
        fc.asyncProperty(fc.integer({ min: 1, max: 30 }), async (limit) => {
          const seen: string[] = [];
          for (let offset = 0; ; offset += limit) {
            const page = await references(session, `?limit=${limit}&offset=${offset}`);
            seen.push(...page);
            if (page.length < limit) break;
          }
          expect(seen).toHaveLength(23);
          expect(new Set(seen).size).toBe(23);
        }),
        { numRuns: 12 },
      );
      const [leading] = await session.search("?limit=1");
      const expected = {
        "created-asc": "REF-0",
        "created-desc": "REF-22",
        "updated-asc": "REF-0",
        "updated-desc": "REF-3",
      }[searchOrder];
      expect([searchOrder, leading?.externalReference]).toEqual([searchOrder, expected]);
      await session.simulator.close();
    }
  });

  test("a page shows what changed since the page before", async () => {
    const session = await openSession();
    await session.send(shipment({ externalReference: "A" }), 2);
    expect(await references(session, "?currentStatus=Validated")).toEqual(["A"]);
    session.clock.move(STEP_MS);
    expect(await references(session, "?currentStatus=Validated")).toEqual([]);
    expect(await references(session, "?currentStatus=Queued")).toEqual(["A"]);
  });

  test.each(["items", "declarations", "results", "data", "value"] as const)(
    "the envelope %s holds the list and a total",
    async (searchEnvelope) => {
      const session = await openSession({ searchEnvelope });
      await sendMany(session, 3);
      const reply = await session.get("/v1/declarations/search?limit=2");
      expect(reply.json).toMatchObject({ [searchEnvelope]: [{}, {}], total: 3 });
    },
  );

  test("a generated shipment reference leaves the external one in traderReference", async () => {
    const session = await openSession({ shipmentReferenceForm: "generated" });
    await session.send(shipment());
    const [found] = await session.search();
    expect(found?.["customsShipmentReference"]).toMatch(/^[\dA-F]{10}$/);
    expect(found?.["traderReference"]).toBe("MY-SHIPMENT-001");
  });
});
