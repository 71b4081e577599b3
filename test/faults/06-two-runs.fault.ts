// Two and four runs at once, the sending one stopped past its lease and continued: no shipment is
// sent twice. The program is the same but for its leases, which live 1.5 s instead of a minute.
import { expect } from "vitest";
import { forEachAtOnce } from "../support/fault-program.ts";
import { faultRow, pointsOf } from "../support/fault-row.ts";
import { twoRuns, withShortLease } from "../support/fault-two-runs.ts";
import { addVerdicts } from "../support/fault-verdict.ts";

const ROUNDS_AT_ONCE = 6;

faultRow("two and four runs at once, the holder stopped past its lease", async () => {
  using program = withShortLease();
  const rounds = Array.from({ length: pointsOf(50, 1_000) }, (_, round) => round);
  const results = await forEachAtOnce(rounds, ROUNDS_AT_ONCE, (round) =>
    twoRuns(program, round % 2 === 0 ? 2 : 4, Math.random() * 500, Math.random() * 3_500),
  );
  expect(results.flatMap(({ complaints }) => complaints)).toEqual([]);
  return { points: rounds.length, ...addVerdicts(results) };
});
