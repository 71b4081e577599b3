// Names with `*` for anything: sheets in profiles, files in the configuration.

/** Whether a name fits a pattern; capitals and blanks around make no difference. */
export function fitsPattern(name: string, pattern: string): boolean {
  const text = name.trim().toLowerCase();
  const [first = "", ...others] = pattern.trim().toLowerCase().split("*");
  const last = others.pop();
  if (last === undefined) return text === first;
  if (!text.startsWith(first)) return false;
  // The first place that fits leaves the most for those that follow: no way back is needed.
  let at = first.length;
  for (const part of others) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}
