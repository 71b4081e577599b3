// What the answers say about a shipment besides its data: deduced from the message, as CAS deduces
// from master data. Source: the member names by analogy with seeds/000 step 5; every deduction
// here is assumed.
import type { Direction } from "../../core/shipment.ts";
import {
  childAt,
  goodsShipmentOf,
  partnerCodeOf,
  sadOf,
  textAt,
  type Content,
} from "./message-content.ts";

export interface ShipmentFacts {
  readonly jurisdiction: string;
  readonly customsFlow: string;
  readonly customsFlowStep: string;
  readonly storageLocation: string | null;
  readonly ucr: string | null;
  readonly shipFrom: string | null;
  readonly shipTo: string | null;
}

const DEFAULT_JURISDICTION = "BE";

export function shipmentFacts(message: Content, direction: Direction): ShipmentFacts {
  const goodsShipment = goodsShipmentOf(message);
  const office = textAt(sadOf(message), "declarationOfficeCode");
  const jurisdiction = countryPrefix(office) ?? DEFAULT_JURISDICTION;
  const customsFlow =
    textAt(message, "customsFlow") ??
    (direction === "IN" ? `IN${jurisdiction}_H1` : `OUT${jurisdiction}_B1`);
  return {
    jurisdiction,
    customsFlow,
    customsFlowStep: customsFlow,
    storageLocation: textAt(message, "storageLocationReference"),
    ucr: textAt(childAt(goodsShipment, "ucr"), "traderReference"),
    shipFrom:
      textAt(goodsShipment, "exportCountry") ??
      countryPrefix(partnerCodeOf(childAt(goodsShipment, "consignor"))),
    shipTo:
      textAt(goodsShipment, "destinationCountry") ??
      countryPrefix(partnerCodeOf(childAt(goodsShipment, "consignee"))),
  };
}

/** The country that an office code or an EORI starts with. */
function countryPrefix(code: string | null): string | null {
  return code !== null && /^[A-Z]{2}/.test(code) ? code.slice(0, 2) : null;
}
