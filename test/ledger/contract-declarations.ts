import { textReason } from "../support/reasons.ts";
import { expect, test } from "vitest";
import type { DeclarationSummary } from "../../src/core/declaration.ts";
import type {
  DeclarationObservation,
  OpenShipmentOptions,
} from "../../src/ledger/contract/declarations.ts";
import type { LedgerBooks } from "../../src/ledger/ledger.ts";
import {
  acceptAll,
  collected,
  declarationSummary,
  lineDraft,
  minutesAfterNoon,
  NOON,
  queueFile,
  startRun,
} from "../support/ledger-drafts.ts";
import { makeUnknown } from "./contract-unknown.ts";
import type { ContractSubject } from "./ledger-contract.ts";

const look = (
  status: string,
  minutes: number,
  changes: Partial<DeclarationSummary> = {},
  shipmentId: string | null = null,
): DeclarationObservation => ({
  summary: declarationSummary("D-1", status, changes),
  shipmentId,
  observedAt: minutesAfterNoon(minutes),
  source: "search",
});

const onlyDeclaration = async (books: LedgerBooks) => {
  const [view] = await collected(books.unexplainedDeclarations());
  return { status: view?.summary.currentStatus, history: view?.history.map((h) => h.status) };
};

/** Queues and accepts one shipment for each reference, and returns their ids. */
const openShipments = async (
  books: LedgerBooks,
  options: OpenShipmentOptions & { readonly limit: number },
) => {
  const atLast = { now: minutesAfterNoon(1e6), unseenSince: null };
  return (await books.shipmentsToAsk({ ...options, ...atLast })).shipments;
};
const acceptedShipments = async (
  books: LedgerBooks,
  references: readonly string[],
): Promise<string[]> => {
  await startRun(books);
  await queueFile(
    books,
    references.map((reference, index) => lineDraft(index + 1, reference)),
  );
  await acceptAll(books);
  return (await books.findShipments(references)).map((shipment) => shipment.shipmentId);
};

const noError = {
  errorCode: "E1",
  message: "Wrong",
  description: null,
  fieldReference: [{ fieldName: "DeclType", path: null }],
  file: "orders.xlsx",
  sheet: null,
  cell: "B2",
  path: "declType",
  value: "XX",
};

const released = (changes: Partial<DeclarationSummary> = {}, status = "Released") =>
  declarationSummary("D-1", status, changes);

