import { expect, test } from "vitest";
import { createClaimSize } from "../../../src/submit/limits/claim-size.ts";
import { createVirtualClock } from "../virtual-clock.ts";

/** Claims as the delivery does while it sends `ratePerSecond`: one low water full at a time. */
async function sizeAtRate(ratePerSecond: number): Promise<number> {
  const clock = createVirtualClock();
  const claimSize = createClaimSize(clock, { first: 8, max: 256, everyMs: 25 });
  while (clock.elapsedMs() < 2_000) {
    const count = Math.max(1, claimSize.current() - claimSize.lowWater());
    claimSize.claimed(count);
    await clock.sleep((count / ratePerSecond) * 1_000);
  }
  return claimSize.current();
}

test.each([
  [10, 1],
  [400, 20],
  [2_800, 140],
  [12_000, 256],
])("createClaimSize() claims ahead what %i per second take in 50 ms: %i", async (rate, size) => {
  expect(Math.abs((await sizeAtRate(rate)) - size)).toBeLessThanOrEqual(1);
});

test("createClaimSize() does not grow while no time passes", () => {
  const claimSize = createClaimSize(createVirtualClock(), { first: 8, max: 256, everyMs: 25 });
  for (let claim = 0; claim < 20; claim += 1) claimSize.claimed(claimSize.current());
  expect(claimSize.current()).toBe(8);
});
