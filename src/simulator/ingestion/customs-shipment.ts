// What a customs shipment must be to be taken in: the checks of format and structure that CAS makes while the
// caller waits. What they refuse is answered with 400 and never processed; the OpenAPI description shows the
// same schemas. Source: seeds/000 step 4 for the members; seeds/003, Ingestion API endpoints, for the checks;
// which members they cover is assumed. Members that are not named here pass.
import * as z from "zod";
import { countryCodes } from "../../core/codes/countries.ts";

const OBJECT = "must be an object";
const NOT_BLANK = "must be text that is not blank";

const number = z.number("must be a JSON number").optional();

function list<Element extends z.ZodType>(element: Element) {
  return z.array(element, "must be an array").optional();
}

export const goodsItem = z
  .looseObject(
    {
      goodsMeasure: z.looseObject({ gmass: number, nmass: number, qty: number }, OBJECT).optional(),
      packaging: list(z.looseObject({ quantity: number }, OBJECT)),
      customsValue: z.looseObject({ amount: number }, OBJECT).optional(),
    },
    OBJECT,
  )
  .meta({ id: "GoodsItem" });

const COUNTRY = "must be an ISO 3166 alpha-2 country code";

export const singleAdministrativeDocument = z
  .looseObject(
    {
      goodsShipment: z
        .looseObject(
          {
            exportCountry: z
              .string(COUNTRY)
              .refine((code) => countryCodes.has(code), COUNTRY)
              .optional(),
            trxNatCode: number,
            governmentAgencyGoodsItems: list(goodsItem),
          },
          OBJECT,
        )
        .optional(),
    },
    OBJECT,
  )
  .meta({ id: "SingleAdministrativeDocument" });

export const customsShipment = z
  .looseObject(
    {
      externalReference: z.string(NOT_BLANK).regex(/\S/, NOT_BLANK),
      direction: z.enum(["IN", "OUT"], "must be IN or OUT"),
      messageType: z
        .enum(["New", "Replace", "Update", "Upsert"], "must be New, Replace, Update or Upsert")
        // Source: seeds/004, Message types.
        .nullable()
        .default("New"),
      storageLocationReference: z.string("must be text").optional(),
      singleAdministrativeDocument,
    },
    "must be a JSON object",
  )
  .meta({ id: "CustomsShipment" });
