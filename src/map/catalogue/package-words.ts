// Words for packages in the languages that headers are known in, with the code of UN/ECE Recommendation
// 21 that they mean. A draft of a profile proposes them; a person says whether they are right.

const words: Readonly<Record<string, string>> = {
  CT: "karton kartons karten kar kart krt ktn crt carton cartons ctn ctns kartonnen doos dozen",
  PX: "palette paletten pal plt europalette epal pallet pallets pallett palettes",
  BX: "box boxes schachtel schachteln boîte boîtes boite boites",
  CS: "case cases caisse caisses kiste kisten kist",
  CR: "crate crates krat kratten",
  DR: "drum drums fass fässer faß trommel trommeln vat vaten fût fûts fut futs",
  BG: "bag bags beutel tüte tüten zak zakken sac sacs",
  SA: "sack sacks säcke",
  RO: "roll rolls rolle rollen rol rouleau rouleaux",
  BE: "bundle bundles bündel bundel bundels faisceau faisceaux",
  PK: "package packages paket pakete packstück packstücke pakket pakketten colis collo colli kolli",
};

export const packageWords: ReadonlyMap<string, string> = new Map(
  Object.entries(words).flatMap(([code, all]) =>
    all.split(" ").map((word) => [word, code] as const),
  ),
);
