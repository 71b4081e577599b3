import { describe, expect, test } from "vitest";
import {
  goodsItem,
  itemWithCode,
  openSession,
  shipment,
  shipmentWithItems,
  STEP_MS,
  type Session,
} from "./simulator-session.ts";

const REFERENCE = "MY-SHIPMENT-001";

async function onlyOne(session: Session) {
  const found = await session.search();
  expect(found).toHaveLength(1);
  const [declaration] = found;
  if (declaration === undefined) throw new Error("There is no declaration");
  return declaration;
}

async function documentOf(session: Session): Promise<Record<string, unknown>> {
  const { declarationId } = await onlyOne(session);
  const reply = await session.get(`/v1/declarations/${declarationId}`);
  return (reply.json as { singleAdministrativeDocument: Record<string, unknown> })
    .singleAdministrativeDocument;
}

function results(session: Session) {
  return session.entries("processed").map(({ result, event }) => [result, event]);
}

describe("New", () => {
  test("creates without an event of success", async () => {
    const session = await openSession();
    await session.send(shipment({ messageType: "New" }));
    expect(results(session)).toEqual([["created", null]]);
    expect(await session.statusOf(REFERENCE)).toEqual(["Released"]);
  });

  test("for an existing shipment is CreationUnsuccessful and changes nothing", async () => {
    const session = await openSession();
    await session.send(shipment({ messageType: "New" }));
    const before = await onlyOne(session);
    await session.send(shipment({ messageType: "New" }, { invoiceCurrency: "USD" }));
    expect(results(session).at(-1)).toEqual(["unsuccessful", "CreationUnsuccessful"]);
    expect(await onlyOne(session)).toEqual(before);
  });

  test("for an existing shipment updates when switched so", async () => {
    const session = await openSession({ newForExisting: "update" });
    await session.send(shipment({ messageType: "New" }));
    await session.send(shipment({ messageType: "New" }, { invoiceCurrency: "USD" }));
    expect(results(session).at(-1)).toEqual(["updated", null]);
  });

  test("of the other direction is another shipment", async () => {
    const session = await openSession();
    await session.send(shipment({ messageType: "New", direction: "IN" }));
    await session.send(shipment({ messageType: "New", direction: "OUT" }));
    expect(await session.search(`?externalReference=${REFERENCE}`)).toMatchObject([
      { direction: "IN", customsFlow: "INBE_H1" },
      { direction: "OUT", customsFlow: "OUTBE_B1" },
    ]);
  });

  test("after a refused creation creates", async () => {
    const session = await openSession();
    await session.send(shipment({ messageType: "New", storageLocationReference: "CLOSED-01" }));
    await session.send(shipment({ messageType: "New" }));
    expect(results(session).at(-1)).toEqual(["created", null]);
  });
});

