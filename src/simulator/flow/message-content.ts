// Reading a message of unknown shape: what is absent or of another kind reads as null, so a rule
// can ask for any place without guarding each step.

export type Content = Readonly<Record<string, unknown>>;

export function asContent(value: unknown): Content | null {
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? (value as Content)
    : null;
}

/** A message as it was sent; one that is no object reads as an empty one. */
export function parseContent(text: string): Content {
  return asContent(JSON.parse(text)) ?? {};
}

export function childAt(content: Content | null, name: string): Content | null {
  return asContent(content?.[name]);
}

/** The text of a member; blank text counts as absent. */
export function textAt(content: Content | null, name: string): string | null {
  const value = content?.[name];
  return typeof value === "string" && value.trim() !== "" ? value : null;
}

function listAt(content: Content | null, name: string): readonly unknown[] {
  const value = content?.[name];
  return Array.isArray(value) ? value : [];
}

export function sadOf(message: Content): Content | null {
  return childAt(message, "singleAdministrativeDocument");
}

export function goodsShipmentOf(message: Content): Content | null {
  return childAt(sadOf(message), "goodsShipment");
}

export function goodsItemsOf(message: Content): readonly Content[] {
  return listAt(goodsShipmentOf(message), "governmentAgencyGoodsItems").map(
    (item) => asContent(item) ?? {},
  );
}

/** The first business partner code of a party such as `consignee`. Source: seeds/000 step 4. */
export function partnerCodeOf(party: Content | null): string | null {
  for (const reference of listAt(party, "businessPartnerReference")) {
    const code = textAt(asContent(reference), "code");
    if (code !== null) return code;
  }
  return null;
}
