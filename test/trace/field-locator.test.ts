import { describe, expect, test } from "vitest";
import { fieldLocator, type SentMessage } from "../../src/trace/field-locator.ts";
import { parseFieldPath } from "../../src/trace/field-path.ts";

const SAD = "singleAdministrativeDocument";
const ITEMS = `${SAD}.goodsShipment.governmentAgencyGoodsItems`;

const bySheet: SentMessage = {
  sheet: "Shipments",
  payload: `{
    "externalReference": "PO-1",
    "singleAdministrativeDocument": {
      "declType": "IM",
      "goodsShipment": {
        "exportCountry": "XXX",
        "governmentAgencyGoodsItems": [
          { "goodsMeasure": { "gmass": 12.50 } },
          { "goodsMeasure": { "gmass": 7 }, "customsValue": { "currency": "EUR" } }
        ]
      }
    }
  }`,
  sources: {
    externalReference: "Shipments!A2",
    singleAdministrativeDocument: {
      declType: "Shipments!E2",
      goodsShipment: {
        exportCountry: "Shipments!H2",
        governmentAgencyGoodsItems: [
          { goodsMeasure: { gmass: "Goods items!F7" } },
          { goodsMeasure: { gmass: "Goods items!F8" } },
        ],
      },
    },
  },
};

function place(path: string, message = bySheet) {
  const { sheet, cell, value, path: named } = fieldLocator(message)(parseFieldPath(path, 0));
  return [sheet, cell, value, named];
}

describe("fieldLocator()", () => {
  test.each([
    [`${SAD}.goodsShipment.exportCountry`, "Shipments", "H2", "XXX"],
    [`${ITEMS}[0].goodsMeasure.gmass`, "Goods items", "F7", "12.50"],
    [`${ITEMS}[1].goodsMeasure.gmass`, "Goods items", "F8", "7"],
  ])("leads the request's path %s to its cell and value", (path, ...expected) => {
    expect(place(path)).toEqual([...expected, path]);
  });

  test.each([
    `$.${ITEMS}[1].goodsMeasure.gmass`,
    `/${ITEMS.replaceAll(".", "/")}/1/goodsMeasure/gmass`,
    `${ITEMS}[1].goodsMeasure.gmass`.toUpperCase(),
    "goodsShipment.governmentAgencyGoodsItems[1].goodsMeasure.gmass",
  ])("understands the spelling %s", (path) => {
    expect(place(path)).toEqual(["Goods items", "F8", "7", `${ITEMS}[1].goodsMeasure.gmass`]);
  });

  test("leads a constant and a missing member to the nearest cell of the same item", () => {
    const currency = `${ITEMS}[1].customsValue.currency`;
    expect(place(currency)).toEqual(["Goods items", "F8", "EUR", currency]);
    const missing = `${ITEMS}[0].goodsMeasure.nmass`;
    expect(place(missing)).toEqual(["Goods items", "F7", null, missing]);
  });

  test.each([`${ITEMS}[2].goodsMeasure`, "", "$", "nowhere[0].inOurs"])(
    "leads %j, which no cell of it explains, to the shipment's reference",
    (path) => {
      expect(place(path).slice(0, 3)).toEqual(["Shipments", "A2", null]);
    },
  );

  test("says that the message knows nothing of a path", () => {
    expect(place("nowhere[0].inOurs")[3]).toBeNull();
  });

  test("names the sheet of the shipment where addresses name none", () => {
    const flat = { ...bySheet, sheet: "erp-export", sources: { externalReference: "A4" } };
    expect(place("externalReference", flat)).toEqual([
      "erp-export",
      "A4",
      "PO-1",
      "externalReference",
    ]);
  });

  test("names no sheet where there is no cell", () => {
    expect(place(`${SAD}.declType`, { ...bySheet, sources: {} })).toEqual([
      null,
      null,
      "IM",
      `${SAD}.declType`,
    ]);
  });

  describe("where the column of a member is blank", () => {
    const blanks: SentMessage = {
      sheet: "erp-export",
      payload: `{ "externalReference": "PO-1", "${SAD}": { "goodsShipment": {
        "consignor": { "name": "Jo", "code": null } } } }`,
      sources: {
        externalReference: "A4",
        singleAdministrativeDocument: {
          declType: "D4",
          goodsShipment: {
            consignor: { code: "J4", name: "I4" },
            consignee: { businessPartnerReference: [{ code: "K4" }] },
          },
        },
      },
    };
    const consignee = `${SAD}.goodsShipment.consignee`;

    test.each([
      ["GoodsShipment.Consignee", "K4", consignee],
      [`${consignee}.code`, "K4", `${consignee}.businessPartnerReference[0].code`],
      [
        `${consignee}.businessPartnerReference[0].code`,
        "K4",
        `${consignee}.businessPartnerReference[0].code`,
      ],
      [`${SAD}.declType`, "D4", `${SAD}.declType`],
    ])("leads %s to the blank cell", (path, cell, named) => {
      expect(place(path, blanks)).toEqual(["erp-export", cell, null, named]);
    });

    test("prefers a cell that says something where more is meant", () => {
      const consignor = `${SAD}.goodsShipment.consignor`;
      expect(place(consignor, blanks)).toEqual(["erp-export", "I4", "Jo", consignor]);
    });
  });
});
