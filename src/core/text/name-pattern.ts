// Names with `*` for anything: sheets in profiles, files in the configuration.

/** Whether a name fits a pattern; capitals and blanks around make no difference. */
export function fitsPattern(name: string, pattern: string): boolean {
  const form = pattern
    .trim()
    .split("*")
    .map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"))
    .join(".*");
  return new RegExp(`^${form}$`, "isu").test(name.trim());
}
