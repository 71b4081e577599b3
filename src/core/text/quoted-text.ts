// Messages quote what stands in a cell or an answer, and that can be a hundred thousand characters long. What is
// cut says how long it was; a finding's `value` keeps all of it.
import { counted } from "./count-words.ts";
import { visibleText } from "./visible-text.ts";

/** Unit: UTF-16 code units. */
const QUOTED_MAX = 80;
/** A message that is no longer quotes nothing long. */
const MESSAGE_MAX = 300;
/** What stands between quotation marks in a message and is longer, is no word of ours. */
const LONG_QUOTED = 200;
/** Further than any message of ours. */
const MESSAGE_CUT_AT = 2_000;

/** Shape: `99999…99 … (100,000 characters)`. */
export function shortened(text: string, charactersMax = QUOTED_MAX): string {
  if (text.length <= charactersMax) return text;
  const start = text
    .slice(0, charactersMax)
    .toWellFormed()
    .replace(/\ufffd$/, "");
  return `${start} … (${counted(text.length)} characters)`;
}

/** A message in visible characters, with what it quotes cut. @param value what it is about */
export function messageText(message: string, value: string | null = null): string {
  if (message.length <= MESSAGE_MAX) return visibleText(message);
  const ofValue =
    value === null || value.length <= QUOTED_MAX
      ? message
      : message.replaceAll(value, shortened(value));
  const cut = ofValue.replace(/"([^"]*)"/g, (quoted, text: string) =>
    text.length <= LONG_QUOTED ? quoted : `"${shortened(text)}"`,
  );
  return visibleText(shortened(cut, MESSAGE_CUT_AT));
}
