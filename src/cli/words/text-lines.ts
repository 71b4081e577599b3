/** Resolves when there is room for more. */
export type Write = (text: string) => void | Promise<void>;

/** Headers and values may have line breaks of their own. */
export function onOneLine(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, " ");
}
