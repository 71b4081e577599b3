// What CAS or customs says is wrong with a declaration, in words for people.
import type { DeclarationError } from "../../core/declaration.ts";

export function declarationErrorWords(error: DeclarationError): string {
  const { description, message, errorCode } = error;
  const words = new Set([description, message].filter((text) => text !== null));
  if (words.size > 0) return [...words].join(": ");
  return errorCode === null ? "No reason given" : `Error ${errorCode}`;
}
