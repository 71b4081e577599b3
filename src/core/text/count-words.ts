// Numbers as people read them.
export function plural(count: number, noun: string): string {
  return `${counted(count)} ${noun}${count === 1 ? "" : "s"}`;
}

/** Shape: `3,000`. Not by `toLocaleString`, whose first call takes as long as checking a small file. */
export function counted(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ",");
}
