// Numbers as people read them.
export function plural(count: number, noun: string, nouns = `${noun}s`): string {
  return `${counted(count)} ${count === 1 ? noun : nouns}`;
}

/** Shape: `3,000`. Not by `toLocaleString`, whose first call takes as long as checking a small file. */
export function counted(count: number): string {
  return String(count).replace(/\B(?=(?:\d{3})+$)/g, ",");
}
