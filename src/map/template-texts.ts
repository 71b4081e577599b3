// The texts of the template in the languages that it is written in. Headers and sheets stand apart, because
// files are read by them. The trade's words are those of the EU customs data model.
import type { TemplateLanguage, TemplateWords } from "../core/template.ts";
import { helpSheetNames, sheetNames } from "./headers/template-languages.ts";
import type { Layout } from "./model/mapping-plan.ts";
import type { SheetRole } from "./model/message-catalogue.ts";

export interface TemplateTexts {
  readonly titles: Readonly<Record<Layout, string>>;
  /** One paragraph each, in front of those of both layouts. */
  readonly instructions: Readonly<Record<Layout, readonly string[]>>;
  readonly commonInstructions: readonly string[];
  /** About the columns of groups, in place of `{columns}`. */
  readonly assumedColumns: string;
  readonly sheets: Readonly<Record<SheetRole, string>>;
  /** By the headers in English; a note that is missing here stays English. */
  readonly notes: Readonly<Record<string, string>>;
  /** What a drop-down offers instead; each is read as the value. */
  readonly values: Readonly<Record<string, string>>;
  /** Examples in words. */
  readonly examples: Readonly<Record<string, string>>;
  readonly words: TemplateWords;
}

const PATH_EXAMPLE = "singleAdministrativeDocument.goodsShipment.exportCountry";

const english: TemplateTexts = {
  titles: {
    flat: "Customs shipments, one row per goods item",
    workbook: "Customs shipments, one sheet per kind of row",
  },
  instructions: {
    flat: [
      "External reference and Direction identify a shipment. A shipment with several goods items has several rows; what belongs to the shipment is repeated, or left blank after its first row.",
      "A further row with the same Item number adds a packaging, a document, or both to the shipment.",
    ],
    workbook: [
      "Shipments has one row per shipment. Goods items, Packaging and Documents name the shipment they belong to by External reference and Direction; Packaging names the goods item by Item number too.",
      "Direction may be left blank on the other sheets when no other shipment has the same External reference.",
    ],
  },
  commonInstructions: [
    "Fill in one line below the headers for each row; headers that end with * must be filled in. Keep the headers as they are; their order does not matter, and columns that you do not need may be deleted.",
    "Keep codes (commodity codes, document types, references) as text, so that no leading zero is lost. Write amounts with at most 4 decimals, masses with at most 6, both without thousands separators.",
    `For a member of the message that has no column, add a column whose header is its path, such as ${PATH_EXAMPLE}.`,
    "`cas-batch check FILE` shows what would be sent, and sends nothing.",
  ],
  assumedColumns:
    "Assumed: the columns {columns} fill members of the message that no public page of CAS shows. Ask your CAS team whether their names are right before you send real declarations; a profile gives a column another path.",
  sheets: {
    shipments: "Shipments",
    "goods items": "Goods items",
    packaging: "Packaging",
    documents: "Documents",
  },
  notes: {},
  values: {},
  examples: {},
  words: {
    readMe: "Read me",
    lists: "Lists",
    columnsOf: "Columns of the sheet {sheet}",
    tableHeaders: ["Column", "Holds", "What belongs in it", "Example row"],
    exampleRow: "Example row {number} for the sheet {sheet}",
    examplesNote:
      "The examples stand on this sheet only. Every row below the headers of the other sheets is real: it belongs to a shipment and is sent.",
    types: {
      text: "text",
      code: "code (text)",
      decimal: "number",
      integer: "whole number",
      date: "date",
    },
    required: "Required.",
    example: "Example:",
    notOnList: "This value is not on the list. Keep it all the same?",
    or: "or",
  },
};

const EORI_HEADERS = ["Agent EORI", "Consignor EORI", "Consignee EORI"];

function eoriNotes(note: string): Readonly<Record<string, string>> {
  return Object.fromEntries(EORI_HEADERS.map((header) => [header, note]));
}

