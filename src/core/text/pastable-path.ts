/** A path as it can be pasted into a command: in quotes where it holds blanks or what a shell reads. */
export function pastablePath(path: string): string {
  return /^[\p{L}\p{N}_@%+=:,./\\~-]+$/u.test(path) ? path : `"${path}"`;
}
