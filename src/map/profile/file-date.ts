// The day that the name of a file states, where the profile says how it is written: it tells which of two files
// is newer better than the time at which they were saved, which a copy may change.
import { dateFinder } from "./date-format.ts";
import type { Profile } from "./profile.ts";

/** ISO 8601; null without such a rule, and where the name has no such day. */
export function fileDateOf(profile: Profile | null, fileName: string): string | null {
  return profile === null || profile.fileDate === null
    ? null
    : dateFinder(profile.fileDate)(fileName);
}
