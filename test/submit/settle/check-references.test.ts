// What CAS says of references that this ledger has never sent, and what becomes of their messages.
import { wordsOf } from "../../support/reasons.ts";
import { describe, expect, it } from "vitest";
import type { DeclarationSummary } from "../../../src/core/declaration.ts";
import { CannotNowError, RefusedError } from "../../../src/core/errors.ts";
import { openDeliveryDesk, type DeliveryDesk, type MessageToQueue } from "../delivery-desk.ts";
import {
  createScriptedCas,
  declarationOf,
  type CasScript,
  type ScriptedCas,
} from "../scripted-cas.ts";
import type { VirtualClock } from "../virtual-clock.ts";
import { currentLease } from "../../support/ledger-drafts.ts";

type Desk = DeliveryDesk<VirtualClock>;

const message: MessageToQueue = { reference: "S-1", content: "bolts", askFirst: true };

/** A CAS that has these declarations of S-1, which say `content`. */
function casWith(
  declarations: readonly DeclarationSummary[],
  content = "bolts",
  script: CasScript = {},
): ScriptedCas {
  return createScriptedCas({
    search: (reference) => Promise.resolve(reference === "S-1" ? declarations : []),
    document: () => ({ content }),
    ...script,
  });
}

async function bucketAfter(desk: Desk, cas: ScriptedCas): Promise<string | undefined> {
  await desk.deliver(cas);
  return (await desk.lines())[0]?.bucket;
}

