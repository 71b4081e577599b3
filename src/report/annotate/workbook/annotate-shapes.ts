// Edits the boxes that Excel shows comments in. Their old markup is not always well-formed XML, so shapes are
// cut out and added as text.
// Source: ECMA-376-4, 19.4.2.12 (ClientData); the form is the one that Excel writes.
import { cellAddress, parseCellAddress } from "../../../core/cell.ts";
import { NotEditableError } from "../package/package-xml.ts";

const NAMESPACES =
  'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:x="urn:schemas-microsoft-com:office:excel"';
const SHAPE = /<((?:[\w.-]+:)?shape)\b[\s\S]*?<\/\1\s*>/g;
const SHAPE_ID = /_x0000_s(\d+)/g;
/** A drawing owns numbers of shapes by the thousand: block 1 is 1025 to 2048. */
const BLOCK_SHAPES = 1_024;

const FIRST_CELL = { columnIndex: 0, rowNumber: 1 };

/** How many blocks of numbers so many shapes take. */
export function blocksOf(shapes: number): number {
  return Math.ceil((shapes + 1) / BLOCK_SHAPES);
}

/** A drawing for a sheet without any. No two sheets share a block of numbers. */
export function newShapes(firstBlock: number, addresses: readonly string[]): string {
  const blocks = Array.from({ length: blocksOf(addresses.length) }, (_, index) =>
    String(firstBlock + index),
  );
  return `<xml ${NAMESPACES}><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="${blocks.join(",")}"/></o:shapelayout>${SHAPE_TYPE}${shapes(firstBlock * BLOCK_SHAPES + 1, addresses, "")}</xml>`;
}

/** The drawing with the shapes of `removed` cells gone and others added. */
export function editShapes(
  start: string,
  added: readonly string[],
  removed: readonly string[],
): string {
  const gone = new Set(removed);
  const left = start.replace(SHAPE, (shape) => {
    const address = noteAddress(shape);
    return address !== null && gone.has(address) ? "" : shape;
  });
  if (added.length === 0) return left;
  const numbers = [...start.matchAll(SHAPE_ID)].map(([, number]) => Number(number));
  const next = numbers.reduce((most, number) => Math.max(most, number), BLOCK_SHAPES) + 1;
  const close = left.lastIndexOf("</xml");
  if (close < 0) throw new NotEditableError("Its drawing of comments does not end");
  // Each shape names the namespaces itself: the drawing may use other prefixes for them.
  const type = start.includes('id="_x0000_t202"')
    ? ""
    : SHAPE_TYPE.replace("<v:shapetype", `<v:shapetype ${NAMESPACES}`);
  return left.slice(0, close) + type + shapes(next, added, ` ${NAMESPACES}`) + left.slice(close);
}

/** The cell that a comment's shape belongs to; null for form controls and the like. */
function noteAddress(shape: string): string | null {
  if (!/ObjectType\s*=\s*["']Note["']/.test(shape)) return null;
  const row = /<(?:[\w.-]+:)?Row>\s*(\d+)\s*</.exec(shape)?.[1];
  const column = /<(?:[\w.-]+:)?Column>\s*(\d+)\s*</.exec(shape)?.[1];
  if (row === undefined || column === undefined) return null;
  return cellAddress(Number(column), Number(row) + 1);
}

const SHAPE_TYPE =
  '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe"><v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>';

/** A box right of its cell, four columns wide and eight rows high. */
function shapes(firstNumber: number, addresses: readonly string[], namespaces: string): string {
  return addresses
    .map((address, index) => {
      const { columnIndex: column, rowNumber } = parseCellAddress(address) ?? FIRST_CELL;
      const row = rowNumber - 1;
      const top = Math.max(0, row - 1);
      const anchor = [column + 1, 15, top, 10, column + 5, 15, top + 8, 4].join(", ");
      return `<v:shape${namespaces} id="_x0000_s${String(firstNumber + index)}" type="#_x0000_t202" style="position:absolute;margin-left:80pt;margin-top:2pt;width:240pt;height:110pt;z-index:1;visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/><v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/><v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox><x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>${anchor}</x:Anchor><x:AutoFill>False</x:AutoFill><x:Row>${String(row)}</x:Row><x:Column>${String(column)}</x:Column></x:ClientData></v:shape>`;
    })
    .join("");
}
