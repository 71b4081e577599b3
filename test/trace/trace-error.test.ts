import { expect, test } from "vitest";
import type { DeclarationError } from "../../src/core/declaration.ts";
import { errorTracer, type AcceptedSources } from "../../src/trace/trace-error.ts";

const traceError = (
  error: DeclarationError,
  sent: AcceptedSources | null,
): ReturnType<ReturnType<typeof errorTracer>> => errorTracer(sent)(error);

const accepted: AcceptedSources = {
  fileName: "night.xlsx",
  sheet: "Shipments",
  payload: `{
    "direction": "IN",
    "externalReference": "PO-1",
    "storageLocationReference": "ANTW-1",
    "messageType": "Upsert",
    "singleAdministrativeDocument": {
      "declType": "IM",
      "addDeclType": "A",
      "additionalDocuments": [
        { "category": "N", "type": "380", "refNum": "INV-1" },
        { "category": "N", "type": "703", "refNum": "AWB-2" }
      ],
      "goodsShipment": {
        "consignee": { "businessPartnerReference": [{ "code": "BE0123456789", "type": "Eori" }] },
        "governmentAgencyGoodsItems": [
          {
            "commodity": { "description": "bolts", "classification": { "id": "73181500" } },
            "goodsMeasure": { "gmass": 12.50 }
          },
          {
            "commodity": { "description": "nuts", "classification": { "id": "73181600" } },
            "packaging": [{ "type": "CT", "quantity": 1 }, { "type": "PX", "quantity": 20 }],
            "customsValue": { "amount": 310.2500, "currency": "EUR" }
          }
        ]
      }
    }
  }`,
  sources: {
    direction: "Shipments!B2",
    externalReference: "Shipments!A2",
    storageLocationReference: "Shipments!D2",
    singleAdministrativeDocument: {
      declType: "Shipments!E2",
      addDeclType: "Shipments!F2",
      additionalDocuments: [
        { category: "Documents!C2", type: "Documents!D2", refNum: "Documents!E2" },
        { category: "Documents!C3", type: "Documents!D3", refNum: "Documents!E3" },
      ],
      goodsShipment: {
        consignee: { businessPartnerReference: [{ code: "Shipments!L2" }] },
        governmentAgencyGoodsItems: [
          {
            commodity: { description: "Goods items!D7", classification: { id: "Goods items!E7" } },
            goodsMeasure: { gmass: "Goods items!F7" },
          },
          {
            commodity: { description: "Goods items!D8", classification: { id: "Goods items!E8" } },
            packaging: [
              { type: "Packaging!D4", quantity: "Packaging!E4" },
              { type: "Packaging!D5", quantity: "Packaging!E5" },
            ],
            customsValue: { amount: "Goods items!M8" },
          },
        ],
      },
    },
  },
};

const ITEM_2 = "SingleAdministrativeDocument.GoodsShipment.GovernmentAgencyGoodsItems[2]";
const item2 = "singleAdministrativeDocument.goodsShipment.governmentAgencyGoodsItems[1]";

function error(
  fieldReference: DeclarationError["fieldReference"],
  description: string | null = null,
): DeclarationError {
  return { errorCode: "V0010", message: "Wrong", description, fieldReference };
}

function traceOne(path: string | null, fieldName: string | null) {
  const [traced, ...others] = traceError(error([{ path, fieldName }]), accepted);
  expect(others).toEqual([]);
  return [traced?.sheet, traced?.cell, traced?.value, traced?.path];
}

test("traceError() finds the cell of the documentation's own example", () => {
  expect(
    traceError(
      error([{ path: "SingleAdministrativeDocument", fieldName: "AddDeclType1" }]),
      accepted,
    ),
  ).toEqual([
    {
      errorCode: "V0010",
      message: "Wrong",
      description: null,
      fieldReference: [{ path: "SingleAdministrativeDocument", fieldName: "AddDeclType1" }],
      file: "night.xlsx",
      sheet: "Shipments",
      cell: "F2",
      path: "singleAdministrativeDocument.addDeclType",
      value: "A",
    },
  ]);
});

