// Adds our cell formats to the workbook's styles. A marked cell gets its own format with another fill, so its
// number format, font and borders stay. The fill's colour is one that is not picked by hand: by it the next
// annotated copy of this copy knows our fills and removes them.
// Source: ECMA-376-1, 18.8 (styles), 18.8.10 (cellXfs), 18.8.21 (fills).
import { completeStyles } from "./complete-styles.ts";
import { mainNamespace, type BookParts } from "../package/package-parts.ts";
import {
  attributesOf,
  elementsNamed,
  NotEditableError,
  prefixOf,
  rootTag,
  withAttribute,
  type XmlElement,
} from "../package/package-xml.ts";

export type MarkTone = "error" | "warning";

/** Shape: ARGB. Light red and light yellow, each one step off the colours of Excel's palettes. */
const markColours: Readonly<Record<MarkTone, string>> = {
  error: "FFFFC7B8",
  warning: "FFFFE8A3",
};

/** Source: Excel specifications and limits, unique cell formats: 65,490; some are left free. */
const FORMATS_MAX = 65_000;

export interface StyleBook {
  /** The format for a marked cell whose own format is `base`; null when no more formats fit. */
  readonly marked: (base: number, tone: MarkTone) => number | null;
  /** The format without a fill of ours; `base` itself when it has none. */
  readonly cleared: (base: number) => number;
  /** Whether some format has a fill of ours, so that every cell must be checked. */
  readonly hasOurFills: boolean;
  /** Whether cells can be marked at all. */
  readonly canMark: boolean;
  readonly text: () => string;
}

/** For styles that cannot be added to: nothing is marked, and they stay as they are. */
export function unchangedStyles(text: string): StyleBook {
  return {
    hasOurFills: false,
    canMark: false,
    marked: () => null,
    cleared: (base) => base,
    text: () => text,
  };
}

/** For a workbook without styles: all its cells have the first format. */
export function bareStyles(book: BookParts): string {
  return completeStyles(
    `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<styleSheet xmlns="${mainNamespace(book)}"/>`,
  );
}

/** @throws NotEditableError when the styles are not sound */
export function createStyleBook(styles: string): StyleBook {
  const start = completeStyles(styles);
  const prefix = prefixOf(rootTag(start));
  const fills = listOf(start, "fills", "fill");
  const formats = listOf(start, "cellXfs", "xf");
  const isOurs = fills.items.map((fill) =>
    Object.values(markColours).some((colour) => fill.toUpperCase().includes(`"${colour}"`)),
  );
  const fillOf = (format: string): number => {
    const tag = rootTag(format);
    return Number(attributesOf(format, tag).get("fillId") ?? 0);
  };
  const hasOurs = formats.items.map((format) => isOurs[fillOf(format)] === true);
  const newFills = new Map<MarkTone, number>();
  const newFormats: string[] = [];
  const byUse = new Map<string, number>();

  const fillId = (tone: MarkTone): number => {
    const known = newFills.get(tone);
    if (known !== undefined) return known;
    const id = fills.items.length + newFills.size;
    newFills.set(tone, id);
    return id;
  };
  const withFill = (base: number, fill: number): number | null => {
    const use = `${String(base)} ${String(fill)}`;
    const known = byUse.get(use);
    if (known !== undefined) return known;
    const format = formats.items[base] ?? formats.items[0];
    const index = formats.items.length + newFormats.length;
    if (format === undefined || index >= FORMATS_MAX) return null;
    const tag = rootTag(format);
    const filled = withAttribute(
      withAttribute(format.slice(0, tag.end), "fillId", String(fill)),
      "applyFill",
      "1",
    );
    newFormats.push(filled + format.slice(tag.end));
    byUse.set(use, index);
    return index;
  };

  return {
    hasOurFills: hasOurs.includes(true),
    canMark: true,
    marked: (base, tone) => withFill(base, fillId(tone)),
    cleared: (base) => (hasOurs[base] === true ? (withFill(base, 0) ?? base) : base),
    text: () => {
      if (newFormats.length === 0) return styles;
      const written = [...newFills.keys()].map(
        (tone) =>
          `<${prefix}fill><${prefix}patternFill patternType="solid"><${prefix}fgColor rgb="${markColours[tone]}"/><${prefix}bgColor indexed="64"/></${prefix}patternFill></${prefix}fill>`,
      );
      // From the end of the file to its beginning, so that places found before stay true.
      const additions = [
        { list: fills, items: written },
        { list: formats, items: newFormats },
      ].sort((left, right) => right.list.element.tag.start - left.list.element.tag.start);
      return additions.reduce((text, { list, items }) => extendList(text, list, items), start);
    },
  };
}

interface StyleList {
  readonly element: XmlElement;
  readonly items: readonly string[];
}

function listOf(text: string, name: string, item: string): StyleList {
  const [element] = elementsNamed(text, name);
  if (element === undefined || element.tag.kind === "empty") {
    throw new NotEditableError(`Its styles hold no ${name}`);
  }
  const inner = text.slice(element.tag.end, element.end);
  const items = elementsNamed(inner, item).map(({ tag, end }) => inner.slice(tag.start, end));
  return { element, items };
}

function extendList(text: string, { element, items }: StyleList, added: readonly string[]): string {
  if (added.length === 0) return text;
  const { tag, end } = element;
  const opened = withAttribute(
    text.slice(tag.start, tag.end),
    "count",
    String(items.length + added.length),
  );
  const close = text.lastIndexOf("</", end - 1);
  const inner = text.slice(tag.end, close);
  return text.slice(0, tag.start) + opened + inner + added.join("") + text.slice(close);
}
