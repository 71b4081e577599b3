// What people call the columns of the default template, in four languages. Used to suggest a profile,
// never to read a file: a suggestion is looked at by a person before anything is sent by it.

export type HeaderLanguage = "English" | "Dutch" | "French" | "German";

export type Synonyms = Readonly<Record<HeaderLanguage, readonly string[]>>;

/** By the headers of the default template; a test holds both together. */
export const headerSynonyms: Readonly<Record<string, Synonyms>> = {
  "External reference": {
    English: [
      ...["reference", "shipment", "shipment number", "shipment reference", "order number"],
      ...["order ref", "job number", "job no", "delivery", "delivery note", "file number"],
      ...["consignment", "purchase order", "po number", "ref", "ref no", "our ref"],
    ],
    Dutch: ["referentie", "zendingnummer", "zending", "ordernummer", "pakbon", "dossiernummer"],
    French: ["référence", "numéro d'expédition", "expédition", "numéro de commande", "dossier"],
    German: [
      "Lieferschein",
      "Lieferung",
      "Sendung",
      "Sendungsnummer",
      "Auftragsnummer",
      "Referenz",
    ],
  },
  Direction: {
    English: ["flow", "import/export", "in/out", "inbound/outbound", "movement", "dir", "imp exp"],
    Dutch: ["richting", "in/uit", "invoer/uitvoer", "stroom"],
    French: ["sens", "direction", "import/export", "flux"],
    German: ["Richtung", "Ein-/Ausfuhr", "Einfuhr/Ausfuhr", "Ein/Aus", "Warenfluss"],
  },
  "Message type": {
    English: ["action", "transaction type"],
    Dutch: ["berichttype", "berichtsoort", "actie"],
    French: ["type de message", "action"],
    German: ["Nachrichtentyp", "Nachrichtenart", "Aktion"],
  },
  "Storage location": {
    English: ["warehouse", "location", "storage", "site", "plant"],
    Dutch: ["magazijn", "opslaglocatie", "locatie", "vestiging"],
    French: ["entrepôt", "magasin", "lieu de stockage", "site"],
    German: ["Lager", "Lagerort", "Werk", "Standort"],
  },
  "Declaration type": {
    English: ["decl type", "type of declaration", "declaration"],
    Dutch: ["aangiftetype", "soort aangifte", "aangifte"],
    French: ["type de déclaration", "déclaration"],
    German: ["Anmeldeart", "Art der Anmeldung", "Anmeldung"],
  },
  "Additional declaration type": {
    English: ["add decl type", "additional type", "add type"],
    Dutch: ["aanvullend aangiftetype", "aanvullende soort"],
    French: ["type de déclaration supplémentaire", "type supplémentaire"],
    German: ["zusätzliche Anmeldeart", "Zusatzart der Anmeldung"],
  },
  "Invoice currency": {
    English: ["invoice ccy", "currency of invoice"],
    Dutch: ["factuurvaluta", "munt factuur"],
    French: ["devise de facture", "devise facture", "monnaie de facturation"],
    German: ["Rechnungswährung", "Fakturawährung", "Währung der Rechnung"],
  },
  "Declaration office": {
    English: ["customs office", "office", "office of declaration"],
    Dutch: ["douanekantoor", "kantoor", "kantoor van aangifte"],
    French: ["bureau de douane", "bureau", "bureau de déclaration"],
    German: ["Zollstelle", "Zollamt", "Anmeldezollstelle", "Ausfuhrzollstelle"],
  },
  "Agent status": {
    English: ["representation", "representative status", "agent code", "type of representation"],
    Dutch: ["status vertegenwoordiger", "vertegenwoordiging"],
    French: ["statut du représentant", "représentation"],
    German: ["Vertreterstatus", "Art der Vertretung", "Vertretungsverhältnis"],
  },
  "Agent EORI": {
    English: ["agent", "representative", "representative eori", "broker", "broker eori"],
    Dutch: ["vertegenwoordiger", "EORI vertegenwoordiger", "douaneagent", "expediteur"],
    French: ["représentant", "EORI représentant", "commissionnaire", "agent en douane"],
    German: ["Vertreter", "EORI Vertreter", "Zollagent", "Vertreter EORI"],
  },
  "Consignor EORI": {
    English: ["consignor", "shipper", "shipper eori", "sender", "exporter", "exporter eori"],
    Dutch: ["afzender", "EORI afzender", "verzender", "exporteur"],
    French: ["expéditeur", "EORI expéditeur", "exportateur"],
    German: ["Versender", "Absender", "Versender EORI", "Ausführer", "Exporteur"],
  },
  "Consignee EORI": {
    English: ["consignee", "receiver", "receiver eori", "recipient", "importer", "importer eori"],
    Dutch: ["ontvanger", "geadresseerde", "EORI ontvanger", "importeur"],
    French: ["destinataire", "EORI destinataire", "importateur"],
    German: ["Empfänger", "Warenempfänger", "Empfänger EORI", "Einführer", "Importeur"],
  },
  "Item number": {
    English: ["item", "item no", "line", "line no", "line number", "position", "pos"],
    Dutch: ["artikelnummer", "regel", "regelnummer", "positie", "volgnummer"],
    French: ["numéro d'article", "ligne", "numéro de ligne", "position"],
    German: ["Position", "Positionsnummer", "Pos.", "Posnr", "Zeile"],
  },
  "Goods description": {
    English: [
      "description",
      "description of goods",
      "goods",
      "commodity",
      "article text",
      "product",
    ],
    Dutch: ["goederenomschrijving", "omschrijving", "goederen", "artikelomschrijving"],
    French: [
      "désignation",
      "désignation des marchandises",
      "description",
      "marchandise",
      "libellé",
    ],
    German: ["Warenbezeichnung", "Bezeichnung", "Beschreibung", "Ware", "Materialkurztext"],
  },
  "Commodity code": {
    English: ["hs code", "hs", "hts code", "tariff number", "tariff code", "taric", "cn code"],
    Dutch: ["goederencode", "GN-code", "HS-code", "tariefcode", "taric-code"],
    French: ["code des marchandises", "code SH", "nomenclature", "code douanier", "code taric"],
    German: ["Warentarifnummer", "Zolltarifnummer", "Warennummer", "Warentarifnr", "HS-Code"],
  },
  "Gross mass (kg)": {
    English: ["gross mass", "gross weight", "gross", "gross wt", "gross kg", "weight gross"],
    Dutch: ["brutomassa", "brutogewicht", "bruto", "gewicht bruto"],
    French: ["masse brute", "poids brut", "brut"],
    German: ["Rohmasse", "Rohgewicht", "Bruttogewicht", "Brutto", "Gewicht brutto"],
  },
  "Net mass (kg)": {
    English: ["net mass", "net weight", "net", "net wt", "net kg", "weight net"],
    Dutch: ["nettomassa", "nettogewicht", "netto", "gewicht netto", "eigen massa"],
    French: ["masse nette", "poids net", "net"],
    German: ["Eigenmasse", "Eigengewicht", "Nettogewicht", "Netto", "Gewicht netto"],
  },
  "Package type": {
    English: ["packaging", "package kind", "kind of packages", "kind", "packing", "hu type"],
    Dutch: ["soort colli", "verpakking", "verpakkingstype", "colli soort"],
    French: ["type d'emballage", "emballage", "nature des colis"],
    German: ["Packmittel", "Packstückart", "Verpackungsart", "Verpackung", "Art der Packstücke"],
  },
  "Package quantity": {
    English: [
      "packages",
      "number of packages",
      "no of packages",
      "package count",
      "colli",
      "count",
    ],
    Dutch: ["aantal colli", "colli", "aantal pakken", "aantal verpakkingen"],
    French: ["nombre de colis", "colis", "nombre d'emballages"],
    German: ["Packstücke", "Anzahl Packstücke", "Anzahl Colli", "Kolli"],
  },
  "Shipping marks": {
    English: ["marks", "marks and numbers", "package marks", "label"],
    Dutch: ["merken", "merken en nummers", "merktekens"],
    French: ["marques", "marques et numéros", "marquage"],
    German: ["Markierung", "Zeichen und Nummern", "Markierungen", "Packstückmarkierung"],
  },
  "Customs value": {
    English: ["value", "amount", "line value", "statistical value", "item price", "invoice amount"],
    Dutch: ["douanewaarde", "waarde", "bedrag", "statistische waarde"],
    French: ["valeur en douane", "valeur", "montant", "valeur statistique"],
    German: ["Zollwert", "Wert", "Betrag", "Statistischer Wert", "Warenwert"],
  },
  "Customs value currency": {
    English: ["currency", "ccy", "curr", "value currency"],
    Dutch: ["valuta", "munt", "valuta waarde"],
    French: ["devise", "monnaie", "devise de la valeur"],
    German: ["Währung", "Währg", "Whg", "Wertwährung"],
  },
  "Document category": {
    English: ["doc category", "category"],
    Dutch: ["documentcategorie", "categorie"],
    French: ["catégorie de document", "catégorie"],
    German: ["Unterlagenkategorie", "Dokumentkategorie", "Kategorie"],
  },
  "Document type": {
    English: ["doc type", "paper", "kind of document", "document code"],
    Dutch: ["documenttype", "soort document", "documentcode"],
    French: ["type de document", "code document"],
    German: ["Unterlagenart", "Dokumentart", "Art der Unterlage", "Belegart"],
  },
  "Document reference": {
    English: ["document number", "doc number", "invoice", "invoice number", "invoice no"],
    Dutch: ["documentnummer", "documentreferentie", "factuurnummer", "factuur"],
    French: ["numéro de document", "référence du document", "numéro de facture", "facture"],
    German: ["Unterlagennummer", "Dokumentnummer", "Rechnungsnummer", "Rechnung", "Belegnummer"],
  },
};
