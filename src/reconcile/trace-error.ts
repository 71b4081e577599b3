// An error of CAS or customs, led back to the cell of the user's file that caused it. What CAS wrote
// is kept in `fieldReference`; `path` is that of our own message, like the paths of findings.
import type { DeclarationError } from "../core/declaration.ts";
import { fieldLocator, type FieldPlace } from "../trace/field-locator.ts";
import { parseFieldPath } from "../trace/field-path.ts";
import type { AcceptedSources, TracedDeclarationError } from "../ledger/ledger.ts";
import { leadingPath } from "./leading-path.ts";

/** The index of a collection's first element in the paths of CAS. Source: assumed. */
const FIRST_INDEX = 1;

/** One traced error for each field that the error names, and one when it names none. */
export function traceError(
  error: DeclarationError,
  accepted: AcceptedSources | null,
): readonly TracedDeclarationError[] {
  const locate = accepted === null ? locateNothing : fieldLocator(accepted);
  const file = accepted?.fileName ?? null;
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
}

/** No shipment of ours explains the declaration. */
function locateNothing(): FieldPlace {
  return { sheet: null, cell: null, path: null, value: null };
}
