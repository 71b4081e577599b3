// The report as one page, in a real browser: on a laptop, on a phone, on paper and without scripts.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeStatusReport } from "../../src/report/status-report.ts";
import { hasChromium, LAPTOP, openBrowser, openPage, PHONE, seriousViolations } from "./browser.ts";
import { hostileTexts } from "./hostile-texts.ts";
import { temporaryFolder } from "./outside-programs.ts";
import {
  busyNight,
  sampleBatch,
  sampleDeclaration,
  sampleFinding,
  sampleInput,
  sampleLine,
  type SampleContent,
} from "./sample-books.ts";

const SLOW_TEST_MS = 120_000;

async function pageOf(
  content: SampleContent,
  changes: Parameters<typeof sampleInput>[1] = {},
): Promise<string> {
  const path = join(temporaryFolder(), "status-report.xlsx");
  const { htmlPath } = await writeStatusReport(path, sampleInput(content, changes));
  return htmlPath ?? "";
}

/** A file whose every text is hostile. */
function hostileNight(): SampleContent {
  const lines = hostileTexts.map((text, at) =>
    sampleLine({
      lineNumber: at + 1,
      key: { direction: "IN", externalReference: text },
      fileName: text,
      bucket: at % 2 === 0 ? "rejected" : "accepted",
      referenceId: text,
      problem: { status: 400, title: text, detail: text, errors: [], rawBody: text },
      refusedFields: [{ sheet: text, cell: null, path: text, value: text, message: text }],
      declarations: [
        sampleDeclaration(`D-${String(at)}`, text, {
          summary: { ...sampleDeclaration("x", text).summary, lrn: text, mrn: text },
        }),
      ],
    }),
  );
  const findings = hostileTexts.map((text) =>
    sampleFinding({ value: text, message: text, header: text, hint: text, sheet: text }),
  );
  return { batches: [sampleBatch(lines)], lines, findings };
}

