// A text file's failed rows, from checking it to feeding them in again.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { RowRef } from "../../src/core/shipment.ts";
import type { BatchSink, StageOptions } from "../../src/intake/sinks/batch-sink.ts";
import { stageFile } from "../../src/intake/stage-file.ts";
import type { Profile } from "../../src/map/profile/profile.ts";
import { createAnnotator } from "../../src/runs/annotator.ts";
import { profileOf } from "../map/profile/profiles.ts";
import { temporaryFolder } from "./outside-programs.ts";

const HEADER = "External reference;Direction;Goods description;Item number;Commodity code";

interface Checked {
  /** Bodies by direction and reference; null when something is wrong. */
  readonly bodies: ReadonlyMap<string, string | null>;
  /** Rows of failed shipments, and rows that are part of none. */
  readonly failedRows: readonly number[];
  readonly hasTwins: boolean;
  readonly failedText: string | null;
  readonly remarks: readonly string[];
}

interface Source {
  readonly folder: string;
  readonly header: string;
  readonly profile: Profile | null;
}

const plain = (): Source => ({ folder: temporaryFolder(), header: HEADER, profile: null });

async function check(rows: readonly string[], source = plain(), name = "a"): Promise<Checked> {
  return checkText(`${[source.header, ...rows].join("\n")}\n`, source, name);
}

async function checkText(
  text: string,
  { folder, profile }: Source,
  name: string,
): Promise<Checked> {
  const path = join(folder, `${name}.csv`);
  writeFileSync(path, text);
  let bodies = new Map<string, string | null>();
  let failed: RowRef[] = [];
  let hasTwins = false;
  const sink: BatchSink = {
    open: () => {
      bodies = new Map();
      failed = [];
      return Promise.resolve();
    },
    addRows: (rows) => {
      failed.push(...rows.filter(({ bucket }) => bucket === "invalid"));
      hasTwins ||= rows.some(({ bucket }) => bucket === "duplicate");
      return Promise.resolve();
    },
    addFindings: () => Promise.resolve(),
    addLines: (lines) => {
      for (const { key, rows, message } of lines) {
        const body = message === null ? null : JSON.stringify(message.body);
        bodies.set(`${key.direction} ${key.externalReference}`, body);
        if (message === null) failed.push(...rows);
      }
      return Promise.resolve([]);
    },
    seal: () => Promise.resolve(),
  };
  const annotator = createAnnotator(join(folder, "checked"));
  const options: StageOptions = {
    ...{ name: "night.csv", reading: {}, profile, onInvalid: "skip" },
    onProgress: () => undefined,
    signal: new AbortController().signal,
  };
  await stageFile(path, annotator.watch(sink), options);
  const [copy] = annotator.written;
  const failedText =
    copy?.path != null && existsSync(copy.path) ? readFileSync(copy.path, "utf8") : null;
  return {
    ...{ bodies, failedText, hasTwins, remarks: copy?.remarks ?? [] },
    failedRows: failed.map(({ row }) => row).toSorted((left, right) => left - right),
  };
}

const corrected = (text: string): string =>
  text.replaceAll(";X;", ";OUT;").replaceAll(/;8482(?=;|$)/gm, ";84821010");

/** The rows of a file of failed rows, each found by its goods. */
const goodsOf = (text: string | null): readonly string[] =>
  (text ?? "")
    .split("\n")
    .slice(1, -1)
    .map((line) => line.split(";")[2] ?? "");

