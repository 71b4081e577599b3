// What stands behind the last line of a text and is no part of it: the mark that old DOS programs put
// there, what a line end follows, and NUL characters that fill up a block of the disk or of a transfer.
const END_MARK = 0x1a;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;
const LINE_END_CHARS_MAX = 2;

/** Where the text ends without them. */
export function endOfText(text: string): number {
  const end = endWithoutNuls(text);
  let at = end;
  while (end - at < LINE_END_CHARS_MAX && isLineEnd(text.charCodeAt(at - 1))) at -= 1;
  return text.charCodeAt(at - 1) === END_MARK ? at - 1 : end;
}

/** Where the text ends without NUL characters. */
export function endWithoutNuls(text: string): number {
  let end = text.length;
  while (text.charCodeAt(end - 1) === 0) end -= 1;
  return end;
}

function isLineEnd(code: number): boolean {
  return code === LINE_FEED || code === CARRIAGE_RETURN;
}