const dutch: TemplateTexts = {
  titles: {
    flat: "Douanezendingen, één rij per goederenitem",
    workbook: "Douanezendingen, één blad per soort rij",
  },
  instructions: {
    flat: [
      "Externe referentie en Richting bepalen samen een zending. Een zending met meer goederenitems heeft meer rijen; wat bij de zending hoort, wordt herhaald of na de eerste rij leeg gelaten.",
      "Een volgende rij met hetzelfde Volgnummer goederenitem voegt een verpakking, een bewijsstuk of beide toe aan de zending.",
    ],
    workbook: [
      "Het blad Zendingen heeft één rij per zending. Goederenitems, Colli en Bewijsstukken noemen de zending waar ze bij horen met Externe referentie en Richting; Colli noemt ook het Volgnummer goederenitem.",
      "Richting mag op de andere bladen leeg blijven als geen andere zending dezelfde Externe referentie heeft.",
    ],
  },
  commonInstructions: [
    "Vul onder de kolomtitels voor elk gegeven één rij in; kolommen waarvan de titel op * eindigt, zijn verplicht. Laat de kolomtitels zoals ze zijn; de volgorde maakt niet uit, en kolommen die u niet nodig hebt, mag u verwijderen.",
    "Bewaar codes (goederencodes, soorten bewijsstukken, referenties) als tekst, zodat er geen nul vooraan verloren gaat. Schrijf bedragen met hoogstens 4 en massa's met hoogstens 6 decimalen, zonder scheidingstekens voor duizendtallen.",
    `Voor een veld van het bericht dat geen kolom heeft, voegt u een kolom toe met het pad van het veld als titel, zoals ${PATH_EXAMPLE}.`,
    "`cas-batch check BESTAND` toont wat er verzonden zou worden, en verzendt niets.",
  ],
  assumedColumns:
    "Aangenomen: de kolommen {columns} vullen velden van het bericht die op geen openbare pagina van CAS staan. Vraag uw CAS-team of hun namen juist zijn voordat u echte aangiften verzendt; een profiel geeft een kolom een ander pad.",
  sheets: sheetNames.nl,
  notes: {
    "External reference":
      "Uw eigen referentie van de zending; samen met de richting bepaalt ze de zending",
    Direction: "Invoer of Uitvoer",
    "Message type":
      "Wat CAS met de zending doet; Upsert (aanmaken of bijwerken) als het veld leeg is",
    "Storage location": "De opslaglocatie zoals CAS ze kent",
    "Declaration type": "Twee letters: IM invoer, EX uitvoer, CO handel binnen de Unie",
    "Additional declaration type": "Eén letter",
    "Invoice currency": "Valutacode (ISO 4217)",
    "Declaration office": "Douanekantoor: landcode en 6 tekens",
    "Agent status": "Eén cijfer: hoe de vertegenwoordiger voor de handelaar optreedt",
    ...eoriNotes("EORI-nummer: landcode en hoogstens 15 tekens"),
    "Item number":
      "Plaats van het goederenitem in de zending; rijen met hetzelfde nummer zijn één item",
    "Goods description": "Wat de goederen zijn, in handelstermen",
    "Commodity code": "6, 8 of 10 cijfers, als tekst zodat er geen nul vooraan verloren gaat",
    "Gross mass (kg)": "In kilogram, hoogstens 6 decimalen",
    "Net mass (kg)": "In kilogram, hoogstens 6 decimalen, niet meer dan de brutomassa",
    "Package type": "Twee tekens (UN/ECE-aanbeveling 21), zoals CT karton, PX pallet",
    "Package quantity": "Hoeveel colli, een geheel getal",
    "Shipping marks": "Merken en nummers op de colli",
    "Customs value": "Bedrag met hoogstens 4 decimalen",
    "Customs value currency": "Valutacode (ISO 4217)",
    "Document category": "Eén letter of cijfer",
    "Document type": "3 of 4 tekens, zoals 380 handelsfactuur",
    "Document reference": "Nummer van het bewijsstuk",
  },
  values: { IN: "Invoer", OUT: "Uitvoer" },
  examples: {
    "Electronic components": "Elektronische onderdelen",
    "Steel bolts": "Stalen bouten",
  },
  words: {
    ...helpSheetNames.nl,
    columnsOf: "Kolommen van het blad {sheet}",
    tableHeaders: ["Kolom", "Bevat", "Wat erin hoort", "Voorbeeldrij"],
    exampleRow: "Voorbeeldrij {number} voor het blad {sheet}",
    examplesNote:
      "De voorbeelden staan alleen op dit blad. Elke rij onder de kolomtitels van de andere bladen is echt: ze hoort bij een zending en wordt verzonden.",
    types: {
      text: "tekst",
      code: "code (tekst)",
      decimal: "getal",
      integer: "geheel getal",
      date: "datum",
    },
    required: "Verplicht.",
    example: "Voorbeeld:",
    notOnList: "Deze waarde staat niet in de lijst. Toch behouden?",
    or: "of",
  },
};

