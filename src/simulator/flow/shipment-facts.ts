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

export type FlowStep = "export" | "import";

export interface ShipmentFacts {
  readonly jurisdiction: string;
  readonly customsFlow: string;
  readonly customsFlowStep: string;
  readonly storageLocation: string | null;
  readonly ucr: string | null;
  /** Of an excise movement; only as the message gives it. */
  readonly arc: string | null;
  readonly shipFrom: string | null;
  readonly shipTo: string | null;
}

const DEFAULT_JURISDICTION = "BE";

/** @param step in a flow of two steps, the one of them that a declaration belongs to */
export function shipmentFacts(
  message: Content,
  direction: Direction,
  step: FlowStep | null = null,
): ShipmentFacts {
  const goodsShipment = goodsShipmentOf(message);
  const office = textAt(sadOf(message), "declarationOfficeCode");
  const officeCountry = countryPrefix(office) ?? DEFAULT_JURISDICTION;
  const shipFrom =
    textAt(goodsShipment, "exportCountry") ??
    countryPrefix(partnerCodeOf(childAt(goodsShipment, "consignor")));
  // The export is declared where the goods leave, the import where the office is.
  const jurisdiction = step === "export" ? (shipFrom ?? officeCountry) : officeCountry;
  const customsFlow =
    textAt(message, "customsFlow") ??
    (direction === "IN" ? `IN${officeCountry}_H1` : `OUT${officeCountry}_B1`);
  const stepName = { export: `OUT${jurisdiction}_B1`, import: `IN${jurisdiction}_H1` };
  return {
    jurisdiction,
    customsFlow,
    customsFlowStep: step === null ? customsFlow : stepName[step],
    storageLocation: textAt(message, "storageLocationReference"),
    arc: textAt(sadOf(message), "arc"),
    ucr: textAt(childAt(goodsShipment, "ucr"), "traderReference"),
    shipFrom,
    shipTo:
      textAt(goodsShipment, "destinationCountry") ??
      countryPrefix(partnerCodeOf(childAt(goodsShipment, "consignee"))),
  };
}

/** The country that an office code or an EORI starts with. */
function countryPrefix(code: string | null): string | null {
  return code !== null && /^[A-Z]{2}/.test(code) ? code.slice(0, 2) : null;
}