test.each([
  // The names of today, in any case.
  [ITEM_2, "CustomsValue.Amount", "Goods items", "M8", "310.2500", `${item2}.customsValue.amount`],
  [
    `${ITEM_2.toUpperCase()}.COMMODITY`,
    "description",
    "Goods items",
    "D8",
    "nuts",
    `${item2}.commodity.description`,
  ],
  [`${ITEM_2}.Packaging[2]`, "Quantity", "Packaging", "E5", "20", `${item2}.packaging[1].quantity`],
  [
    "SingleAdministrativeDocument.AdditionalDocuments[2]",
    "RefNum",
    "Documents",
    "E3",
    "AWB-2",
    "singleAdministrativeDocument.additionalDocuments[1].refNum",
  ],
  [null, "ExternalReference", "Shipments", "A2", "PO-1", "externalReference"],
  // Below the document, as if it were the root.
  [
    "GoodsShipment.GovernmentAgencyGoodsItems[1].GoodsMeasure",
    "Gmass",
    "Goods items",
    "F7",
    "12.50",
    "singleAdministrativeDocument.goodsShipment.governmentAgencyGoodsItems[0].goodsMeasure.gmass",
  ],
  // Each alias.
  [
    "SingleAdministrativeDocument",
    "AddDeclType1",
    "Shipments",
    "F2",
    "A",
    "singleAdministrativeDocument.addDeclType",
  ],
  [
    `${ITEM_2}.Commodity.Classifications[1]`,
    "Code",
    "Goods items",
    "E8",
    "73181600",
    `${item2}.commodity.classification.id`,
  ],
  [`${ITEM_2}.Packagings[1]`, "Type", "Packaging", "D4", "CT", `${item2}.packaging[0].type`],
  [
    "SingleAdministrativeDocument.GoodsShipment.GovernmentAgencyGoodsItem[2].Commodity",
    "Description",
    "Goods items",
    "D8",
    "nuts",
    `${item2}.commodity.description`,
  ],
  [
    "SingleAdministrativeDocument.AdditionalDocument[1]",
    "Type",
    "Documents",
    "D2",
    "380",
    "singleAdministrativeDocument.additionalDocuments[0].type",
  ],
  [
    "SingleAdministrativeDocument.GoodsShipment.Consignee",
    "Code",
    "Shipments",
    "L2",
    "BE0123456789",
    "singleAdministrativeDocument.goodsShipment.consignee.businessPartnerReference[0].code",
  ],
  [
    "SingleAdministrativeDocument.GoodsShipment.Consignee.BusinessPartnerReferences[1]",
    "Code",
    "Shipments",
    "L2",
    "BE0123456789",
    "singleAdministrativeDocument.goodsShipment.consignee.businessPartnerReference[0].code",
  ],
  [
    `${ITEM_2}.Commodity.InvoiceLine`,
    "ItemAmount",
    "Goods items",
    "M8",
    "310.2500",
    `${item2}.customsValue.amount`,
  ],
  [null, "StorageLocation", "Shipments", "D2", "ANTW-1", "storageLocationReference"],
  [null, "CustomsShipmentReference", "Shipments", "A2", "PO-1", "externalReference"],
  // Trailing digits, where no alias is known.
  [
    "SingleAdministrativeDocument",
    "DeclType2",
    "Shipments",
    "E2",
    "IM",
    "singleAdministrativeDocument.declType",
  ],
])("traceError() walks %s, %s to %s %s", (path, fieldName, sheet, cell, value, named) => {
  expect(traceOne(path, fieldName)).toEqual([sheet, cell, value, named]);
});

