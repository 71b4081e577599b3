// The members of a shipment that are known by name. They separate a slip in a path from a member that
// CAS knows and we do not: the latter is sent as it stands, and a slip would be sent to where no system
// reads it.
import { distance } from "fastest-levenshtein";
import { fieldCatalogue } from "./field-catalogue.ts";
import { nowhere, pathText, type MemberPath } from "../model/member-path.ts";

const GOODS = "singleAdministrativeDocument.goodsShipment";
const ITEM = `${GOODS}.governmentAgencyGoodsItems`;

/**
 * Beside those of the catalogue. Source: seeds/000 and seeds/004 for the message itself and
 * casReference; else public samples of earlier years, which may still hold.
 */
const furtherMembers: readonly string[] = [
  "version",
  "customsFlow",
  ...within(
    "singleAdministrativeDocument",
    `
    accDateCode docRefNum declarant.code importer.code agent.code
    additionalInformations.code additionalInformations.text additionalInformations.type
    calculationReturns.basisValue calculationReturns.type
    calculationReturns.payment.assessed calculationReturns.payment.methodCode
    additionalDocuments.casReference
  `,
  ),
  ...within(
    GOODS,
    `
    exportCountry trxNatCode exporter.code ucr.traderReference consignor.code
    consignee.code customsValuation.valuationMethod
    consignment.borderTransportMeans.country consignment.borderTransportMeans.mode
    consignment.borderTransportMeans.identification
    consignment.arrivalTransportMeans.identification
    consignment.arrivalTransportMeans.mode tradeTerms.place tradeTerms.termsCode
  `,
  ),
  ...within(
    ITEM,
    `
    commodity.classifications.code commodity.classifications.type
    commodity.invoiceLine.itemAmount commodity.itemId goodsMeasure.qty
    packaging.casReference packagings.type packagings.quantity packagings.shippingMarks
    containerIdentification additionalDocuments.category additionalDocuments.refNum
    additionalDocuments.type previousDocuments.category previousDocuments.refNum
    previousDocuments.type governmentProcedure.proc governmentProcedure.prevProc
    governmentProcedure.declProcType governmentProcedure.procNat2 ucr.traderReference
    customsValuation.valuationMethod casReference governmentAgencyGoodsItemId
  `,
  ),
];

interface Member {
  readonly members: Map<string, Member>;
}

const root: Member = { members: new Map() };
const names = new Set<string>();
/** The paths that are known by name, for hints. */
export const knownPaths: readonly string[] = [...cataloguePaths(), ...furtherMembers];
for (const path of knownPaths) {
  let node = root;
  for (const name of namesOf(path)) {
    const below = node.members.get(name) ?? { members: new Map<string, Member>() };
    node.members.set(name, below);
    names.add(name);
    node = below;
  }
}

interface Slip {
  readonly written: string;
  /** The known member that stands in the same place. */
  readonly meant: string;
}

/** More letters than these are no slip. */
const SLIPPED_LETTERS_MAX = 2;
/** In short names two letters make another word. */
const LETTERS_PER_SLIP = 3;

/** The first member of a path that is unknown and nearly one that is known beside it. */
export function findSlip(path: MemberPath): Slip | null {
  let node = root;
  for (const written of namesOf(pathText(path, nowhere))) {
    const below = node.members.get(written);
    if (below === undefined) return slipOf(written, [...node.members.keys()]);
    node = below;
  }
  return null;
}

function slipOf(written: string, known: readonly string[]): Slip | null {
  // What is known elsewhere is a word of CAS, and imports have the members of exports.
  if (names.has(written) || names.has(withOtherDirection(written))) return null;
  const small = written.toLowerCase();
  const [nearest] = known
    .map((meant) => ({ meant, letters: distance(small, meant.toLowerCase()) }))
    .toSorted((left, right) => left.letters - right.letters);
  const lettersMax = Math.min(SLIPPED_LETTERS_MAX, Math.floor(written.length / LETTERS_PER_SLIP));
  if (nearest === undefined || nearest.letters > lettersMax) return null;
  return { written, meant: nearest.meant };
}

function withOtherDirection(name: string): string {
  return name.replace(/^(im|ex)(?=port)/, (direction) => (direction === "im" ? "ex" : "im"));
}

function cataloguePaths(): readonly string[] {
  return fieldCatalogue.flatMap(({ path, companion }) => [
    ...(path === null ? [] : [path]),
    ...(companion === undefined ? [] : [companion.path]),
  ]);
}

/** @param members separated by blanks */
function within(parent: string, members: string): readonly string[] {
  return members
    .trim()
    .split(/\s+/)
    .map((member) => `${parent}.${member}`);
}

function namesOf(path: string): readonly string[] {
  return path.replaceAll(/\[\d*\]/g, "").split(".");
}
