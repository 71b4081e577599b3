// The headers and sheets of the default template in other languages, in the words of the EU customs data model.
// A file made from such a template is read without a profile, as one in English is. Each header is a name of
// its field that is certain (header-synonyms.ts); a test holds both together.
import type { TemplateLanguage } from "../../core/template.ts";
import type { HeaderCell } from "./header-cells.ts";
import { mistypedHeader, normalizeHeader } from "./normalize-header.ts";
import type { SheetRole } from "../model/message-catalogue.ts";

export const templateLanguages: readonly TemplateLanguage[] = ["nl", "fr", "de"];

/** By the headers of the template in English; a header that is missing here stays English. */
const headers: Readonly<Record<TemplateLanguage, Readonly<Record<string, string>>>> = {
  nl: {
    "External reference": "Externe referentie",
    Direction: "Richting",
    "Message type": "CAS-berichttype",
    "Storage location": "CAS-opslaglocatie",
    "Declaration type": "Aangiftetype",
    "Additional declaration type": "Aanvullend aangiftetype",
    "Invoice currency": "Factuurvaluta",
    "Declaration office": "Kantoor van aangifte",
    "Agent status": "Status vertegenwoordiger",
    "Agent EORI": "EORI vertegenwoordiger",
    "Consignor EORI": "EORI afzender",
    "Consignee EORI": "EORI geadresseerde",
    "Item number": "Volgnummer goederenitem",
    "Goods description": "Omschrijving van de goederen",
    "Commodity code": "Goederencode",
    "Gross mass (kg)": "Brutomassa (kg)",
    "Net mass (kg)": "Nettomassa (kg)",
    "Package type": "Soort colli",
    "Package quantity": "Aantal colli",
    "Shipping marks": "Verzendingsmerken",
    "Customs value": "Douanewaarde",
    "Customs value currency": "Valuta douanewaarde",
    "Document category": "Categorie bewijsstuk",
    "Document type": "Soort bewijsstuk",
    "Document reference": "Referentienummer bewijsstuk",
    "Item origin country": "Item land van oorsprong",
    "Item requested procedure": "Item gevraagde regeling",
    "Item previous procedure": "Item voorafgaande regeling",
    "Item additional procedure": "Item aanvullende regeling",
    "Shipment Incoterms code": "Zending Incoterms code",
    "Shipment Incoterms place": "Zending Incoterms plaats",
    "Border transport mode": "Vervoerswijze aan de grens code",
    "Border transport identification": "Vervoermiddel aan de grens kenmerk",
    "Border transport country": "Vervoermiddel aan de grens land",
    "Arrival transport mode": "Vervoerswijze bij aankomst code",
    "Arrival transport identification": "Vervoermiddel bij aankomst kenmerk",
    "Departure transport mode": "Vervoerswijze bij vertrek code",
    "Departure transport identification": "Vervoermiddel bij vertrek kenmerk",
    "Shipment country of export": "Zending land van uitvoer",
    "Shipment country of destination": "Zending land van bestemming",
    "Item previous document category": "Item categorie voorafgaand document",
    "Item previous document type": "Item soort voorafgaand document",
    "Item previous document reference": "Item referentie voorafgaand document",
    "Item statistical value": "Item statistische waarde",
    "Item supplementary quantity": "Item aanvullende hoeveelheid",
    "Item supplementary unit": "Item aanvullende eenheid",
    "Item preference code": "Item preferentiecode",
    "Shipment invoice number": "Zending factuurnummer",
    "Shipment invoice date": "Zending factuurdatum",
  },
  fr: {
    "External reference": "Référence externe",
    Direction: "Sens import/export",
    "Message type": "Type de message CAS",
    "Storage location": "Lieu de stockage CAS",
    "Declaration type": "Type de déclaration",
    "Additional declaration type": "Type de déclaration supplémentaire",
    "Invoice currency": "Monnaie de facturation",
    "Declaration office": "Bureau de déclaration",
    "Agent status": "Statut du représentant",
    "Agent EORI": "EORI représentant",
    "Consignor EORI": "EORI expéditeur",
    "Consignee EORI": "EORI destinataire",
    "Item number": "Numéro d'article de marchandises",
    "Goods description": "Désignation des marchandises",
    "Commodity code": "Code marchandise",
    "Gross mass (kg)": "Masse brute (kg)",
    "Net mass (kg)": "Masse nette (kg)",
    "Package type": "Type de colis",
    "Package quantity": "Nombre de colis",
    "Shipping marks": "Marques d'expédition",
    "Customs value": "Valeur en douane",
    "Customs value currency": "Devise de la valeur en douane",
    "Document category": "Catégorie du document justificatif",
    "Document type": "Type du document justificatif",
    "Document reference": "Numéro de référence du document justificatif",
    "Item origin country": "Article pays d'origine",
    "Item requested procedure": "Article régime demandé",
    "Item previous procedure": "Article régime précédent",
    "Item additional procedure": "Article régime complémentaire",
    "Shipment Incoterms code": "Envoi code Incoterms",
    "Shipment Incoterms place": "Envoi lieu Incoterms",
    "Border transport mode": "Mode de transport à la frontière code",
    "Border transport identification": "Moyen de transport à la frontière identification",
    "Border transport country": "Moyen de transport à la frontière pays",
    "Arrival transport mode": "Mode de transport à l'arrivée code",
    "Arrival transport identification": "Moyen de transport à l'arrivée identification",
    "Departure transport mode": "Mode de transport au départ code",
    "Departure transport identification": "Moyen de transport au départ identification",
    "Shipment country of export": "Envoi pays d'exportation",
    "Shipment country of destination": "Envoi pays de destination",
    "Item previous document category": "Article catégorie du document précédent",
    "Item previous document type": "Article type du document précédent",
    "Item previous document reference": "Article référence du document précédent",
    "Item statistical value": "Article valeur statistique",
    "Item supplementary quantity": "Article quantité supplémentaire",
    "Item supplementary unit": "Article unité supplémentaire",
    "Item preference code": "Article code de préférence",
    "Shipment invoice number": "Envoi numéro de facture",
    "Shipment invoice date": "Envoi date de facture",
  },
  de: {
    "External reference": "Externe Referenz",
    Direction: "Richtung",
    "Message type": "CAS-Nachrichtentyp",
    "Storage location": "CAS-Lagerort",
    "Declaration type": "Art der Anmeldung",
    "Additional declaration type": "Zusätzliche Art der Anmeldung",
    "Invoice currency": "Rechnungswährung",
    "Declaration office": "Anmeldezollstelle",
    "Agent status": "Status des Vertreters",
    "Agent EORI": "EORI Vertreter",
    "Consignor EORI": "EORI Versender",
    "Consignee EORI": "EORI Empfänger",
    "Item number": "Warenpositionsnummer",
    "Goods description": "Warenbezeichnung",
    "Commodity code": "Warennummer",
    "Gross mass (kg)": "Rohmasse (kg)",
    "Net mass (kg)": "Eigenmasse (kg)",
    "Package type": "Art der Packstücke",
    "Package quantity": "Anzahl der Packstücke",
    "Shipping marks": "Versandzeichen",
    "Customs value": "Zollwert",
    "Customs value currency": "Währung des Zollwerts",
    "Document category": "Kategorie der Unterlage",
    "Document type": "Art der Unterlage",
    "Document reference": "Referenznummer der Unterlage",
    "Item origin country": "Position Ursprungsland",
    "Item requested procedure": "Position beantragtes Verfahren",
    "Item previous procedure": "Position vorhergehendes Verfahren",
    "Item additional procedure": "Position zusätzliches Verfahren",
    "Shipment Incoterms code": "Sendung Incoterms Code",
    "Shipment Incoterms place": "Sendung Incoterms Ort",
    "Border transport mode": "Verkehrszweig an der Grenze Code",
    "Border transport identification": "Beförderungsmittel an der Grenze Kennzeichen",
    "Border transport country": "Beförderungsmittel an der Grenze Land",
    "Arrival transport mode": "Verkehrszweig bei Ankunft Code",
    "Arrival transport identification": "Beförderungsmittel bei Ankunft Kennzeichen",
    "Departure transport mode": "Verkehrszweig beim Abgang Code",
    "Departure transport identification": "Beförderungsmittel beim Abgang Kennzeichen",
    "Shipment country of export": "Sendung Ausfuhrland",
    "Shipment country of destination": "Sendung Bestimmungsland",
    "Item previous document category": "Position Kategorie des Vorpapiers",
    "Item previous document type": "Position Art des Vorpapiers",
    "Item previous document reference": "Position Referenz des Vorpapiers",
    "Item statistical value": "Position statistischer Wert",
    "Item supplementary quantity": "Position besondere Menge",
    "Item supplementary unit": "Position besondere Maßeinheit",
    "Item preference code": "Position Präferenzcode",
    "Shipment invoice number": "Sendung Rechnungsnummer",
    "Shipment invoice date": "Sendung Rechnungsdatum",
  },
};

