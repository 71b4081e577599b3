// Which encoding texts of many languages are found to have: what is read is what was written, or nothing.
import iconv from "iconv-lite";
import { expect, test } from "vitest";
import { UnreadableFileError } from "../../../src/core/errors.ts";
import { readCsv, rowValues, unreadableFinding, writeTestFile } from "../read-table.ts";

/** What stands in invoices: goods, companies, places; parts by `|`. */
const western: Readonly<Record<string, string>> = {
  nl: "Cafeïnevrije koffie|Coördinatie B.V.|Één pallet met geïsoleerde buizen, ø 12 mm|België|Zoë Daniëls, Curaçao|Maïszetmeel 25 kg|Crème brûlée|REÜNIE CAFÉ|Opgeëiste zaden, hygiëne",
  fr: "Pièces détachées pour véhicules|Société Générale|Fromage râpé à pâte dure|Cœur de palmier en boîte|Garçon et fille, vêtements d’été|ÉTIQUETTES ADHÉSIVES|Nîmes|Œufs frais|l'événement où ça|l’eau",
  de: "Gebäck für Bäcker|Müller GmbH & Co. KG|Größe XL, Maßstab ½|Stahlrohre Ø 50 mm|KÜHLSCHRÄNKE|Straße 5, München|Öl|Prüfgeräte|Übergroße Verschlüsse – 10 Stück|„Premium“",
  en: "Café latte – 5 kg|Price £5 or €6|20 °C storage|½ inch bolts|“Premium” tea’s|Brontë résumé|Trade mark® ACME™|5 µm filters|Naïve décor|10 m² tiles, 3 m³ sand|12” pipe|Steel bolts…|5 € • 6 €",
  es: "Aceite de oliva español|Año 2026, España|Camarón congelado|N.º 5, 2ª calidad|¿Qué es? ¡Señal!|PIÑAS Y MELÓN|Corazón|Vehículos eléctricos|pingüino|Cía. Ibérica de Acero",
  it: "Caffè tostato|Qualità superiore|Città di Milano|perché più|È pronto|tiramisù|Università|SOCIETÀ COSÌ|lunedì|Forlì",
  sv: "Kött och fågel|Göteborg|Malmö Åkeri AB|Smörgåsbröd|Skärmar för dörrar|KÖTTBULLAR|Växjö|Rör|Sågblad|Skellefteå",
  da: "Smørrebrød|København|Rødgrød med fløde|Ærø|Sørensen & Søn|FÆRØERNE|Møbler|Køleskabe på paller|Århus|Skøn øl",
  nb: "Tørrfisk fra Lofoten|Tromsø|Båtmotor|Bjørn Ødegård AS|RØRDELER|Kjøtt|Ålesund|Gjærføde|Fôr til laks",
  pt: "Café torrado em grãos|São Paulo|Peças de automóveis|Canções|Limões e maçãs|AÇÚCAR REFINADO|Coração de frango|Pão|Exportação, avião|João Conceição",
  fi: "Jyväskylä|Hyvää päivää|Mäntyöljy|Järvenpää Oy|KÄYTTÖOHJE|Lämpömittarit|Töölö|Säilyke|Voileipäkeksi, pöytä",
  is: "Þorskur frá Íslandi|Reykjavík|Hafnarfjörður|Þurrkaður fiskur|Lýsi|Ostur og smjör, mjög góð|Fiskimjöl úr loðnu",
};

