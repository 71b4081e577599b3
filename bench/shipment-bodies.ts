// Bodies of shipments for the sending benches, as large as a usual one.
import { type JsonObject, parseJson, isJsonObject } from "../src/core/json.ts";

export function shipmentBodies(count: number): readonly JsonObject[] {
  return Array.from({ length: count }, (_, index) => {
    const body = parseJson(
      JSON.stringify({
        externalReference: `BENCH-${String(index).padStart(7, "0")}`,
        direction: "IN",
        messageType: "Upsert",
        storageLocationReference: "WAREHOUSE-01",
        singleAdministrativeDocument: {
          declType: "IM",
          addDeclType: "A",
          invoiceCurrency: "EUR",
          declarationOfficeCode: "BE212000",
          goodsShipment: {
            consignor: { businessPartnerReference: [{ code: "US12345678", type: "Eori" }] },
            consignee: { businessPartnerReference: [{ code: "BE0123456789", type: "Eori" }] },
            governmentAgencyGoodsItems: [1, 2, 3].map((item) => ({
              commodity: {
                description: `Goods ${String(item)}`,
                classification: { id: "85423190" },
              },
              goodsMeasure: { gmass: 100 + item, nmass: 95 + item },
              packaging: [{ type: "CT", quantity: item, shippingMarks: `B-${String(index)}` }],
              customsValue: { amount: 25_000 + index / 100, currency: "EUR" },
            })),
          },
        },
      }),
    );
    if (!isJsonObject(body)) throw new Error("A body is an object");
    return body;
  });
}