const french: TemplateTexts = {
  titles: {
    flat: "Envois douaniers, une ligne par article de marchandises",
    workbook: "Envois douaniers, une feuille par type de ligne",
  },
  instructions: {
    flat: [
      "Référence externe et Sens import/export identifient un envoi. Un envoi de plusieurs articles occupe plusieurs lignes ; ce qui concerne l'envoi est répété, ou laissé vide après sa première ligne.",
      "Une ligne de plus avec le même Numéro d'article de marchandises ajoute un colis, un document justificatif ou les deux à l'envoi.",
    ],
    workbook: [
      "La feuille Envois a une ligne par envoi. Articles, Colis et Documents justificatifs désignent leur envoi par Référence externe et Sens import/export ; Colis désigne aussi l'article par Numéro d'article de marchandises.",
      "Sens import/export peut rester vide sur les autres feuilles si aucun autre envoi n'a la même Référence externe.",
    ],
  },
  commonInstructions: [
    "Remplissez sous les en-têtes une ligne par élément ; les colonnes dont l'en-tête se termine par * sont obligatoires. Ne changez pas les en-têtes ; leur ordre est libre, et vous pouvez supprimer les colonnes inutiles.",
    "Gardez les codes (codes marchandises, types de documents, références) au format texte, pour ne perdre aucun zéro initial. Écrivez les montants avec 4 décimales au plus, les masses avec 6 au plus, sans séparateur de milliers.",
    `Pour un champ du message qui n'a pas de colonne, ajoutez une colonne dont l'en-tête est le chemin du champ, par exemple ${PATH_EXAMPLE}.`,
    "`cas-batch check FICHIER` montre ce qui serait envoyé et n'envoie rien.",
  ],
  assumedColumns:
    "Supposé : les colonnes {columns} remplissent des champs du message qu'aucune page publique de CAS ne montre. Demandez à votre équipe CAS si leurs noms sont exacts avant d'envoyer de vraies déclarations ; un profil donne un autre chemin à une colonne.",
  sheets: sheetNames.fr,
  notes: {
    "External reference":
      "Votre propre référence de l'envoi ; avec le sens, elle identifie l'envoi",
    Direction: "Importation ou Exportation",
    "Message type": "Ce que CAS fait de l'envoi ; Upsert (créer ou mettre à jour) si vide",
    "Storage location": "Le lieu de stockage tel que CAS le connaît",
    "Declaration type":
      "Deux lettres : IM importation, EX exportation, CO échanges au sein de l'Union",
    "Additional declaration type": "Une lettre",
    "Invoice currency": "Code monnaie (ISO 4217)",
    "Declaration office": "Bureau de douane : code pays et 6 caractères",
    "Agent status": "Un chiffre : comment le représentant agit pour l'opérateur",
    ...eoriNotes("Numéro EORI : code pays et 15 caractères au plus"),
    "Item number":
      "Rang de l'article dans l'envoi ; les lignes de même numéro sont un seul article",
    "Goods description": "Ce que sont les marchandises, en termes commerciaux",
    "Commodity code": "6, 8 ou 10 chiffres, au format texte pour ne perdre aucun zéro initial",
    "Gross mass (kg)": "En kilogrammes, 6 décimales au plus",
    "Net mass (kg)": "En kilogrammes, 6 décimales au plus, pas plus que la masse brute",
    "Package type":
      "Deux caractères (recommandation 21 CEE-ONU), par exemple CT carton, PX palette",
    "Package quantity": "Nombre de colis, un nombre entier",
    "Shipping marks": "Marques et numéros sur les colis",
    "Customs value": "Montant avec 4 décimales au plus",
    "Customs value currency": "Code monnaie (ISO 4217)",
    "Document category": "Une lettre ou un chiffre",
    "Document type": "3 ou 4 caractères, par exemple 380 facture commerciale",
    "Document reference": "Numéro du document justificatif",
  },
  values: { IN: "Importation", OUT: "Exportation" },
  examples: {
    "Electronic components": "Composants électroniques",
    "Steel bolts": "Boulons en acier",
  },
  words: {
    ...helpSheetNames.fr,
    columnsOf: "Colonnes de la feuille {sheet}",
    tableHeaders: ["Colonne", "Contient", "Ce qu'il faut y mettre", "Ligne d'exemple"],
    exampleRow: "Ligne d'exemple {number} pour la feuille {sheet}",
    examplesNote:
      "Les exemples ne figurent que sur cette feuille. Toute ligne sous les en-têtes des autres feuilles est réelle : elle fait partie d'un envoi et sera envoyée.",
    types: {
      text: "texte",
      code: "code (texte)",
      decimal: "nombre",
      integer: "nombre entier",
      date: "date",
    },
    required: "Obligatoire.",
    example: "Exemple :",
    notOnList: "Cette valeur n'est pas dans la liste. La garder quand même ?",
    or: "ou",
  },
};

