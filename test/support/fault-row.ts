// One row of the table that `npm run test:faults` prints: what was done how often, and how many
// messages came to harm by it.
import { expect, it, type TestContext } from "vitest";

declare module "vitest" {
  interface TaskMeta {
    faultRow?: FaultRow;
  }
}

export interface FaultRow {
  readonly row: string;
  /** How many faults, states or rounds. */
  readonly points: number;
  readonly lost: number;
  readonly doubled: number;
  readonly inverted: number;
  /** What else was counted, such as requests that came too early. */
  readonly also?: string;
}

/** The long form, for the night. */
export const isDeep = process.env["CAS_BATCH_DEEP"] === "1";

/** How many points: enough to go with every change, or as many as a night allows. */
export function pointsOf(ordinary: number, deep: number): number {
  const asked = Number(process.env["CAS_BATCH_FAULT_POINTS"] ?? "");
  if (asked > 0) return asked;
  return isDeep ? deep : ordinary;
}

/** Counts that must be zero, and what must hold beside them, as one test and one row. */
export function faultRow(
  name: string,
  run: (context: TestContext) => Promise<Omit<FaultRow, "row">>,
): void {
  it(name, async (context) => {
    const counted = await run(context);
    context.task.meta.faultRow = { row: name, ...counted };
    const { lost, doubled, inverted } = counted;
    expect({ lost, doubled, inverted }).toEqual({ lost: 0, doubled: 0, inverted: 0 });
  });
}
