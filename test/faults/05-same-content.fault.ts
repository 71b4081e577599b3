// The same content comes again in every way that people bring about: no further request.
import { expect } from "vitest";
import { convertWithLibreOffice, hasLibreOffice } from "../report/outside-programs.ts";
import { builtProgram } from "../support/fault-program.ts";
import { faultRow, pointsOf } from "../support/fault-row.ts";
import { sameContent } from "../support/fault-same-content.ts";

faultRow("same content: again, renamed, re-saved, shuffled, split, CSV", async () => {
  const resave = hasLibreOffice ? (path: string) => convertWithLibreOffice(path, "xlsx") : null;
  const shipments = pointsOf(200, 5_000);
  const { complaints, ...counted } = await sameContent(builtProgram, shipments, resave);
  expect(complaints).toEqual([]);
  return { ...counted, also: hasLibreOffice ? "" : "without LibreOffice" };
});
