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
