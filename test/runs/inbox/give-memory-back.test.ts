import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { giveMemoryBack } from "../../../src/runs/inbox/give-memory-back.ts";

test("what nothing holds is gone at once, what is in use is not", async () => {
  const held = { some: "thing" };
  const [kept, lost] = [new WeakRef(held), new WeakRef({ some: "thing" })];
  // A reference lives on until the present work has ended.
  await setImmediate();
  giveMemoryBack();
  expect(lost.deref()).toBeUndefined();
  expect(kept.deref()).toBe(held);
});
