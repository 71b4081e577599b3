import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { parseJson, type JsonObject } from "../../src/core/json.ts";
import { selectivelyUpdated } from "../../src/simulator/flow/selective-update.ts";
import type { SimulatorOptions } from "../../src/simulator/start-simulator.ts";
import {
  goodsItem,
  itemWithCode,
  openSession,
  shipment,
  shipmentWithItems,
  temporaryStateFile,
  type Session,
} from "./simulator-session.ts";

type Json = Record<string, unknown>;

interface Item {
  readonly casReference: string;
  readonly governmentAgencyGoodsItemId: string;
  readonly commodity: Json;
  readonly packaging?: readonly Json[];
}

interface Detail {
  readonly declarationId: string;
  readonly currentStatus: string;
  readonly jurisdiction: string;
  readonly singleAdministrativeDocument: Json & {
    readonly goodsShipment: Json & { readonly governmentAgencyGoodsItems: readonly Item[] };
  };
  readonly errors: readonly { readonly errorCode: string }[];
}

async function opened(
  message: Json,
  steps = 20,
  options: Omit<Partial<SimulatorOptions>, "clock"> = {},
) {
  const session = await openSession(options);
  await session.send(message, steps);
  const [first] = await session.search();
  const id = first?.declarationId ?? "";
  return { session, id, path: `/v1/declarations/${id}` };
}

async function detail(session: Session, path: string): Promise<Detail> {
  return (await session.get(`${path}?include=errors`)).json as Detail;
}

const itemsOf = (declaration: Detail) =>
  declaration.singleAdministrativeDocument.goodsShipment.governmentAgencyGoodsItems;

const INVALID = shipmentWithItems([goodsItem({ commodity: { description: "No code" } })]);

