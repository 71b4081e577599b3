// Check digits of MRNs and container numbers: letters count from 10 on without the multiples of 11,
// each sign is weighed with a power of 2, and the sum modulo 11 is the digit, 10 standing for 0.
// Source: ISO 6346; EU customs data model, MRN.

const MODULUS = 11;
const FIRST_LETTER_VALUE = 10;
const letterValues = new Map<string, number>();
let next = FIRST_LETTER_VALUE;
for (const letter of "ABCDEFGHIJKLMNOPQRSTUVWXYZ") {
  if (next % MODULUS === 0) next += 1;
  letterValues.set(letter, next);
  next += 1;
}

/** @param code Capital letters and digits, the last of them the check digit. */
export function endsInCheckDigit(code: string): boolean {
  let sum = 0;
  for (let at = 0; at < code.length - 1; at += 1) {
    const sign = code.charAt(at);
    sum += (letterValues.get(sign) ?? Number(sign)) * 2 ** at;
  }
  return String((sum % MODULUS) % FIRST_LETTER_VALUE) === code.at(-1);
}
