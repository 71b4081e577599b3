// `npm run pictures`: the pictures of the guide for the customs specialist, taken while the guide is followed. Needs
// LibreOffice, pdftoppm and Chromium, and says so where one is missing; look at what it writes before you commit it.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { followGuide, type GuideStep } from "./docs/follow-guide.ts";
import { writeExcerpt, type Excerpt } from "./docs/libreoffice.ts";
import { openUserShell } from "./docs/user-shell.ts";

const root = join(import.meta.dirname, "..");
const PICTURES = join(root, "docs/pictures");
const GUIDE = readFileSync(join(root, "docs/guide-specialist.md"), "utf8");
const CHROMIUM: string = process.env["CAS_BATCH_CHROMIUM"] ?? "/usr/bin/chromium";
const DOTS_PER_INCH = 84;
/** As high as what is read first: the verdict, what needs action, the totals. Unit: pixels. */
const PAGE = { width: 1000, height: 496 };

requireTools();
const shell = openUserShell();
for await (const step of followGuide(GUIDE, shell)) {
  if (step.kind === "ran" && step.typed.line.endsWith("acceptance")) break;
  await takePictures(step);
}

async function takePictures(step: GuideStep): Promise<void> {
  if (step.kind === "filled" && !step.workbook.includes("/")) {
    takeExcerpt("template", step.workbook, {
      sheet: "Shipments",
      range: "A1:Q4",
      hiddenColumns: "CDFGHIJKM".split(""),
    });
  }
  if (step.kind === "filled") return;
  const { line, output, code } = step.typed;
  if (!step.block.exitCodes.includes(code ?? -1)) throw new Error(`${line}: ${output}`);
  if (line.includes("--annotate")) {
    takeExcerpt("annotated", "checked/customs-shipments-flat.xlsx", {
      sheet: "Shipments",
      range: "A1:AI4",
      hiddenColumns: ["AA", "AB", "AC", ..."BCDEFGHIJKLMNRSTUVWXY".split("")],
    });
  }
  if (line.startsWith("cas-batch reconcile")) {
    await takePage("report", "report.html");
    takeExcerpt("report-shipments", "report.xlsx", {
      sheet: "Shipments",
      range: "A1:H3",
      hiddenColumns: [],
    });
  }
}

function takeExcerpt(name: string, workbook: string, excerpt: Excerpt): void {
  const pdf = join(shell.cwd, `${name}.pdf`);
  writeExcerpt(join(shell.cwd, workbook), pdf, excerpt);
  const resolution = ["-r", String(DOTS_PER_INCH)];
  execFileSync("pdftoppm", ["-png", "-singlefile", ...resolution, pdf, join(PICTURES, name)]);
  rmSync(pdf);
}

async function takePage(name: string, page: string): Promise<void> {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ["--no-sandbox"] });
  try {
    const opened = await browser.newPage({ viewport: PAGE });
    await opened.goto(pathToFileURL(join(shell.cwd, page)).href);
    await opened.screenshot({ path: join(PICTURES, `${name}.png`) });
  } finally {
    await browser.close();
  }
}

function requireTools(): void {
  const missing = [
    ...["soffice", "pdftoppm"].filter((tool) => spawnSync(tool, ["-v"]).error !== undefined),
    ...(existsSync(CHROMIUM) ? [] : [CHROMIUM]),
  ];
  if (missing.length === 0) return;
  process.stderr.write(`No pictures were taken: install ${missing.join(", ")}\n`);
  process.exit(1);
}
