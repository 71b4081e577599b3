import { textReason } from "../support/reasons.ts";
import { readFileSync, readdirSync, writeFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { CasBatchError } from "../../src/core/errors.ts";
import type { ProgressEvent } from "../../src/core/progress.ts";
import type { ReportInput, ReportTotals } from "../../src/report/survey/report-input.ts";
import { writeStatusReport } from "../../src/report/status-report.ts";
import { readTwin } from "../support/read-twin.ts";
import { temporaryFolder } from "./outside-programs.ts";
import { openWorkbook, sheetTexts, summaryValue, tableRows } from "./read-workbook.ts";
import {
  busyNight,
  minutesBefore,
  sampleBatch,
  sampleBooks,
  sampleDeclaration,
  sampleFinding,
  sampleInput,
  sampleLine,
  type SampleContent,
} from "./sample-books.ts";

async function report(
  content: SampleContent,
  changes: Parameters<typeof sampleInput>[1] = {},
): Promise<{ path: string; totals: ReportTotals }> {
  const path = join(temporaryFolder(), "status-report.xlsx");
  const { survey } = await writeStatusReport(path, sampleInput(content, changes));
  return { path, totals: survey.totals };
}

async function failure(promise: Promise<unknown>): Promise<CasBatchError> {
  const error: unknown = await promise.catch((caught: unknown) => caught);
  if (error instanceof CasBatchError) return error;
  throw new Error("Expected a CasBatchError", { cause: error });
}

interface Twin {
  readonly schemaVersion: number;
  readonly totals: ReportTotals;
  readonly files: readonly unknown[];
  readonly actionNeeded: readonly { readonly what: string }[];
  readonly shipments: readonly { readonly key: unknown; readonly bucket: string }[];
  readonly declarations: readonly { readonly declarationId: string }[];
  readonly findings: readonly unknown[];
  readonly errors: readonly unknown[];
  readonly notInFiles: readonly unknown[];
}

function twinOf(path: string): Twin {
  return readTwin(path.replace(".xlsx", ".json")) as Twin;
}

const FORMULA = '=HYPERLINK("http://evil.example","click")';

describe("writeStatusReport()", () => {
  it("leads from Action needed to the row of the shipment, also in a selection of what is open", async () => {
    const line = (lineNumber: number, bucket: "accepted" | "held" | "superseded", status: string) =>
      sampleLine({
        ...{ lineNumber, bucket },
        key: { direction: "OUT", externalReference: `REF-${String(lineNumber)}` },
        declarations: bucket === "accepted" ? [sampleDeclaration(`D-${lineNumber}`, status)] : [],
      });
    const lines = [
      line(1, "accepted", "Released"),
      line(2, "superseded", ""),
      line(3, "held", ""),
      line(4, "accepted", "Released"),
      line(5, "accepted", "Invalid"),
    ];
    for (const changes of [{}, { only: "open" } as const]) {
      const { path } = await report({ batches: [sampleBatch(lines)], lines }, changes);
      const page = readFileSync(path.replace(".xlsx", ".html"), "utf8");
      const links = [...page.matchAll(/<a href="#(shipments-\d+)">(REF-\d)<\/a>/g)];
      expect(links.map(([, , reference]) => reference).sort()).toEqual(["REF-3", "REF-5"]);
      for (const [, row, reference] of links) {
        expect(page).toMatch(new RegExp(`<tr id="${String(row)}"[^>]*><td>${String(reference)}<`));
      }
    }
  });

  it("shows what an earlier run had left and this one sent, beside the balance of its own files", async () => {
    const content = busyNight();
    const left = sampleLine({ batchId: "another", fileName: "yesterday.csv", bucket: "rejected" });
    const { path, totals } = await report({ ...content, leftovers: [left] });
    const alone = await report(content);
    expect(totals.balanced).toBe(true);
    expect(totals.leftovers.rejected).toBe(1);
    expect(totals.shipments).toBe(alone.totals.shipments);
    expect(totals.actionNeeded).toBe(alone.totals.actionNeeded + 1);
    const rows = tableRows(await openWorkbook(path), "Shipments");
    expect(JSON.stringify(rows)).toContain("yesterday.csv (an earlier run)");
  });

  it("reports progress up to its total, what an earlier run had left included", async () => {
    const left = sampleLine({ batchId: "another", fileName: "yesterday.csv", bucket: "rejected" });
    const events: ProgressEvent[] = [];
    const input = sampleInput({ ...busyNight(), leftovers: [left] });
    await writeStatusReport(join(temporaryFolder(), "report.xlsx"), input, {
      onProgress: (event) => {
        events.push(event);
      },
    });
    const total = events[0]?.total ?? 0;
    expect(total).toBeGreaterThan(0);
    expect(events.every(({ done }) => done <= total)).toBe(true);
    expect(events.at(-1)?.done).toBe(total);
  });

  it("says on its first sheet how far CAS was read a second time, and since when open shipments were asked", async () => {
    const rowOf = async (label: string, changes: Partial<ReportInput> = {}) => {
      const { path } = await report(busyNight(), changes);
      const rows = sheetTexts(await openWorkbook(path), "Summary");
      return rows.find(([first]) => first === label)?.[1];
    };
    const again = "Read a second time up to (UTC)";
    const asked = "Open shipments asked since (UTC)";
    const lookedBackUntil = "2026-11-20T11:50:00.000Z";
    expect(await rowOf(again, { lookedBackUntil })).toContain("Nov 20 2026");
    expect(await rowOf(again)).toBe("not yet, a later reconcile does it");
    expect(await rowOf(asked, { allAskedSince: new Date(lookedBackUntil) })).toContain(
      "Nov 20 2026",
    );
    expect(await rowOf(asked)).toBe("no shipment waits for CAS");
  });

  it("has the sheets in the order in which people need them", async () => {
    const { path } = await report(busyNight());
    const workbook = await openWorkbook(path);
    expect(workbook.worksheets.map(({ name }) => name)).toEqual([
      "Summary",
      "Action needed",
      "Changed since last report",
      "Shipments",
      "Declarations",
      "Errors",
      "Not in files",
      "Attachments",
      "Legend",
    ]);
  });

  it("says BALANCED on the first line when every row is accounted for", async () => {
    const { path, totals } = await report(busyNight());
    expect(totals).toMatchObject({
      balanced: true,
      imbalances: [],
      rows: { read: 31, blank: 2, invalid: 1, duplicate: 1, inShipments: 27 },
      shipments: 9,
      declarations: 3,
      notInFiles: 1,
    });
    const workbook = await openWorkbook(path);
    expect(sheetTexts(workbook, "Summary")[0]?.[0]).toBe(
      "BALANCED: every row of every file is accounted for",
    );
    expect(summaryValue(workbook, "Rows read")).toBe("31");
    expect(summaryValue(workbook, "in shipments")).toBe("27");
    expect(summaryValue(workbook, "accepted")).toBe("3");
  });

  it("says NOT BALANCED on the first line and names the file when a row got lost", async () => {
    const night = busyNight();
    const [batch] = night.batches;
    if (batch === undefined) throw new Error("The night has a file");
    const lost = { ...batch, counts: { ...batch.counts, rowsRead: batch.counts.rowsRead + 1 } };
    const { path, totals } = await report({ ...night, batches: [lost] });
    expect(totals.balanced).toBe(false);
    const [first, second] = sheetTexts(await openWorkbook(path), "Summary");
    expect(first?.[0]).toContain("NOT BALANCED");
    expect(second?.[0]).toBe(
      "night.xlsx: 32 rows read, but 2 blank + 1 invalid + 1 duplicate + 27 in shipments = 31",
    );
    expect(twinOf(path).totals.balanced).toBe(false);
  });

  it("is not balanced when the ledger counts a shipment that it does not list", async () => {
    const night = busyNight();
    const { totals } = await report({ ...night, lines: night.lines.slice(1) });
    expect(totals.imbalances).toEqual([
      "night.xlsx: 9 shipments read, but 8 listed",
      "night.xlsx: 27 rows counted in shipments, but 24 belong to those listed",
      "night.xlsx: 3 shipments counted as accepted, but 2 listed",
    ]);
  });

  it("says on the first line that everything came from the simulator", async () => {
    const { path } = await report(busyNight(), { simulated: true });
    const [first] = sheetTexts(await openWorkbook(path), "Summary");
    expect(first?.[0]).toMatch(/^SIMULATOR, nothing was filed with customs · BALANCED/);
  });

  it("writes a JSON twin with the numbers and the rows of the workbook", async () => {
    const { path, totals } = await report(busyNight());
    const twin = twinOf(path);
    const workbook = await openWorkbook(path);
    expect(twin.schemaVersion).toBe(1);
    expect(twin.totals).toEqual(totals);
    expect(twin.actionNeeded.map(({ what }) => what)).toEqual(
      tableRows(workbook, "Action needed").map((row) => row["What happened"]),
    );
    expect(twin.shipments.map(({ bucket }) => bucket)).toEqual(
      tableRows(workbook, "Shipments").map((row) => row["Outcome"]),
    );
    expect(twin.declarations.map(({ declarationId }) => declarationId)).toEqual(
      tableRows(workbook, "Declarations").map((row) => row["Declaration"]),
    );
    expect(twin.findings).toHaveLength(4);
    expect(twin.errors).toHaveLength(2);
    expect(twin.notInFiles).toHaveLength(1);
    // One refusal names two fields, so the sheet has a row more than the twin has entries.
    expect(tableRows(workbook, "Errors")).toHaveLength(7);
  });

  it("keeps text that looks like a formula a text, and makes no link of it", async () => {
    const evil = [FORMULA, "+1+1", "-2+3", "@SUM(A1)", "\t=1+1"];
    const lines = evil.map((externalReference, index) =>
      sampleLine({ lineNumber: index + 1, key: { direction: "OUT", externalReference } }),
    );
    const { path } = await report({
      batches: [sampleBatch(lines)],
      lines,
      findings: evil.map((value) => sampleFinding({ value, message: value })),
    });
    const workbook = await openWorkbook(path);
    expect(tableRows(workbook, "Shipments").map((row) => row["External reference"])).toEqual(evil);
    expect(tableRows(workbook, "Errors").map((row) => row["Value"])).toEqual(evil);
    workbook.eachSheet((sheet) => {
      sheet.eachRow((row) => {
        row.eachCell((cell) => {
          expect(cell.formula, `${sheet.name}!${cell.address}`).toBeUndefined();
          expect(cell.hyperlink, `${sheet.name}!${cell.address}`).toBeUndefined();
        });
      });
    });
  });

  it("puts the worst first and among equals the oldest", async () => {
    const old = sampleDeclaration("D-1", "Invalid", {
      history: [{ status: "Invalid", observedAt: minutesBefore(600) }],
    });
    const young = sampleDeclaration("D-2", "CustomsError", {
      history: [{ status: "CustomsError", observedAt: minutesBefore(60) }],
    });
    const lines = [
      sampleLine({ lineNumber: 1, bucket: "held", acceptedAt: minutesBefore(9_000) }),
      sampleLine({ lineNumber: 2, declarations: [young] }),
      sampleLine({ lineNumber: 3, bucket: "invalid", rows: [{ sheet: "Shipments", row: 4 }] }),
      sampleLine({ lineNumber: 4, declarations: [old] }),
    ];
    const { path } = await report({ batches: [sampleBatch(lines)], lines });
    const what = tableRows(await openWorkbook(path), "Action needed");
    expect(what.map((row) => row["What happened"])).toEqual([
      "Declaration Invalid",
      "Declaration CustomsError",
      "Not sent: errors in the file",
      "Held back",
    ]);
  });

  it("leads a refusal to the cells that caused it, with their values", async () => {
    const { path } = await report(busyNight());
    const workbook = await openWorkbook(path);
    const rows = tableRows(workbook, "Errors").filter((row) => row["Found by"] === "CAS, refused");
    const members = ["Sheet", "Cell", "Row", "Value", "Field of the message", "What to do"];
    expect(rows.map((row) => members.map((member) => row[member]))).toEqual([
      ["Shipments", "", "6", "", "direction", "Correct the value and run the file again"],
      [
        "Shipments",
        "E6",
        "6",
        "IMX",
        "singleAdministrativeDocument.declType",
        "Correct the cell and run the file again",
      ],
    ]);
    const action = tableRows(workbook, "Action needed").find(
      (row) => row["What happened"] === "Refused by CAS",
    );
    expect(action).toMatchObject({
      File: "night.xlsx",
      Sheet: "Shipments",
      "Cell or row": "E6",
      Reason:
        'The request holds 2 faults\ndirection: Must be IN or OUT\nE6 "IMX", singleAdministrativeDocument.declType: Must have 2 letters',
    });
    expect(twinOf(path).errors[0]).toMatchObject({
      source: "cas-refusal",
      externalReference: "REF-5",
      fields: [{ cell: null }, { sheet: "Shipments", cell: "E6", value: "IMX" }],
    });
    expect(twinOf(path).shipments[4]).not.toHaveProperty("refusedFields");
  });

  it("names the sheet of each further cell that stands on another one", async () => {
    const error = (sheet: string, cell: string, value: string | null) => ({
      errorCode: "C1001",
      message: "Not known to customs",
      description: null,
      fieldReference: [],
      file: "night.xlsx",
      sheet,
      cell,
      path: null,
      value,
    });
    const errors = [
      error("Goods items", "L8", "99019900"),
      error("Goods items", "L9", null),
      error("Shipments", "D2", `${"long ".repeat(12)}and longer`),
    ];
    const lines = [
      sampleLine({ declarations: [sampleDeclaration("D-1", "CustomsError", { errors })] }),
    ];
    const { path } = await report({ batches: [sampleBatch(lines)], lines });
    const [action] = tableRows(await openWorkbook(path), "Action needed");
    expect(action).toMatchObject({ File: "night.xlsx", Sheet: "Goods items", "Cell or row": "L8" });
    expect(action?.["Reason"]?.split("\n").slice(1)).toEqual([
      'L8 "99019900": Not known to customs',
      "L9: Not known to customs",
      `Shipments!D2 "${"long ".repeat(12)} …": Not known to customs`,
    ]);
  });

  it("offers the corrections that the configuration allows", async () => {
    const lines = [sampleLine({ declarations: [sampleDeclaration("D-1", "CustomsError")] })];
    const content = { batches: [sampleBatch(lines)], lines };
    const { path } = await report(content, {
      allowedIn: { update: [], invalidate: ["CustomsError"] },
    });
    const [action] = tableRows(await openWorkbook(path), "Action needed");
    expect(action?.["Commands to correct it"]).not.toContain("declarations update");
    expect(action?.["Commands to correct it"]).toContain("declarations invalidate D-1");
  });

  it("names the shipment of a finding that stands in the rows of an invalid one", async () => {
    const { path } = await report(busyNight());
    const workbook = await openWorkbook(path);
    const found = tableRows(workbook, "Errors").filter((row) => row["Found by"] === "Our check");
    expect(found.map((row) => [row["Row"], row["External reference"], row["Direction"]])).toEqual([
      ["8", "REF-7", "OUT"],
      ["21", "REF-7", "OUT"],
      ["40", "", ""],
      ["2", "", ""],
    ]);
    expect(twinOf(path).findings[0]).toMatchObject({
      key: { direction: "OUT", externalReference: "REF-7" },
    });
  });

  it("guesses no shipment for a finding where two files have one name", async () => {
    const invalid = sampleLine({ bucket: "invalid", acceptedAt: null });
    const other = sampleLine({ batchId: "batch-2", bucket: "invalid", acceptedAt: null });
    const findings = [sampleFinding({ row: 2 })];
    const batches = [sampleBatch([invalid]), sampleBatch([other])];
    const { path } = await report({ batches, lines: [invalid, other], findings });
    const workbook = await openWorkbook(path);
    expect(tableRows(workbook, "Errors")[0]?.["External reference"]).toBe("");
    expect(tableRows(workbook, "Action needed").map((row) => row["What happened"])).toEqual([
      "Row not sent",
      "Not sent: errors in the file",
      "Not sent: errors in the file",
    ]);
  });

  it("says that no declaration was seen, and whether CAS was searched since", async () => {
    const lines = [
      sampleLine({ lineNumber: 1 }),
      sampleLine({ lineNumber: 2, declarations: [sampleDeclaration("D-1", "Submitted")] }),
      sampleLine({
        lineNumber: 3,
        bucket: "unchanged",
        reason: textReason("The same as version 1"),
      }),
      sampleLine({ lineNumber: 4, bucket: "unsent", acceptedAt: null }),
    ];
    const content = { batches: [sampleBatch(lines)], lines };
    const { path, totals } = await report(content);
    expect(totals.withoutDeclaration).toBe(2);
    const workbook = await openWorkbook(path);
    expect(summaryValue(workbook, "Accepted, no declaration yet")).toBe("2");
    const shown = tableRows(workbook, "Shipments");
    expect(shown.map((row) => row["Declaration status"])).toEqual([
      "none seen yet",
      "Submitted",
      "none seen yet",
      "",
    ]);
    const appeared =
      "CAS took the message; no declaration of it had appeared by 2026-11-20 18:59 UTC";
    expect(shown[0]?.["What it means"]).toBe(appeared);
    expect(shown[2]?.["What it means"]).toBe(`The same as version 1; ${appeared}`);

    const before = await report(content, { completeUpTo: minutesBefore(31).toISOString() });
    const [first] = tableRows(await openWorkbook(before.path), "Shipments");
    expect(first?.["What it means"]).toBe(
      "CAS took the message; its declarations have not been searched for since",
    );
  });

  it("tells of an invalid shipment once, with its cells and how many it leaves out", async () => {
    const lines = [
      sampleLine({
        bucket: "invalid",
        rows: [
          { sheet: "Shipments", row: 2 },
          { sheet: "Goods items", row: 5 },
        ],
      }),
    ];
    const findings = ["A5", "B5", "C5", "D5", "E5"].map((cell) =>
      sampleFinding({ sheet: "Goods items", row: 5, cell, message: `Bad ${cell}` }),
    );
    const { path, totals } = await report({ batches: [sampleBatch(lines)], lines, findings });
    expect(totals.actionNeeded).toBe(1);
    const [action] = tableRows(await openWorkbook(path), "Action needed");
    expect(action).toMatchObject({
      Sheet: "Goods items",
      "Cell or row": "A5",
      Reason: "A5: Bad A5\nB5: Bad B5\nC5: Bad C5\n(3 of 5 shown)",
    });
  });

  it("asks to look for a shipment that CAS took a day ago and made nothing of", async () => {
    const lines = [sampleLine({ acceptedAt: minutesBefore(25 * 60) })];
    const content = { batches: [sampleBatch(lines)], lines };
    expect((await report(content)).totals.actionNeeded).toBe(1);
    // Without a search in CAS nothing is known to be missing.
    expect((await report(content, { completeUpTo: null })).totals.actionNeeded).toBe(0);
  });

  it("does not compare the newest lines of many nights with the counts of one file", async () => {
    const night = busyNight();
    const { totals } = await report(
      { ...night, lines: night.lines.slice(1) },
      { filter: { latest: true }, runId: null },
    );
    expect(totals.balanced).toBe(true);
  });

  it("says on every sheet that it was the simulator, and of no finding of our own check", async () => {
    const textsOf = async (simulated: boolean): Promise<readonly string[]> => {
      const workbook = await openWorkbook((await report(busyNight(), { simulated })).path);
      const column = (sheet: string, header: string): string =>
        tableRows(workbook, sheet)
          .map((row) => String(row[header]))
          .join("\n");
      return [
        column("Action needed", "Reason"),
        column("Shipments", "What it means"),
        column("Declarations", "What it means"),
        column("Errors", "Found by"),
      ];
    };
    const [actions, shipments, declarations, errors] = await textsOf(true);
    expect(actions).toContain("SIMULATOR, nothing was filed with customs: ");
    expect(shipments).toContain("SIMULATOR, nothing was filed with customs: Released by customs");
    expect(shipments).toMatch(/^Has errors in the file/m);
    expect(declarations).toContain("SIMULATOR, nothing was filed with customs: Released");
    expect(errors).toMatch(/^Simulator as CAS, refused$/m);
    expect(errors).toMatch(/^Our check$/m);
    expect((await textsOf(false)).join()).not.toMatch(/simulator/i);
  });

  it("calls nothing urgent that another process is about to send", async () => {
    const lines = [
      sampleLine({ bucket: "unsent", referenceId: null, acceptedAt: null }),
      sampleLine({ lineNumber: 2, bucket: "sending", referenceId: null, acceptedAt: null }),
    ];
    const content = { batches: [sampleBatch(lines)], lines };
    const sender = {
      ...{ holderId: "h", processId: 12, hostName: "HOST", command: "run", epoch: 3 },
      since: new Date("2026-11-20T12:00:00Z"),
    };
    const beside = await report(content, { sender });
    expect(beside.totals).toMatchObject({ balanced: true, actionNeeded: 0 });
    expect(
      sheetTexts(await openWorkbook(beside.path), "Summary")
        .flat()
        .join(),
    ).toContain(
      "`cas-batch run` (process 12 on HOST) is sending at this moment: 1 message is on the way to CAS, 1 still to be sent",
    );
    // Without one, the run stopped before it had sent it.
    expect((await report(content)).totals.actionNeeded).toBe(1);
  });

  it("starts again when the ledger changed between counting and writing", async () => {
    const night = busyNight();
    const stable = sampleBooks(night);
    const changed = sampleBooks({ ...night, lines: night.lines.slice(1) });
    let reads = 0;
    const books = {
      ...stable,
      lines: (filter: Parameters<typeof stable.lines>[0]) => {
        reads += 1;
        return (reads === 1 ? changed : stable).lines(filter);
      },
    };
    const { path, totals } = await report(night, { books });
    expect(totals.balanced).toBe(true);
    expect(tableRows(await openWorkbook(path), "Shipments")).toHaveLength(9);
  });

  it("comes out, and claims no balance, when the ledger never stands still", async () => {
    const night = busyNight();
    let reads = 0;
    const books = {
      ...sampleBooks(night),
      findings: (filter: Parameters<ReturnType<typeof sampleBooks>["findings"]>[0]) => {
        reads += 1;
        const extra = Array.from({ length: reads }, () => sampleFinding());
        return sampleBooks({ ...night, findings: extra }).findings(filter);
      },
    };
    const { path, totals } = await report(night, { books });
    expect(totals.balanced).toBe(false);
    expect(totals.imbalances.at(-1)).toContain("The ledger kept changing");
    expect(sheetTexts(await openWorkbook(path), "Summary")[0]?.[0]).toContain("NOT BALANCED");
  });

  it("replaces an earlier report and leaves no temporary file", async () => {
    const folder = temporaryFolder();
    const path = join(folder, "status-report.xlsx");
    writeFileSync(path, "yesterday");
    await writeStatusReport(path, sampleInput(busyNight()));
    expect(readdirSync(folder).sort()).toEqual([
      "status-report.html",
      "status-report.json",
      "status-report.xlsx",
    ]);
    await expect(openWorkbook(path)).resolves.toBeDefined();
  });

  it("says what is in the way when the report cannot be put in its place", async () => {
    const folder = temporaryFolder();
    const path = join(folder, "status-report.xlsx");
    mkdirSync(path);
    const error = await failure(writeStatusReport(path, sampleInput(busyNight())));
    expect(error.code).toBe("file-not-writable");
    expect(error.message).toBe(`Cannot write ${path}: it is a folder`);
    expect(readdirSync(folder)).toEqual(["status-report.xlsx"]);
  });

  it("says which forms are new when another one cannot be replaced, and leaves no temporary file", async () => {
    const folder = temporaryFolder();
    const path = join(folder, "status-report.xlsx");
    mkdirSync(join(folder, "status-report.html", "in-the-way"), { recursive: true });
    const error = await failure(writeStatusReport(path, sampleInput(busyNight())));
    expect(error.code).toBe("file-not-writable");
    expect(error.message).toContain("status-report.html");
    expect(error.message).toContain(
      `${path} is new already, the others still show the state before`,
    );
    expect(readdirSync(folder).sort()).toEqual(["status-report.html", "status-report.xlsx"]);
  });

  it("writes only the forms that were asked for", async () => {
    const folder = temporaryFolder();
    const path = join(folder, "status-report.xlsx");
    const written = await writeStatusReport(path, sampleInput(busyNight()), { formats: ["html"] });
    expect(readdirSync(folder)).toEqual(["status-report.html"]);
    expect(written).toMatchObject({ workbookPath: null, jsonPath: null, path: written.htmlPath });
  });

  it("lists only what is open when asked to, counts everything, and says so first", async () => {
    const whole = await report(busyNight());
    const { path, totals } = await report(busyNight(), { only: "open" });
    expect(totals).toEqual(whole.totals);
    const twin = twinOf(path);
    expect(twin.shipments.length).toBeLessThan(twinOf(whole.path).shipments.length);
    expect(twin.shipments.map(({ bucket }) => bucket)).toContain("rejected");
    expect(sheetTexts(await openWorkbook(path), "Summary")[0]?.[0]).toBe(
      "A SELECTION, only what is open is listed · BALANCED: every row of every file is accounted for",
    );
  });

  it("says that the folder is not there", async () => {
    const path = join(temporaryFolder(), "nowhere", "status-report.xlsx");
    const error = await failure(writeStatusReport(path, sampleInput(busyNight())));
    expect(error.code).toBe("file-not-writable");
    expect(error.message).toContain("its folder is not there");
  });

  it("refuses a name that no spreadsheet program would open", async () => {
    const path = join(temporaryFolder(), "status-report.txt");
    expect((await failure(writeStatusReport(path, sampleInput(busyNight())))).code).toBe("usage");
  });

  it("leaves nothing behind when the ledger fails halfway", async () => {
    const folder = temporaryFolder();
    const books = {
      ...sampleBooks(busyNight()),
      unexplainedDeclarations: () => {
        throw new Error("The ledger broke");
      },
    };
    const writing = writeStatusReport(
      join(folder, "status-report.xlsx"),
      sampleInput(busyNight(), { books }),
    );
    await expect(writing).rejects.toThrow("The ledger broke");
    expect(readdirSync(folder)).toEqual([]);
  });

  it("says so on sheets that have nothing to show", async () => {
    const { path, totals } = await report({ batches: [], lines: [] });
    expect(totals.balanced).toBe(true);
    const workbook = await openWorkbook(path);
    expect(sheetTexts(workbook, "Action needed")[1]?.[0]).toBe("Nothing needs action");
    expect(sheetTexts(workbook, "Not in files")[1]?.[0]).toContain("Every declaration");
  });
});
