// Reads the JSON twin of a report, and holds it against its published description: a member that is missing,
// renamed or not described fails.
import { readFileSync } from "node:fs";
import { isDeepStrictEqual } from "node:util";
import { twinSchema } from "../../src/report/twin/twin-schema.ts";

export function readTwin(path: string): unknown {
  return checkedTwin(JSON.parse(readFileSync(path, "utf8")));
}

/** @throws Error that names what does not fit */
export function checkedTwin(twin: unknown): unknown {
  const described: unknown = twinSchema.parse(twin);
  if (isDeepStrictEqual(described, twin)) return twin;
  const [found, expected] = [twin, described].map((one) =>
    JSON.stringify(one, null, 1).split("\n"),
  );
  const at = found?.findIndex((line, index) => line !== expected?.[index]) ?? 0;
  throw new Error(`The twin has a member that its schema does not describe: ${found?.[at] ?? ""}`);
}
