// Countries as customs know them: one list, for what we send and for the CAS that we rehearse against.

/** Source: ISO 3166-1 alpha-2: 249 codes. */
const isoCountries = [
  "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS",
  "BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE",
  "EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM",
  "HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC",
  "LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA",
  "NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW",
  "SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO",
  "TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW",
];

/**
 * Codes that customs of the EU use beside those of ISO 3166: the Union itself, parts of countries,
 * Kosovo, Serbia (XS), Northern Ireland, and countries that are not specified.
 * Source: EU country nomenclature for statistics.
 */
const customsCountries = ["EU XC XI XK XL XS QP QQ QR QS QU QV QW QX QY QZ"];

export const countryCodes: ReadonlySet<string> = new Set(
  [...isoCountries, ...customsCountries].flatMap((line) => line.split(" ")),
);

/**
 * Countries whose customs offices have a code of theirs in front. Greece is GR, never EL.
 * Source: EU customs office list, with the countries of common transit.
 */
export const customsOfficeCountries: ReadonlySet<string> = new Set(
  [
    "AD AT BE BG CH CY CZ DE DK EE ES FI FR GB GE GR HR HU IE IS IT LT LU LV MK MT NL NO PL PT RO RS",
    "SE SI SK SM TR UA XI",
  ].flatMap((line) => line.split(" ")),
);