describe("PATCH /v1/declarations/{id}", () => {
  test("changes only what is given", async () => {
    const { session, path } = await opened(INVALID);
    const before = await detail(session, path);
    const reply = await session.ask("PATCH", path, {
      singleAdministrativeDocument: {
        invoiceCurrency: "USD",
        goodsShipment: { consignor: { name: "Supplier" } },
      },
    });
    expect(reply.status).toBe(202);
    expect(reply.json).toEqual({ referenceId: expect.any(String) as string });
    expect(await detail(session, path)).toEqual(before);
    session.clock.move(1000);
    const after = await detail(session, path);
    expect(after.singleAdministrativeDocument).toEqual({
      ...before.singleAdministrativeDocument,
      invoiceCurrency: "USD",
      goodsShipment: {
        ...before.singleAdministrativeDocument.goodsShipment,
        consignor: {
          ...(before.singleAdministrativeDocument.goodsShipment["consignor"] as Json),
          name: "Supplier",
        },
      },
    });
  });

  test("a collection without casReference replaces the whole", async () => {
    const { session, path } = await opened(
      shipmentWithItems([goodsItem({ commodity: {} }), goodsItem(), goodsItem()]),
    );
    const before = itemsOf(await detail(session, path));
    await session.ask("PATCH", path, {
      singleAdministrativeDocument: {
        goodsShipment: { governmentAgencyGoodsItems: [itemWithCode("85423190")] },
      },
    });
    session.clock.move(1000);
    const after = itemsOf(await detail(session, path));
    expect(after).toHaveLength(1);
    const known = new Set(before.map(({ casReference }) => casReference));
    expect(known.has(after[0]?.casReference ?? "")).toBe(false);
  });

  test("an element with casReference is changed field by field, the others stay", async () => {
    const { session, path } = await opened(
      shipmentWithItems([goodsItem(), goodsItem({ commodity: { description: "No code" } })]),
    );
    const before = itemsOf(await detail(session, path));
    await session.ask("PATCH", path, {
      singleAdministrativeDocument: {
        goodsShipment: {
          governmentAgencyGoodsItems: [
            {
              casReference: before[1]?.casReference,
              commodity: { classification: { id: "85423190" } },
            },
          ],
        },
      },
    });
    session.clock.move(1000);
    const after = await detail(session, path);
    expect(itemsOf(after)).toEqual([
      before[0],
      {
        ...before[1],
        commodity: { description: "No code", classification: { id: "85423190" } },
      },
    ]);
    expect(after).toMatchObject({ currentStatus: "Validated", errors: [] });
  });

  test("numbers keep their digits", async () => {
    const { session, path } = await opened(INVALID);
    await session.ask(
      "PATCH",
      path,
      '{"singleAdministrativeDocument":{"totalInvoiceAmount":12345678901234567890.1234}}',
    );
    session.clock.move(1000);
    expect((await session.get(path)).text).toContain(
      '"totalInvoiceAmount":12345678901234567890.1234',
    );
  });

  test("deductions run again: the office decides the jurisdiction", async () => {
    const { session, path } = await opened(INVALID);
    await session.ask("PATCH", path, {
      singleAdministrativeDocument: { declarationOfficeCode: "DE004851" },
    });
    session.clock.move(1000);
    expect(await detail(session, path)).toMatchObject({ jurisdiction: "DE" });
    expect(await session.search("?jurisdiction=DE")).toHaveLength(1);
  });

  test("a corrected declaration waits for Submit and then goes its way", async () => {
    const { session, path } = await opened(shipment({}, { declarationOfficeCode: "NL000567" }));
    expect(await detail(session, path)).toMatchObject({
      currentStatus: "Invalid",
      errors: [{ errorCode: "V0010" }],
    });
    await session.ask("PATCH", path, { singleAdministrativeDocument: { addDeclType: "D" } });
    session.clock.move(20_000);
    expect(await detail(session, path)).toMatchObject({ currentStatus: "Validated" });
    await session.ask("POST", `${path}/submit`);
    session.clock.move(20_000);
    expect(await detail(session, path)).toMatchObject({ currentStatus: "Released" });
  });

  test("with automaticSubmission always it goes by itself", async () => {
    const { session, path } = await opened(
      shipment({}, { declarationOfficeCode: "NL000567" }),
      20,
      { automaticSubmission: "always" },
    );
    await session.ask("PATCH", path, { singleAdministrativeDocument: { addDeclType: "D" } });
    session.clock.move(20_000);
    expect(await detail(session, path)).toMatchObject({ currentStatus: "Released" });
  });

  test.each([
    ["no JSON", "{", 400],
    ["a list", "[]", 400],
    ["no document", "{}", 400],
    [
      "a wrong number",
      { singleAdministrativeDocument: { goodsShipment: { trxNatCode: "1" } } },
      400,
    ],
    [
      "a casReference that names nothing",
      {
        singleAdministrativeDocument: {
          goodsShipment: { governmentAgencyGoodsItems: [{ casReference: "9999" }] },
        },
      },
      400,
    ],
  ])("refuses %s", async (_name, body, status) => {
    const { session, path } = await opened(INVALID);
    const before = (await session.get(path)).text;
    expect((await session.ask("PATCH", path, body)).status).toBe(status);
    session.clock.move(5000);
    expect((await session.get(path)).text).toBe(before);
    expect(session.entries("change")).toEqual([]);
  });

  test("refuses a declaration that is with customs or beyond, and an unknown one", async () => {
    const { session, path } = await opened(shipment());
    const body = { singleAdministrativeDocument: { invoiceCurrency: "USD" } };
    const reply = await session.ask("PATCH", path, body);
    expect(reply.status).toBe(400);
    expect(reply.text).toContain("Released cannot be updated");
    expect((await session.ask("PATCH", "/v1/declarations/1", body)).status).toBe(404);
    expect((await session.ask("PATCH", path, body, { "content-type": "text/xml" })).status).toBe(
      415,
    );
  });

  test.each([403, 409, 422] as const)("stateRefusal %s", async (stateRefusal) => {
    const { session, path } = await opened(shipment(), 20, { stateRefusal });
    const body = { singleAdministrativeDocument: { invoiceCurrency: "USD" } };
    expect((await session.ask("PATCH", path, body)).status).toBe(stateRefusal);
  });

  test("stateRefusal asynchronous: a success, and nothing comes of it", async () => {
    const { session, path } = await opened(shipment(), 20, { stateRefusal: "asynchronous" });
    const before = (await session.get(path)).text;
    const body = { singleAdministrativeDocument: { invoiceCurrency: "USD" } };
    expect((await session.ask("PATCH", path, body)).status).toBe(202);
    session.clock.move(5000);
    expect((await session.get(path)).text).toBe(before);
    expect(session.entries("changed")).toMatchObject([{ result: "refused", to: null }]);
  });

  test("what the state forbids by the time of its processing is refused then", async () => {
    const { session, path } = await opened(shipment(), 3);
    const body = { singleAdministrativeDocument: { invoiceCurrency: "USD" } };
    expect((await session.ask("PATCH", path, body)).status).toBe(202);
    session.clock.move(20_000);
    expect(await detail(session, path)).toMatchObject({ currentStatus: "Released" });
    expect(session.entries("changed")).toMatchObject([{ result: "refused" }]);
  });

  test.each([
    [{ changeStatus: 204 }, 204, ""],
    [{ changeReference: false }, 202, ""],
    [{ changeStatus: 200 }, 200, "referenceId"],
  ] as const)("%j", async (options, status, text) => {
    const { session, path } = await opened(INVALID, 20, options);
    const reply = await session.ask("PATCH", path, {
      singleAdministrativeDocument: { invoiceCurrency: "USD" },
    });
    expect(reply.status).toBe(status);
    expect(text === "" ? reply.text === "" : reply.text.includes(text)).toBe(true);
  });

  test("a restart keeps the change and its references", async () => {
    const stateFile = temporaryStateFile();
    const { session, path } = await opened(INVALID, 20, { stateFile });
    await session.ask("PATCH", path, {
      singleAdministrativeDocument: {
        goodsShipment: { governmentAgencyGoodsItems: [itemWithCode("85423190")] },
      },
    });
    session.clock.move(5000);
    const before = (await session.get(path)).text;
    await session.simulator.close();
    const again = await openSession({ stateFile, clock: session.clock });
    expect((await again.get(path)).text).toBe(before);
  });

  test("a Replace of the shipment loses the change, as documented", async () => {
    const { session, path } = await opened(INVALID);
    await session.ask("PATCH", path, { singleAdministrativeDocument: { invoiceCurrency: "USD" } });
    session.clock.move(5000);
    await session.send({ ...shipment(), messageType: "Replace" });
    expect(await detail(session, path)).toMatchObject({
      currentStatus: "Released",
      singleAdministrativeDocument: { invoiceCurrency: "EUR" },
    });
  });
});