describe("Replace", () => {
  test("restarts the flow of an invalid declaration under the same id with all data replaced", async () => {
    const session = await openSession();
    await session.send(shipmentWithItems([goodsItem({ commodity: {} })], { customsFlow: "OLD" }));
    const before = await onlyOne(session);
    expect(before.currentStatus).toBe("Invalid");
    await session.send(shipment({ messageType: "Replace" }, { agentStatus: "2" }));
    const after = await onlyOne(session);
    expect(after).toMatchObject({
      declarationId: before.declarationId,
      currentStatus: "Released",
      customsFlow: "INBE_H1",
      creationDate: before.creationDate,
    });
    expect(results(session).at(-1)).toEqual(["replaced", "ReplaceSuccessful"]);
    expect(
      session
        .entries("transition")
        .slice(2)
        .map(({ from, to }) => [from, to])[0],
    ).toEqual(["Invalid", "New"]);
  });

  test.each([
    ["New", 1],
    ["Validated", 2],
    ["Queued", 3],
  ])("goes through in %s and the former course does not go on beside it", async (status, steps) => {
    const session = await openSession();
    // The message itself takes a step before it is processed, in which the former course moves on;
    // the half keeps the two from falling on one moment.
    await session.send(shipment(), steps - 0.5);
    await session.send(shipment({ messageType: "Replace" }), 1);
    expect(await session.statusOf(REFERENCE)).toEqual(["New"]);
    expect(session.entries("transition").at(-1)).toMatchObject({ from: status, to: "New" });
    session.clock.move(20 * STEP_MS);
    expect(await session.statusOf(REFERENCE)).toEqual(["Released"]);
    expect(session.entries("transition").filter(({ to }) => to === "Released")).toHaveLength(1);
  });

  test("goes through after a CustomsError", async () => {
    const session = await openSession();
    await session.send(shipmentWithItems([itemWithCode("99000000")]));
    await session.send(shipment({ messageType: "Replace" }));
    expect(await session.statusOf(REFERENCE)).toEqual(["Released"]);
  });

  test.each([
    ["Released", "85000000"],
    ["DocumentControl", "30000000"],
    ["Submitted", "93000000"],
  ])("is refused in %s and changes nothing", async (status, code) => {
    const session = await openSession();
    await session.send(shipmentWithItems([itemWithCode(code)]));
    const before = await onlyOne(session);
    await session.send(shipment({ messageType: "Replace" }, { invoiceCurrency: "USD" }));
    expect(session.entries("processed").at(-1)).toMatchObject({
      result: "unsuccessful",
      event: "ReplaceUnsuccessful",
      errorDescriptions: [`A declaration in status ${status} cannot be replaced`],
    });
    expect(await onlyOne(session)).toEqual(before);
  });

  test("goes through in Submitted when switched to refuse from Accepted on", async () => {
    const session = await openSession({ replaceRefusedFrom: "Accepted" });
    await session.send(shipmentWithItems([itemWithCode("93000000")]));
    await session.send(shipment({ messageType: "Replace" }));
    expect(await session.statusOf(REFERENCE)).toEqual(["Released"]);
    await session.send(shipment({ messageType: "Replace" }));
    expect(results(session).at(-1)).toEqual(["unsuccessful", "ReplaceUnsuccessful"]);
  });

  test("of an unknown shipment is ReplaceUnsuccessful", async () => {
    const session = await openSession();
    await session.send(shipment({ messageType: "Replace" }));
    expect(results(session)).toEqual([["unsuccessful", "ReplaceUnsuccessful"]]);
    expect(await session.search()).toEqual([]);
  });

  test("with fewer items cancels the declaration that is not needed any more", async () => {
    const session = await openSession();
    const bad = goodsItem({ commodity: {} });
    await session.send(shipmentWithItems(Array.from({ length: 120 }, () => bad)));
    expect(await session.statusOf(REFERENCE)).toEqual(["Invalid", "Invalid"]);
    await session.send(shipment({ messageType: "Replace" }));
    expect(await session.statusOf(REFERENCE)).toEqual(["Released", "Cancelled"]);
    await session.send(shipmentWithItems(Array.from({ length: 120 }, () => goodsItem())));
    expect(await session.statusOf(REFERENCE)).toEqual(["Released", "Cancelled", "Released"]);
  });
});