export function declarationContract(subject: () => ContractSubject): void {
  test("recordDeclarations() names what is new or changed, and keeps the history", async () => {
    const { books } = subject();
    expect(await books.recordDeclarations([look("New", 0), look("New", 1)])).toEqual(["D-1"]);
    expect(await books.recordDeclarations([look("New", 2)])).toEqual([]);
    expect(await books.recordDeclarations([look("Accepted", 3)])).toEqual(["D-1"]);
    expect(await books.recordDeclarations([look("Accepted", 4, { mrn: "26BE" })])).toEqual(["D-1"]);
    const [view] = await collected(books.unexplainedDeclarations());
    expect(view).toMatchObject({
      firstSeenAt: NOON,
      lastSeenAt: minutesAfterNoon(4),
      history: [
        { status: "New", observedAt: NOON },
        { status: "Accepted", observedAt: minutesAfterNoon(3) },
      ],
      errors: [],
      key: null,
      shipmentId: null,
    });
  });

  test("recordDeclarations() lets no older look overwrite a newer one", async () => {
    const { books } = subject();
    const at = (lastUpdated: string) => ({ lastUpdated });
    await books.recordDeclarations([look("Released", 5, at("2026-11-20T12:10:00+01:00"))]);
    // An hour later by the clock on the wall, half an hour earlier in time.
    const older = look("Accepted", 9, at("2026-11-20T10:40:00Z"));
    expect(await books.recordDeclarations([older])).toEqual([]);
    expect(await onlyDeclaration(books)).toEqual({ status: "Released", history: ["Released"] });
    expect(await books.recordDeclarations([look("Invalid", 4)])).toEqual([]);
    expect(await books.recordDeclarations([look("Invalid", 6)])).toEqual(["D-1"]);
    expect(await onlyDeclaration(books)).toEqual({
      status: "Invalid",
      history: ["Released", "Invalid"],
    });
  });

  test("recordDeclarations() keeps what a later look leaves out", async () => {
    const { books } = subject();
    await books.recordDeclarations([look("Accepted", 0, { mrn: "26BE", lrn: "L-1" })]);
    expect(await books.recordDeclarations([look("Accepted", 1)])).toEqual([]);
    const [view] = await collected(books.unexplainedDeclarations());
    expect(view?.summary).toMatchObject({ mrn: "26BE", lrn: "L-1" });
  });

  test("recordDeclarations() can link a declaration to its shipment later", async () => {
    const { books } = subject();
    const [shipmentId = ""] = await acceptedShipments(books, ["S-1"]);
    await books.recordDeclarations([look("New", 3)]);
    expect(await collected(books.declarations({ runId: "run-1" }))).toEqual([]);
    await books.recordDeclarations([look("New", 1, {}, shipmentId)]);
    await books.recordDeclarations([look("New", 4)]);
    expect(await collected(books.unexplainedDeclarations())).toEqual([]);
    for (const filter of [{ runId: "run-1" }, { latest: true }] as const) {
      expect(await collected(books.declarations(filter))).toMatchObject([
        { declarationId: "D-1", shipmentId, key: { externalReference: "S-1" } },
      ]);
    }
    expect(await books.findShipments(["S-1"])).toMatchObject([{ declarationIds: ["D-1"] }]);
  });

  test("recordDeclarations() leaves a declaration with the shipment that it was linked to first", async () => {
    const { books } = subject();
    const [first = "", second = ""] = await acceptedShipments(books, ["S-1", "S-2"]);
    const summary = declarationSummary("D-1", "New");
    const seen = { summary, source: "search" as const };
    await books.recordDeclarations([{ ...seen, shipmentId: first, observedAt: NOON }]);
    const later = { ...seen, summary: { ...summary, currentStatus: "Released" } };
    await books.recordDeclarations([
      { ...later, shipmentId: second, observedAt: minutesAfterNoon(1) },
    ]);
    expect(await books.ownersOf(["D-1"])).toEqual(new Map([["D-1", first]]));
    const [one, two] = await books.findShipments(["S-1", "S-2"]);
    expect([one?.declarationIds, two?.declarationIds]).toEqual([["D-1"], []]);
  });

  test("recordDeclarations() records new and known ones, of several sources, in one write", async () => {
    const { books } = subject();
    const seen = { shipmentId: null, observedAt: NOON };
    await books.recordDeclarations([
      { ...seen, source: "search", summary: declarationSummary("D-2", "New") },
    ]);
    const changed = await books.recordDeclarations([
      { ...seen, source: "search", summary: declarationSummary("D-1", "New") },
      { ...seen, source: "search", summary: declarationSummary("D-2", "New") },
      { ...seen, source: "declaration", summary: declarationSummary("D-3", "Invalid") },
      { ...seen, source: "search", summary: declarationSummary("D-4", "New") },
      { ...seen, source: "declaration", summary: declarationSummary("D-1", "Released") },
    ]);
    expect([...changed].sort()).toEqual(["D-1", "D-3", "D-4"]);
    const histories = (await collected(books.unexplainedDeclarations())).map(
      ({ summary, history }) =>
        [summary.declarationId, ...history.map(({ status }) => status)].join(", "),
    );
    expect(histories.sort()).toEqual([
      "D-1, New, Released",
      "D-2, New",
      "D-3, Invalid",
      "D-4, New",
    ]);
  });

  test("declarationsWithoutErrors() asks again only when the declaration has changed", async () => {
    const { books } = subject();
    await books.recordDeclarations([look("Invalid", 0)]);
    expect(await books.declarationsWithoutErrors(["Accepted"], 10)).toEqual([]);
    expect(await books.declarationsWithoutErrors(["CustomsError", "Invalid"], 10)).toEqual([
      { declarationId: "D-1", currentStatus: "Invalid", shipmentId: null },
    ]);
    await books.recordDeclarationErrors([{ declarationId: "D-1", errors: [noError] }], NOON);
    await books.recordDeclarations([look("Invalid", 1)]);
    expect(await books.declarationsWithoutErrors(["Invalid"], 10)).toEqual([]);
    await books.recordDeclarations([look("Invalid", 2, { lastUpdated: NOON.toISOString() })]);
    expect(await books.declarationsWithoutErrors(["Invalid"], 10)).toHaveLength(1);
  });

  test("recordDeclarationErrors() replaces the earlier errors", async () => {
    const { books } = subject();
    await books.recordDeclarations([look("Invalid", 0)]);
    await books.recordDeclarationErrors(
      [{ declarationId: "D-1", errors: [noError, noError] }],
      NOON,
    );
    await books.recordDeclarationErrors([{ declarationId: "D-1", errors: [noError] }], NOON);
    const [view] = await collected(books.unexplainedDeclarations());
    expect(view?.errors).toEqual([noError]);
    await expect(
      books.recordDeclarationErrors([{ declarationId: "D-2", errors: [] }], NOON),
    ).rejects.toThrow("D-2");
  });

  test("shipmentsToAsk() shows in the end what is not at rest, oldest first", async () => {
    const { books } = subject();
    const ids = await acceptedShipments(books, ["S-1", "S-2", "S-3", "S-4"]);
    const [first = "", second = "", third = "", fourth = ""] = ids;
    const seen = (declarationId: string, status: string, shipmentId: string) => ({
      summary: declarationSummary(declarationId, status),
      shipmentId,
      observedAt: NOON,
      source: "search" as const,
    });
    await books.recordDeclarations([
      seen("D-1", "Released", first),
      seen("D-2", "Released", second),
      seen("D-3", "New", second),
      seen("D-4", "Cancelled", fourth),
    ]);
    await queueFile(books, [lineDraft(1, "S-5")], { batchId: "batch-2" });

    const restingStatuses = ["Released", "Cancelled"];
    const changedSince = NOON;
    expect(await openShipments(books, { restingStatuses, changedSince, limit: 1 })).toEqual([
      {
        shipmentId: second,
        key: { direction: "IN", externalReference: "S-2" },
        acceptedAt: NOON,
        referenceId: "receipt of S-2",
        declarationIds: ["D-2", "D-3"],
      },
    ]);
    const open = await openShipments(books, { restingStatuses, changedSince, limit: 10 });
    expect(open.map((shipment) => shipment.shipmentId)).toEqual([second, third]);
    expect(await books.countOpenShipments({ restingStatuses, changedSince })).toEqual({
      ...{ count: 2, askedSince: NOON },
    });
    const strict = await openShipments(books, {
      ...{ restingStatuses: ["Released"], changedSince, limit: 10 },
    });
    expect(strict.map((shipment) => shipment.shipmentId)).toEqual([second, third, fourth]);
  });

  test("shipmentsToAsk() shows whose turn it is, those asked longest ago first", async () => {
    const { books } = subject();
    const ids = await acceptedShipments(books, ["S-1", "S-2", "S-3", "S-4"]);
    const [first = "", second = "", third = "", fourth = ""] = ids;
    const source = "search" as const;
    await books.recordDeclarations([
      { summary: released(), shipmentId: first, observedAt: NOON, source },
      { summary: declarationSummary("D-2", "New"), shipmentId: second, observedAt: NOON, source },
    ]);
    const turn = async (minutes: number, unseenSince: Date | null = null, limit = 10) => {
      const options = { restingStatuses: ["Released"], changedSince: NOON, unseenSince, limit };
      const now = minutesAfterNoon(minutes);
      const { shipments, left } = await books.shipmentsToAsk({ ...options, now });
      return [shipments.map(({ shipmentId }) => shipmentId), left];
    };
    expect(await turn(0)).toEqual([[third, fourth], 0]);
    expect(await turn(0, null, 1)).toEqual([[third], 1]);
    await books.recordAsked([third], minutesAfterNoon(100));
    // After a tenth of its age, and after a day at the latest.
    expect(await turn(109)).toEqual([[fourth], 0]);
    expect(await turn(112)).toEqual([[fourth, third], 0]);
    // What has a declaration has its turn once a day.
    expect(await turn(24 * 60 - 1)).toEqual([[fourth, third], 0]);
    expect(await turn(24 * 60)).toEqual([[second, fourth, third], 0]);
    // And where nothing was seen of it.
    expect(await turn(109, NOON)).toEqual([[fourth, third], 0]);
    expect(await turn(109, minutesAfterNoon(1))).toEqual([[second, fourth, third], 0]);
    // A clock that was ahead puts nobody off.
    await books.recordAsked([fourth], minutesAfterNoon(100_000));
    expect(await turn(101)).toEqual([[fourth], 0]);
    const options = { restingStatuses: ["Released"], changedSince: NOON };
    expect(await books.countOpenShipments(options)).toEqual({ count: 3, askedSince: NOON });
  });

  test("matchableShipments() shows the shipments of references, ownersOf() those of declarations that are linked", async () => {
    const { books } = subject();
    const [first = "", second = ""] = await acceptedShipments(books, ["S-1", "S-2"]);
    const look = { observedAt: NOON, source: "search" as const };
    await books.recordDeclarations([
      { ...look, shipmentId: first, summary: declarationSummary("D-1", "New") },
      { ...look, shipmentId: null, summary: declarationSummary("D-2", "New") },
    ]);
    expect(await books.ownersOf(["D-1", "D-2", "D-3"])).toEqual(new Map([["D-1", first]]));
    expect(await books.matchableShipments(["S-2", "S-3"])).toEqual([
      {
        ...{ shipmentId: second, declarationIds: [] },
        key: { direction: "IN", externalReference: "S-2" },
      },
    ]);
  });

  test.each<[what: string, seen: DeclarationObservation["summary"], observedMinutes: number]>([
    ["was updated since", released({ lastUpdated: "2026-11-20T13:06:00+01:00" }), 7],
    ["has another status, at a time that CAS does not tell", released({}, "Valid"), 7],
    ["is new", declarationSummary("D-2", "Released"), 7],
  ])(
    "shipmentsToAsk() counts a shipment with an accepted change until a declaration %s",
    async (_what, summary, observedMinutes) => {
      const { books } = subject();
      const [shipmentId = ""] = await acceptedShipments(books, ["S-1"]);
      const look = { shipmentId, source: "search" as const };
      await books.recordDeclarations([{ ...look, summary: released(), observedAt: NOON }]);
      const restingStatuses = ["Released", "Valid"];
      const open = async (changedSince: Date) => {
        const found = await openShipments(books, { restingStatuses, changedSince, limit: 10 });
        return found.map(({ key }) => key.externalReference);
      };
      expect(await open(NOON)).toEqual([]);

      await queueFile(books, [lineDraft(1, "S-1", "second")], { batchId: "batch-2" });
      const changedAt = minutesAfterNoon(5);
      await acceptAll(books, "run-1", changedAt);
      expect(await open(NOON)).toEqual(["S-1"]);
      // A look at what is old is no news, whenever it is taken.
      const old = released({ lastUpdated: "2026-11-20T12:04:59Z" });
      const observedAt = minutesAfterNoon(observedMinutes);
      await books.recordDeclarations([{ ...look, summary: old, observedAt: minutesAfterNoon(6) }]);
      await books.recordDeclarations([{ ...look, summary: released(), observedAt }]);
      expect(await open(NOON)).toEqual(["S-1"]);
      expect(await open(minutesAfterNoon(5.1))).toEqual([]);

      await books.recordDeclarations([{ ...look, summary, observedAt }]);
      expect(await open(NOON)).toEqual([]);
    },
  );

  test("shipmentsToAsk() counts a change that has arrived by evidence like one with a receipt", async () => {
    const { books } = subject();
    const [shipmentId = ""] = await acceptedShipments(books, ["S-1"]);
    const look = { shipmentId, source: "search" as const, observedAt: NOON };
    await books.recordDeclarations([{ ...look, summary: released() }]);
    await queueFile(books, [lineDraft(1, "S-1", "second")], { batchId: "batch-2" });
    const { attemptId } = await makeUnknown(books);
    await books.settleUnknown(attemptId, { kind: "arrived", reason: textReason("Seen"), at: NOON });
    const options = { restingStatuses: ["Released"], changedSince: NOON, limit: 10 };
    expect(await openShipments(books, options)).toHaveLength(1);
  });

  test("acceptedSources() gives those of the version that CAS last accepted", async () => {
    const { books } = subject();
    const [shipmentId = ""] = await acceptedShipments(books, ["S-1"]);
    await queueFile(books, [lineDraft(8, "S-1", "second")], {
      batchId: "batch-2",
      fileName: "later.csv",
    });
    expect(await books.acceptedSources(shipmentId)).toMatchObject({ fileName: "orders.xlsx" });
    await acceptAll(books);
    expect(await books.acceptedSources(shipmentId)).toEqual({
      fileName: "later.csv",
      profile: null,
      sheet: "Shipments",
      sources: { externalReference: "A9" },
      payload: lineDraft(8, "S-1", "second").message?.payload,
    });
    expect(await books.acceptedSources("999")).toBeNull();
  });

  test("searchedUntil() is what recordSearchedUntil() said, in these books alone", async () => {
    const { books, ledger } = subject();
    expect(await books.searchedUntil()).toBeNull();
    await books.recordSearchedUntil("2026-11-20T11:00:00Z");
    expect(await books.searchedUntil()).toBe("2026-11-20T11:00:00Z");
    expect(await ledger.books("simulator", "OTHER").searchedUntil()).toBeNull();
  });
}