describe("selectivelyUpdated()", () => {
  const update = (present: string, given: string) => {
    const unknown: unknown[] = [];
    const result = selectivelyUpdated(
      parseJson(present) as JsonObject,
      parseJson(given) as JsonObject,
      "",
      unknown as [],
    );
    return { result: JSON.stringify(result), unknown };
  };

  test("null takes a field away", () => {
    expect(update('{"a":1,"b":{"c":2,"d":3}}', '{"b":{"c":null}}').result).toBe(
      '{"a":1,"b":{"d":3}}',
    );
  });

  test("elements without casReference are added beside those with one", () => {
    expect(
      update('{"l":[{"casReference":"1","x":1}]}', '{"l":[{"x":2},{"casReference":1,"x":3}]}')
        .result,
    ).toBe('{"l":[{"casReference":"1","x":3},{"x":2}]}');
  });

  test("an empty collection wipes it", () => {
    expect(update('{"l":[{"casReference":"1"}]}', '{"l":[]}').result).toBe('{"l":[]}');
  });

  test("an update with nothing in it changes nothing, and twice is as once", () => {
    const json = fc.dictionary(
      fc.constantFrom("a", "b", "c"),
      fc.oneof(
        fc.integer(),
        fc.dictionary(fc.constantFrom("a", "b"), fc.integer()),
        fc.array(fc.integer()),
      ),
    );
    fc.assert(
      fc.property(json, json, (present, given) => {
        const presentText = JSON.stringify(present);
        const givenText = JSON.stringify(given);
        expect(update(presentText, "{}").result).toBe(JSON.stringify(parseJson(presentText)));
        const once = update(presentText, givenText).result;
        expect(update(once, givenText).result).toBe(once);
        for (const [name, value] of Object.entries(present)) {
          if (!(name in given)) expect(JSON.parse(once)).toMatchObject({ [name]: value });
        }
      }),
    );
  });
});

