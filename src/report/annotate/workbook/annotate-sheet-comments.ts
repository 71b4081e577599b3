// Writes the parts behind the comments of one sheet: texts, boxes and the relationships to both. Extends those
// that exist and creates the others.
import {
  editComments,
  emptyComments,
  hasOurComments,
  type CellComment,
} from "./annotate-comments.ts";
import { blocksOf, editShapes, newShapes } from "./annotate-shapes.ts";
import type { SheetExtent } from "./measure-sheet.ts";
import { readRelationships } from "../../../parse/xlsx/workbook-parts.ts";
import type { SourcePackage } from "../package/package-file.ts";
import {
  editRelations,
  freePartName,
  mainNamespace,
  relationsNamespace,
  type BookParts,
  type ContentTypesEdit,
} from "../package/package-parts.ts";

const COMMENTS_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml";
const DRAWING_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing";

/** What all sheets of one copy share while its parts are put together. */
export interface CopyState {
  readonly source: SourcePackage;
  readonly book: BookParts;
  readonly contentTypes: ContentTypesEdit;
  /** Parts that are written anew, by name. */
  readonly parts: Map<string, string>;
  /** Names of new parts, in small letters. */
  readonly taken: Set<string>;
  /** The next free block of shape numbers. */
  shapeBlock: number;
}

/** The relation of comment boxes, and the form of the sheet that it is to stand in. */
export interface LegacyDrawing {
  readonly id: string;
  readonly namespace: string;
  readonly isStrict: boolean;
}

interface SheetComments {
  readonly legacyDrawing: LegacyDrawing | null;
  /** Cells whose comment could not be written, because a thread is there. */
  readonly threaded: readonly string[];
}

/** @throws NotEditableError when one of the parts cannot be changed; then none of them is */
export async function writeComments(
  state: CopyState,
  sheetPart: string,
  extent: SheetExtent,
  comments: readonly CellComment[],
): Promise<SheetComments> {
  const { source, book, contentTypes, parts, taken } = state;
  const relations = (await readRelationships(source.xlsx, sheetPart)).filter(
    ({ part }) => source.find(part) !== null,
  );
  const present = relations.find(({ kind }) => kind === "comments")?.part ?? null;
  const text =
    present === null ? emptyComments(mainNamespace(book)) : await source.readText(present);
  if (comments.length === 0 && !hasOurComments(text)) return { legacyDrawing: null, threaded: [] };
  const edit = editComments(text, comments);
  const { added, removed, threaded } = edit;
  const drawing =
    relations.find(({ id, kind }) => kind === "vmlDrawing" && id === extent.legacyDrawingId)
      ?.part ?? null;
  const shapes =
    drawing === null ? null : editShapes(await source.readText(drawing), added, removed);

  const sheetRelations = await editRelations(source, sheetPart, book);
  const commentsPart = present ?? freePartName(source, taken, "xl/comments", "xml");
  parts.set(commentsPart, edit.text);
  if (present === null) {
    sheetRelations.add("comments", commentsPart);
    contentTypes.addPart(commentsPart, COMMENTS_TYPE);
  }
  let legacyDrawing: SheetComments["legacyDrawing"] = null;
  if (drawing !== null && shapes !== null) parts.set(drawing, shapes);
  else if (added.length > 0) {
    const part = freePartName(source, taken, "xl/drawings/vmlDrawing", "vml");
    parts.set(part, newShapes(state.shapeBlock, added));
    state.shapeBlock += blocksOf(added.length);
    contentTypes.addExtension("vml", DRAWING_TYPE);
    const id = sheetRelations.add("vmlDrawing", part);
    legacyDrawing = { id, namespace: relationsNamespace(book), isStrict: book.isStrict };
  }
  if (sheetRelations.isChanged()) parts.set(sheetRelations.part, sheetRelations.text());
  return { legacyDrawing, threaded };
}
