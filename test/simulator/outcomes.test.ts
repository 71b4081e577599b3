import { describe, expect, test } from "vitest";
import { readJournal } from "../../src/simulator/journal/journal-file.ts";
import {
  call,
  EVENING_MS,
  fetchToken,
  goodsItem,
  itemWithCode,
  openSession,
  shipment,
  shipmentWithItems,
  STEP_MS,
  type Session,
} from "./simulator-session.ts";

interface Detail {
  readonly currentStatus: string;
  readonly errors: readonly {
    errorCode: string;
    fieldReference: readonly { path: string; fieldName: string }[];
  }[];
  readonly singleAdministrativeDocument: {
    readonly goodsShipment: { readonly governmentAgencyGoodsItems: readonly unknown[] };
  };
}

async function details(session: Session, query = "?include=errors"): Promise<readonly Detail[]> {
  const found = await session.search();
  return Promise.all(
    found.map(async ({ declarationId }) => {
      const reply = await session.get(`/v1/declarations/${declarationId}${query}`);
      return reply.json as Detail;
    }),
  );
}

async function errorsOf(message: unknown) {
  const session = await openSession();
  await session.send(message);
  const [detail] = await details(session);
  return {
    status: detail?.currentStatus,
    errors: detail?.errors.map(({ errorCode, fieldReference: [place] }) => ({
      errorCode,
      ...place,
    })),
  };
}

const SAD = "SingleAdministrativeDocument";
const item = (number: number): string =>
  `${SAD}.GoodsShipment.GovernmentAgencyGoodsItems[${number}]`;

describe("lifecycle", () => {
  test.each(["IN", "OUT"])(
    "takes a shipment %s one step a second from New to Released",
    async (direction) => {
      const { send, clock, entries, statusOf } = await openSession();
      await send(shipment({ direction }), 0);
      clock.move(STEP_MS - 1);
      expect(await statusOf("MY-SHIPMENT-001")).toEqual([]);
      clock.move(1);
      expect(await statusOf("MY-SHIPMENT-001")).toEqual(["New"]);
      clock.move(10 * STEP_MS);
      expect(await statusOf("MY-SHIPMENT-001")).toEqual(["Released"]);
      expect(entries("transition").map(({ to, at }) => [to, Date.parse(at) - EVENING_MS])).toEqual([
        ["New", 1000],
        ["Validated", 2000],
        ["Queued", 3000],
        ["Submitted", 4000],
        ["Accepted", 5000],
        ["Released", 6000],
      ]);
    },
  );

  test("goes faster by the time scale", async () => {
    const { send, clock, statusOf } = await openSession({ timeScale: 5 });
    await send(shipment(), 0);
    clock.move(1199);
    expect(await statusOf("MY-SHIPMENT-001")).toEqual(["Accepted"]);
    clock.move(1);
    expect(await statusOf("MY-SHIPMENT-001")).toEqual(["Released"]);
  });

  test("gives the LRN at once and the MRN with Accepted", async () => {
    const { send, clock, search } = await openSession();
    await send(shipment(), 4);
    const [submitted] = await search();
    expect(submitted).toMatchObject({
      currentStatus: "Submitted",
      lrn: expect.stringMatching(/^LRN\d{12}$/) as string,
    });
    expect(submitted).not.toHaveProperty("mrn");
    clock.move(STEP_MS);
    const [accepted] = await search();
    expect(accepted?.mrn).toMatch(/^26XXSIM\d{11}$/);
    expect(accepted?.["lrn"]).toBe(submitted?.["lrn"]);
  });

  test("is written to the journal also when nobody asks", async () => {
    const session = await openSession({ timeScale: 1e6 });
    await session.send(shipment());
    // The journal on the disk, not the accessor that would advance it.
    await expect
      .poll(() => readJournal(session.stateFile).filter(({ kind }) => kind === "transition").length)
      .toBe(6);
  });
});

