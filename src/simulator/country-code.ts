// ISO 3166 alpha-2 codes, from the runtime's own region names.

// Region codes of the runtime that are no country: unions, test codes and aliases.
const NO_COUNTRY: ReadonlySet<string> = new Set(["EU", "EZ", "QO", "UK", "UN", "XA", "XB", "ZZ"]);

const regionNames = new Intl.DisplayNames(["en"], { type: "region", fallback: "none" });

export function isCountryCode(value: unknown): value is string {
  return (
    typeof value === "string" &&
    /^[A-Z]{2}$/.test(value) &&
    !NO_COUNTRY.has(value) &&
    regionNames.of(value) !== undefined
  );
}
