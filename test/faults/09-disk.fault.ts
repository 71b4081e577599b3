// ENOSPC and EIO at writes of the ledger, and a disk of one MiB: no request goes out whose intent
// could not be written (else it would be sent twice), and the work is ended once there is room.
import { expect } from "vitest";
import { canMount, diskCalls, failDisk, fillDisk, type DiskFault } from "../support/fault-disk.ts";
import { builtProgram, forEachAtOnce } from "../support/fault-program.ts";
import { faultRow, pointsOf } from "../support/fault-row.ts";
import { hasStrace } from "../support/fault-strace.ts";
import { addVerdicts } from "../support/fault-verdict.ts";

const AT_ONCE = 3;
const FULL_DISKS = [100, 200, 400, 800];

faultRow("ENOSPC and EIO at writes of the ledger", async ({ skip }) => {
  if (!hasStrace) skip("strace is missing");
  const calls = await diskCalls(builtProgram);
  const points = pointsOf(196, 4_000);
  const faults = Array.from({ length: points }, (_, index): DiskFault => {
    const call = calls[Math.floor(((index + Math.random()) * calls.length) / points)];
    if (call === undefined) throw new Error("A run without writes");
    const error = call.name === "pwrite64" && index % 2 === 0 ? "ENOSPC" : "EIO";
    return { call, error, howMany: [1, 5, Infinity][index % 3] ?? 1 };
  });
  const results = await forEachAtOnce(faults, AT_ONCE, (fault) => failDisk(builtProgram, fault));
  expect(results.flatMap(({ complaints }) => complaints)).toEqual([]);
  return { points, ...addVerdicts(results) };
});

faultRow("the ledger on a disk of 1 MiB", async ({ skip }) => {
  if (!canMount()) skip("only root may mount");
  const results = await forEachAtOnce(FULL_DISKS, 2, (count) => fillDisk(builtProgram, count));
  expect(results.flatMap(({ complaints }) => complaints)).toEqual([]);
  return { points: FULL_DISKS.length, ...addVerdicts(results) };
});
