// Names that CAS uses in errors for members that have another name in the messages we send.

interface FieldAlias {
  /** Lower case, one or more steps. */
  readonly named: readonly string[];
  /** Lower case, the steps that stand in its place. */
  readonly ours: readonly string[];
}

function alias(named: string, ours: string): FieldAlias {
  return { named: named.split("."), ours: ours.split(".") };
}

/** A collection that is plural in one model and singular in the other. */
function plural(one: string, many: string): readonly FieldAlias[] {
  return [alias(one, many), alias(many, one)];
}

/**
 * Source: seeds/002, Errors, for `AddDeclType1`. The others are where the model of seeds/000 and
 * the one that public samples of earlier years show differ; that errors still use the earlier
 * names is assumed.
 */
export const fieldAliases: readonly FieldAlias[] = [
  alias("adddecltype1", "adddecltype"),
  ...plural("classification", "classifications"),
  ...plural("packaging", "packagings"),
  ...plural("governmentagencygoodsitem", "governmentagencygoodsitems"),
  ...plural("additionaldocument", "additionaldocuments"),
  ...plural("previousdocument", "previousdocuments"),
  ...plural("dutytaxfee", "dutytaxfees"),
  ...plural("businesspartnerreference", "businesspartnerreferences"),
  // A classification is `{ id }` now and was `{ code, type }`.
  alias("code", "id"),
  // A party is `{ businessPartnerReference: [{ code, type }] }` now and was `{ code }`.
  alias("code", "businesspartnerreference.code"),
  alias("commodity.invoiceline.itemamount", "customsvalue.amount"),
  alias("storagelocation", "storagelocationreference"),
  alias("customsshipmentreference", "externalreference"),
];
