// The members of a shipment that are known by name. They separate a slip in a path from a member that
// CAS knows and we do not: the latter is sent as it stands, and a slip would be sent to where no system
// reads it.
import { distance } from "fastest-levenshtein";
import { GOODS, ITEM } from "./field-catalogue.ts";
import { allFields } from "./field-groups.ts";
import { nowhere, pathText, type MemberPath } from "../model/member-path.ts";

/** A member without a column of ours: a header or a profile names it by its path. */
export interface FurtherMember {
  readonly path: string;
  readonly note: string;
  /** What people call it in Dutch, French and German, for searching. */
  readonly words: string;
}

const SAD = "singleAdministrativeDocument";

/**
 * Source: seeds/000 and seeds/004 for the message itself and casReference; else public samples of 2020
 * and 2016, which may still hold.
 */
export function furtherMembers(): readonly FurtherMember[] {
  return [
    ...within(
      "",
      `
    version | Version of the message, 1.0 in samples | versie, version, Fassung
    customsFlow | Customs flow as CAS names it, such as INEU_H1EIDR | stroom, flux, Ablauf
  `,
    ),
    ...within(
      `${SAD}.`,
      `
    functionRefNum | Local reference number, LRN | lokaal referentienummer, numéro de référence local, lokale Referenznummer
    docRefNum | Reference number of the document; held an MRN in samples | MRN
    comRefNum | Commercial reference number | handelsreferentie, référence commerciale, Handelsreferenz
    accDateCode | Code of the acceptance date | aanvaardingsdatum, date d'acceptation, Annahmedatum
    issueDate | Date of the declaration | datum aangifte, date de déclaration, Anmeldedatum
    declarant.code | EORI number of the declarant | aangever, déclarant, Anmelder
    importer.code | EORI number of the importer | importeur, importateur, Einführer
    agent.code | EORI number of the agent, as older samples write it | vertegenwoordiger, représentant, Vertreter
    submitter.code | EORI number of who submits the declaration | indiener, déposant, Einreicher
    carrier.code | EORI number of the carrier | vervoerder, transporteur, Beförderer
    totNumItems | Number of goods items | aantal artikelen, nombre d'articles, Anzahl Positionen
    totalInvoiceAmount | Total of the invoice | factuurbedrag, montant total facturé, Rechnungsbetrag
    currencyExchange.currency | Currency of the exchange rate | wisselkoers, taux de change, Wechselkurs
    currencyExchange.rate | Exchange rate | wisselkoers, taux de change, Wechselkurs, Umrechnungskurs
    loadingLocation.place | Place of loading | laadplaats, lieu de chargement, Ladeort
    loadingLocation.placeCode | Place of loading, its code | laadplaats, lieu de chargement, Ladeort
    loadingLocation.country | Place of loading, its country | laadplaats, lieu de chargement, Ladeort
    obligationGuarantee.reference | Reference of the guarantee | zekerheid, garantie, Sicherheit, Bürgschaft
    obligationGuarantee.securityDetails | Details of the guarantee | zekerheid, garantie, Sicherheit, Bürgschaft
    additionalInformations[0].code | Additional information, its code | bijzondere vermelding, mention spéciale, zusätzliche Angabe
    additionalInformations[0].text | Additional information, its text | bijzondere vermelding, mention spéciale, zusätzliche Angabe
    additionalInformations[0].type | Additional information, its type | bijzondere vermelding, mention spéciale, zusätzliche Angabe
    calculationReturns[0].basisValue | Calculation of duties: the basis | heffing, base d'imposition, Bemessungsgrundlage, Abgabe
    calculationReturns[0].type | Calculation of duties: the type, such as A00 or B00 | heffing, taxe, Abgabenart
    calculationReturns[0].payment.assessed | Calculation of duties: the amount | heffing, montant de la taxe, Abgabenbetrag
    calculationReturns[0].payment.methodCode | Calculation of duties: the method of payment | betaalwijze, mode de paiement, Zahlungsart
    additionalDocuments[].casReference | Key that CAS gave the document, for updating it alone | bescheid, document, Unterlage
  `,
    ),
    ...within(
      `${GOODS}.`,
      `
    trxNatCode | Nature of transaction | aard van de transactie, nature de la transaction, Art des Geschäfts
    exporter.code | EORI number of the exporter | exporteur, exportateur, Ausführer
    consignor.code | EORI number of the consignor, as older samples write it | afzender, expéditeur, Versender
    consignee.code | EORI number of the consignee, as older samples write it | ontvanger, destinataire, Empfänger
    ucr.traderReference | Unique consignment reference, UCR | uniek referentienummer, référence unique, Kennnummer der Sendung
    customsValuation.valuationMethod | Valuation method | waarderingsmethode, méthode d'évaluation, Bewertungsmethode
    tradeTerms.placeCode | Place of the delivery terms, its code | leveringsplaats, lieu de livraison, Lieferort
    invoice.type | Type of the invoice | factuur, facture, Rechnung
    warehouse.type | Customs warehouse, its type | douane-entrepot, entrepôt douanier, Zolllager
    warehouse.externalReference | Customs warehouse, its reference | douane-entrepot, entrepôt douanier, Zolllager
    consignment.goodsLocation.type | Location of the goods, its type | plaats van de goederen, localisation des marchandises, Warenort
    consignment.goodsLocation.name | Location of the goods, its name | plaats van de goederen, localisation des marchandises, Warenort
    consignment.goodsLocation.identification | Location of the goods, its code | plaats van de goederen, localisation des marchandises, Warenort
  `,
    ),
    ...within(
      `${ITEM}.`,
      `
    seqNum | Number of the goods item | volgnummer, numéro d'ordre, Positionsnummer
    commodity.itemId | Your own number of the article | artikelnummer, numéro d'article, Artikelnummer, Materialnummer
    commodity.classifications[0].code | Commodity code, as older samples write it | goederencode, code marchandise, Warennummer
    commodity.classifications[0].type | Kind of the commodity code, such as TARIC | goederencode, code marchandise, Warennummer
    commodity.invoiceLine.itemAmount | Amount of the invoice line, as older samples write the value | factuurbedrag, montant de la ligne, Rechnungsbetrag, Artikelpreis
    commodity.invoiceLine.unitPrice | Price of one piece | stukprijs, prix unitaire, Stückpreis
    commodity.dutyTaxFees[0].preference2 | Further part of the preference | preferentie, préférence, Präferenz
    commodity.dutyTaxFees[0].quotaId | Number of the tariff quota | contingent, contingent tarifaire, Zollkontingent
    goodsMeasure.qty | Quantity of the goods | hoeveelheid, quantité, Menge
    origin.region | Region of origin | gewest van oorsprong, région d'origine, Ursprungsregion, Ursprungsbundesland
    origin.type | Kind of the origin | oorsprong, origine, Ursprung
    packaging[].casReference | Key that CAS gave the packaging, for updating it alone | verpakking, emballage, Verpackung
    packagings[0].type | Package type, as older samples write it | soort colli, type de colis, Packstückart
    packagings[0].quantity | Package quantity, as older samples write it | aantal colli, nombre de colis, Anzahl Packstücke
    packagings[0].shippingMarks | Shipping marks, as older samples write them | merken, marques, Zeichen
    containerIdentification | Number of the container | containernummer, numéro de conteneur, Containernummer
    additionalDocuments[0].category | Document of the goods item, its category | bescheid, document, Unterlage
    additionalDocuments[0].type | Document of the goods item, its type | bescheid, document, Unterlage
    additionalDocuments[0].refNum | Document of the goods item, its number | bescheid, document, Unterlage, certificaat, certificat
    previousDocuments[0].item | Previous document, its goods item | voorafgaand document, document précédent, Vorpapier
    previousDocuments[0].lineNumber | Previous document, its line | voorafgaand document, document précédent, Vorpapier
    previousDocuments[0].date | Previous document, its date | voorafgaand document, document précédent, Vorpapier
    governmentProcedure.declProcType | Type of the procedure | regeling, régime, Verfahren
    governmentProcedure.procNat1 | National additional procedure | nationale regeling, régime national, nationales Verfahren
    governmentProcedure.procNat2 | Second national additional procedure | nationale regeling, régime national, nationales Verfahren
    ucr.traderReference | UCR of the goods item | uniek referentienummer, référence unique, Kennnummer der Sendung
    customsValuation.valuationMethod | Valuation method of the goods item | waarderingsmethode, méthode d'évaluation, Bewertungsmethode
    casReference | Key that CAS gave the goods item, for updating it alone | artikel, article, Position
    governmentAgencyGoodsItemId | Number that CAS gave the goods item | artikel, article, Position
  `,
    ),
  ];
}