describe.skipIf(!hasChromium)("the page", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  }, SLOW_TEST_MS);
  afterAll(() => browser.close());

  test.each([
    ["a laptop", LAPTOP],
    ["a phone", PHONE],
    ["a phone in the dark", { ...PHONE, colorScheme: "dark" as const }],
  ])(
    "is readable on %s, fits its width and asks for nothing",
    async (_device, options) => {
      const path = await pageOf(busyNight());
      const { page, asked, complaints } = await openPage(browser, path, options);
      expect(await page.locator("h1").innerText()).toBe(
        "BALANCED: every row of every file is accounted for",
      );
      const width = await page.evaluate<number>("document.documentElement.scrollWidth");
      expect(width).toBeLessThanOrEqual(options.viewport.width);
      expect(asked).toEqual([]);
      expect(complaints).toEqual([]);
      const plain = await openPage(browser, path, { ...options, bypassCSP: true });
      expect(await seriousViolations(plain.page)).toEqual([]);
    },
    SLOW_TEST_MS,
  );

  test(
    "would show what axe finds: grey on white is too faint",
    async () => {
      const path = await pageOf(busyNight());
      const { page } = await openPage(browser, path, { ...LAPTOP, bypassCSP: true });
      await page.addStyleTag({ content: "p.note{color:#ddd!important}" });
      expect(String(await seriousViolations(page))).toContain("color-contrast");
    },
    SLOW_TEST_MS,
  );

  test(
    "shows every row without scripts, and prints",
    async () => {
      const path = await pageOf(busyNight());
      const still = await openPage(browser, path, { ...LAPTOP, javaScriptEnabled: false });
      for (const id of ["REF-1", "REF-9", "D-100", "D-101", "D-102"]) {
        expect(await still.page.getByText(id, { exact: true }).first().isVisible()).toBe(true);
      }
      expect(await still.page.locator(".filters").first().isVisible()).toBe(false);
      const pdf = await still.page.pdf({ preferCSSPageSize: true });
      expect(pdf.subarray(0, 5).toString()).toBe("%PDF-");
    },
    SLOW_TEST_MS,
  );

  test(
    "prints the columns that the workbook prints, none of them too narrow for its words",
    async () => {
      const { page } = await openPage(browser, await pageOf(busyNight()), LAPTOP);
      await page.setViewportSize({ width: 1047, height: 720 });
      await page.emulateMedia({ media: "print" });
      const headers = page.locator("#action-needed th:visible");
      expect(await headers.allInnerTexts()).toEqual([
        ...["Priority", "External reference", "What happened", "Reason", "Next step"],
        ...["Days open", "File", "Sheet", "Cell or row"],
      ]);
      const priority = page.locator("#action-needed tbody td:first-child").first();
      expect((await priority.boundingBox())?.width).toBeGreaterThan(50);
    },
    SLOW_TEST_MS,
  );

  test(
    "leads to a row that a filter hides",
    async () => {
      const { page } = await openPage(browser, await pageOf(busyNight()), LAPTOP);
      const link = page.locator("#action-needed a[href^='#shipments-']").first();
      const row = page.locator((await link.getAttribute("href")) ?? "");
      await page.locator("#shipments").getByRole("searchbox").fill("no such text");
      expect(await row.isVisible()).toBe(false);
      await link.click();
      expect(await row.isVisible()).toBe(true);
    },
    SLOW_TEST_MS,
  );

  test(
    "filters by text, by column and by what is open",
    async () => {
      const { page } = await openPage(browser, await pageOf(busyNight()), LAPTOP);
      const sheet = page.locator("#shipments");
      const visible = async (): Promise<number> => sheet.locator("tbody tr:visible").count();
      const all = await visible();
      await sheet.getByRole("searchbox").fill("ref-2");
      expect(await visible()).toBe(1);
      await sheet.getByRole("combobox").selectOption({ label: "Direction" });
      expect(await visible()).toBe(0);
      expect(await sheet.locator("output").innerText()).toBe(`0 of ${String(all)} match`);
      await sheet.getByRole("searchbox").fill("");
      await sheet.getByRole("checkbox").check();
      expect(await visible()).toBeLessThan(all);
      expect(await sheet.getByText("REF-2", { exact: true }).isVisible()).toBe(true);
      expect(await sheet.getByText("REF-1", { exact: true }).isVisible()).toBe(false);
    },
    SLOW_TEST_MS,
  );

  test(
    "shows hostile texts as texts: no script runs, nothing is asked, no element is theirs",
    async () => {
      const path = await pageOf(hostileNight());
      const { page, asked, complaints } = await openPage(browser, path, LAPTOP);
      expect(await page.title()).toContain("Status report");
      expect({ asked, complaints }).toEqual({ asked: [], complaints: [] });
      const strange = await page.evaluate<number>(
        "document.querySelectorAll('body script:not(:last-child),img,iframe,base,form,textarea,plaintext,math,main h1').length",
      );
      expect(strange).toBe(0);
      const shown = await page.locator("#shipments tbody tr").count();
      expect(shown).toBe(hostileTexts.length);
      expect(await page.locator("#shipments tbody td").nth(0).innerText()).toBe(hostileTexts[0]);
    },
    SLOW_TEST_MS,
  );

  test(
    "refuses a script that was smuggled in all the same",
    async () => {
      const path = await pageOf(busyNight());
      const { page, complaints } = await openPage(browser, path, LAPTOP);
      await page.evaluate(
        "document.body.append(Object.assign(document.createElement('script'),{textContent:'document.title=1'}))",
      );
      expect(await page.title()).toContain("Status report");
      expect(complaints.join()).toContain("Content Security Policy");
    },
    SLOW_TEST_MS,
  );

  test(
    "cuts a long table, and leads to the workbook that has all of it",
    async () => {
      const lines = Array.from({ length: 2_500 }, (_, at) =>
        sampleLine({
          lineNumber: at + 1,
          key: { direction: "IN", externalReference: `R-${String(at)}` },
        }),
      );
      const path = await pageOf({ batches: [sampleBatch(lines)], lines });
      const { page } = await openPage(browser, path, PHONE);
      expect(await page.locator("#shipments .cut").innerText()).toBe(
        "2,000 of 2,500 shown; all of them stand in status-report.xlsx",
      );
      expect(await page.locator("#shipments .cut a").getAttribute("href")).toBe(
        "status-report.xlsx",
      );
    },
    SLOW_TEST_MS,
  );
});

test("the page is one file without an address of another", async () => {
  const text = readFileSync(await pageOf(busyNight()), "utf8");
  expect(text.match(/(?:src|href)="(?!#)[^"]*"/g) ?? []).toEqual([]);
});
