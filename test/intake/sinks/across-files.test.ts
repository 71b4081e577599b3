// One shipment in two files of a run.
import { describe, expect, test } from "vitest";
import { checkFiles, findingsOf, type CheckedFile } from "../../support/check-files.ts";

const HEADER = "External reference;Direction;Goods description";

function file(name: string, ...rows: readonly string[]): CheckedFile {
  return { name, content: `${[HEADER, ...rows].join("\n")}\n` };
}

describe("a shipment that is in two files", () => {
  test("with different content is told in the later one, with the place in the earlier", async () => {
    const files = [
      file("a.csv", "PO-0;IN;Nails", "PO-1;IN;Bolts"),
      file("b.csv", "PO-1;IN;Nuts"),
      file("c.csv", "PO-1;IN;Bolts"),
    ];
    const findings = await findingsOf(files);
    expect(findings.map(({ code, file: name, row }) => [code, name, row])).toEqual([
      ["shipment-in-two-files", "b.csv", 2],
      ["shipment-in-two-files", "c.csv", 2],
    ]);
    expect(findings[0]?.message).toBe(
      "IN PO-1 is in a.csv too (row 3), with different content; the newer of the two files counts",
    );
  });

  test("is sent all the same", async () => {
    const tally = await checkFiles([file("a.csv", "PO-1;IN;Bolts"), file("b.csv", "PO-1;IN;Nuts")]);
    expect(tally.files.map(({ counts }) => counts.buckets.unsent)).toEqual([1, 1]);
  });

  test("is not sent when the profile calls that an error", async () => {
    const profile = `version: 1\ncolumns:\n  External reference: External reference\n  Direction: Direction\n  Goods description: Goods description\nseverities:\n  shipment-in-two-files: error\n`;
    const files = [file("a.csv", "PO-1;IN;Bolts"), file("b.csv", "PO-1;IN;Nuts")];
    const tally = await checkFiles(files, { profile });
    expect(tally.files.map(({ counts }) => counts.buckets.unsent)).toEqual([1, 0]);
  });

  test("with the same content, or in another direction, is nothing to tell", async () => {
    const files = [file("a.csv", "PO-1;IN;Bolts"), file("b.csv", "PO-1;IN;Bolts", "PO-1;OUT;Nuts")];
    expect(await findingsOf(files)).toEqual([]);
  });

  test("of which one is refused whole is nothing to tell", async () => {
    const broken = { ...file("a.csv"), content: `${HEADER}\nPO-1;IN;Bolts\nPO-2;IN;"Nuts\n` };
    const findings = await findingsOf([broken, file("b.csv", "PO-1;IN;Nuts")]);
    expect(findings.map(({ code }) => code)).toEqual(["csv-quote-broken"]);
  });

  test("is still found when its file is read a second time for its scattered rows", async () => {
    const scattered = file("b.csv", "PO-1;IN;Nuts", "PO-2;IN;Nails", "PO-1;IN;Nuts");
    const findings = await findingsOf([file("a.csv", "PO-1;IN;Bolts"), scattered]);
    expect(
      findings.map(({ code }) => code).filter((code) => code !== "rows-repeated-apart"),
    ).toEqual(["shipment-in-two-files"]);
  });
});
