import { sha256Hex } from "../../core/json.ts";

const HEX_DIGITS = 8;

/** A number from 0 up to 1 that looks random and is always the same for the same text. */
export function shareOf(text: string): number {
  return parseInt(sha256Hex(text).slice(0, HEX_DIGITS), 16) / 16 ** HEX_DIGITS;
}