export const sheetNames: Readonly<Record<TemplateLanguage, Readonly<Record<SheetRole, string>>>> = {
  nl: {
    shipments: "Zendingen",
    "goods items": "Goederenitems",
    packaging: "Colli",
    documents: "Bewijsstukken",
  },
  fr: {
    shipments: "Envois",
    "goods items": "Articles",
    packaging: "Colis",
    documents: "Documents justificatifs",
  },
  de: {
    shipments: "Sendungen",
    "goods items": "Warenpositionen",
    packaging: "Packstücke",
    documents: "Unterlagen",
  },
};

/** Sheets that are for people, never for shipments. */
export const helpSheetNames: Readonly<
  Record<TemplateLanguage, { readonly readMe: string; readonly lists: string }>
> = {
  nl: { readMe: "Lees mij", lists: "Lijsten" },
  fr: { readMe: "Lisez-moi", lists: "Listes" },
  de: { readMe: "Bitte lesen", lists: "Listen" },
};

/** A header of the template in a language; English for null, and where there is no other. */
export function headerIn(language: TemplateLanguage | null, header: string): string {
  return language === null ? header : (headers[language][header] ?? header);
}

/** How many of its headers show that a sheet is made from the template in a language. */
const HEADERS_MIN = 2;

/** The language of the template that a sheet is made from; null for English, and for other sheets. */
export function languageOf(cells: readonly Pick<HeaderCell, "text">[]): TemplateLanguage | null {
  const texts = new Set(cells.map(({ text }) => normalizeHeader(text)));
  const isThere = (text: string): boolean => texts.has(normalizeHeader(text));
  const isNearlyThere = (text: string): boolean =>
    isThere(text) || cells.some((cell) => mistypedHeader(cell.text, [text]) !== null);
  return (
    templateLanguages.find(
      (language) =>
        isNearlyThere(headerIn(language, "External reference")) &&
        Object.values(headers[language]).filter(isThere).length >= HEADERS_MIN,
    ) ?? null
  );
}

/** Whether a text is the header of a field in a language, letter by letter. */
export function isHeaderIn(
  language: TemplateLanguage | null,
  header: string,
  text: string,
): boolean {
  return language !== null && normalizeHeader(headerIn(language, header)) === normalizeHeader(text);
}
