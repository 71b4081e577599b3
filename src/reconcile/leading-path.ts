const LEADING_PATH = /^[A-Za-z]\w*(?:\[\d+\])?(?:\.[A-Za-z]\w*(?:\[\d+\])?)+/;

/**
 * The dotted path with which a description begins; null when it begins otherwise.
 * Source: seeds/002, Errors: `SingleAdministrativeDocument.AddDeclType must be of type 'D'`.
 */
export function leadingPath(description: string): string | null {
  return LEADING_PATH.exec(description.trimStart())?.[0] ?? null;
}
