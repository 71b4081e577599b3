// Numbers as people read them.
export function plural(count: number, noun: string): string {
  return `${counted(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** Shape: `3,000`. */
export function counted(count: number): string {
  return count.toLocaleString("en");
}
