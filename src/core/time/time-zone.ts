// Names of time zones.

/** Its IANA spelling; null when there is no zone of that name. */
export function timeZoneNamed(name: string): string | null {
  // Mere offsets would be wrong for half of the year.
  if (!/^[a-z]/i.test(name)) return null;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone;
  } catch {
    return null;
  }
}
