// The way out for a word that stands where one of a few values is needed: files have words of their own, and a
// profile says once what each of them means.

const PLAIN_WORD = /^\p{L}[\p{L}\p{N} ]*$/u;

/** @param needed what is to be written instead, as the object of a sentence */
export function ownWordHint(word: string, needed: string): string {
  const key = PLAIN_WORD.test(word) ? word : JSON.stringify(word);
  return `Write ${needed}; where the files have words of their own, a profile says once what each means, with \`values: { ${key}: … }\` beside the column's \`to\``;
}