const others: Readonly<Record<string, string>> = {
  pl: "Złącze śrubowe, żeliwo, gęś|Łódź|Gdańsk|Kraków|Części zamienne do pojazdów|ŁOŻYSKA KULKOWE|Wrocław|Świeże jabłka|Poznań|Spółka z ograniczoną odpowiedzialnością|Żółta farba",
  cs: "Náhradní díly pro automobily|Křišťálové sklo|Železniční kolejnice|Ústí nad Labem|České Budějovice|Koření|Těsnění|Příliš žluťoučký kůň|Dřevěné palety|Třinec",
  hu: "Győr|Bor és szőlő|Pótalkatrészek gépjárművekhez|Székesfehérvár|FŰTŐTESTEK|Gépek, hűtő|Nyíregyháza|Tűzálló üveg",
  ro: "Piaţa de Fructe|Maşini unelte şi piese|Brânză|Constanţa|ŢEVI DIN OŢEL|Iaşi|Încălţăminte|Făină de grâu",
  hr: "Šibenik|Čelične cijevi|Voće i povrće|RIJEČKA LUKA|Željezo|Kovačević",
  tr: "Fındık ve kayısı|İstanbul|Çelik borular|Şişli|Güneş gözlüğü|İNŞAAT MALZEMELERİ|Isıtıcı|Kumaş|Diyarbakır|Eskişehir, Iğdır|Ağaç eşya",
  lt: "Šiauliai|Lietuviškas sūris ir dešra|Mašinų dalys|PLIENINĖS SĄRANKOS|Panevėžys|Ąžuolas",
  lv: "Rīga|Latvijas šprotes eļļā|Daugavpils, Jūrmala|Tērauda caurules|ĶĪMIJA|Mašīnu daļas|Liepāja|Ķekava",
  el: "Ελαιόλαδο|Θεσσαλονίκη|Αθήνα|Ανταλλακτικά οχημάτων|ΕΛΛΗΝΙΚΑ ΠΡΟΪΟΝΤΑ|Τυρί φέτα|Μηχανές|Πειραιάς ΑΕ",
  ru: "Запасные части для автомобилей|Москва|Санкт-Петербург|ООО Ромашка|СТАЛЬНЫЕ ТРУБЫ|Подшипники шариковые|Всё для дома, Пётр|Чай|Кофе",
  uk: "Київ|Соняшникова олія|Запчастини до автомобілів|ЛЬВІВ|Їжа та напої|Цукор",
  de:
    western["de"]
      ?.replace(" ½", "")
      .replace("Ø", "D")
      .replace("–", "-")
      .replace("„Premium“", "Käse") ?? "",
  sv: western["sv"] ?? "",
  es: "Aceite de oliva y de otros, español|Año nuevo|Camarón congelado|Melón, piña|Corazón|Vehículos eléctricos|pingüino",
  zhHans: "不锈钢螺丝|上海进出口有限公司|汽车零部件|深圳|塑料制品|电子元件|茶叶|中国",
  zhHant: "不鏽鋼螺絲|台灣貿易股份有限公司|汽車零件|高雄|塑膠製品|電子元件|茶葉|臺北",
  ja: "自動車部品|株式会社山田|東京|ねじとボルト|プラスチック製品|緑茶|ステンレス鋼管|トヨタ",
  ko: "자동차 부품|서울|주식회사 한국무역|플라스틱 제품|녹차|부산|전자 부품|스테인리스강",
};
const encodingsOf: readonly (readonly [string, readonly string[]])[] = [
  ["windows-1250", ["pl", "cs", "hu", "ro", "hr"]],
  ["iso-8859-2", ["pl", "cs", "hu", "ro", "hr"]],
  ["cp852", ["pl", "cs", "hu"]],
  ["windows-1254", ["tr"]],
  ["windows-1257", ["lt", "lv"]],
  ["windows-1253", ["el"]],
  ["iso-8859-7", ["el"]],
  ["windows-1251", ["ru", "uk"]],
  ["koi8-r", ["ru"]],
  ["iso-8859-5", ["ru"]],
  ["cp866", ["ru"]],
  ["macintosh", ["de", "sv", "es"]],
  ["cp850", ["de", "sv", "es"]],
  ["cp437", ["de", "sv"]],
  ["gbk", ["zhHans"]],
  ["big5", ["zhHant"]],
  ["shift_jis", ["ja"]],
  ["euc-jp", ["ja"]],
  ["euc-kr", ["ko"]],
];

function csvOf(texts: readonly string[]): string {
  return `Ref;Goods;Mass\r\n${texts.map((text, at) => `A-${at};"${text}";1${at},5\r\n`).join("")}`;
}

/** What is read of it, or the finding's code when it is refused. */
async function readBack(texts: readonly string[], encoding: string): Promise<readonly string[]> {
  try {
    const { table, rows } = await readCsv(iconv.encode(csvOf(texts), encoding));
    expect(table.findings).toEqual([]);
    return rowValues(rows)
      .slice(1)
      .map((row) => row[1] ?? "");
  } catch (error) {
    if (error instanceof UnreadableFileError) return [error.finding.code];
    throw error;
  }
}

test.each(Object.entries(western))(
  "Texts of western Europe are read in Windows-1252 without a word, one in a file too: %s",
  async (lang, joined) => {
    const texts = joined.split("|");
    expect(await readBack(texts, "windows-1252")).toEqual(texts);
    for (const text of texts) {
      const [read] = await readBack([text], "windows-1252");
      // One word of Iceland may be one of Turkey or Lithuania.
      if (lang !== "is" || read !== "encoding-undecidable") expect(read).toBe(text);
    }
  },
);

