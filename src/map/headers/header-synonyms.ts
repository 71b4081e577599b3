// What people call our columns, in four languages. One table for reading files
// and for drafts of profiles. How sure a name is, is decided entry by entry, because a column that is
// taken for another one is a false declaration:
//
// - `certain`: it can mean nothing else in a list of shipments. A column is read by it, with a finding.
// - `likely`: it may mean this column, or something beside it (gross or net, invoice or customs value,
//   the name of a party or its EORI). Where the values bear it out, the file waits for a person.
// - `possible`: such names are mostly people's own (a warehouse, a line, an invoice number). They are
//   suggested in hints and drafts, and never stop a file.

export type HeaderLanguage = "English" | "Dutch" | "French" | "German";

/** Names of one field, separated by commas. */
type Synonyms = Readonly<Partial<Record<HeaderLanguage, string>>>;

export interface FieldNames {
  readonly certain?: Synonyms;
  readonly likely?: Synonyms;
  readonly possible?: Synonyms;
}

/** By the headers of all columns; a test holds both together. */
export const headerSynonyms: Readonly<Record<string, FieldNames>> = {
  // A number of a shipment may be the carrier's tracking number; a plain reference may be an article's.
  "External reference": {
    certain: {
      English: "shipment reference, shipment ref, consignment reference",
      Dutch: "externe referentie, zendingreferentie, zendingsreferentie",
      French: "référence externe, référence d'expédition, référence de l'expédition",
      German: "externe Referenz, Sendungsreferenz, Referenz der Sendung",
    },
    likely: {
      English:
        "reference, shipment, shipment number, shipment no, shipment id, order number, " +
        "order ref, job number, job no, delivery, delivery note, file number, consignment, " +
        "purchase order, po number, ref, ref no, our ref, dlvy, delivery number, outbound delivery",
      Dutch:
        "referentie, zendingnummer, zendingsnummer, zending, ordernummer, pakbon, dossiernummer, levering, leveringsnummer, uitgaande levering",
      French:
        "référence, numéro d'expédition, n° d'expédition, expédition, envoi, numéro de commande, " +
        "dossier, livraison, numéro de livraison",
      German:
        "Lieferschein, Lieferung, Sendung, Sendungsnummer, Auftragsnummer, Referenz, " +
        "Referenznummer, Lieferungsnummer, Liefernummer, Lief.Nr., LiefNr",
    },
  },
  // The values show what is meant: anything but IN and OUT is an error at its cell.
  Direction: {
    certain: {
      English: "import/export, import or export, export/import, inbound/outbound, in/out",
      Dutch: "richting, invoer/uitvoer, uitvoer/invoer, in-/uitvoer, uit-/invoer, in/uit",
      French: "importation/exportation, exportation/importation, sens import/export",
      German:
        "Richtung, Ein-/Ausfuhr, Aus-/Einfuhr, Einfuhr/Ausfuhr, Ausfuhr/Einfuhr, Ein/Ausfuhr, " +
        "Im-/Export, Ex-/Import",
    },
    likely: {
      English: "flow, movement, dir, imp exp, trade flow",
      Dutch: "stroom, goederenstroom",
      French: "sens, flux",
      German: "Ein/Aus, Warenfluss, Verkehrsrichtung",
    },
  },
  // Every interface has a message type of its own.
  "Message type": {
    certain: {
      Dutch: "CAS-berichttype",
      French: "type de message CAS",
      German: "CAS-Nachrichtentyp",
    },
    possible: {
      English: "action, transaction type",
      Dutch: "berichttype, berichtsoort, actie",
      French: "type de message, action",
      German: "Nachrichtentyp, Nachrichtenart, Aktion",
    },
  },
  // A warehouse has its own names for places; only the storage location that CAS knows is meant.
  "Storage location": {
    certain: {
      English: "storage location reference, storage location code",
      Dutch: "CAS-opslaglocatie",
      French: "lieu de stockage CAS",
      German: "CAS-Lagerort",
    },
    possible: {
      English: "warehouse, location, storage, site, plant",
      Dutch: "magazijn, opslaglocatie, locatie, vestiging",
      French: "entrepôt, magasin, lieu de stockage, site",
      German: "Lager, Lagerort, Werk, Standort",
    },
  },
  "Declaration type": {
    certain: {
      English: "decl type, type of declaration, customs declaration type",
      Dutch: "aangiftetype, type aangifte, soort aangifte",
      French: "type de déclaration, type déclaration",
      German: "Anmeldeart, Art der Anmeldung, Art der Zollanmeldung",
    },
    likely: {
      English: "declaration",
      Dutch: "aangifte",
      French: "déclaration",
      German: "Anmeldung",
    },
  },
  "Additional declaration type": {
    certain: {
      English: "add decl type, additional decl type",
      Dutch: "aanvullend aangiftetype, aanvullend type aangifte",
      French: "type de déclaration supplémentaire, type de déclaration complémentaire",
      German: "zusätzliche Anmeldeart, zusätzliche Art der Anmeldung, Zusatzart der Anmeldung",
    },
    possible: {
      English: "additional type, add type",
      Dutch: "aanvullende soort",
      French: "type supplémentaire",
      German: "Zusatzart",
    },
  },
  // A currency alone may be that of the invoice or of the customs value.
  "Invoice currency": {
    certain: {
      English: "invoice ccy, invoice currency code, currency of invoice, currency of the invoice",
      Dutch: "factuurvaluta, valuta factuur, munt factuur",
      French:
        "devise de facture, devise de la facture, devise facture, devise de facturation, " +
        "monnaie de facturation",
      German: "Rechnungswährung, Fakturawährung, Währung der Rechnung",
    },
    likely: {
      English: "currency, currency code, ccy, curr",
      Dutch: "valuta, munt, valutacode",
      French: "devise, monnaie, code devise",
      German: "Währung, Währg, Whg, Währungscode",
    },
  },
  // Offices of export, entry, exit and destination are others.
  "Declaration office": {
    certain: {
      English: "office of declaration, customs office of declaration",
      Dutch: "kantoor van aangifte",
      French: "bureau de déclaration",
      German: "Anmeldezollstelle, Zollstelle der Anmeldung",
    },
    likely: {
      English: "customs office, customs office code",
      Dutch: "douanekantoor",
      French: "bureau de douane",
      German: "Zollstelle, Zollamt, Ausfuhrzollstelle",
    },
    possible: { English: "office", Dutch: "kantoor", French: "bureau" },
  },
  "Agent status": {
    certain: {
      English: "representative status, representative status code",
      Dutch: "status vertegenwoordiger, status van de vertegenwoordiger",
      French: "statut du représentant, statut représentant",
      German: "Vertreterstatus, Status des Vertreters",
    },
    // National kinds of representation have codes of their own.
    possible: {
      English: "representation, agent code, type of representation",
      Dutch: "vertegenwoordiging",
      French: "représentation",
      German: "Art der Vertretung, Vertretungsverhältnis",
    },
  },
  // The party alone is mostly its name or its number in the user's own books.
  "Agent EORI": {
    certain: {
      English: "representative EORI, customs agent EORI, broker EORI, customs broker EORI",
      Dutch: "EORI vertegenwoordiger, EORI douaneagent",
      French: "EORI représentant",
      German: "EORI Vertreter, EORI Zollagent",
    },
    likely: {
      English: "agent, representative, broker, declarant EORI, EORI",
      Dutch: "vertegenwoordiger, douaneagent, EORI aangever",
      // A commissionnaire may be a forwarder who is no representative before customs.
      French:
        "représentant, commissionnaire, EORI commissionnaire, agent en douane, EORI déclarant",
      German: "Vertreter, Zollagent, EORI Anmelder",
    },
  },
  // The exporter is a party of its own and need not be the consignor.
  "Consignor EORI": {
    certain: {
      English: "shipper EORI, sender EORI",
      Dutch: "EORI afzender, EORI verzender",
      French: "EORI expéditeur",
      German: "EORI Versender, EORI Versenders, EORI Absenders, EORI Absender",
    },
    likely: {
      English: "consignor, shipper, sender, exporter, exporter EORI, EORI",
      Dutch: "afzender, verzender, exporteur, EORI exporteur",
      French: "expéditeur, exportateur, EORI exportateur",
      German: "Versender, Absender, Ausführer, EORI Ausführer, EORI Exporteur",
    },
  },
  // So is the importer.
  "Consignee EORI": {
    certain: {
      English: "receiver EORI, recipient EORI",
      Dutch: "EORI ontvanger, EORI geadresseerde",
      French: "EORI destinataire",
      German: "EORI Empfänger, EORI Empfängers, EORI Warenempfänger",
    },
    likely: {
      English:
        "consignee, receiver, recipient, importer, importer EORI, EORI, ship-to party, ship-to, ship-to pty, shipto",
      Dutch: "ontvanger, geadresseerde, importeur, EORI importeur, goederenontvanger, ontv.",
      French:
        "destinataire, importateur, EORI importateur, réceptionnaire, récept. march., réceptionnaire de marchandises",
      German: "Empfänger, Warenempfänger, Einführer, EORI Einführer, WE, Warenempf., Empf.",
    },
  },
  // A line or an article number taken for the goods item number would make one item of several.
  "Item number": {
    certain: {
      English: "goods item number, goods item no",
      Dutch: "volgnummer goederenitem",
      French: "numéro d'article de marchandises",
      German: "Warenpositionsnummer",
    },
    possible: {
      English: "item, item no, line, line no, line number, position, pos",
      Dutch: "artikelnummer, regel, regelnummer, positie, volgnummer",
      French: "numéro d'article, ligne, numéro de ligne, position",
      German: "Position, Positionsnummer, Pos., Posnr, Zeile",
    },
  },
  // A description without goods in it may be that of an order, a packaging or a document.
  "Goods description": {
    certain: {
      English: "description of goods, description of the goods, goods desc",
      Dutch:
        "goederenomschrijving, omschrijving goederen, omschrijving van de goederen, " +
        "omschrijving van goederen",
      French:
        "désignation des marchandises, désignation de la marchandise, " +
        "description des marchandises, description de la marchandise",
      German: "Warenbezeichnung, Warenbeschreibung, Bezeichnung der Ware, Beschreibung der Ware",
    },
    likely: {
      English:
        "description, goods, commodity, article text, product, item description, " +
        "commodity description, material description, item descr, short text",
      Dutch:
        "omschrijving, goederen, artikelomschrijving, artikelomschr., oms., materiaalomschrijving",
      French:
        "désignation, description, marchandise, marchandises, libellé, désignation article, dés. article, désignation de l'article",
      German:
        "Bezeichnung, Beschreibung, Ware, Materialkurztext, Artikelbezeichnung, Kurztext, Materialbezeichnung, Mat.Kurztext, Positionsbezeichnung",
    },
  },
  // HTS is the tariff of the United States; a nomenclature may be a bill of materials.
  "Commodity code": {
    certain: {
      English:
        "HS code, HS codes, harmonized system code, harmonised system code, H.S. code, code HS, " +
        "HS number, customs tariff number, customs tariff code, tariff number, tariff code, " +
        "commodity number, TARIC code, TARIC, CN code, customs code of goods, " +
        "combined nomenclature code, harmonized code, harmonised code, Comm./imp. code no., Comm.imp.code no, Commodity/import code number, comm. imp. code",
      Dutch:
        "goederencode, GN-code, HS-code, taric-code, douanetariefnummer, Stat.goederennr., Stat. goederennummer, statistisch goederennummer, statistieknummer goederen",
      French:
        "code marchandise, code marchandises, code des marchandises, code SH, code NC, " +
        "nomenclature douanière, nomenclature combinée, code taric, N° stat. march., code stat. march., code stat. marchandise, numéro statistique marchandise",
      German:
        "Warennummer, Warentarifnummer, Warentarifnr, Zolltarifnummer, Zolltarifnr, " +
        "statistische Warennummer, KN-Code, HS-Code, Taric-Code, Stat. Warennr., Stat.Warennummer, Stat. Warennummer, Statist. Warennr.",
    },
    likely: {
      English: "HS, HTS code, HTS, intrastat code, tariff, customs code, comm. code",
      Dutch: "tarief, tariefcode, intrastatcode, statistieknummer",
      French:
        "nomenclature, code nomenclature, position tarifaire, code douanier, code douane, " +
        "tarif douanier, tarif",
      German: "Warencode, Warentarif, Zolltarif, Statistiknummer, Codenummer",
    },
  },
  // Without the word for mass or the unit, gross and net may speak of amounts. Raw weight (Rohgewicht)
  // and dead weight (Eigengewicht) are also properties of a material and of a vehicle.
  "Gross mass (kg)": {
    certain: {
      English:
        "gross mass, gross weight, gross wt, gross wgt, weight gross, mass gross, gross kg, gross wght, gr. weight",
      Dutch: "brutomassa, bruto massa, brutogewicht, gewicht bruto, bruto kg, Brutogew.",
      French: "masse brute, poids brut, brut kg, Pds brut",
      German:
        "Rohmasse, Bruttogewicht, Bruttomasse, Gewicht brutto, Brutto kg, Bruttogew., Brutto-Gew.",
    },
    likely: {
      English: "gross, weight, mass, total weight, G.W.",
      Dutch: "bruto, gewicht, massa",
      French: "brut, poids, masse",
      German: "Rohgewicht, Brutto, Masse, Gesamtgewicht, Ges.Gew.",
    },
  },
  "Net mass (kg)": {
    certain: {
      English:
        "net mass, net weight, nett weight, net wt, net wgt, weight net, mass net, net kg, net wght",
      Dutch: "nettomassa, nettogewicht, gewicht netto, eigen massa, netto kg",
      French: "masse nette, poids net, Pds net",
      German: "Eigenmasse, Nettogewicht, Nettomasse, Gewicht netto, Nettogew., Netto-Gew.",
    },
    likely: {
      English: "net, weight, mass, N.W.",
      Dutch: "netto, gewicht, massa",
      French: "poids, masse",
      German: "Eigengewicht, Masse",
    },
  },
  "Package type": {
    certain: {
      English:
        "package kind, kind of packages, kind of package, type of package, type of packages, " +
        "packaging type",
      Dutch: "soort colli, colli soort, soort verpakking, verpakkingstype, type verpakking",
      French: "type d'emballage, nature des colis, type de colis",
      German: "Packstückart, Verpackungsart, Art der Packstücke, Art der Verpackung",
    },
    likely: {
      English:
        "packaging, package code, packing, package, kind, hu type, PkgTy, PkgType, Pkg type, Pack.mat.type, PackMatlTy, packaging material type",
      Dutch: "verpakking, soort verp., verp.srt, verp.soort, verpakkingssoort",
      French: "emballage, type emb., type emballage, mat. emb.",
      German:
        "Packmittel, Verpackung, Packmittelart, VPArt, Verp.Art, VerpArt, PackmArt, PM-Art, Packm.art",
    },
  },
  // Packages without a word for their number may be a list of them; a count may be one of pieces.
  "Package quantity": {
    certain: {
      English:
        "number of packages, no of packages, number of colli, package count, packages quantity, " +
        "quantity of packages, number of pkgs, no of pkgs, no. packages, no.packgs, number packages",
      Dutch: "aantal colli, aantal pakken, aantal verpakkingen, aant. colli",
      French:
        "nombre de colis, nombre colis, nb de colis, nbre de colis, nombre d'emballages, nb colis",
      German:
        "Anzahl Packstücke, Anzahl der Packstücke, Anzahl Colli, Anzahl Kolli, Packstückanzahl, Anzahl Packst., Anz. Packst., AnzPackst, Anz.Packstücke, Anzahl VP",
    },
    likely: {
      English: "packages, colli, pkgs",
      Dutch: "colli, verpakkingen",
      French: "colis",
      German: "Packstücke, Kolli",
    },
    possible: { English: "count", Dutch: "aantal", French: "nombre", German: "Anzahl" },
  },
  // Marks alone may be brands or notes.
  "Shipping marks": {
    certain: {
      English: "marks and numbers, marks & numbers, marks and nos, package marks",
      Dutch: "merken en nummers, verzendingsmerken",
      French: "marques et numéros, marques d'expédition",
      German: "Zeichen und Nummern, Packstückmarkierung, Versandzeichen",
    },
    possible: {
      English: "marks, label",
      Dutch: "merken, merktekens",
      French: "marques, marquage",
      German: "Markierung, Markierungen",
    },
  },
  // The invoice value, the price and the statistical value are other amounts.
  "Customs value": {
    certain: {
      English: "value for customs, declared customs value, customs value amount",
      Dutch: "douanewaarde",
      French: "valeur en douane, valeur douane",
      German: "Zollwert",
    },
    likely: {
      English: "value, amount, goods value, value of goods, invoice value, invoice amount",
      Dutch: "waarde, bedrag, goederenwaarde, factuurwaarde, factuurbedrag",
      French: "valeur, montant, valeur marchandise, valeur facture, montant facture",
      German: "Wert, Betrag, Warenwert, Rechnungswert, Rechnungsbetrag",
    },
    possible: {
      English: "line value, item price, net value, item value",
      German: "Nettowert, Positionswert, Fakturawert",
      French: "valeur nette",
      Dutch: "nettowaarde",
    },
  },
  "Customs value currency": {
    certain: {
      English: "currency of customs value, currency of the customs value",
      Dutch: "valuta douanewaarde, munt douanewaarde",
      French: "devise de la valeur en douane, devise valeur en douane",
      German: "Währung des Zollwerts, Zollwertwährung, Währung Zollwert",
    },
    likely: {
      English: "value currency, customs currency, currency, currency code, ccy, curr",
      Dutch: "valuta waarde, valuta, munt, valutacode",
      French: "devise de la valeur, devise, monnaie, code devise",
      German: "Wertwährung, Währung, Währg, Whg, Währungscode",
    },
  },
  "Document category": {
    certain: {
      Dutch: "categorie bewijsstuk",
      French: "catégorie du document justificatif",
      German: "Kategorie der Unterlage",
    },
    possible: {
      English: "doc category, category",
      Dutch: "documentcategorie, categorie",
      French: "catégorie de document, catégorie",
      German: "Unterlagenkategorie, Dokumentkategorie, Kategorie",
    },
  },
  // Every system has documents of its own; Unterlagen are those of a customs declaration.
  "Document type": {
    certain: {
      Dutch: "soort bewijsstuk",
      French: "type du document justificatif",
      German: "Unterlagenart, Art der Unterlage",
    },
    possible: {
      English: "doc type, paper, kind of document, document code",
      Dutch: "documenttype, soort document, documentcode",
      French: "type de document, code document",
      German: "Dokumentart, Belegart",
    },
  },
  "Document reference": {
    certain: {
      Dutch: "referentienummer bewijsstuk",
      French: "numéro de référence du document justificatif",
      German: "Unterlagennummer, Referenz der Unterlage, Referenznummer der Unterlage",
    },
    possible: {
      English: "document number, doc number, invoice, invoice number, invoice no",
      Dutch: "documentreferentie, documentnummer, factuurnummer, factuur",
      French: "référence du document, numéro de document, numéro de facture, facture",
      German: "Dokumentnummer, Rechnungsnummer, Rechnung, Belegnummer, Faktura",
    },
  },
  // The columns of groups. Their paths are assumed, so no other name of theirs is read without a person.
  "Item origin country": possible(
    "country of origin, origin, origin country, made in, coo",
    "land van oorsprong, oorsprong, oorsprongsland, herkomst",
    "pays d'origine, origine",
    "Ursprungsland, Ursprung, Urspr.Land, UrspLand, Herkunftsland, Herkunft",
  ),
  "Item requested procedure": possible(
    "procedure, procedure code, customs procedure, requested procedure, cpc",
    "regeling, douaneregeling, gevraagde regeling",
    "régime, régime douanier, régime demandé",
    "Verfahren, Verfahrenscode, Zollverfahren, beantragtes Verfahren",
  ),
  "Item previous procedure": possible(
    "previous procedure",
    "voorafgaande regeling",
    "régime précédent",
    "vorangegangenes Verfahren, vorhergehendes Verfahren",
  ),
  "Item additional procedure": possible(
    "additional procedure, additional procedure code",
    "aanvullende regeling",
    "régime additionnel, régime complémentaire",
    "zusätzliches Verfahren, Zusatzverfahren",
  ),
  "Shipment Incoterms code": possible(
    "incoterms, incoterm, terms of delivery, delivery terms, inco",
    "leveringsvoorwaarde, leveringsvoorwaarden",
    "conditions de livraison, condition de livraison",
    "Lieferbedingung, Lieferbedingungen, Liefb.",
  ),
  "Shipment Incoterms place": possible(
    "incoterms place, incoterm place, incoterms 2, place of delivery",
    "plaats van levering, leveringsplaats",
    "lieu de livraison",
    "Lieferort, Incoterms Teil 2, Incoterms Ort",
  ),
  "Border transport mode": possible(
    "mode of transport, transport mode, mode of transport at the border",
    "vervoerwijze, vervoerswijze, vervoerwijze aan de grens",
    "mode de transport, mode de transport à la frontière",
    "Verkehrszweig, Verkehrszweig an der Grenze, Transportart",
  ),
  "Border transport identification": possible(
    "means of transport, vessel, vessel name, truck, truck number, flight number",
    "vervoermiddel, vrachtwagen, kenteken, schip",
    "moyen de transport, camion, navire, plaque",
    "Beförderungsmittel, Kennzeichen, LKW-Kennzeichen, Schiff",
  ),
  "Border transport country": possible(
    "nationality, nationality of transport",
    "nationaliteit, nationaliteit vervoermiddel",
    "nationalité, nationalité du moyen de transport",
    "Staatszugehörigkeit, Nationalität",
  ),
  "Arrival transport mode": possible(
    "inland mode of transport, inland transport mode",
    "vervoerwijze binnenland",
    "mode de transport intérieur",
    "Verkehrszweig im Inland, Verkehrszweig Inland",
  ),
  "Arrival transport identification": possible(
    "means of transport at arrival",
    "vervoermiddel bij aankomst",
    "moyen de transport à l'arrivée",
    "Beförderungsmittel bei Ankunft",
  ),
  "Departure transport mode": possible(
    "mode of transport at departure",
    "vervoerwijze bij vertrek",
    "mode de transport au départ",
    "Verkehrszweig beim Abgang",
  ),
  "Departure transport identification": possible(
    "means of transport at departure",
    "vervoermiddel bij vertrek",
    "moyen de transport au départ",
    "Beförderungsmittel beim Abgang",
  ),
  "Shipment country of export": possible(
    "country of export, export country, country of dispatch, dispatch country, ship from country",
    "land van uitvoer, land van verzending",
    "pays d'exportation, pays d'expédition",
    "Ausfuhrland, Versendungsland, Versandland",
  ),
  "Shipment country of destination": possible(
    "country of destination, destination, destination country, ship to country",
    "land van bestemming, bestemming",
    "pays de destination, destination",
    "Bestimmungsland, Empfangsland, Empfängerland",
  ),
  "Item previous document category": possible(
    "previous document category",
    "categorie voorafgaand document",
    "catégorie du document précédent",
    "Kategorie Vorpapier",
  ),
  "Item previous document type": possible(
    "previous document type",
    "type voorafgaand document, soort voorafgaand document",
    "type de document précédent",
    "Vorpapierart, Art des Vorpapiers",
  ),
  "Item previous document reference": possible(
    "previous document, previous document number, previous mrn",
    "voorafgaand document, nummer voorafgaand document",
    "document précédent, numéro du document précédent",
    "Vorpapier, Vorpapiernummer",
  ),
  "Item statistical value": possible(
    "statistical value, stat value",
    "statistische waarde",
    "valeur statistique",
    "statistischer Wert, Stat.Wert",
  ),
  "Item supplementary quantity": possible(
    "supplementary quantity, supplementary units",
    "aanvullende hoeveelheid, bijzondere maatstaf",
    "quantité supplémentaire, unités supplémentaires",
    "besondere Menge, besondere Maßeinheit Menge, Bes.Maßeinheit",
  ),
  "Item supplementary unit": possible(
    "supplementary unit",
    "aanvullende eenheid",
    "unité supplémentaire",
    "besondere Maßeinheit",
  ),
  "Item preference code": possible(
    "preference, preference code, preferential origin",
    "preferentie, preferentiecode",
    "préférence, code préférence",
    "Präferenz, Präferenzcode, Begünstigung",
  ),
  "Shipment invoice number": possible(
    "invoice number, invoice no, invoice",
    "factuurnummer, factuur",
    "numéro de facture, facture",
    "Rechnungsnummer, Rechnung, Faktura, Fakturanummer",
  ),
  "Shipment invoice date": possible(
    "invoice date, date of invoice",
    "factuurdatum",
    "date de facture, date de la facture",
    "Rechnungsdatum, Fakturadatum",
  ),
};

function possible(English: string, Dutch: string, French: string, German: string): FieldNames {
  return { possible: { English, Dutch, French, German } };
}
