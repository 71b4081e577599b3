// Adds the widths of our columns to those of the sheet. A sheet describes its columns in ranges, which may reach
// to the last one (all hidden, say); a range that one of ours lies in is split.
// Source: ECMA-376-1, 18.3.1.13 (col), 18.3.1.17 (cols).
import {
  attributesOf,
  elementsNamed,
  nextTag,
  prefixOf,
  withAttribute,
} from "../package/package-xml.ts";

interface AddedColumn {
  readonly column: number;
  /** Unit: characters. */
  readonly width: number;
}

/** One-based, as the format counts. */
interface ColumnRange {
  readonly first: number;
  readonly last: number;
  readonly style: number;
  /** The tag as it stands, or as we write it. */
  readonly text: string;
}

/** @param head the sheet from its beginning to the opening tag of `sheetData` */
export function widenColumns(head: string, added: readonly AddedColumn[]): string {
  const dataStart = head.lastIndexOf("<");
  const dataTag = nextTag(head, dataStart);
  const prefix = dataTag === null ? "" : prefixOf(dataTag);
  const before = head.slice(0, dataStart);
  const [list] = elementsNamed(before, "cols");
  const ranges = added.reduce<readonly ColumnRange[]>(
    (all, one) => [...all.flatMap((range) => without(range, one.column + 1)), rangeOf(one, prefix)],
    columnRanges(head),
  );
  const sorted = [...ranges].sort((left, right) => left.first - right.first);
  const cols = `<${prefix}cols>${sorted.map(({ text }) => text).join("")}</${prefix}cols>`;
  return list === undefined
    ? before + cols + head.slice(dataStart)
    : before.slice(0, list.tag.start) + cols + head.slice(list.end);
}

/** The columns of a sheet that its head describes. */
export function columnRanges(head: string): readonly ColumnRange[] {
  const before = head.slice(0, head.lastIndexOf("<"));
  return elementsNamed(before, "col").map(({ tag, end }) => {
    const attributes = attributesOf(before, tag);
    return {
      first: Number(attributes.get("min")),
      last: Number(attributes.get("max")),
      style: Number(attributes.get("style") ?? 0),
      text: before.slice(tag.start, end),
    };
  });
}

/** What is left of a range when one column is taken out of it. */
function without(range: ColumnRange, column: number): readonly ColumnRange[] {
  if (column < range.first || column > range.last) return [range];
  return [
    { ...range, last: column - 1 },
    { ...range, first: column + 1 },
  ]
    .filter(({ first, last }) => first <= last)
    .map(({ first, last, style, text }) => ({
      first,
      last,
      style,
      text: withAttribute(withAttribute(text, "min", String(first)), "max", String(last)),
    }));
}

function rangeOf({ column, width }: AddedColumn, prefix: string): ColumnRange {
  const number = String(column + 1);
  return {
    first: column + 1,
    last: column + 1,
    style: 0,
    text: `<${prefix}col min="${number}" max="${number}" width="${String(width)}" customWidth="1"/>`,
  };
}
