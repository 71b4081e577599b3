// kill -9 at every ledger write and every socket write of a run of 200 shipments (in CI 300 of
// them), then `resume`.
import { expect } from "vitest";
import { killPoints } from "../support/fault-kill.ts";
import { builtProgram } from "../support/fault-program.ts";
import { faultRow, pointsOf } from "../support/fault-row.ts";
import { hasStrace } from "../support/fault-strace.ts";

faultRow("kill -9 at writes of the ledger and of sockets, then resume", async ({ skip }) => {
  if (!hasStrace) skip("strace is missing");
  const result = await killPoints(builtProgram, pointsOf(300, Infinity));
  const { points, lost, doubled, inverted, complaints, killed } = result;
  expect(complaints).toEqual([]);
  // Of the calls that one run counted, nearly all come again in the next.
  expect(killed).toBeGreaterThan(points * 0.9);
  const also = `${String(result.ledgerWrites)} ledger, ${String(result.socketWrites)} socket; slowest restart ${String(Math.round(result.slowestMs))} ms`;
  return { points, lost, doubled, inverted, also };
});
