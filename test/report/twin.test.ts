// The twin and its published schema say the same.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "vitest";
import { writeStatusReport } from "../../src/report/status-report.ts";
import { checkedTwin, readTwin } from "../support/read-twin.ts";
import { root } from "../support/run-cli.ts";
import { temporaryFolder } from "./outside-programs.ts";
import {
  AS_OF,
  busyNight,
  sampleBatch,
  sampleDeclaration,
  sampleInput,
  sampleLine,
  type SampleContent,
} from "./sample-books.ts";

async function twinOf(
  content: SampleContent,
  changes: Parameters<typeof sampleInput>[1] = {},
): Promise<Record<string, unknown>> {
  const path = join(temporaryFolder(), "status-report.xlsx");
  const { jsonPath } = await writeStatusReport(path, sampleInput(content, changes));
  return readTwin(jsonPath ?? "") as Record<string, unknown>;
}

describe("the twin", () => {
  it("fits its schema with something of everything, and with nothing", async () => {
    const changes = [
      {
        what: "status" as const,
        key: { direction: "IN" as const, externalReference: "REF-3" },
        declarationId: "D-102",
        mrn: null,
        fileName: null,
        before: "New",
        after: "Submitted",
        at: AS_OF,
        shipments: null,
        isOfNewShipment: false,
      },
    ];
    const since = { learnedUpTo: 3, at: AS_OF, isReport: true };
    const night = await twinOf({ ...busyNight(), changes }, { since, learnedUpTo: 4 });
    expect(night["changes"]).toHaveLength(1);
    await twinOf({ batches: [], lines: [] }, { only: "open" });
  });

  it("fits its schema where the line of a profile says a value, and where CAS names no field of ours", async () => {
    const place = {
      ...{ sheet: "Shipments", cell: null, row: 2, path: "declType", value: "IM" },
      ...{ profile: { name: "export.yaml", line: 14, by: "constant" as const } },
      notInMessage: "Consignee",
    };
    const said = { errorCode: null, message: null, description: null, fieldReference: [] };
    const errors = [{ ...said, ...place, file: "night.xlsx" }];
    const lines = [
      sampleLine({ declarations: [sampleDeclaration("D-1", "Invalid", { errors })] }),
      sampleLine({
        ...{ lineNumber: 2, bucket: "rejected" },
        problem: { status: 400, title: null, detail: null, errors: [], rawBody: "" },
        refusedFields: [{ ...place, message: "no" }],
      }),
    ];
    const twin = await twinOf({ batches: [sampleBatch(lines)], lines });
    expect(twin["errors"]).toHaveLength(2);
  });

  it("does not fit when a member is missing, renamed or of another form", async () => {
    const twin = await twinOf(busyNight());
    const { totals, ...others } = twin;
    const changed = [
      others,
      { ...others, sums: totals },
      { ...twin, asOf: "yesterday" },
      { ...twin, shipments: [{}] },
      { ...twin, novelty: 1 },
    ];
    for (const one of changed) expect(() => checkedTwin(one)).toThrow(/./);
  });

  it("shows the same numbers as the page", async () => {
    const path = join(temporaryFolder(), "status-report.xlsx");
    const { htmlPath, jsonPath } = await writeStatusReport(path, sampleInput(busyNight()));
    const page = readFileSync(htmlPath ?? "", "utf8");
    const twin = readTwin(jsonPath ?? "") as { readonly shipments: readonly unknown[] };
    const rows = page.match(/<tr id="shipments-\d+"/g) ?? [];
    expect(rows).toHaveLength(twin.shipments.length);
  });
});

test("the published schema lets members pass that are not described, so that some can be added", () => {
  const text = readFileSync(join(root, "docs/schemas/status-report.schema.json"), "utf8");
  const schema = JSON.parse(text) as {
    readonly required: readonly string[];
    readonly $schema: string;
  };
  expect(schema.$schema).toContain("2020-12");
  expect(schema.required).toContain("totals");
  expect(text).not.toContain('"additionalProperties": false');
});
