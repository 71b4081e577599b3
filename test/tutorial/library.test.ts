// The quick start tutorial of CAS, in the order in which it is told, by a program that imports the library, with the
// tutorial's own shipment word for word. Source: seeds/000, steps 1 to 7.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { CasClient, RefusedError, type CasClientOptions } from "../../src/library.ts";
import { startSimulator, type Simulator } from "../../src/simulator/start-simulator.ts";
import { rejectionOf } from "../cas/fake-cas.ts";
import { seed } from "../simulator/conformance/seed.ts";
import { startReceiver } from "../simulator/webhook-receiver.ts";
import { emptyFolder } from "../support/run-cli.ts";

const KEY = "a-key-of-32-characters-at-least-1";

async function started(options: Partial<CasClientOptions> = {}): Promise<{
  readonly simulator: Simulator;
  readonly cas: CasClient;
}> {
  const stateFile = join(emptyFolder(), "s.jsonl");
  const simulator = await startSimulator({ stateFile, timeScale: 100 });
  onTestFinished(() => simulator.close());
  const cas = new CasClient({
    environment: "simulator",
    clientId: "simulator",
    clientSecret: "simulator",
    apiUrl: simulator.url,
    ratePerSecond: Infinity,
    ...options,
  });
  onTestFinished(() => cas.close());
  return { simulator, cas };
}

test("the tutorial, steps 1 to 7, from code", { timeout: 60_000 }, async () => {
  const { simulator, cas } = await started();

  // Steps 1 and 2: a token, and what it may do.
  const { tenant, scopes } = await cas.authorizationStatus();
  expect(scopes).toEqual(
    expect.arrayContaining(["create:messages", "read:declarations", "create:subscriptions"]),
  );

  // Step 3: a webhook that a key protects, and a subscription for every status change.
  const receiver = await startReceiver();
  const subscription = await cas.createSubscription({
    eventType: "DeclarationStatusChanged",
    destinationUrl: receiver.url,
    protection: { kind: "api-key", header: "X-Api-Key", key: KEY },
  });
  expect(await cas.subscriptions()).toMatchObject([
    { id: subscription.id, eventType: "DeclarationStatusChanged", eventSubType: null },
  ]);

  // Step 4: a customs shipment, accepted for processing.
  const receipt = await cas.ingest("CustomsShipment", seed("000-step-4-customs-shipment"));
  expect(receipt.referenceId).toMatch(/^[0-9a-f-]{36}$/);

  // Step 5: the notification that customs has released it.
  const findReleased = () =>
    receiver.received.find(({ event }) => event.eventSubType === "Released");
  await expect.poll(findReleased, { timeout: 30_000 }).toBeDefined();
  const released = findReleased();
  expect(released?.headers["x-api-key"]).toBe(KEY);
  expect(released?.event).toMatchObject({
    tenantId: tenant,
    data: { traderReference: "MY-SHIPMENT-001" },
  });
  const declarationId = String(released?.event.data["id"]);

  // Step 6: the declaration, with its errors and attachments.
  const include = ["errors", "attachments"] as const;
  const declaration = await cas.declaration(declarationId, { include });
  expect(declaration).toMatchObject({ declarationId, currentStatus: "Released", errors: [] });
  const found: string[] = [];
  for await (const one of cas.searchAll({ externalReference: "MY-SHIPMENT-001" })) {
    found.push(one.declarationId);
  }
  expect(found).toEqual([declarationId]);

  // Step 7: the attachment, by both forms of its link and by its type; the token goes nowhere else.
  const attachment = declaration.attachments.find(({ documentType }) => documentType === "EAD");
  const attachmentId = attachment?.id ?? "";
  for (const form of ["url", "redirect"] as const) {
    for (const type of [{}, { documentType: "EAD" }]) {
      const { url } = await cas.attachmentLink({ declarationId, attachmentId, ...type }, { form });
      expect(new URL(url).origin).not.toBe(new URL(simulator.url).origin);
      const answer = await fetch(url);
      const bytes = Buffer.from(await answer.arrayBuffer());
      expect(bytes.subarray(0, 5).toString()).toBe("%PDF-");
      const document = await cas.download({ declarationId, attachmentId, ...type }, emptyFolder());
      expect(readFileSync(document.path).equals(bytes)).toBe(true);
      expect(document.sha256).toBe(createHash("sha256").update(bytes).digest("hex"));
    }
  }

  await cas.deleteSubscription(subscription.id);
  expect(await cas.subscriptions()).toEqual([]);
});

test("a declaration that CAS found wrong is corrected from code", { timeout: 60_000 }, async () => {
  const { cas } = await started();
  const message = JSON.parse(seed("000-step-4-customs-shipment")) as {
    singleAdministrativeDocument: object;
  };
  // Source: seeds/002, Errors: an office in the Netherlands wants `D`.
  const wrong = { ...message.singleAdministrativeDocument, declarationOfficeCode: "NL000567" };
  await cas.ingest("CustomsShipment", { ...message, singleAdministrativeDocument: wrong });
  const query = { externalReference: "MY-SHIPMENT-001", currentStatus: ["Invalid"] };
  const invalid = async (): Promise<string | undefined> => {
    for await (const { declarationId } of cas.searchAll(query)) return declarationId;
    return undefined;
  };
  await expect.poll(invalid, { timeout: 30_000 }).toBeDefined();
  const declarationId = (await invalid()) ?? "";
  expect((await cas.declaration(declarationId)).errors).toMatchObject([{ errorCode: "V0010" }]);

  const body = { singleAdministrativeDocument: { addDeclType: "D" } };
  expect(await cas.changeDeclaration({ kind: "update", declarationId, body })).toMatchObject({
    status: 202,
  });
  const statusOf = async () => (await cas.declaration(declarationId)).currentStatus;
  await expect.poll(statusOf, { timeout: 30_000 }).toBe("Validated");

  const start = { kind: "action", declarationId } as const;
  await cas.changeDeclaration({ ...start, action: "submit", body: null });
  await expect.poll(statusOf, { timeout: 30_000 }).toBe("Released");
  const reason = { reason: "Sent twice" };
  await cas.changeDeclaration({ ...start, action: "invalidate", body: reason });
  await expect.poll(statusOf, { timeout: 30_000 }).toMatch(/^Invalidat|^Cancelled/);
});

test("errors tell a program what to do", async () => {
  const { cas } = await started();
  const refused = await rejectionOf(cas.ingest("CustomsShipment", { direction: "SIDEWAYS" }));
  expect(refused).toBeInstanceOf(RefusedError);
  const named = expect.objectContaining({ path: "direction" }) as unknown;
  expect(refused).toMatchObject({
    problem: { errors: expect.arrayContaining([named]) as unknown },
  });
  expect(await rejectionOf(cas.declaration("1"))).toMatchObject({ problem: { status: 404 } });
});

test.each<[string, Partial<CasClientOptions>]>([
  [
    "environment-mismatch",
    { environment: "production", apiUrl: "https://api-acc.customs4trade.com" },
  ],
  ["insecure-url", { environment: "production", apiUrl: "http://cas.example.com" }],
  ["configuration-invalid", { environment: "simulator", apiUrl: "" }],
  ["configuration-invalid", { environment: "acceptance", endpoints: { declaration: "/v1/x" } }],
])("a client is refused with %s for %j", (code, options) => {
  const credentials = { environment: "acceptance", clientId: "a", clientSecret: "b" } as const;
  expect(() => new CasClient({ ...credentials, ...options })).toThrow(
    expect.objectContaining({ code }),
  );
});
