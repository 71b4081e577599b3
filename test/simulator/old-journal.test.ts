import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { EVENING_MS, handClock, openSession, temporaryStateFile } from "./simulator-session.ts";

test("a state file of the version that knew shipments only is read and goes on", async () => {
  const stateFile = temporaryStateFile();
  copyFileSync(join(import.meta.dirname, "journals/before-other-kinds.jsonl"), stateFile);
  const session = await openSession({ stateFile, clock: handClock(EVENING_MS + 12_000) });
  const [declaration] = await session.search();
  expect(await session.search()).toMatchObject([
    { externalReference: "A", currentStatus: "Accepted", mrn: expect.any(String) as string },
  ]);
  session.clock.move(10_000);
  const path = `/v1/declarations/${declaration?.declarationId ?? ""}`;
  const detail = await session.get(`${path}?include=attachments`);
  expect(detail.json).toMatchObject({
    currentStatus: "Released",
    singleAdministrativeDocument: { invoiceCurrency: "USD" },
    attachments: [{ documentType: "EAD" }, { documentType: "EAD" }],
  });
  expect((await session.ask("POST", `${path}/amend`)).status).toBe(202);
  session.clock.move(1000);
  expect(await session.statusOf("A")).toEqual(["Amendable"]);
});
