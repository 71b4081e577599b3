// Words that programs and people write where there is no value. They get a finding and are not taken for
// blank: somewhere "NULL" is a name, and a profile says which of them mean a blank cell.

/** What programs write. */
const ofPrograms = new Set(
  [
    "null (null) <null> [null] {null} \\n nan (nan) none (none) <none> nil undefined <na> #null",
  ].flatMap((line) => line.split(" ")),
);

/** What people write, in the languages of our users. */
const ofPeople = new Set(
  [
    "- -- --- – — _ . .. ... ? ?? ??? /",
    "n/a n.a. n.a tbd t.b.d. tba tbc unknown empty (empty) blank (blank) missing",
    "unbekannt ohne kein keine k.a. k.a k/a entfällt leer (leer)",
    "onbekend geen n.v.t. n.v.t nvt leeg (leeg)",
    "inconnu inconnue aucun aucune s.o. s/o vide (vide)",
  ].flatMap((line) => line.split(" ")),
);
for (const words of ["not available", "not applicable", "keine angabe", "sans objet"])
  ofPeople.add(words);

/** By the first character of a word: a bit for each length. It rules out nearly every text. */
const lengthsByFirst = new Map<number, number>();
for (const word of [...ofPrograms, ...ofPeople]) {
  for (const first of [word, word.toUpperCase()]) {
    const code = first.charCodeAt(0);
    lengthsByFirst.set(code, (lengthsByFirst.get(code) ?? 0) | (1 << word.length));
  }
}
/** Bits of a number that can be asked. */
const LENGTH_MAX = 30;

/** Who says nothing with it; null for a text that says something. */
export function saysNothing(text: string): "program" | "person" | null {
  if (text.length > LENGTH_MAX) return null;
  const lengths = lengthsByFirst.get(text.charCodeAt(0));
  if (lengths === undefined || (lengths & (1 << text.length)) === 0) return null;
  const small = text.toLowerCase();
  if (ofPrograms.has(small)) return "program";
  return ofPeople.has(small) ? "person" : null;
}
