// Words for import and export in the languages that headers are known in. A letter that means one
// thing in one language and the other in the next (E: Einfuhr, export) is not among them.

const IMPORT =
  "in import imports imp inbound incoming ein einfuhr eingang invoer binnenkomend importation entrée wareneingang";
const EXPORT =
  "out export exports exp outbound outgoing aus ausfuhr ausgang uit uitvoer uitgaand exportation sortie warenausgang";

/** Those of them that can mean nothing else. */
export const certainDirectionWords: ReadonlyMap<string, "IN" | "OUT"> = new Map([
  ...words("import imports importation einfuhr invoer", "IN"),
  ...words("export exports exportation ausfuhr uitvoer", "OUT"),
]);

function words(
  text: string,
  direction: "IN" | "OUT",
): readonly (readonly [string, "IN" | "OUT"])[] {
  return text.split(" ").map((word) => [word, direction] as const);
}

export const directionWords: ReadonlyMap<string, "IN" | "OUT"> = new Map([
  ...words(IMPORT, "IN"),
  ...words(EXPORT, "OUT"),
]);
