// Movement orders are read back at CAS, however many of them the last days have brought.
import { expect, test } from "vitest";
import { readBackMessages } from "../../src/reconcile/read-back.ts";
import { openDeliveryDesk } from "../submit/delivery-desk.ts";
import { createScriptedCas } from "../submit/scripted-cas.ts";
import { systemClock } from "../../src/core/time/clock.ts";
import type { MessageToReadBack } from "../../src/ledger/contract/read-back.ts";

test("readBackMessages() says that it did not read all of them", async () => {
  const orders: readonly MessageToReadBack[] = Array.from({ length: 5_001 }, (_, index) => ({
    shipmentId: String(index),
    key: { kind: "MovementOrder", direction: null, externalReference: `MO-${String(index)}` },
  }));
  const logged: string[] = [];
  const read: string[] = [];
  await readBackMessages({
    client: {
      movementOrder: (reference) => {
        read.push(reference);
        return Promise.resolve({ raw: '{"status":"Processed"}' });
      },
    },
    books: {
      messagesToReadBack: ({ limit }) => Promise.resolve(orders.slice(0, limit)),
      recordReadBack: () => Promise.resolve(true),
    },
    clock: systemClock,
    log: (level, message) => logged.push(`${level}: ${message}`),
    onProgress: () => undefined,
    signal: new AbortController().signal,
  });
  expect(read).toHaveLength(5_000);
  expect(logged).toEqual([
    "info: 5,000 movement orders read at CAS, 5000 changed",
    expect.stringMatching(/^warn: There are more movement orders than the 5,000/),
  ]);
});

test("messagesToReadBack() begins with what was never read, then with what was read longest ago", async () => {
  await using desk = await openDeliveryDesk();
  const references = ["MO-1", "MO-2", "MO-3"];
  await desk.queue(
    references.map((reference) => ({ reference, kind: "MovementOrder", messageType: "New" })),
  );
  await desk.deliver(createScriptedCas());
  const options = { kinds: ["MovementOrder"], acceptedSince: new Date(0), limit: 2 } as const;
  const read = async (): Promise<readonly string[]> => {
    const page = await desk.books.messagesToReadBack(options);
    for (const { shipmentId } of page) {
      await desk.clock.sleep(1_000);
      const readAt = desk.clock.now();
      await desk.books.recordReadBack(shipmentId, { readAt, status: null, answer: "{}" });
    }
    return page.map(({ key }) => key.externalReference);
  };
  expect([await read(), await read(), await read()]).toEqual([
    ["MO-1", "MO-2"],
    ["MO-3", "MO-1"],
    ["MO-2", "MO-3"],
  ]);
});
