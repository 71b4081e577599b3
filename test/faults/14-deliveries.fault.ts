// The receiver of notifications: what it acknowledges it has for good, once, whatever happens around it.
import { expect } from "vitest";
import { floodOfDuplicates, killedFloods, siege } from "../support/fault-deliveries.ts";
import { builtProgram } from "../support/fault-program.ts";
import { faultRow, isDeep, pointsOf } from "../support/fault-row.ts";

const SOCKETS = 200;
const P99_MS_MAX = 500;
const HONEST_P99_MS_MAX = 1_000;
const PEAK_MIB_MAX = 256;

faultRow("deliveries, each five times", async () => {
  const events = isDeep ? 10_000 : 2_000;
  const found = await floodOfDuplicates(builtProgram, events, SOCKETS);
  const { deliveries, acknowledged, lost, doubled, p99Ms, peakMiB } = found;
  expect(acknowledged).toBe(deliveries);
  expect(p99Ms).toBeLessThanOrEqual(P99_MS_MAX);
  expect(peakMiB).toBeLessThanOrEqual(PEAK_MIB_MAX);
  const also = `p99 ${p99Ms.toFixed(0)} ms, ${peakMiB.toFixed(0)} MiB`;
  return { points: deliveries, lost, doubled, inverted: 0, also };
});

faultRow("deliveries, kill -9 in the flood", async () => {
  const found = await killedFloods(builtProgram, pointsOf(30, 200));
  const { kills, acknowledged, lost, doubled } = found;
  return {
    points: kills,
    lost,
    doubled,
    inverted: 0,
    also: `${String(acknowledged)} acknowledged`,
  };
});

faultRow("deliveries beside forged, oversized, slow ones", async () => {
  const { hostile, accepted, honest, lost, honestP99Ms } = await siege(builtProgram, 500);
  expect(accepted).toBe(0);
  expect(honest).toBeGreaterThan(100);
  expect(honestP99Ms).toBeLessThanOrEqual(HONEST_P99_MS_MAX);
  const also = `${String(honest)} honest, p99 ${honestP99Ms.toFixed(0)} ms`;
  return { points: hostile, lost, doubled: accepted, inverted: 0, also };
});
