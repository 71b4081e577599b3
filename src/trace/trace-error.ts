// An error of CAS or customs, led back to the cell of the user's file that caused it: one path for
// refusals of a message and for errors on declarations, and the one place that knows how each counts.
// What CAS wrote is kept in `fieldReference`; `path` is that of our own message, as in findings.
import type { DeclarationError } from "../core/declaration.ts";
import type { Problem } from "../core/errors.ts";
import { fieldLocator, type FieldPlace, type SentMessage } from "./field-locator.ts";
import { formatFieldPath, parseFieldPath } from "./field-path.ts";

/**
 * The index of a collection's first element. A refusal names members of the request, which is JSON;
 * an error on a declaration names them in the spelling of CAS. Source: assumed.
 */
const FIRST_INDEX = { refusal: 0, declaration: 1 } as const;
const LEADING_PATH = /^[A-Za-z]\w*(?:\[\d+\])?(?:\.[A-Za-z]\w*(?:\[\d+\])?)+/;

/** What CAS accepted, and the file it came from; its `sheet` is that of the shipment's first row. */
export interface AcceptedSources extends SentMessage {
  readonly fileName: string;
}

/** A field that CAS named when it refused a message, led back to the user's cell. */
export interface RefusedField extends FieldPlace {
  readonly message: string;
}

/** Reads the message once, for all the errors of one refusal. */
export function refusalTracer(
  sent: SentMessage,
): (error: Problem["errors"][number]) => RefusedField {
  const locate = fieldLocator(sent);
  return ({ path, message }) => {
    const place = locate(parseFieldPath(path, FIRST_INDEX.refusal));
    const told = { ...asNamed(place, path), message };
    return { ...told, path: place.path ?? (path === "" ? null : path) };
  };
}

/** An error on a declaration, led back to the user's cell where that was possible. */
export interface TracedDeclarationError extends DeclarationError, FieldPlace {
  readonly file: string | null;
}

/** Where no shipment of ours explains the declaration. */
const NOWHERE: FieldPlace = { sheet: null, cell: null, path: null, value: null };

/**
 * Reads the message once, for all the errors of its declarations.
 * @returns one traced error for each field that an error names, and one when it names none
 */
export function errorTracer(
  accepted: AcceptedSources | null,
): (error: DeclarationError) => readonly TracedDeclarationError[] {
  const locate = accepted === null ? () => NOWHERE : fieldLocator(accepted);
  const file = accepted?.fileName ?? null;
  return (error) => {
    const references = error.fieldReference.filter(
      ({ path, fieldName }) => (path ?? "") !== "" || (fieldName ?? "") !== "",
    );
    if (references.length === 0) {
      // A description may begin with any text, so its path counts only when the message knows it.
      const path = leadingPath(error.description ?? "") ?? "";
      const { notInMessage: _, ...place } = locate(parseFieldPath(path, FIRST_INDEX.declaration));
      return [{ ...error, file, ...place }];
    }
    return references.map((reference) => {
      const named = [reference.path, reference.fieldName].filter((part) => (part ?? "") !== "");
      const place = locate(
        named.flatMap((part) => parseFieldPath(part ?? "", FIRST_INDEX.declaration)),
      );
      // A name that our message does not know stays as CAS wrote it.
      const path = place.path ?? named.join(".");
      const told = asNamed(place, named.join("."));
      return { ...error, fieldReference: [reference], file, ...told, path };
    });
  };
}

/** What the message does not have, in the words of CAS. */
function asNamed(place: FieldPlace, named: string): FieldPlace {
  return place.notInMessage === undefined ? place : { ...place, notInMessage: named };
}

/**
 * The dotted path with which a description begins; null when it begins otherwise.
 * Source: seeds/002, Errors: `SingleAdministrativeDocument.AddDeclType must be of type 'D'`.
 */
function leadingPath(description: string): string | null {
  return LEADING_PATH.exec(description.trimStart())?.[0] ?? null;
}

/**
 * The field that a description begins with, as a refusal names it; null when it begins otherwise. In the
 * spelling of CAS, indexes begin at 1. Source: assumed, as for declarations.
 */
export function namedField(description: string): string | null {
  const path = leadingPath(description);
  if (path === null) return null;
  const firstIndex = /^[A-Z]/.test(path) ? FIRST_INDEX.declaration : FIRST_INDEX.refusal;
  return formatFieldPath(parseFieldPath(path, firstIndex));
}
