// LibreOffice as a person uses it: opens a workbook, types into cells, saves it, or shows a part of a sheet. Used by
// tests and for the pictures of the guides.
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const TIMEOUT_MS = 120_000;
export const LIBREOFFICE: string = process.env["CAS_BATCH_LIBREOFFICE"] ?? "soffice";

/** A user profile of its own, made once: that takes longer than most of what is done with it. */
const profile = mkdtempSync(join(tmpdir(), "cas-batch-libreoffice-"));
process.on("exit", () => {
  rmSync(profile, { recursive: true, force: true });
});

export interface TypedCell {
  readonly sheet: string;
  /** Shape: `B7`. */
  readonly address: string;
  readonly text: string;
}

/** Opens `source`, types into the cells as a person would, and saves it as .xlsx under the name `target`. */
export function typeIntoCells(source: string, target: string, cells: readonly TypedCell[]): void {
  const lines = cells.map(({ sheet, address, text }) => [sheet, address, text].join("\t"));
  runMacro("TypeIntoCells", [source, target, ...lines]);
  requireFile(target);
}

export interface Excerpt {
  readonly sheet: string;
  /** Shape: `A1:L4`. */
  readonly range: string;
  /** Columns of the range that are left out, by their letters. */
  readonly hiddenColumns: readonly string[];
}

/** Writes a part of a sheet, with the letters of its columns and the numbers of its rows, as a PDF of one page. */
export function writeExcerpt(source: string, target: string, excerpt: Excerpt): void {
  const { sheet, range, hiddenColumns } = excerpt;
  runMacro("WriteExcerpt", [source, target, sheet, range, hiddenColumns.join(" ")]);
  requireFile(target);
}

/** The texts come to the macro in a file: LibreOffice takes no quotation marks and commas in a call. */
function runMacro(name: string, lines: readonly string[]): void {
  const module = join(profile, "user/basic/Standard/Module1.xba");
  // The first start makes the profile, with an empty module of this name in it.
  if (!existsSync(module)) startLibreOffice(["--terminate_after_init"]);
  writeFileSync(module, readFileSync(join(import.meta.dirname, "libreoffice.xba")));
  const job = join(profile, "job.txt");
  writeFileSync(job, lines.join("\n"));
  startLibreOffice([`macro:///Standard.Module1.${name}("${job}")`]);
}

function requireFile(path: string): void {
  if (!existsSync(path)) throw new Error(`LibreOffice did not write ${path}`);
}

export function startLibreOffice(args: readonly string[], timeoutMs = TIMEOUT_MS): string {
  const result = spawnSync(
    LIBREOFFICE,
    [`-env:UserInstallation=file://${profile}`, "--headless", ...args],
    { timeout: timeoutMs, encoding: "utf8" },
  );
  return result.stdout + result.stderr;
}
