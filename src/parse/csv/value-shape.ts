/** What a value looks like: letters as `a`, digits as `9`, so that R-12 and AB-3 are alike. */
export function valueShape(text: string): string {
  const shape = text.trim().replaceAll(/\p{L}+/gu, "a");
  // The length of a bare number is all that its shape has.
  return /^\d+$/.test(shape) ? shape.replaceAll(/\d/g, "9") : shape.replaceAll(/\d+/g, "9");
}