describe("goods items", () => {
  test("are read, added, changed and deleted", async () => {
    const { session, path } = await opened(
      shipmentWithItems([goodsItem({ commodity: {} }), goodsItem()]),
    );
    const [first, second] = itemsOf(await detail(session, path));
    const itemPath = `${path}/items/${first?.governmentAgencyGoodsItemId ?? ""}`;
    expect((await session.get(itemPath)).json).toEqual(first);

    const patch = { commodity: { classification: { id: "85423190" } } };
    expect((await session.ask("PATCH", itemPath, patch)).status).toBe(202);
    session.clock.move(1000);
    expect((await session.get(itemPath)).json).toMatchObject({
      ...patch,
      packaging: first?.packaging,
    });

    expect((await session.ask("POST", `${path}/items`, itemWithCode("73181500"))).status).toBe(202);
    session.clock.move(1000);
    const ids = itemsOf(await detail(session, path)).map(
      (each) => each.governmentAgencyGoodsItemId,
    );
    expect(ids).toHaveLength(3);
    expect(new Set(ids).size).toBe(3);

    const secondPath = `${path}/items/${second?.governmentAgencyGoodsItemId ?? ""}`;
    expect((await session.ask("DELETE", secondPath)).status).toBe(202);
    session.clock.move(1000);
    expect((await session.get(secondPath)).status).toBe(404);
    expect((await session.ask("DELETE", secondPath)).status).toBe(404);

    await session.ask("POST", `${path}/items`, goodsItem());
    session.clock.move(1000);
    const later = itemsOf(await detail(session, path)).map(
      (each) => each.governmentAgencyGoodsItemId,
    );
    expect(ids).not.toContain(later.at(-1));
  });

  test("answer 202 whatever a PATCH of the declaration answers", async () => {
    const { session, path } = await opened(INVALID, 20, { changeStatus: 204 });
    expect((await session.ask("POST", `${path}/items`, goodsItem())).status).toBe(202);
  });

  test("refuse a wrong body and a wrong state", async () => {
    const { session, path } = await opened(shipment());
    expect((await session.ask("POST", `${path}/items`, goodsItem())).status).toBe(400);
    const { session: other, path: otherPath } = await opened(INVALID);
    const reply = await other.ask("POST", `${otherPath}/items`, { goodsMeasure: { gmass: "1" } });
    expect(reply.status).toBe(400);
    expect(reply.text).toContain("goodsMeasure.gmass");
  });
});

