// Names of time zones.

/** In its usual spelling; null when there is no zone of that name. */
export function timeZoneNamed(name: string): string | null {
  // Mere offsets would be wrong for half of the year.
  if (!/^[a-z]/i.test(name)) return null;
  try {
    const { timeZone } = new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions();
    // Of two names of one zone, Intl prefers the older one; people know the one that they wrote.
    return timeZone.toLowerCase() === name.toLowerCase() ? timeZone : name;
  } catch {
    return null;
  }
}
