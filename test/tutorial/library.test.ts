// The quick start tutorial of CAS, in the order in which it is told, by a program that uses the library.
// Source: seeds/000, steps 1 to 7.
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import { CasClient, exactNumber } from "../../src/library.ts";
import { startSimulator } from "../../src/simulator/start-simulator.ts";
import { emptyFolder } from "../support/run-cli.ts";

interface Notified {
  readonly eventType: string;
  readonly eventSubType: string;
  readonly data: { readonly id: string; readonly traderReference: string };
}

/** The seed's own example. */
const SHIPMENT = {
  direction: "IN",
  externalReference: "MY-SHIPMENT-001",
  storageLocationReference: "WAREHOUSE-01",
  messageType: "New",
  singleAdministrativeDocument: {
    declType: "IM",
    addDeclType: "Z",
    invoiceCurrency: "EUR",
    declarationOfficeCode: "BE212000",
    goodsShipment: {
      consignor: { businessPartnerReference: [{ code: "US12345678", type: "Eori" }] },
      consignee: { businessPartnerReference: [{ code: "BE0123456789", type: "Eori" }] },
      governmentAgencyGoodsItems: [
        {
          commodity: {
            description: "Electronic components",
            classification: { id: "85423190" },
          },
          goodsMeasure: { gmass: exactNumber("100.0"), nmass: exactNumber("95.0") },
          packaging: [{ type: "CT", quantity: 5, shippingMarks: "ELEC-001" }],
          customsValue: { amount: exactNumber("25000.00"), currency: "EUR" },
        },
      ],
    },
  },
};

it("the tutorial, steps 1 to 7, from code", { timeout: 60_000 }, async () => {
  const simulator = await startSimulator({
    stateFile: join(emptyFolder(), "s.jsonl"),
    timeScale: 50,
  });
  const events: Notified[] = [];
  const webhook = createServer((request, response) => {
    void text(request).then((body) => {
      events.push(JSON.parse(body) as Notified);
      response.writeHead(200).end();
    });
  });
  webhook.listen(0, "127.0.0.1");
  await once(webhook, "listening");
  const { port } = webhook.address() as AddressInfo;
  await using cas = new CasClient({
    environment: "acceptance",
    clientId: "simulator",
    clientSecret: "simulator",
    apiUrl: simulator.url,
    tokenUrl: simulator.tokenUrl,
  });
  try {
    // Steps 1 and 2: a token, and what it may do.
    const { scopes } = await cas.authorizationStatus();
    expect(scopes).toEqual(
      expect.arrayContaining(["create:messages", "read:declarations", "create:subscriptions"]),
    );

    // Step 3: a subscription for every status change.
    const subscribed = await cas.createSubscription({
      eventType: "DeclarationStatusChanged",
      destinationUrl: `http://127.0.0.1:${String(port)}/webhooks/cas`,
    });
    expect(subscribed).toMatchObject({ eventType: "DeclarationStatusChanged" });
    expect(await cas.subscriptions()).toMatchObject([{ id: subscribed.id }]);

    // Step 4: a customs shipment, accepted for processing.
    const { referenceId } = await cas.ingest("CustomsShipment", SHIPMENT);
    expect(referenceId).not.toBe("");

    // Step 5: the notification that customs has released it.
    const released = (): Notified | undefined =>
      events.find(({ eventSubType }) => eventSubType === "Released");
    for (let tries = 0; released() === undefined; tries += 1) {
      if (tries > 300) throw new Error("No notification of the release came");
      await sleep(50);
    }
    const { data } = released() as Notified;
    expect(data.traderReference).toBe("MY-SHIPMENT-001");

    // Step 6: the declaration, with its errors and attachments.
    const declaration = await cas.declaration(data.id, { include: ["errors", "attachments"] });
    expect(declaration).toMatchObject({ currentStatus: "Released", errors: [] });
    const ead = declaration.attachments.find(({ documentType }) => documentType === "EAD");
    if (ead === undefined) throw new Error("The declaration has no EAD");

    // Step 7: the attachment, by a fresh link in either form, and into a folder.
    const ref = { declarationId: data.id, attachmentId: ead.id };
    const direct = await fetch((await cas.attachmentLink(ref, { form: "redirect" })).url);
    const bytes = Buffer.from(await direct.arrayBuffer());
    expect(bytes.subarray(0, 5).toString()).toBe("%PDF-");
    const document = await cas.download(ref, emptyFolder());
    expect(readFileSync(document.path).equals(bytes)).toBe(true);
    expect(document).toMatchObject({
      sha256: createHash("sha256").update(bytes).digest("hex"),
      bytes: bytes.length,
    });
  } finally {
    webhook.close();
    webhook.closeAllConnections();
    await simulator.close();
  }
});