describe("Update", () => {
  test("of an unknown shipment is CreationUnsuccessful", async () => {
    const session = await openSession();
    await session.send(shipment({ messageType: "Update" }));
    expect(results(session)).toEqual([["unsuccessful", "CreationUnsuccessful"]]);
    expect(await session.search()).toEqual([]);
  });

  test("of an unknown shipment creates when switched so", async () => {
    const session = await openSession({ updateForUnknown: "create" });
    await session.send(shipment({ messageType: "Update" }));
    expect(await session.statusOf(REFERENCE)).toEqual(["Released"]);
  });

  test("of an invalid declaration runs its flow again", async () => {
    const session = await openSession();
    await session.send(shipment({}, { declarationOfficeCode: "NL000567" }));
    expect(await session.statusOf(REFERENCE)).toEqual(["Invalid"]);
    await session.send(shipment({ messageType: "Update" }, { addDeclType: "D" }));
    expect(await session.statusOf(REFERENCE)).toEqual(["Released"]);
  });

  test("of a released declaration amends it and keeps its id, LRN and MRN", async () => {
    const session = await openSession();
    await session.send(shipment());
    const before = await onlyOne(session);
    await session.send(shipment({ messageType: "Update" }, { invoiceCurrency: "USD" }), 1);
    const amending = await onlyOne(session);
    expect(amending).toMatchObject({ currentStatus: "Amending", mrn: before.mrn });
    session.clock.move(20 * STEP_MS);
    const after = await onlyOne(session);
    expect(after).toMatchObject({
      declarationId: before.declarationId,
      lrn: before["lrn"],
      mrn: before.mrn,
      currentStatus: "Released",
      acceptanceDate: before["acceptanceDate"],
    });
    expect(after.lastUpdated > before.lastUpdated).toBe(true);
    expect((await documentOf(session))["invoiceCurrency"]).toBe("USD");
    expect(
      session
        .entries("transition")
        .slice(6)
        .map(({ to }) => to),
    ).toEqual(["Amending", "Accepted", "Released"]);
  });

  test("that makes a released declaration wrong ends in AmendmentError with the reason", async () => {
    const session = await openSession();
    await session.send(shipment());
    await session.send(shipmentWithItems([itemWithCode("99000000")], { messageType: "Update" }));
    const { declarationId, currentStatus } = await onlyOne(session);
    expect(currentStatus).toBe("AmendmentError");
    const reply = await session.get(`/v1/declarations/${declarationId}?include=errors`);
    expect(reply.json).toMatchObject({ errors: [{ errorCode: "C1001" }] });
    await session.send(shipment({ messageType: "Update" }));
    expect(await session.statusOf(REFERENCE)).toEqual(["Released"]);
  });

  test("keeps what it leaves out at the top of the document and replaces what it gives", async () => {
    const session = await openSession();
    await session.send(shipment({}, { agentStatus: "2" }, { exportCountry: "US" }));
    await session.send({
      direction: "IN",
      externalReference: REFERENCE,
      messageType: "Update",
      singleAdministrativeDocument: { invoiceCurrency: "USD" },
    });
    expect(await onlyOne(session)).toMatchObject({ storageLocation: "WAREHOUSE-01" });
    expect(await documentOf(session)).toMatchObject({
      agentStatus: "2",
      invoiceCurrency: "USD",
      goodsShipment: { exportCountry: "US" },
    });
    await session.send(shipment({ messageType: "Update" }));
    expect((await documentOf(session))["goodsShipment"]).not.toHaveProperty("exportCountry");
  });

  test("refused for its storage location leaves the shipment as it was", async () => {
    const session = await openSession();
    await session.send(shipment());
    const before = await onlyOne(session);
    await session.send(shipment({ messageType: "Update", storageLocationReference: "CLOSED-01" }));
    expect(await onlyOne(session)).toEqual(before);
  });
});

describe("Upsert", () => {
  test("creates what is not there and updates what is", async () => {
    const session = await openSession();
    await session.send(shipment());
    await session.send(shipment({}, { invoiceCurrency: "USD" }));
    expect(results(session)).toEqual([
      ["created", null],
      ["updated", null],
    ]);
    await onlyOne(session);
  });

  test("of the same content amends nothing but shows that it came", async () => {
    const session = await openSession();
    await session.send(shipment());
    const before = await onlyOne(session);
    // Blanks, the order of members and the way a number is written say nothing.
    const { messageType, ...content } = shipment();
    await session.send(
      JSON.stringify({ ...content, messageType }, null, 2).replace(": 25000", ": 25000.00"),
    );
    const after = await onlyOne(session);
    expect(results(session).at(-1)).toEqual(["unchanged", null]);
    expect(after).toEqual({ ...before, lastUpdated: after.lastUpdated });
    expect(after.lastUpdated > before.lastUpdated).toBe(true);
    expect(session.entries("transition")).toHaveLength(6);
  });

  test("two at once are processed in the order of their answers", async () => {
    const session = await openSession();
    await session.send(shipment({}, { invoiceCurrency: "USD" }), 0);
    await session.send(shipment({}, { invoiceCurrency: "GBP" }));
    expect(results(session).map(([result]) => result)).toEqual(["created", "updated"]);
    expect((await documentOf(session))["invoiceCurrency"]).toBe("GBP");
    await onlyOne(session);
  });
});
