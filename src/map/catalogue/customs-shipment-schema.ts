// The form of a CustomsShipment as far as it is known: the last line of defence behind the cell readers.
// Members that it does not know pass, because tenants have more fields than the public pages show.
import * as z from "zod";
import { isJsonNumber, type JsonNumber } from "../../core/json.ts";

export const exactNumber = z.custom<JsonNumber>(isJsonNumber, "A number is needed");
export const text = z.string().min(1);

const partner = z.looseObject({
  businessPartnerReference: z
    .array(z.looseObject({ code: text, type: text.optional() }))
    .optional(),
});

const goodsItem = z.looseObject({
  commodity: z.looseObject({
    description: text,
    classification: z.looseObject({ id: text.optional() }).optional(),
  }),
  goodsMeasure: z
    .looseObject({ gmass: exactNumber.optional(), nmass: exactNumber.optional() })
    .optional(),
  packaging: z
    .array(
      z.looseObject({
        type: text.optional(),
        quantity: exactNumber.optional(),
        shippingMarks: text.optional(),
      }),
    )
    .optional(),
  customsValue: z
    .looseObject({ amount: exactNumber.optional(), currency: text.optional() })
    .optional(),
});

/** Source: seeds/000, Create a customs shipment; seeds/002, Errors; seeds/004, Message types. */
export const customsShipmentSchema = z.looseObject({
  direction: z.enum(["IN", "OUT"]),
  externalReference: text,
  messageType: z.enum(["New", "Replace", "Update", "Upsert"]),
  storageLocationReference: text.optional(),
  singleAdministrativeDocument: z
    .looseObject({
      declType: text.optional(),
      addDeclType: text.optional(),
      invoiceCurrency: text.optional(),
      declarationOfficeCode: text.optional(),
      agentStatus: text.optional(),
      agent: partner.optional(),
      additionalDocuments: z
        .array(
          z.looseObject({
            category: text.optional(),
            type: text.optional(),
            refNum: text.optional(),
          }),
        )
        .optional(),
      goodsShipment: z
        .looseObject({
          consignor: partner.optional(),
          consignee: partner.optional(),
          governmentAgencyGoodsItems: z.array(goodsItem).optional(),
        })
        .optional(),
    })
    .optional(),
});
