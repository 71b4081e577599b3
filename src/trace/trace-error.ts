// An error of CAS or customs, led back to the cell of the user's file that caused it. What CAS wrote
// is kept in `fieldReference`; `path` is that of our own message, like the paths of findings.
import type { DeclarationError } from "../core/declaration.ts";
import { fieldLocator, type FieldPlace, type SentMessage } from "./field-locator.ts";
import { parseFieldPath } from "./field-path.ts";

/** The index of a collection's first element in the paths of CAS. Source: assumed. */
const FIRST_INDEX = 1;
const LEADING_PATH = /^[A-Za-z]\w*(?:\[\d+\])?(?:\.[A-Za-z]\w*(?:\[\d+\])?)+/;

/** What CAS accepted, and the file it came from; its `sheet` is that of the shipment's first row. */
export interface AcceptedSources extends SentMessage {
  readonly fileName: string;
}

/** An error of CAS or customs, walked back to the user's cell where that was possible. */
export interface TracedDeclarationError extends DeclarationError, FieldPlace {
  readonly file: string | null;
}

/**
 * Reads the message once, for all the errors of its declarations.
 * @returns one traced error for each field that an error names, and one when it names none
 */
export function errorTracer(
  accepted: AcceptedSources | null,
): (error: DeclarationError) => readonly TracedDeclarationError[] {
  const locate = accepted === null ? locateNothing : fieldLocator(accepted);
  const file = accepted?.fileName ?? null;
  return (error) => {
    const references = error.fieldReference.filter(
      ({ path, fieldName }) => (path ?? "") !== "" || (fieldName ?? "") !== "",
    );
    if (references.length === 0) {
      // A description may begin with any text, so its path counts only when the message knows it.
      const path = leadingPath(error.description ?? "") ?? "";
      return [{ ...error, file, ...locate(parseFieldPath(path, FIRST_INDEX)) }];
    }
    return references.map((reference) => {
      const named = [reference.path, reference.fieldName].filter((part) => (part ?? "") !== "");
      const place = locate(named.flatMap((part) => parseFieldPath(part ?? "", FIRST_INDEX)));
      // A name that our message does not know stays as CAS wrote it.
      const path = place.path ?? named.join(".");
      return { ...error, fieldReference: [reference], file, ...place, path };
    });
  };
}

/**
 * The dotted path with which a description begins; null when it begins otherwise.
 * Source: seeds/002, Errors: `SingleAdministrativeDocument.AddDeclType must be of type 'D'`.
 */
function leadingPath(description: string): string | null {
  return LEADING_PATH.exec(description.trimStart())?.[0] ?? null;
}

/** No shipment of ours explains the declaration. */
function locateNothing(): FieldPlace {
  return { sheet: null, cell: null, path: null, value: null };
}
