// A shipment as JSON with the cell of each value beside it, for people.
import { isJsonObject, type JsonValue } from "../../core/json.ts";
import { profileLineText } from "../../core/profile-line.ts";
import type { TriedLeaf, TriedShipment } from "../../intake/profiles/try-profile.ts";

interface Line {
  readonly text: string;
  /** What stands beside it; empty for brackets. */
  readonly beside: string;
}

/** Lines longer than this push what stands beside them further right, alone. */
const TEXT_WIDTH_MAX = 64;

export function describeShipment({ name, rows, body, leaves }: TriedShipment): readonly string[] {
  const byPath = new Map(leaves.map((leaf) => [leaf.path, leaf]));
  const lines: Line[] = [];
  addLines(lines, body, { path: "", indent: "", label: "", end: "" }, byPath);
  const width = Math.min(TEXT_WIDTH_MAX, Math.max(...lines.map(({ text }) => text.length)));
  const places = rows.map(({ row }) => String(row)).join(", ");
  return [
    `${name}, row${rows.length === 1 ? "" : "s"} ${places}`,
    ...lines.map(({ text, beside }) =>
      beside === "" ? text : `${text.padEnd(width)}  ← ${beside}`,
    ),
  ];
}

interface Spot {
  readonly path: string;
  readonly indent: string;
  /** Shape: `"direction": `; empty in lists. */
  readonly label: string;
  readonly end: string;
}

function addLines(
  lines: Line[],
  value: JsonValue,
  { path, indent, label, end }: Spot,
  byPath: ReadonlyMap<string, TriedLeaf>,
): void {
  const below = (members: readonly (readonly [string, string, JsonValue])[]): void => {
    members.forEach(([memberPath, memberLabel, member], index) => {
      const isLast = index === members.length - 1;
      const spot = {
        path: memberPath,
        indent: `${indent}  `,
        label: memberLabel,
        end: isLast ? "" : ",",
      };
      addLines(lines, member, spot, byPath);
    });
  };
  if (Array.isArray(value)) {
    lines.push({ text: `${indent}${label}[`, beside: "" });
    below((value as readonly JsonValue[]).map((element, at) => [`${path}[${at}]`, "", element]));
    lines.push({ text: `${indent}]${end}`, beside: "" });
  } else if (isJsonObject(value)) {
    lines.push({ text: `${indent}${label}{`, beside: "" });
    below(
      Object.entries(value).map(([name, member]) => [
        path === "" ? name : `${path}.${name}`,
        `${JSON.stringify(name)}: `,
        member,
      ]),
    );
    lines.push({ text: `${indent}}${end}`, beside: "" });
  } else {
    const leaf = byPath.get(path);
    const text = `${indent}${label}${JSON.stringify(value)}${end}`;
    lines.push({ text, beside: leaf === undefined ? "" : besideOf(leaf) });
  }
}

function besideOf({ cell, raw, profile }: TriedLeaf): string {
  const line = profile === undefined ? null : profileLineText(profile, null);
  if (cell === null) return line ?? "no cell: a default";
  const ofCell = raw === null ? cell : `${cell} ${JSON.stringify(raw)}`;
  return line === null ? ofCell : `${ofCell} by ${line}`;
}