describe("actions", () => {
  test.each([
    ["submit", undefined, "Released"],
    ["goodsarrived", undefined, "Released"],
    ["validate", undefined, "Submitted"],
  ])("%s is refused in the wrong status", async (action, body, status) => {
    const { session, path } = await opened(
      status === "Submitted" ? shipmentWithItems([itemWithCode("93000000")]) : shipment(),
    );
    expect(await detail(session, path)).toMatchObject({ currentStatus: status });
    expect((await session.ask("POST", `${path}/${action}`, body)).status).toBe(400);
  });

  test("invalidate needs a reason and ends at Invalidated; Upsert then makes a new declaration", async () => {
    const { session, path } = await opened(shipment());
    expect((await session.ask("POST", `${path}/invalidate`)).status).toBe(400);
    expect((await session.ask("POST", `${path}/invalidate`, { reason: " " })).status).toBe(400);
    expect(
      (await session.ask("POST", `${path}/invalidate`, { reason: "Wrong goods" })).status,
    ).toBe(202);
    session.clock.move(1000);
    expect(await session.statusOf("MY-SHIPMENT-001")).toEqual(["Invalidating"]);
    session.clock.move(1000);
    expect(await session.statusOf("MY-SHIPMENT-001")).toEqual(["Invalidated"]);
    await session.send(shipment());
    expect(await session.statusOf("MY-SHIPMENT-001")).toEqual(["Invalidated", "Released"]);
  });

  test("goodsarrived turns a pre-lodged declaration from D to A", async () => {
    const { session, path } = await opened(
      shipment({ storageLocationReference: "AT-SEA-01" }, { addDeclType: "D" }),
    );
    expect(await detail(session, path)).toMatchObject({ currentStatus: "GoodsNotArrived" });
    await session.ask("POST", `${path}/goodsarrived`);
    session.clock.move(5000);
    expect(await detail(session, path)).toMatchObject({
      currentStatus: "Released",
      singleAdministrativeDocument: { addDeclType: "A" },
    });
  });

  test("amend opens a released declaration; submit sends the amendment", async () => {
    const { session, path } = await opened(shipment());
    await session.ask("POST", `${path}/amend`);
    session.clock.move(1000);
    expect(await detail(session, path)).toMatchObject({ currentStatus: "Amendable" });
    await session.ask("PATCH", path, { singleAdministrativeDocument: { invoiceCurrency: "USD" } });
    session.clock.move(1000);
    expect(await detail(session, path)).toMatchObject({ currentStatus: "Amendable" });
    await session.ask("POST", `${path}/submit`);
    session.clock.move(1000);
    expect(await detail(session, path)).toMatchObject({ currentStatus: "Amending" });
    session.clock.move(5000);
    expect(await detail(session, path)).toMatchObject({
      currentStatus: "Released",
      singleAdministrativeDocument: { invoiceCurrency: "USD" },
    });
  });

  test("validate runs the validations, submit of what is invalid stays Invalid", async () => {
    const { session, path } = await opened(INVALID);
    await session.ask("POST", `${path}/validate`);
    await session.ask("POST", `${path}/submit`);
    session.clock.move(5000);
    expect(await detail(session, path)).toMatchObject({ currentStatus: "Invalid" });
    expect(
      session.entries("changed").map(({ errorDescriptions }) => errorDescriptions.length),
    ).toEqual([0, 1]);
  });

  test("generatesad makes a SAD, and every end is told", async () => {
    const heard: string[] = [];
    const { session, path } = await opened(shipment(), 20, {
      onHappening: (happening) => {
        heard.push(
          happening.kind === "declaration-action-finished"
            ? `${happening.action} finished`
            : happening.kind === "declaration-pdf-created"
              ? `PDF ${happening.attachment.documentType}`
              : happening.kind,
        );
      },
    });
    heard.length = 0;
    await session.ask("POST", `${path}/generatesad`);
    session.clock.move(1000);
    expect((await session.get(`${path}?include=attachments`)).json).toMatchObject({
      attachments: [{ documentType: "EAD" }, { documentType: "SAD" }],
    });
    expect(heard).toEqual(["PDF SAD", "generate-sad finished"]);
  });

  test("automaticSubmission never leaves everything to Submit", async () => {
    const { session, path } = await opened(shipment(), 20, { automaticSubmission: "never" });
    expect(await detail(session, path)).toMatchObject({ currentStatus: "Validated" });
    await session.ask("POST", `${path}/submit`);
    session.clock.move(9000);
    expect(await detail(session, path)).toMatchObject({ currentStatus: "Released" });
  });

  test("pathStyle and reasonField", async () => {
    const { session, path } = await opened(shipment(), 20, {
      pathStyle: "hyphens",
      reasonField: "invalidationReason",
    });
    expect((await session.ask("POST", `${path}/generate-sad`)).status).toBe(202);
    expect((await session.ask("POST", `${path}/generatesad`)).status).toBe(404);
    expect(
      (await session.ask("POST", `${path}/invalidate`, { invalidationReason: "Wrong" })).status,
    ).toBe(202);
  });
});

