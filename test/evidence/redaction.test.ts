import { describe, expect, test } from "vitest";
import { isPersonalPath } from "../../src/core/personal-data.ts";
import { createRedaction } from "../../src/evidence/redaction.ts";

describe("isPersonalPath()", () => {
  test.each([
    "goodsShipment.consignee.name",
    "importers[0].name",
    "deliveryParty.address.street",
    "goodsShipment.notifyParties[1].name",
    "goodsShipment.additionalSupplyChainActors[0].identificationNumber",
    "warehouseKeeper.name",
    "holderOfAuthorisation.name",
    "consignee.contactPersons[0].phoneNumber",
    "importerName",
    "sellerVatNumber",
    "SingleAdministrativeDocument.Importer.Code",
    "goodsShipment.eori",
    "vatNumber",
  ])("%s", (path) => {
    expect(isPersonalPath(path)).toBe(true);
  });

  test.each([
    "externalReference",
    "goodsShipment.ucr.traderReference",
    "agentStatus",
    "goodsShipment.consignee.country",
    "storageLocationReference",
    "goodsShipment.consignment.borderTransportMeans.identification",
    "governmentAgencyGoodsItems[0].commodity.classification.id",
    "lastUpdated",
  ])("not %s", (path) => {
    expect(isPersonalPath(path)).toBe(false);
  });
});

describe("createRedaction()", () => {
  test("takes out what stood in CAS before a change by hand", () => {
    const redaction = createRedaction();
    const change = { path: "goodsShipment.consignee.name", before: "Griet Maes", after: null };
    redaction.collect({ was: { changes: { shown: [change] } } });

    const told = redaction.redacted({ change, text: 'name: "Griet Maes" is gone' });

    expect(JSON.stringify(told)).not.toContain("Griet");
  });

  test("takes out the whole of a name of which a part is a name, whatever letters stand around", () => {
    const redaction = createRedaction();
    redaction.collect({ agent: { name: "Jan" }, consignee: { name: "Jan Peeters" } });

    // Small, this letter is longer.
    expect(redaction.redacted("İ: Jan Peeters")).not.toContain("Peeters");
  });
});
