// A real browser that opens our pages. Where there is none the tests are skipped with a message; in CI that is a
// failure, because then nothing is proven.
import { existsSync } from "node:fs";
import axe from "axe-core";
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core";
import { pathToFileURL } from "node:url";

const CHROMIUM = process.env["CAS_BATCH_CHROMIUM"] ?? "/usr/bin/chromium";

export const hasChromium = existsSync(CHROMIUM);
if (!hasChromium) {
  const words = `${CHROMIUM} is not there: install chromium, or name one in CAS_BATCH_CHROMIUM`;
  if (process.env["CI"] === "true") throw new Error(words);
  process.stderr.write(`Tests are skipped: ${words}\n`);
}

export const LAPTOP = { viewport: { width: 1366, height: 768 } } as const;
export const PHONE = { viewport: { width: 375, height: 812 } } as const;

export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
}

export interface OpenedPage {
  readonly page: Page;
  /** Addresses that were asked for besides the page itself. */
  readonly asked: readonly string[];
  /** What the page complains of: refused scripts and styles, errors. */
  readonly complaints: readonly string[];
}

export async function openPage(
  browser: Browser,
  path: string,
  options: BrowserContextOptions,
): Promise<OpenedPage> {
  const address = pathToFileURL(path).href;
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const asked: string[] = [];
  const complaints: string[] = [];
  page.on("request", (request) => {
    if (request.url() !== address) asked.push(request.url());
  });
  page.on("console", (message) => complaints.push(message.text()));
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("dialog", (dialog) => {
    complaints.push(`dialog ${dialog.message()}`);
    void dialog.dismiss();
  });
  await page.goto(address);
  return { page, asked, complaints };
}

interface AxeResults {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string | null;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

/** What axe finds, of the worst two of its four grades. Shape: `serious color-contrast <td>…`. */
export async function seriousViolations(page: Page): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  const { violations } = await page.evaluate<AxeResults>("axe.run()");
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, impact, nodes }) => `${impact ?? ""} ${id} ${nodes[0]?.html ?? ""}`);
}
