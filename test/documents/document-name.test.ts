import { posix, win32 } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { documentName, fileNameOf } from "../../src/documents/document-name.ts";

const ids = { ownerId: "100200300", attachmentId: "att-1" };

function nameOf(given: string | null, ending = ".pdf"): string {
  return fileNameOf(documentName(ids, given, ending), 1);
}

describe("documentName()", () => {
  test.each([
    ["EAD.pdf", "100200300-EAD.pdf"],
    ["EAD", "100200300-EAD.pdf"],
    ["100200300_EAD.pdf", "100200300_EAD.pdf"],
    ["../../etc/passwd", "100200300-passwd.pdf"],
    ["C:\\temp\\EAD.pdf", "100200300-EAD.pdf"],
    ["..", "100200300-att-1.pdf"],
    ["", "100200300-att-1.pdf"],
    [null, "100200300-att-1.pdf"],
    ["a\u0007b.pdf", "100200300-a(U+0007)b.pdf"],
    ["EAD.", "100200300-EAD..pdf"],
    ["NUL.pdf", "100200300-NUL.pdf"],
  ])("makes %j to %s", (given, name) => {
    expect(nameOf(given)).toBe(name);
  });

  test.each([
    ["../EAD.pdf", true],
    ["a\u202efdp.exe", true],
    ["EAD.pdf", false],
    ["Ausfuhr Begleitdokument – Nº 5.pdf", false],
    [null, false],
  ])("says of %j whether it was unsafe: %s", (given, wasUnsafe) => {
    expect(documentName(ids, given, "").wasUnsafe).toBe(wasUnsafe);
  });

  test("never leaves its folder, and is a name on every system, whatever it is called", () => {
    const hostile = fc.string({ unit: "binary", maxLength: 300 });
    fc.assert(
      fc.property(hostile, hostile, fc.integer({ min: 1, max: 9 }), (ownerId, given, number) => {
        const name = fileNameOf(documentName({ ownerId, attachmentId: "a" }, given, ""), number);
        expect(posix.join("/out", name)).toBe(`/out/${name}`);
        expect(win32.basename(name)).toBe(name);
        expect(name).not.toMatch(/[<>:"/\\|?*\0-\x1f]|[. ]$/);
        expect(name).not.toMatch(/^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i);
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
        expect(name.length).toBeGreaterThan(0);
        expect(name).not.toMatch(/^\.{1,2}$/);
      }),
    );
  });

  test("counts documents of one name", () => {
    expect(fileNameOf(documentName(ids, "EAD.pdf", ""), 3)).toBe("100200300-EAD (3).pdf");
  });
});
