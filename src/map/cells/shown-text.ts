// What a cell shows of a number that stands for a code: `DO-00077` of 77 in the format `"DO-"00000`.
// Source: ECMA-376-1, 18.8.31 (format codes).

const DIGITS = /^\d+$/;
/** Grouping and decimals change the look of a number and not its value, unless they round it. */
const NUMBER_FORMAT = /^(?:[#0]+|#,##0)(?:\.([0#]+))?$/;
/** Digit places and literal characters, each of them one part. */
const PARTS = /"[^"]*"|\\.|[- ()+:0]/g;
const PADDING = /[_*]./g;

/** The text to send for it; null when the format shows something that is not known exactly. */
export function shownText(value: string, format: string): string | null {
  if (format === "" || format === "@" || format.toLowerCase() === "general") return value;
  if (/^0+$/.test(format) && DIGITS.test(value)) return value.padStart(format.length, "0");
  const [positive = ""] = format.split(";");
  const decimals = NUMBER_FORMAT.exec(positive.replace(PADDING, "").trim());
  if (decimals !== null) {
    const fraction = value.split(".")[1] ?? "";
    return fraction.length <= (decimals[1] ?? "").length ? value : null;
  }
  return DIGITS.test(value) && format === positive ? filledIn(value, format) : null;
}

function filledIn(value: string, format: string): string | null {
  const parts = format.match(PARTS) ?? [];
  const places = parts.filter((part) => part === "0").length;
  if (parts.join("") !== format || places === 0) return null;
  const digits = value.padStart(places, "0");
  // Digits beyond the places stand before the first of them.
  let at = digits.length - places;
  let text = "";
  let isFirst = true;
  for (const part of parts) {
    if (part !== "0") {
      text += part.replace(/^"|"$|^\\/g, "");
      continue;
    }
    text += isFirst ? digits.slice(0, at + 1) : digits.charAt(at);
    isFirst = false;
    at += 1;
  }
  return text;
}