test.each([
  // An inner node: its first cell.
  [ITEM_2, "Commodity", "Goods items", "D8", "nuts", `${item2}.commodity`],
  [ITEM_2, "Packaging", "Packaging", "D4", "CT", `${item2}.packaging`],
  // A constant: the nearest cell, but its own value.
  [
    `${ITEM_2}.CustomsValue`,
    "Currency",
    "Goods items",
    "M8",
    "EUR",
    `${item2}.customsValue.currency`,
  ],
  [
    "SingleAdministrativeDocument.GoodsShipment.Consignee.BusinessPartnerReference[1]",
    "Type",
    "Shipments",
    "L2",
    "Eori",
    "singleAdministrativeDocument.goodsShipment.consignee.businessPartnerReference[0].type",
  ],
  [null, "MessageType", "Shipments", "A2", "Upsert", "messageType"],
  // A member that is missing: the nearest cell of the same item, and no value.
  [
    "SingleAdministrativeDocument.GoodsShipment.GovernmentAgencyGoodsItems[1].GoodsMeasure",
    "Nmass",
    "Goods items",
    "F7",
    null,
    "singleAdministrativeDocument.goodsShipment.governmentAgencyGoodsItems[0].goodsMeasure.Nmass",
  ],
  [`${ITEM_2}.GoodsMeasure`, "Gmass", "Goods items", "D8", null, `${item2}.GoodsMeasure.Gmass`],
  // A member of the whole message that is missing: the shipment itself.
  [
    "SingleAdministrativeDocument.GoodsShipment",
    "ExportCountry",
    "Shipments",
    "A2",
    null,
    "singleAdministrativeDocument.goodsShipment.ExportCountry",
  ],
  ["SingleAdministrativeDocument", null, "Shipments", "A2", null, "singleAdministrativeDocument"],
  // Nothing of it is known: as CAS wrote it.
  ["Consignment.Seals[3]", "Number", "Shipments", "A2", null, "Consignment.Seals[3].Number"],
])(
  "traceError() leads %s, %s to the nearest cell",
  (path, fieldName, sheet, cell, value, named) => {
    expect(traceOne(path, fieldName)).toEqual([sheet, cell, value, named]);
  },
);

test.each(["[3]", "[0]", ""])(
  "traceError() does not guess the goods item behind the index %j",
  (index) => {
    const path = `SingleAdministrativeDocument.GoodsShipment.GovernmentAgencyGoodsItems${index}.Commodity`;
    expect(traceOne(path, "Description").slice(0, 3)).toEqual(["Shipments", "A2", null]);
  },
);

test("traceError() gives one error for each field that is named", () => {
  const traced = traceError(
    error([
      { path: `${ITEM_2}.CustomsValue`, fieldName: "Amount" },
      { path: null, fieldName: null },
      { path: "SingleAdministrativeDocument", fieldName: "DeclType" },
    ]),
    accepted,
  );
  expect(traced.map(({ cell }) => cell)).toEqual(["M8", "E2"]);
  expect(traced.map(({ fieldReference }) => fieldReference.length)).toEqual([1, 1]);
});

test.each([
  [
    "SingleAdministrativeDocument.AddDeclType must be of type 'D'",
    "F2",
    "A",
    "singleAdministrativeDocument.addDeclType",
  ],
  [
    `${ITEM_2}.Commodity.Classification.Id is not in the tariff`,
    "E8",
    "73181600",
    `${item2}.commodity.classification.id`,
  ],
  ["e.g. the goods are forbidden", "A2", null, null],
  ["The goods are forbidden", "A2", null, null],
  [null, "A2", null, null],
])(
  "traceError() reads the path in the description %j when no field is named",
  (description, cell, value, path) => {
    const traced = traceError(error([], description), accepted);
    expect(traced.map((one) => [one.cell, one.value, one.path])).toEqual([[cell, value, path]]);
  },
);

test("traceError() names the sheet of the shipment's rows where addresses name none", () => {
  const csv = {
    fileName: "a.csv",
    sheet: "erp-export",
    payload: '{"externalReference":"PO-1"}',
    sources: { externalReference: "A2" },
  };
  expect(traceError(error([{ path: null, fieldName: "ExternalReference" }]), csv)).toMatchObject([
    { sheet: "erp-export", cell: "A2", value: "PO-1" },
  ]);
});

test("traceError() splits at the last exclamation mark, which a sheet's name may hold", () => {
  const odd = {
    fileName: "a.xlsx",
    sheet: "Shipments",
    payload: '{"externalReference":"PO-1"}',
    sources: { externalReference: "New!!A2" },
  };
  expect(traceError(error([]), odd)).toMatchObject([{ sheet: "New!", cell: "A2" }]);
});

test("traceError() keeps the error whole when no shipment of ours explains the declaration", () => {
  expect(
    traceError(error([{ path: "GoodsShipment", fieldName: "Consignee" }]), null),
  ).toMatchObject([
    {
      errorCode: "V0010",
      file: null,
      sheet: null,
      cell: null,
      value: null,
      path: "GoodsShipment.Consignee",
    },
  ]);
});
