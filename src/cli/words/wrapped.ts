// Long lines of a page for people, broken where a terminal would break them inside a word.

/** The part of a line below which the rest of it stands: its indentation, or a time in a list. */
const MARGIN = /^(?: {2}[\d-]{10} [\d:]{8}Z | *)/;
/** A narrower column reads worse than what the terminal makes of a line. */
const COLUMNS_MIN = 60;

/** @param columns null: where the width is not known, lines stay whole, as for another program */
export function wrapped(line: string, columns: number | null): readonly string[] {
  const isCommand = /^\s*cas-batch /.test(line);
  if (columns === null || columns < COLUMNS_MIN || line.length <= columns || isCommand)
    return [line];
  const margin = MARGIN.exec(line)?.[0].length ?? 0;
  const isTimed = margin > COLUMNS_MIN / 3;
  const indent = " ".repeat(isTimed ? margin : margin + 2);
  const lines: string[] = [];
  let rest = line;
  while (rest.length > columns) {
    const at = rest.lastIndexOf(" ", columns);
    if (at <= indent.length) break;
    lines.push(rest.slice(0, at));
    rest = `${indent}${rest.slice(at).trimStart()}`;
  }
  return [...lines, rest];
}
