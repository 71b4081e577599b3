// Loads a profile: map/ understands the text of its file, and the lookup files beside it are opened like
// any other spreadsheet.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import type { SheetRow, Table } from "../../core/cell.ts";
import { CasBatchError, UnreadableFileError } from "../../core/errors.ts";
import { readSettingsFile } from "../../core/files/settings-file.ts";
import { parseProfile } from "../../map/profile/parse-profile.ts";
import {
  lookupKey,
  type Lookup,
  type Profile,
  type ProfileFile,
  type ValueTable,
} from "../../map/profile/profile.ts";
import { openTable } from "../../parse/open-table.ts";

/** More pairs than this are a database, not a lookup file. */
const LOOKUP_ROWS_MAX = 100_000;

/**
 * @throws CasBatchError `file-not-found`, or `configuration-invalid` with every mistake and its line
 *   and column
 */
export async function loadProfile(path: string): Promise<Profile> {
  const absolute = resolve(path);
  const { text } = await readSettingsFile("the profile", absolute);
  const reading = parseProfile(text, basename(path));
  if (reading.kind === "mistakes") {
    const { mistakes } = reading;
    throw new CasBatchError("configuration-invalid", mistakes.join("\n"), {
      mistakes,
      hint: "Correct the profile; `cas-batch profile show FILE` shows how it is understood",
    });
  }
  const { profile } = reading;
  const mistakes: string[] = [];
  const files = new Map([[absolute, profileFile(absolute, Buffer.from(text))]]);
  const lookups = new Map<string, ValueTable>();
  for (const { lookup, place } of reading.lookups) {
    const key = lookupKey(lookup);
    if (lookups.has(key)) continue;
    try {
      const { table, file } = await readLookup(lookup, absolute);
      lookups.set(key, table);
      files.set(lookup.file, file);
    } catch (error) {
      if (!(error instanceof CasBatchError)) throw error;
      mistakes.push(`${place}: ${error.message}`);
    }
  }
  if (mistakes.length > 0) {
    throw new CasBatchError("configuration-invalid", mistakes.join("\n"), {
      mistakes,
      hint: "Correct the file, or `lookup` in the profile; it stands beside the profile",
    });
  }
  return { ...profile, lookups, files: [...files.values()] };
}

function profileFile(path: string, content: Buffer): ProfileFile {
  const sha256 = createHash("sha256").update(content).digest("hex");
  return { name: basename(path), sha256, content };
}

async function readLookup(
  lookup: Lookup,
  profilePath: string,
): Promise<{ readonly table: ValueTable; readonly file: ProfileFile }> {
  const fail = (message: string, cause?: unknown): CasBatchError =>
    new CasBatchError(
      "configuration-invalid",
      `The lookup file ${lookup.file} of ${basename(profilePath)} ${message}`,
      { cause },
    );
  let table: Table | null = null;
  try {
    const path = resolve(dirname(profilePath), lookup.file);
    table = await openTable(path);
    const pairs = await readPairs(table, lookup, fail);
    const file = profileFile(path, await readFile(path));
    if (file.sha256 !== table.file.sha256) throw fail("was changed while it was read");
    return { table: pairs, file };
  } catch (error) {
    if (error instanceof UnreadableFileError) throw fail(`cannot be read: ${error.message}`, error);
    throw error;
  } finally {
    await table?.close();
  }
}

async function readPairs(
  table: Table,
  { from, to }: Lookup,
  fail: (message: string) => CasBatchError,
): Promise<ValueTable> {
  const [sheet] = table.sheets;
  const pairs = new Map<string, string>();
  let places: { readonly from: number; readonly to: number } | null = null;
  for await (const rows of table.rows(sheet?.name ?? "")) {
    for (const row of rows) {
      if (places === null) {
        places = { from: placeOf(row, from), to: placeOf(row, to) };
        if (places.from < 0) throw fail(`has no column \`${from}\` in its first row`);
        if (places.to < 0) throw fail(`has no column \`${to}\` in its first row`);
        continue;
      }
      const value = textAt(row, places.from);
      const meaning = textAt(row, places.to);
      if (value === "" || meaning === "") continue;
      const before = pairs.get(value);
      if (before !== undefined && before !== meaning) {
        throw fail(`gives "${value}" two meanings: ${before} and ${meaning}`);
      }
      pairs.set(value, meaning);
      if (pairs.size > LOOKUP_ROWS_MAX) throw fail(`has more than ${LOOKUP_ROWS_MAX} values`);
    }
  }
  return pairs;
}

function placeOf(row: SheetRow, header: string): number {
  const wanted = header.trim().toLowerCase();
  return row.cells.findIndex((cell) => cell?.value.trim().toLowerCase() === wanted);
}

function textAt(row: SheetRow, columnIndex: number): string {
  return row.cells[columnIndex]?.value.trim() ?? "";
}
