/**
 * A cell's value on its way through the row stage. A number is wrapped: its exact text differs so from
 * text that looks like a number.
 */
export type StoredValue = string | boolean | readonly [decimal: string];
