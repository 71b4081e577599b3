// A message whose first attempt had arrived after all, unanswered, and that was to be sent again,
// was held for good as a change of what customs had accepted: it never became accepted, and the way
// out that was named sent it a second time.
import { textReason, wordsOf } from "../support/reasons.ts";
import { expect, test } from "vitest";
import type { DeclarationSummary } from "../../src/core/declaration.ts";
import type { AttemptOutcome } from "../../src/ledger/contract/outbox.ts";
import { createLineDecider } from "../../src/submit/limits/decide-line.ts";
import { holder, openDeliveryDesk } from "../submit/delivery-desk.ts";
import { createScriptedCas, declarationOf } from "../submit/scripted-cas.ts";
import { currentLease } from "../support/ledger-drafts.ts";

type Desk = Awaited<ReturnType<typeof openDeliveryDesk>>;

async function attempt(desk: Desk, outcome: "unknown" | "returned"): Promise<string> {
  const now = desk.clock.now();
  const lease = await currentLease(desk.books);
  const [message] = await desk.books.claim({
    ...{ limit: 1, runId: "20261120T180000Z-0001", lease, now, deadlineAt: now },
    holdReason: () => null,
  });
  const attemptId = message?.attemptId ?? "";
  const ended: AttemptOutcome =
    outcome === "unknown"
      ? { attemptId, at: now, kind: "unknown", reason: textReason("No answer") }
      : { attemptId, at: now, kind: "returned", reason: textReason("503"), notBefore: now };
  await desk.books.recordOutcomes([ended]);
  return attemptId;
}

/** Sent without an answer, to be sent again, not taken by CAS; then reconcile sees a declaration. */
async function arrivedUnseen(desk: Desk, returned: boolean): Promise<DeclarationSummary> {
  await desk.queue([{ reference: "S-1", content: "ours" }]);
  const attemptId = await attempt(desk, "unknown");
  const reason = textReason("Ada: CAS does not have it");
  await desk.books.settleUnknown(attemptId, { kind: "resend", reason, at: desk.clock.now() });
  if (returned) await attempt(desk, "returned");
  await desk.clock.sleep(60_000);
  const declaration = declarationOf("S-1", {
    ...{ currentStatus: "Accepted", creationDate: "2026-11-20T18:00:30Z" },
  });
  const [shipment] = await desk.books.findShipments(["S-1"]);
  await desk.books.recordDeclarations([
    {
      ...{ summary: declaration, shipmentId: shipment?.shipmentId ?? "", source: "search" },
      observedAt: desk.clock.now(),
    },
  ]);
  return declaration;
}

test.each([false, true])(
  "a message that has arrived by an unanswered attempt is accepted, not held (sent back since: %s)",
  async (returned) => {
    await using desk = await openDeliveryDesk();
    const declaration = await arrivedUnseen(desk, returned);
    const cas = createScriptedCas({
      search: () => Promise.resolve([declaration]),
      document: () => ({ content: "ours" }),
    });
    expect(await desk.deliver(cas)).toMatchObject({
      ...{ held: 0, unknown: 0, unsent: 0, settled: { arrived: 1, resent: 0 } },
    });
    expect(cas.sent).toEqual([]);
    expect(await desk.lines()).toMatchObject([
      { bucket: "accepted", reason: { code: "declaration-found" } },
    ]);
  },
);

test("where it cannot be told, it is left to a person, with no word of changed content", async () => {
  await using desk = await openDeliveryDesk();
  const declaration = await arrivedUnseen(desk, true);
  const cas = createScriptedCas({
    search: () => Promise.resolve([declaration]),
    document: () => ({ content: "somebody else's" }),
  });
  expect(await desk.deliver(cas)).toMatchObject({ held: 0, unknown: 1 });
  expect(cas.sent).toEqual([]);
  const [line] = await desk.lines();
  expect(line).toMatchObject({ bucket: "unknown" });
  expect(wordsOf(line)).toMatch(/--settle.*S-1=arrived/);
  expect(wordsOf(line)).not.toContain("has changed");
});

test("what a person has decided with the declaration in sight is held as what it is", async () => {
  await using desk = await openDeliveryDesk();
  await arrivedUnseen(desk, true);
  await desk.deliver(createScriptedCas());
  const [line] = await desk.lines();
  // CAS did not know it in all enquiries, so it was to be sent again, and would amend.
  expect(line).toMatchObject({ bucket: "held" });
  expect(wordsOf(line)).toMatch(
    /^A declaration of this shipment is in status Accepted: sending this/,
  );
});

test("the ledger says which attempt it may have arrived by, before CAS is asked", async () => {
  await using desk = await openDeliveryDesk();
  await arrivedUnseen(desk, true);
  const now = desk.clock.now();
  const lease = await desk.books.acquireLease(holder, 60_000);
  const claimed = await desk.books.claim({
    ...{ limit: 1, runId: "20261120T180000Z-0001", lease, now, deadlineAt: now },
    holdReason: ({ before }) => (before === "may-have-arrived" ? textReason("filed") : null),
  });
  expect(claimed).toEqual([]);
  expect(await desk.books.outboxCounts()).toMatchObject({ queued: 0, unknown: 1 });
  expect(wordsOf((await desk.lines())[0])).toMatch(
    /^It may have arrived by the attempt of 2026-11-20 18:00:00 UTC, .+ declaration .+ in status Accepted/,
  );
});

test("content that was held is not called changed when it comes in again", () => {
  const decide = createLineDecider({
    ...{ allowAmend: false, retryRefused: false },
    acceptedAndBeyond: (status) => status === "Accepted",
  });
  const draft = {
    messageKind: "CustomsShipment",
    messageType: "Upsert",
    payload: "{}",
    contentHash: "a",
    sources: {},
  } as const;
  const held = { versionId: "1", versionNumber: 1, contentHash: "a" };
  const key = { direction: "IN", externalReference: "S-1" } as const;
  const own = { fileName: "orders.xlsx", time: "2026-11-20", isKnown: true };
  const decision = decide(
    draft,
    {
      ...{ shipmentId: "1", declarationStatuses: ["Accepted"] },
      versions: [{ ...held, state: "held" }],
    },
    { key, own: () => own, inRun: () => null, saying: () => null },
  );
  expect(decision).toMatchObject({ kind: "held" });
  expect(JSON.stringify(decision)).not.toContain("has changed");
});
