// The library against the simulator: what the tutorial does not need.
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import {
  CasClient,
  OutcomeUnknownError,
  RefusedError,
  type CasClientOptions,
} from "../../src/library.ts";
import { startSimulator } from "../../src/simulator/start-simulator.ts";
import { rejectionOf, startFakeCas } from "./fake-cas.ts";
import { seed } from "../simulator/conformance/seed.ts";
import { emptyFolder } from "../support/run-cli.ts";

async function started(options: Partial<CasClientOptions> = {}): Promise<CasClient> {
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
  return cas;
}

test("a declaration that CAS found wrong is corrected from code", { timeout: 60_000 }, async () => {
  const cas = await started();
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
  const cas = await started();
  const refused = await rejectionOf(cas.ingest("CustomsShipment", { direction: "SIDEWAYS" }));
  expect(refused).toBeInstanceOf(RefusedError);
  const named = expect.objectContaining({ path: "direction" }) as unknown;
  expect(refused).toMatchObject({
    problem: { errors: expect.arrayContaining([named]) as unknown },
  });
  expect(await rejectionOf(cas.declaration("1"))).toMatchObject({ problem: { status: 404 } });
});

test("a lost answer is an unknown outcome, sent once, with a next step that fits a program", async () => {
  const lost = await startFakeCas({ answer: (_seen, response) => response.destroy() });
  const { apiUrl, tokenUrl } = lost.settings;
  const cas = new CasClient({
    ...{ environment: "acceptance", clientId: "a", clientSecret: "b", apiUrl, tokenUrl },
  });
  onTestFinished(() => cas.close());
  const error = await rejectionOf(cas.ingest("CustomsShipment", "{}"));
  expect(error).toBeInstanceOf(OutcomeUnknownError);
  expect(error).toMatchObject({ hint: expect.not.stringContaining("resume") as string });
  expect(lost.calls).toHaveLength(1);
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
