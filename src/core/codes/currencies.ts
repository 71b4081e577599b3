// Currencies as ISO 4217 has them. Not from the runtime: Intl knows codes that were withdrawn (HRK),
// lacks young ones (VED), and says how people write amounts (no decimals for HUF and LAK), not what
// can be paid.

/** Source: ISO 4217, list one, as of 2026 (without BGN, with XAD, XCG and ZWG). */
export const currencyCodes: ReadonlySet<string> = new Set(
  [
    "AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BHD BIF BMD BND BOB BOV BRL BSD BTN BWP BYN BZD",
    "CAD CDF CHE CHF CHW CLF CLP CNY COP COU CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP",
    "GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS INR IQD IRR ISK JMD JOD JPY KES KGS KHR",
    "KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN",
    "MXV MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD",
    "SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX",
    "USD USN UYI UYU UYW UZS VED VES VND VUV WST XAD XAF XAG XAU XBA XBB XBC XBD XCD XCG XDR XOF XPD",
    "XPF XPT XSU XTS XUA XXX YER ZAR ZMW ZWG",
  ].flatMap((line) => line.split(" ")),
);

/** Once currencies, and no more: files still hold them. Source: ISO 4217, list three, since 1999. */
export const withdrawnCurrencyCodes: ReadonlySet<string> = new Set(
  [
    "ADP AFA ANG ATS AZM BEF BGL BGN BYB BYR CSD CUC CYP DEM EEK ESP FIM FRF GHC GRD GWP HRK IEP ITL",
    "LTL LUF LVL MGF MRO MTL MXP MZM NLG PTE ROL RUR SDD SIT SKK SLL SRG STD TMM TPE TRL VEB VEF XEU",
    "YUM ZMK ZWD ZWL ZWN ZWR",
  ].flatMap((line) => line.split(" ")),
);

const MINOR_UNITS_USUALLY = 2;
const minorUnits: Readonly<Record<string, number>> = {
  ...unitsOf(0, "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"),
  ...unitsOf(3, "BHD IQD JOD KWD LYD OMR TND"),
  ...unitsOf(4, "CLF UYW"),
};

/** How many decimals amounts of a currency have. Source: ISO 4217, list one. */
export function currencyDecimals(currency: string): number {
  return minorUnits[currency] ?? MINOR_UNITS_USUALLY;
}

function unitsOf(decimals: number, currencies: string): Readonly<Record<string, number>> {
  return Object.fromEntries(currencies.split(" ").map((currency) => [currency, decimals]));
}
