// Who may change a file that decides where secrets go and what is run.
import type { Stats } from "node:fs";

const GROUP_MAY_WRITE = 0o020;
const OTHERS_MAY_WRITE = 0o002;

/** Completes the path of the file; null when only its owner, or root, can change it. */
export function whyChangeable({ uid, gid, mode }: Stats, ownUid: number): string | null {
  if (uid !== ownUid && uid !== 0) return `belongs to another user (${uid})`;
  // A group with the number of its user is that user's own, as Debian and Red Hat make them.
  const mayGroup = (mode & GROUP_MAY_WRITE) !== 0 && gid !== uid;
  const mayOthers = (mode & OTHERS_MAY_WRITE) !== 0;
  return mayGroup || mayOthers
    ? `can be changed by others (mode ${(mode & 0o777).toString(8)})`
    : null;
}
