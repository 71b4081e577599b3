// Finds rows that an unquoted line end inside a value has broken in two or more; the first piece would be sent
// without the rest. Two signs together show them: the pieces joined make one row, and either the line end is
// of another kind than those before and behind, or a piece does not begin like a row. Two exports joined in
// one file have two kinds of line ends, but between whole rows; writers that leave out blank columns make
// short rows, but these begin like rows.
import type { LineEnd } from "./csv-splitter.ts";
import { valueShape } from "./swallowed-rows.ts";

/** A record as it stands. */
interface Cut {
  readonly fields: readonly string[];
  readonly lineEnd: LineEnd;
}

export interface RowPiece<Row> extends Cut {
  /** Null when it holds nothing. */
  readonly row: Row | null;
}

/** More pieces than these are rows of their own. */
export const PIECES_MAX = 16;

/** Takes the records of a file; gives the pieces of a broken row when its last one is seen. */
type BrokenRowWatch<Row> = (row: Row | null, record: Cut) => readonly RowPiece<Row>[];

/** @param width How many columns a whole row has. */
export function createBrokenRowWatch<Row>(width: number): BrokenRowWatch<Row> {
  let usualEnd: LineEnd | null = null;
  let pieces: RowPiece<Row>[] = [];
  let columns = 0;

  const begin = (piece: RowPiece<Row>): void => {
    const { row, fields, lineEnd } = piece;
    usualEnd ??= lineEnd;
    const isOddlyEnded = lineEnd !== usualEnd && lineEnd !== "";
    const isShort = fields.length > 1 && fields.length < width;
    if (row === null || !(isOddlyEnded || isShort)) return;
    pieces = [piece];
    columns = fields.length;
  };

  return (row, { fields, lineEnd }) => {
    // Nearly every record of every file.
    if (pieces.length === 0 && fields.length >= width && lineEnd === usualEnd) return none;
    const piece = { row, fields, lineEnd };
    const [first] = pieces;
    if (first === undefined) {
      begin(piece);
      return none;
    }
    const isOddly = pieces.every(({ lineEnd }) => lineEnd !== usualEnd);
    const joined = columns + piece.fields.length - 1;
    const mayBelong = isOddly || !isAlike(first.fields, piece.fields);
    if (joined > width || !mayBelong || pieces.length === PIECES_MAX) {
      if (isOddly) usualEnd = piece.lineEnd === "" ? usualEnd : piece.lineEnd;
      pieces = [];
      begin(piece);
      return none;
    }
    pieces.push(piece);
    columns = joined;
    const isEnd = piece.lineEnd === usualEnd || piece.lineEnd === "";
    if (isOddly ? !isEnd : joined < width) return none;
    const broken = pieces.filter(({ row }) => row !== null);
    pieces = [];
    return broken.length > 1 ? broken : none;
  };
}

const none: readonly never[] = [];

/**
 * Whether a second row begins like the first, or goes on about it: the shape of its first value is the
 * same, or those of most of its values are. That a single one is alike happens by chance.
 */
function isAlike(first: readonly string[], second: readonly string[]): boolean {
  if (second.length > 1 && second.slice(0, 2).every((text) => text.trim() === "")) return true;
  let compared = 0;
  let alike = 0;
  for (const [column, text] of second.slice(0, first.length).entries()) {
    const shape = valueShape(text);
    if (shape === "") continue;
    compared += 1;
    if (shape !== valueShape(first[column] ?? "")) continue;
    if (column === 0) return true;
    alike += 1;
  }
  return alike * 2 > compared;
}