describe("rules", () => {
  test("V0010: an NL office wants additional type D, as in the documented example", async () => {
    const documented = { addDeclType: "A", declarationOfficeCode: "NL000567" };
    const session = await openSession();
    await session.send(shipment({}, documented));
    const [detail] = await details(session);
    expect(detail?.currentStatus).toBe("Invalid");
    expect(detail?.errors).toEqual([
      {
        errorCode: "V0010",
        message: "Invalid additional declaration type",
        description: "SingleAdministrativeDocument.AddDeclType must be of type 'D'",
        fieldReference: [{ fieldName: "AddDeclType1", path: "SingleAdministrativeDocument" }],
      },
    ]);
  });

  test("V0010: type D is fine", async () => {
    const fine = { addDeclType: "D", declarationOfficeCode: "NL000567" };
    expect(await errorsOf(shipment({}, fine))).toEqual({ status: "Released", errors: [] });
  });

  test("V0020: a consignee without a code", async () => {
    const consignee = { businessPartnerReference: [{ type: "Eori", code: " " }] };
    expect(await errorsOf(shipment({}, {}, { consignee }))).toEqual({
      status: "Invalid",
      errors: [{ errorCode: "V0020", path: `${SAD}.GoodsShipment`, fieldName: "Consignee" }],
    });
  });

  test("V0031: net mass above gross mass on the second item", async () => {
    const heavy = goodsItem({ goodsMeasure: { gmass: 10, nmass: 10.0001 } });
    expect(await errorsOf(shipmentWithItems([goodsItem(), heavy]))).toEqual({
      status: "Invalid",
      errors: [{ errorCode: "V0031", path: `${item(2)}.GoodsMeasure`, fieldName: "Nmass" }],
    });
  });

  test("V0040: an item without a commodity code", async () => {
    const bare = goodsItem({ commodity: { description: "Bolts" } });
    expect(await errorsOf(shipmentWithItems([bare]))).toEqual({
      status: "Invalid",
      errors: [
        { errorCode: "V0040", path: `${item(1)}.Commodity.Classification`, fieldName: "Id" },
      ],
    });
  });

  test("tells all validation errors of a declaration", async () => {
    const bad = goodsItem({ commodity: {}, goodsMeasure: { gmass: 1, nmass: 2 } });
    const { errors } = await errorsOf(
      shipment(
        {},
        { declarationOfficeCode: "NL000567" },
        { consignee: {}, governmentAgencyGoodsItems: [bad] },
      ),
    );
    expect(errors?.map(({ errorCode }) => errorCode)).toEqual(["V0010", "V0020", "V0031", "V0040"]);
  });

  test("C1001: customs refuse chapter 99", async () => {
    expect(await errorsOf(shipmentWithItems([itemWithCode("99010000")]))).toEqual({
      status: "CustomsError",
      errors: [
        { errorCode: "C1001", path: `${item(1)}.Commodity.Classification`, fieldName: "Id" },
      ],
    });
  });

  test("chapter 93 stays in Submitted, chapter 30 in DocumentControl", async () => {
    const session = await openSession();
    await session.send(
      shipmentWithItems([itemWithCode("93010000")], { externalReference: "ARMS" }),
    );
    await session.send(
      shipmentWithItems([itemWithCode("30049000")], { externalReference: "DRUGS" }),
    );
    expect(await session.statusOf("ARMS")).toEqual(["Submitted"]);
    expect(await session.statusOf("DRUGS")).toEqual(["DocumentControl"]);
  });

  test("CLOSED-01 is refused after its 202 and leaves no declaration", async () => {
    const session = await openSession();
    const referenceId = await session.send(shipment({ storageLocationReference: "CLOSED-01" }));
    expect(await session.search()).toEqual([]);
    expect(session.entries("processed")).toMatchObject([
      {
        referenceId,
        result: "unsuccessful",
        event: "CreationUnsuccessful",
        errorDescriptions: ["Storage location CLOSED-01 is closed"],
      },
    ]);
  });

  test("100 goods items make two declarations that hold them all between them", async () => {
    const session = await openSession();
    const items = Array.from({ length: 100 }, (_, index) => goodsItem({ number: index + 1 }));
    const bad = goodsItem({ number: 100, commodity: {} });
    await session.send(shipmentWithItems([...items.slice(0, 99), bad]));
    expect(await session.search()).toMatchObject([
      { customsFlowStepInstanceCount: 2, customsFlowStepInstanceSeq: 1, currentStatus: "Released" },
      { customsFlowStepInstanceCount: 2, customsFlowStepInstanceSeq: 2, currentStatus: "Invalid" },
    ]);
    const [first, second] = await details(session);
    expect(
      first?.singleAdministrativeDocument.goodsShipment.governmentAgencyGoodsItems,
    ).toHaveLength(99);
    expect(
      second?.singleAdministrativeDocument.goodsShipment.governmentAgencyGoodsItems,
    ).toMatchObject([bad]);
    expect(second?.errors[0]?.fieldReference[0]?.path).toContain("GovernmentAgencyGoodsItems[100]");
  });

  test("99 goods items make one", async () => {
    const session = await openSession();
    await session.send(shipmentWithItems(Array.from({ length: 99 }, () => goodsItem())));
    expect(await session.search()).toMatchObject([{ customsFlowStepInstanceCount: 1 }]);
  });
});

describe("GET /v1/declarations/{id}", () => {
  test("includes only what is asked for, in both forms", async () => {
    const session = await openSession();
    await session.send(shipment());
    const members = async (query: string): Promise<readonly string[]> => {
      const [detail] = await details(session, query);
      return Object.keys(detail ?? {}).filter(
        (name) => name === "errors" || name === "attachments",
      );
    };
    expect(await members("")).toEqual([]);
    expect(await members("?include=errors")).toEqual(["errors"]);
    expect(await members("?include=attachments")).toEqual(["attachments"]);
    expect(await members("?include=errors,attachments")).toEqual(["errors", "attachments"]);
    expect(await members("?include=errors&include=attachments")).toEqual(["errors", "attachments"]);
  });

  test("gives numbers back digit by digit", async () => {
    const session = await openSession();
    const body = JSON.stringify(shipment()).replace(
      '"amount":25000',
      '"amount":12345678901234567890.1230',
    );
    await session.send(body);
    const [found] = await session.search();
    const reply = await session.get(`/v1/declarations/${found?.declarationId ?? ""}`);
    expect(reply.text).toContain('"amount":12345678901234567890.1230');
  });

  test("answers 404 for an unknown id and 405 for another method", async () => {
    const { get, simulator } = await openSession();
    expect((await get("/v1/declarations/123")).status).toBe(404);
    const authorization = `Bearer ${await fetchToken(simulator)}`;
    const reply = await call(`${simulator.url}/v1/declarations/123`, {
      method: "DELETE",
      headers: { authorization },
    });
    expect(reply.status).toBe(405);
  });
});
