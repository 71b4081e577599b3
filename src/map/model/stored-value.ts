/**
 * A cell's value on its way through the row stage. A number is wrapped to tell its exact text from
 * text that merely looks like one.
 */
export type StoredValue = string | boolean | readonly [decimal: string];
