// Tries a profile on a file: its first shipments, with the cell that each value came from and the text in
// that cell. Nothing is kept and nothing is sent.
import type { JsonValue } from "../../core/json.ts";
import type { ProfileLine } from "../../core/profile-line.ts";
import { keyText, type ShipmentMessage } from "../../core/shipment.ts";
import { parseSourcePlace } from "../../core/source-place.ts";
import type { Profile } from "../../map/profile/profile.ts";
import { changedWhileRead } from "../../parse/assert-unchanged.ts";
import { openTable, type OpenTableOptions } from "../../parse/open-table.ts";
import { formatFieldPath } from "../../trace/field-path.ts";
import { profileLineFinder, type FindProfileLine } from "../../trace/profile-line-of.ts";
import { valuesOf } from "../../trace/walk-message.ts";
import type { StageOptions } from "../sinks/batch-sink.ts";
import { createTally, type Tally } from "../sinks/tally.ts";
import { stageFile, tableOptions } from "../stage-file.ts";

export interface TriedShipment {
  /** Shape: `IN PO-1`. */
  readonly name: string;
  readonly rows: readonly { readonly sheet: string; readonly row: number }[];
  readonly body: JsonValue;
  readonly leaves: readonly TriedLeaf[];
}

export interface TriedLeaf {
  /** Shape: `singleAdministrativeDocument.declType`. */
  readonly path: string;
  readonly value: JsonValue;
  /** Shape: `Export!B7`, or `B7` in a file with one sheet; null for a constant. */
  readonly cell: string | null;
  /** What says a value without a cell, or the table that the cell was read through. */
  readonly profile?: ProfileLine;
  /** What stands in the cell. */
  readonly raw: string | null;
}

interface ProfileTrial {
  readonly tally: Tally;
  readonly shipments: readonly TriedShipment[];
}

/**
 * @param shipmentsMax How many shipments are shown; all are read and counted.
 * @throws UnreadableFileError when it is no spreadsheet
 */
export async function tryProfile(
  path: string,
  profile: Profile | null,
  shipmentsMax: number,
  options: Omit<StageOptions, "profile" | "onInvalid">,
): Promise<ProfileTrial> {
  const tally = createTally();
  try {
    return { tally, shipments: await shipmentsOf(path, profile, shipmentsMax, options, tally) };
  } catch (error) {
    tally.close();
    throw error;
  }
}

async function shipmentsOf(
  path: string,
  profile: Profile | null,
  shipmentsMax: number,
  options: Omit<StageOptions, "profile" | "onInvalid">,
  tally: Tally,
): Promise<readonly TriedShipment[]> {
  const messages: { readonly message: ShipmentMessage; readonly rows: TriedShipment["rows"] }[] =
    [];
  let sha256 = "";
  const sink: Tally = {
    ...tally,
    open: (file) => {
      messages.length = 0;
      ({ sha256 } = file);
      return tally.open(file);
    },
    addLines: (lines) => {
      const kept = [...lines];
      for (const { message, rows } of kept) {
        if (message !== null && messages.length < shipmentsMax) messages.push({ message, rows });
      }
      return tally.addLines(kept);
    },
  };
  const end = await stageFile(path, sink, { ...options, profile, onInvalid: "skip" });
  const lineOf = profileLineFinder(end.profile ?? null);
  const shipments = messages.map(({ message, rows }) => ({
    ...{ name: keyText(message.key), rows, body: message.body },
    leaves: leavesOf(message, lineOf),
  }));
  const raw = await rawTexts(path, tableOptions({ ...options, profile }), shipments, sha256);
  return shipments.map((shipment) => ({
    ...shipment,
    leaves: shipment.leaves.map((leaf) => ({
      ...leaf,
      raw: leaf.cell === null ? null : (raw.get(leaf.cell) ?? null),
    })),
  }));
}

type Leaf = Omit<TriedLeaf, "raw">;

function leavesOf(
  { body, sources }: Pick<ShipmentMessage, "body" | "sources">,
  lineOf: FindProfileLine,
): readonly Leaf[] {
  return Array.from(valuesOf({ steps: [], value: body, source: sources }), (place) => {
    const { steps, value, source } = place;
    const profile = lineOf(place);
    return {
      path: formatFieldPath(steps),
      value,
      cell: typeof source === "string" ? source : null,
      ...(profile === null ? {} : { profile }),
    };
  });
}

/**
 * What stands in the cells that the leaves name.
 * @param sha256 of the bytes that the shipments were made of
 */
async function rawTexts(
  path: string,
  reading: OpenTableOptions,
  shipments: readonly (Pick<TriedShipment, "rows"> & { readonly leaves: readonly Leaf[] })[],
  sha256: string,
): Promise<ReadonlyMap<string, string>> {
  const wanted = new Map<
    string,
    Map<number, { readonly cell: string; readonly index: number }[]>
  >();
  for (const { cell } of shipments.flatMap(({ leaves }) => leaves)) {
    const place = cell === null ? null : parseSourcePlace(cell);
    if (cell === null || place === null) continue;
    const { sheet, columnIndex, rowNumber } = place;
    const ofSheet = wanted.get(sheet ?? "") ?? new Map<number, { cell: string; index: number }[]>();
    wanted.set(sheet ?? "", ofSheet);
    const ofRow = ofSheet.get(rowNumber) ?? [];
    ofSheet.set(rowNumber, ofRow);
    ofRow.push({ cell, index: columnIndex });
  }
  const found = new Map<string, string>();
  const table = await openTable(path, reading);
  try {
    if (table.file.sha256 !== sha256) throw changedWhileRead(table.file.name);
    for (const { name } of table.sheets) {
      // Cells without a sheet are of the only sheet that is read; a sheet of notes may stand beside it.
      const isOnly = name === shipments[0]?.rows[0]?.sheet;
      const ofSheet = wanted.get(name) ?? (isOnly ? wanted.get("") : undefined);
      if (ofSheet === undefined) continue;
      const lastRow = Math.max(...ofSheet.keys());
      for await (const rows of table.rows(name)) {
        for (const row of rows) {
          for (const { cell, index } of ofSheet.get(row.rowNumber) ?? []) {
            const at = row.cells[index];
            if (at !== undefined) found.set(cell, at.type === "string" ? at.value : at.raw);
          }
        }
        if ((rows.at(-1)?.rowNumber ?? 0) >= lastRow) break;
      }
    }
  } finally {
    await table.close();
  }
  return found;
}