interface Member {
  readonly members: Map<string, Member>;
}

interface KnownMembers {
  readonly root: Member;
  readonly names: ReadonlySet<string>;
  /** For hints. */
  readonly paths: readonly string[];
}

/** Made for the first path that is asked about: most files name none. */
let known: KnownMembers | null = null;

export function knownMembers(): KnownMembers {
  if (known !== null) return known;
  const root: Member = { members: new Map() };
  const names = new Set<string>();
  const paths = [...cataloguePaths(), ...furtherMembers().map(({ path }) => path)];
  for (const path of paths) {
    let node = root;
    for (const name of namesOf(path)) {
      const below = node.members.get(name) ?? { members: new Map<string, Member>() };
      node.members.set(name, below);
      names.add(name);
      node = below;
    }
  }
  known = { root, names, paths };
  return known;
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
  let node = knownMembers().root;
  for (const written of namesOf(pathText(path, nowhere))) {
    const below = node.members.get(written);
    if (below === undefined) return slipOf(written, [...node.members.keys()]);
    node = below;
  }
  return null;
}

function slipOf(written: string, beside: readonly string[]): Slip | null {
  const { names } = knownMembers();
  // What is known elsewhere is a word of CAS, and imports have the members of exports.
  if (names.has(written) || names.has(withOtherDirection(written))) return null;
  const small = written.toLowerCase();
  const [nearest] = beside
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
  return allFields.flatMap(({ path, companion }) => [
    ...(path === null ? [] : [path]),
    ...(companion === undefined ? [] : [companion.path]),
  ]);
}

/** @param members One a line: path, what it is, words for it. */
function within(parent: string, members: string): readonly FurtherMember[] {
  return members
    .trim()
    .split("\n")
    .map((line) => {
      const [member = "", note = "", words = ""] = line.split("|").map((part) => part.trim());
      return { path: `${parent}${member}`, note, words };
    });
}

function namesOf(path: string): readonly string[] {
  return path.replaceAll(/\[\d*\]/g, "").split(".");
}