describe("several declarations of a shipment", () => {
  test("a flow that ends in _EXIM gives an export and an import one", async () => {
    const { session } = await opened(
      shipment({ customsFlow: "GBBE_EXIM" }, {}, { exportCountry: "GB" }),
    );
    expect(await session.search()).toMatchObject([
      {
        customsFlow: "GBBE_EXIM",
        customsFlowStep: "OUTGB_B1",
        jurisdiction: "GB",
        customsFlowStepInstanceCount: 1,
        customsFlowStepInstanceSeq: 1,
        currentStatus: "Released",
      },
      { customsFlowStep: "INBE_H1", jurisdiction: "BE", customsFlowStepInstanceSeq: 1 },
    ]);
    expect(await session.search("?customsFlowStep=OUTGB_B1&jurisdiction=GB")).toHaveLength(1);
    const details = await Promise.all(
      (await session.search()).map(({ declarationId }) =>
        detail(session, `/v1/declarations/${declarationId}`),
      ),
    );
    expect(
      details.map(({ singleAdministrativeDocument }) => singleAdministrativeDocument["declType"]),
    ).toEqual(["EX", "IM"]);
  });

  test("an Update keeps both, and 100 items make two of each", async () => {
    const { session } = await opened(shipment(), 20, {
      declarationsPerShipment: "export-and-import",
    });
    const ids = (await session.search()).map(({ declarationId }) => declarationId);
    await session.send(shipmentWithItems(Array.from({ length: 100 }, () => goodsItem())));
    const after = await session.search();
    expect(after).toHaveLength(4);
    expect(after.slice(0, 2).map(({ declarationId }) => declarationId)).toEqual(ids);
    expect(
      after.map((each) => [
        each["customsFlowStepInstanceSeq"],
        each["customsFlowStepInstanceCount"],
      ]),
    ).toEqual([
      [1, 2],
      [1, 2],
      [2, 2],
      [2, 2],
    ]);
  });
});

describe("a change of the customs flow", () => {
  const inFlow = (customsFlow: string, messageType: string) =>
    shipment({ customsFlow, messageType });

  test("is refused to an Update, as documented", async () => {
    const { session } = await opened(inFlow("GBBE_EXIM", "New"));
    await session.send(inFlow("INBE_H1", "Update"));
    expect(session.entries("processed").at(-1)).toMatchObject({
      result: "unsuccessful",
      event: "CreationUnsuccessful",
      errorDescriptions: ["An update cannot change the customs flow from GBBE_EXIM to INBE_H1"],
    });
    await session.send(shipment({ messageType: "Update" }, { invoiceCurrency: "USD" }));
    expect(session.entries("processed").at(-1)).toMatchObject({ result: "updated" });
  });

  test("is done by a Replace, which cancels the declarations of the former flow", async () => {
    const { session } = await opened(
      shipmentWithItems([goodsItem({ commodity: {} })], { customsFlow: "GBBE_EXIM" }),
    );
    await session.send(inFlow("INBE_H1", "Replace"));
    expect(await session.statusOf("MY-SHIPMENT-001")).toEqual([
      "Cancelled",
      "Cancelled",
      "Released",
    ]);
  });
});

test("a declaration is found by its ARC, its UCR and its LRN", async () => {
  const { session, id } = await opened(
    shipment({}, { arc: "26BEARC0001" }, { ucr: { traderReference: "UCR-7" } }),
  );
  for (const query of ["?arc=26BEARC0001", "?ucr=UCR-7", `?lrn=LRN${id}`]) {
    expect(await session.search(query)).toMatchObject([{ declarationId: id, arc: "26BEARC0001" }]);
  }
  expect(await session.search("?arc=other")).toEqual([]);
});