const german: TemplateTexts = {
  titles: {
    flat: "Zollsendungen, eine Zeile je Warenposition",
    workbook: "Zollsendungen, ein Blatt je Art von Zeile",
  },
  instructions: {
    flat: [
      "Externe Referenz und Richtung bestimmen eine Sendung. Eine Sendung mit mehreren Warenpositionen hat mehrere Zeilen; was zur Sendung gehört, wird wiederholt oder nach ihrer ersten Zeile leer gelassen.",
      "Eine weitere Zeile mit derselben Warenpositionsnummer fügt der Sendung ein Packstück, eine Unterlage oder beides hinzu.",
    ],
    workbook: [
      "Das Blatt Sendungen hat eine Zeile je Sendung. Warenpositionen, Packstücke und Unterlagen nennen ihre Sendung mit Externe Referenz und Richtung; Packstücke nennt auch die Warenpositionsnummer.",
      "Richtung darf auf den anderen Blättern leer bleiben, wenn keine andere Sendung dieselbe Externe Referenz hat.",
    ],
  },
  commonInstructions: [
    "Füllen Sie unter den Spaltentiteln je Eintrag eine Zeile aus; Spalten, deren Titel mit * endet, sind Pflichtspalten. Lassen Sie die Spaltentitel, wie sie sind; ihre Reihenfolge spielt keine Rolle, und Spalten, die Sie nicht brauchen, dürfen Sie löschen.",
    "Halten Sie Codes (Warennummern, Arten von Unterlagen, Referenzen) als Text, damit keine führende Null verloren geht. Schreiben Sie Beträge mit höchstens 4, Massen mit höchstens 6 Nachkommastellen, beide ohne Tausenderpunkte.",
    `Für ein Feld der Nachricht, das keine Spalte hat, fügen Sie eine Spalte mit dem Pfad des Feldes als Titel hinzu, etwa ${PATH_EXAMPLE}.`,
    "`cas-batch check DATEI` zeigt, was gesendet würde, und sendet nichts.",
  ],
  assumedColumns:
    "Angenommen: Die Spalten {columns} füllen Felder der Nachricht, die keine öffentliche Seite von CAS zeigt. Fragen Sie Ihr CAS-Team, ob ihre Namen stimmen, bevor Sie echte Anmeldungen senden; ein Profil gibt einer Spalte einen anderen Pfad.",
  sheets: sheetNames.de,
  notes: {
    "External reference":
      "Ihre eigene Referenz der Sendung; zusammen mit der Richtung bestimmt sie die Sendung",
    Direction: "Einfuhr oder Ausfuhr",
    "Message type":
      "Was CAS mit der Sendung macht; Upsert (anlegen oder ändern), wenn das Feld leer ist",
    "Storage location": "Der Lagerort, wie CAS ihn kennt",
    "Declaration type": "Zwei Buchstaben: IM Einfuhr, EX Ausfuhr, CO Handel innerhalb der Union",
    "Additional declaration type": "Ein Buchstabe",
    "Invoice currency": "Währungscode (ISO 4217)",
    "Declaration office": "Zollstelle: Ländercode und 6 Zeichen",
    "Agent status": "Eine Ziffer: wie der Vertreter für den Beteiligten auftritt",
    ...eoriNotes("EORI-Nummer: Ländercode und höchstens 15 Zeichen"),
    "Item number":
      "Stelle der Warenposition in der Sendung; Zeilen mit derselben Nummer sind eine Position",
    "Goods description": "Was die Waren sind, in handelsüblicher Bezeichnung",
    "Commodity code": "6, 8 oder 10 Ziffern, als Text, damit keine führende Null verloren geht",
    "Gross mass (kg)": "In Kilogramm, höchstens 6 Nachkommastellen",
    "Net mass (kg)": "In Kilogramm, höchstens 6 Nachkommastellen, nicht mehr als die Rohmasse",
    "Package type": "Zwei Zeichen (UN/ECE-Empfehlung 21), etwa CT Karton, PX Palette",
    "Package quantity": "Wie viele Packstücke, eine ganze Zahl",
    "Shipping marks": "Zeichen und Nummern auf den Packstücken",
    "Customs value": "Betrag mit höchstens 4 Nachkommastellen",
    "Customs value currency": "Währungscode (ISO 4217)",
    "Document category": "Ein Buchstabe oder eine Ziffer",
    "Document type": "3 oder 4 Zeichen, etwa 380 Handelsrechnung",
    "Document reference": "Nummer der Unterlage",
  },
  values: { IN: "Einfuhr", OUT: "Ausfuhr" },
  examples: {
    "Electronic components": "Elektronische Bauteile",
    "Steel bolts": "Stahlschrauben",
  },
  words: {
    ...helpSheetNames.de,
    columnsOf: "Spalten des Blattes {sheet}",
    tableHeaders: ["Spalte", "Enthält", "Was hineingehört", "Beispielzeile"],
    exampleRow: "Beispielzeile {number} für das Blatt {sheet}",
    examplesNote:
      "Die Beispiele stehen nur auf diesem Blatt. Jede Zeile unter den Spaltentiteln der anderen Blätter ist echt: Sie gehört zu einer Sendung und wird gesendet.",
    types: {
      text: "Text",
      code: "Code (Text)",
      decimal: "Zahl",
      integer: "ganze Zahl",
      date: "Datum",
    },
    required: "Pflichtfeld.",
    example: "Beispiel:",
    notOnList: "Dieser Wert steht nicht in der Liste. Trotzdem behalten?",
    or: "oder",
  },
};

/** @param language Null: English. */
export function templateTexts(language: TemplateLanguage | null): TemplateTexts {
  return language === null ? english : { nl: dutch, fr: french, de: german }[language];
}