describe("the file of failed rows", () => {
  it("holds every row whose direction is carried on from one that cannot be read", async () => {
    const rows = ["R1;OUT;a;1;84821010", "R9;X;c;1;84821010", ";;c2;2;84821010", ";;c3;3;84821010"];
    const { failedText, failedRows } = await check(rows);
    expect(failedRows).toEqual([3, 4, 5]);
    expect(goodsOf(failedText)).toEqual(["c", "c2", "c3"]);
  });

  it("names the shipment of a row that was carried on from one that is not there", async () => {
    const rows = ["R1;OUT;a;1;84821010", "R2;OUT;x;1;8482", "R1;OUT;a;1;84821010", ";;b;2;8482"];
    const { failedText } = await check(rows);
    expect(failedText).toContain("\nR1;OUT;b;2;8482;");
  });

  it("leaves blanks that stand for the same as before", async () => {
    const rows = ["R1;OUT;a;1;8482", ";;b;2;84821010", "R2;OUT;x;1;84821010"];
    const { failedText } = await check(rows);
    expect(failedText).toContain("\n;;b;2;84821010;");
  });

  it("states the direction of a row, where another one would stand above", async () => {
    const twin = "R1;OUT;a;1;84821010";
    const { failedText } = await check([twin, "R1;IN;b;1;8482", twin, ";;c;3;8482"]);
    expect(failedText).toContain("\nR1;OUT;c;3;8482;");
  });

  it("leaves a stated reference's blank direction blank: it is that of no row above", async () => {
    const rows = [
      "R1;OUT;a;1;84821010",
      "R2;OUT;x;1;84821010",
      "R1;;b;2;84821010",
      "R1;IN;c;1;8482",
    ];
    const { failedText } = await check(rows);
    expect(failedText).toContain("\nR1;;b;2;84821010;");
    const again = await checkText(failedText ?? "", plain(), "again");
    expect(again.failedRows).toEqual([2, 3, 4]);
  });

  it("fills every column of a reference that a profile puts together", async () => {
    const profile = profileOf(`
columns:
  Way: Direction
  Goods: Goods description
  Item: Item number
  Code: Commodity code
groupBy: { columns: [Plant, Note], join: "/" }`);
    const header = "Plant;Way;Note;Goods;Item;Code";
    const twin = "P1;OUT;7;a;1;84821010";
    const rows = [twin, "P1;OUT;8;x;1;8482", twin, ";;;b;2;8482"];
    const { failedText } = await check(rows, { ...plain(), header, profile });
    expect(failedText).toContain("\nP1;OUT;7;b;2;8482;");
  });

  it("says the decimal mark that rows told which did not fail, also in a copy of the copy", async () => {
    const source = { ...plain(), header: `${HEADER};Gross mass (kg)` };
    const rows = ["R1;OUT;a;1;84821010;1234,5", "R2;OUT;b;1;8482;1,234", "R3;OUT;c;1;8482;2,345"];
    const first = await check(rows, source);
    expect(first.failedText).toContain(";cas-batch reason (decimal mark: comma)\n");
    const second = await checkText(
      (first.failedText ?? "").replace("b;1;8482;", "b;1;84821010;"),
      source,
      "again",
    );
    expect(second.bodies.get("OUT R2")).toContain('"gmass":1.234');
    expect(second.failedText).toContain(";cas-batch reason (decimal mark: comma)\n");
    const third = await checkText(corrected(second.failedText ?? ""), source, "third");
    expect(third.bodies.get("OUT R3")).toContain('"gmass":2.345');
  });

  it.each([
    ["both marks stand in the file", ["R1;OUT;a;1;84821010;12,5", "R3;OUT;c;1;84821010;12.5"]],
    ["none does", []],
  ])("says no decimal mark where %s", async (_why, others) => {
    const header = `${HEADER};Gross mass (kg)`;
    const { failedText } = await check([...others, "R2;OUT;b;1;8482;1,234"], {
      ...plain(),
      header,
    });
    expect(failedText).toContain(";cas-batch reason\n");
  });

  it("corrected makes the shipments that the corrected original makes", async () => {
    const row = fc.record({
      reference: fc.constantFrom("R1", "R2", '"R;3"', "", "", " "),
      direction: fc.constantFrom("OUT", "IN", "", "", "", "X"),
      item: fc.constantFrom("", "1", "2", "3"),
      code: fc.constantFrom("84821010", "84821010", "84821010", "8482"),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(row, { minLength: 1, maxLength: 9 }), async (rows) => {
        const source = plain();
        const lines = rows.map(
          ({ reference, direction, item, code }) =>
            `${reference};${direction};Bolts ${item};${item};${code}`,
        );
        const first = await check(lines, source);
        // A row that repeats another one was told as such, and does not come back.
        fc.pre(!first.hasTwins);
        expect(goodsOf(first.failedText).length).toBeGreaterThanOrEqual(first.failedRows.length);
        const whole = await check(lines.map(corrected), source, "b");
        if (first.failedText === null) return;
        const second = await checkText(corrected(first.failedText), source, "c");
        const failedKeys = [...whole.bodies].filter(
          ([key, body]) => first.bodies.get(key) !== body,
        );
        for (const [key, body] of failedKeys)
          expect([key, second.bodies.get(key)]).toEqual([key, body]);
        for (const [key, body] of second.bodies)
          expect([key, whole.bodies.get(key)]).toEqual([key, body]);
      }),
      { numRuns: 100 },
    );
  });
});
