import { shortened } from "../../core/text/quoted-text.ts";
import { visibleLine } from "../../core/text/visible-text.ts";

/** Resolves when there is room for more. */
export type Write = (text: string) => void | Promise<void>;

/** Headers have line breaks of their own, and may be as long as a cell can. */
export function headerWords(header: string): string {
  return shortened(visibleLine(header));
}