test.each([
  "20 °C|5 m²|½ inch|Bolts – steel|tea’s|ACME®|€ 5|Ø 12 mm|Straße|Größe M|Steel bolts…|10 × 5",
  "°|²|½|–|’|®|€|Ø|é|ü|ß|cost–benefit|it’s|O’Brien|L’Oréal|it´s|dell’olio|20ºC|”Premium”",
  "Steel\u00a0bolts|EUR per\u00a0kg|Prix\u00a0: 5|Société\u00a0Générale|Type\u00a0B|ACME\u00a0GmbH|10\u00a0pcs",
  "Ibáñez|Sudáfrica|tšuvassi|kašmiri|bhodžpuri|suázi|Moçambique|Mauritânia|árabe|Øer",
])("One sign or word of western Europe in a file is read without a word: %s", async (joined) => {
  for (const text of joined.split("|")) {
    expect(await readBack([text], "windows-1252")).toEqual([text]);
  }
});

test.each([
  ["windows-1250", "Elbląg|mąka|Bełchatów|Bułgaria|katanžština"],
  ["iso-8859-2", "arabština|velški|Lotyšsko"],
  ["windows-1254", "Muğla|Ereğli|Adapazarı|yağ|Doları|Hakkı"],
  ["windows-1257", "Žeimiai|žuvis|Singapūra"],
  ["cp852", "Pákistán|duński|Zduńska"],
  ["macintosh", "España|Córdoba|Líbano|Turín|Äpfel|Plaça|hôtel"],
  ["cp850", "Peñíscola|Núñez|città|Università|Cádiz|Málaga|Irán|Sudán|goût|Îles|zulú|Bósnia"],
  ["cp437", "Pakistán|sánscrito"],
])("One word in %s is not sent as another: %s", async (encoding, joined) => {
  for (const text of joined.split("|")) {
    const [read = ""] = await readBack([text], encoding);
    expect([text, "encoding-undecidable"]).toContain(read);
  }
});

test.each(
  encodingsOf.flatMap(([encoding, langs]) => langs.map((lang) => [encoding, lang] as const)),
)("Texts in %s are read right: %s", async (encoding, lang) => {
  const texts = (others[lang] ?? "").split("|");
  expect(await readBack(texts, encoding)).toEqual(texts);
});

test.each(
  encodingsOf
    // Too little for one word in the code pages of DOS and of old Macintosh computers: see decision 15.
    .filter(([encoding]) => !/^(?:cp(?!866)|mac)/.test(encoding))
    .flatMap(([encoding, langs]) => langs.map((lang) => [encoding, lang] as const)),
)("One text in %s is read right or not at all: %s", async (encoding, lang) => {
  for (const text of (others[lang] ?? "").split("|")) {
    if (/^[\0-\x7f]*$/.test(text)) continue;
    const [read = ""] = await readBack([text], encoding);
    expect([text, "encoding-undecidable", "encoding-broken"]).toContain(read);
  }
});

test("What a word is in each encoding is shown where the words do not decide, with a way out", async () => {
  const bytes = iconv.encode(csvOf(["Poznań"]), "windows-1250");
  const finding = await unreadableFinding(await writeTestFile("a.csv", bytes));
  expect(finding).toMatchObject({ code: "encoding-undecidable", severity: "error" });
  expect(finding.message).toContain('"Poznań" in Windows-1250');
  expect(finding.message).toContain('"Poznañ" in Windows-1252');
  expect(finding.hint).toContain('--encoding windows-1250 if "Poznań" is right');
  const { rows } = await readCsv(bytes, { encoding: "windows-1250" });
  expect(rowValues(rows)[1]?.[1]).toBe("Poznań");
});

test("Words are found where they lie across the pieces of a file, far behind its beginning", async () => {
  const filler = "abcdefgh;1;2\r\n".repeat(18_724);
  for (const shift of [0, 1, 2, 3, 4, 5]) {
    const text = `${filler}${"x".repeat(shift)};Części zamienne, żółć, łódź, gęś;5\r\n`;
    const { table, rows } = await readCsv(iconv.encode(text, "windows-1250"));
    expect(table.detected["encoding"]).toBe("Windows-1250");
    expect(rows.at(-1)?.cells[1]?.value).toBe("Części zamienne, żółć, łódź, gęś");
  }
});

test.each(["macroman", "cp852", "ibm437", "latin2", "cp1250", "gb2312"])(
  "An encoding may be named as %s",
  async (encoding) => {
    const { rows } = await readCsv("a;b\nc;d\n", { encoding });
    expect(rowValues(rows)).toEqual([
      ["a", "b"],
      ["c", "d"],
    ]);
  },
);