describe("deliver() of a reference that this ledger has never sent", () => {
  it("sends what CAS does not have, after one question", async () => {
    await using desk = await openDeliveryDesk();
    await desk.queue([message]);
    const cas = casWith([]);
    expect(await desk.deliver(cas)).toMatchObject({ asked: 1, unchanged: 0, accepted: 1 });
    expect(cas.searched).toEqual(["S-1"]);
    expect(cas.sent).toHaveLength(1);
  });

  it.each([
    ["unchanged", "Accepted", "bolts"],
    ["unchanged", "Invalid", "bolts"],
    ["held", "Accepted", "nuts"],
    // Its declaration is not accepted, so it can be changed.
    ["accepted", "Invalid", "nuts"],
    ["accepted", "CustomsError", "nuts"],
  ])("is %s when CAS has it in status %s with %s", async (bucket, currentStatus, content) => {
    await using desk = await openDeliveryDesk();
    await desk.queue([message]);
    const cas = casWith([declarationOf("S-1", { currentStatus })], content);
    expect(await bucketAfter(desk, cas)).toBe(bucket);
    expect(cas.sent).toHaveLength(bucket === "accepted" ? 1 : 0);
    expect((await desk.lines())[0]?.declarations).toMatchObject([
      { declarationId: "D-S-1", summary: { currentStatus } },
    ]);
  });

  it.each(["Accepted", "Invalid"])("holds a New that CAS has in status %s", async (status) => {
    await using desk = await openDeliveryDesk();
    await desk.queue([{ ...message, messageType: "New" }]);
    const cas = casWith([declarationOf("S-1", { currentStatus: status })], "nuts");
    expect(await bucketAfter(desk, cas)).toBe("held");
    expect(wordsOf((await desk.lines())[0])).toMatch(/New would be refused.*Upsert/);
    expect(cas.sent).toHaveLength(0);
  });

  it("holds a New also where amending is allowed, and sends a New that CAS does not have", async () => {
    await using desk = await openDeliveryDesk();
    await desk.queue([
      { ...message, messageType: "New" },
      { ...message, reference: "S-2", messageType: "New" },
    ]);
    const cas = casWith([declarationOf("S-1")], "nuts");
    await desk.deliver(cas, { allowAmend: true });
    expect((await desk.lines()).map(({ bucket }) => bucket)).toEqual(["held", "accepted"]);
  });

  it("holds a Replace of what customs has accepted", async () => {
    await using desk = await openDeliveryDesk();
    await desk.queue([{ ...message, messageType: "Replace" }]);
    const cas = casWith([declarationOf("S-1", { currentStatus: "Accepted" })], "nuts");
    expect(await bucketAfter(desk, cas)).toBe("held");
    expect(wordsOf((await desk.lines())[0])).toContain("refuses a Replace");
  });

  const accepted = { currentStatus: "Accepted" };
  it.each<[string, ScriptedCas]>([
    [
      "several declarations",
      casWith(
        [1, 2].map((nth) =>
          declarationOf("S-1", { ...accepted, declarationId: `D-${String(nth)}` }),
        ),
      ),
    ],
    [
      "one that does not say whose it is",
      casWith([declarationOf("S-1", { ...accepted, externalReference: null, direction: null })]),
    ],
    [
      "one that names another reference in a member of its own",
      casWith([
        declarationOf("S-1", {
          ...accepted,
          externalReference: null,
          customsShipmentReference: "GEN-7",
        }),
      ]),
    ],
    [
      "one that cannot be read",
      casWith([declarationOf("S-1", accepted)], "", {
        detail: new RefusedError("request-refused", "gone", {
          status: 404,
          title: null,
          detail: null,
          errors: [],
          rawBody: "",
        }),
      }),
    ],
    [
      "one with a direction in other words",
      casWith([declarationOf("S-1", { ...accepted, direction: "Import" })]),
    ],
    [
      "one that does not show all",
      casWith([declarationOf("S-1", accepted)], "", { document: () => ({}) }),
    ],
  ])("is held when CAS shows %s", async (_what, cas) => {
    await using desk = await openDeliveryDesk();
    await desk.queue([message]);
    expect(await bucketAfter(desk, cas)).toBe("held");
    expect(cas.sent).toHaveLength(0);
  });

  it("is not held by a declaration of another shipment that CAS shows, too", async () => {
    await using desk = await openDeliveryDesk();
    await desk.queue([message]);
    const strangers = [
      declarationOf("S-9", accepted),
      declarationOf("S-1", { ...accepted, declarationId: "D-OUT", direction: "OUT" }),
    ];
    expect(await bucketAfter(desk, casWith(strangers))).toBe("accepted");
  });

  it.each([false, true])(
    "is held when its declaration stands with another shipment, unless amending is allowed (%s)",
    async (amendAllowed) => {
      await using desk = await openDeliveryDesk();
      const both = [message, { ...message, reference: "S-2" }];
      await desk.queue(both.map((one) => ({ ...one, amendAllowed })));
      const ofBoth = { ...accepted, declarationId: "D-1", externalReference: null };
      const cas = createScriptedCas({ search: () => Promise.resolve([declarationOf("", ofBoth)]) });
      const held = amendAllowed ? 0 : 2;
      expect(await desk.deliver(cas)).toMatchObject({ held, accepted: 2 - held });
    },
  );

  it("does not ask for each when CAS has no declaration at all", async () => {
    await using desk = await openDeliveryDesk();
    const many = [1, 2, 3, 4].map((nth) => ({ ...message, reference: `S-${String(nth)}` }));
    await desk.queue(many);
    const cas = createScriptedCas({ search: () => Promise.resolve([]) });
    expect(await desk.deliver(cas)).toMatchObject({ asked: 4, accepted: 4 });
    expect(cas.searched).toEqual([""]);
  });

  it("asks for each when CAS has any declaration", async () => {
    await using desk = await openDeliveryDesk();
    const many = [1, 2, 3].map((nth) => ({ ...message, reference: `S-${String(nth)}` }));
    await desk.queue(many);
    const cas = createScriptedCas({
      search: (reference) => Promise.resolve(reference === "" ? [declarationOf("X")] : []),
    });
    await desk.deliver(cas);
    expect(cas.searched.toSorted()).toEqual(["", "S-1", "S-2", "S-3"]);
  });

  it("sends nothing that could not be asked about: it stays queued for the next run", async () => {
    await using desk = await openDeliveryDesk();
    await desk.queue([message, { ...message, reference: "S-2" }]);
    let down = true;
    const cas = createScriptedCas({
      search: (reference) =>
        down && reference === "S-2"
          ? Promise.reject(new CannotNowError("server-error", "CAS answered with 503"))
          : Promise.resolve([]),
    });
    await expect(desk.deliver(cas)).rejects.toThrow(CannotNowError);
    expect(cas.sent.map((body) => body.includes("S-2"))).not.toContain(true);
    expect(await desk.books.outboxCounts()).toMatchObject({ queued: 1 });
    down = false;
    expect(await desk.deliver(cas)).toMatchObject({ asked: 1, accepted: 1 });
  });

  it("holds one whose question CAS refuses, and goes on with the others", async () => {
    await using desk = await openDeliveryDesk();
    await desk.queue([message, { ...message, reference: "S-2" }]);
    const problem = { status: 400, title: "bad", detail: null, errors: [], rawBody: "" };
    const cas = createScriptedCas({
      search: (reference) =>
        reference === "S-1"
          ? Promise.reject(new RefusedError("request-refused", "CAS answered with 400", problem))
          : Promise.resolve([]),
    });
    expect(await desk.deliver(cas)).toMatchObject({ held: 1, accepted: 1 });
    expect((await desk.lines())[0]).toMatchObject({ bucket: "held" });
  });

  it("was asked about before a crash: the next run holds it all the same", async () => {
    await using desk = await openDeliveryDesk();
    await desk.queue([message]);
    const [toAsk] = await desk.books.messagesToAskAbout(10);
    const declaration = declarationOf("S-1", accepted);
    await desk.books.recordAnswers([
      {
        ...{ versionId: toAsk?.versionId ?? "", askedAt: desk.clock.now() },
        ...{ declarations: [declaration], verdict: { kind: "may-go" } },
      },
    ]);
    const cas = casWith([declaration], "nuts");
    expect(await bucketAfter(desk, cas)).toBe("held");
    expect(cas.searched).toEqual([]);
  });

  it("is asked about once for all its versions that wait", async () => {
    await using desk = await openDeliveryDesk();
    await desk.queue([message]);
    await desk.queue([{ ...message, content: "nuts" }]);
    const cas = casWith([]);
    expect(await desk.deliver(cas)).toMatchObject({ asked: 1, accepted: 2 });
    expect(cas.searched).toEqual(["S-1"]);
  });
});

it("claim() takes nothing that is to be asked about, and the right to send stays while there is some", async () => {
  await using desk = await openDeliveryDesk();
  await desk.queue([message]);
  const now = desk.clock.now();
  const lease = await currentLease(desk.books);
  const claimed = await desk.books.claim({
    ...{ limit: 5, runId: "20261120T180000Z-0001", lease, now, deadlineAt: now },
    holdReason: () => null,
  });
  expect(claimed).toEqual([]);
  expect(await desk.books.releaseLeaseWhenIdle(lease, now)).toBe(false);
});
