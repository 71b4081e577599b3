// Columns that people keep for themselves, as their lists have them, with values of each: none of them
// is a column of ours, and none of them may stop a file.

const ENGLISH = `
Remarks|handle with care
Remark|none
Comments|call first
Notes|fragile
Internal note|do not stack
Order date|2026-03-14
Delivery date|14/03/2026
Ship date|2026-03-15
ETA|2026-03-20
ETD|2026-03-18
Invoice date|2026-03-01
Customer no|10457
Customer number|C-10457
Customer name|Acme Ltd
Customer|Acme Ltd
Supplier|Bolts & Co
Supplier no|88213
Vendor|Bolts & Co
Vendor code|V-118
Line value EUR|1250.50
Line amount|1250.50
Line value|1250.50
Unit price|12.5
Price|12.50
Price per unit|12.50
Price per kg|3.20
Sales price|15.00
Cost|9.80
Cost centre|4711
Total|1250.50
Subtotal|1250.50
Discount|5
VAT|21
VAT number|none
VAT rate|21
Tax code|V1
Freight cost|120.00
Insurance|15.00
Duty rate|4.5
Warehouse|W1
Warehouse zone|A
Bin|A-12-3
Shelf|12
Location|Hall 3
Site|North
Plant|1000
Line|1
Line no|10
Line number|10
Position|10
Item|1
Item no|1004-22
Item code|X-99
Item price|12.50
Article|Screw M8
Article no|4711-08
Article number|4711-08
Article code|SKU-1
SKU|SKU-1
EAN|4006381333931
GTIN|4006381333931
Barcode|4006381333931
Part number|P-100
Part no|P-100
Serial number|SN0001
Batch|B77
Batch number|B77
Lot|L-5
Lot number|L-5
Production date|2026-01-10
Expiry date|2027-01-10
Quantity|12
Qty|12
Quantity ordered|12
Pieces|100
Pcs|100
Count|12
UoM|PCE
Unit|PCE
Unit of measure|PCE
Volume (m3)|1.2
Volume|1.2
Length (cm)|120
Width (cm)|80
Height (cm)|100
Dimensions|120x80x100
Loading metres|2.4
Pallets|2
Pallet no|P-1
Container number|CSQU3054383
Seal number|S123
Truck|1-ABC-123
Driver|J. Janssens
Carrier|DHL
Carrier code|DHL
Tracking number|JD0146000123
AWB|020-12345675
BL number|MSCU1234567
Vessel|Ever Given
Voyage|0123W
Port of loading|BEANR
Incoterm|FCA
Incoterms place|Antwerp
Country|Belgium
Country name|Belgium
City|Gent
Postcode|9000
Street|Kerkstraat 1
Address|Kerkstraat 1, Gent
Email|a@b.example
Phone|+32 9 123 45 67
Telephone|003291234567
Contact|An
Contact person|An
Consignee|Acme Ltd
Consignee name|Acme Ltd
Consignee address|Kerkstraat 1
Consignee city|Gent
Consignor|Bolts & Co
Consignor name|Bolts & Co
Shipper|Bolts & Co
Exporter|Bolts & Co
Importer|Acme Ltd
Agent|Smith Forwarding
Broker|Smith Customs
Status|open
Order status|shipped
Order type|ZOR
Shipment type|FTL
Shipment status|open
Priority|1
Created by|JDO
Created on|2026-03-14
User|JDO
Department|Logistics
Project|P-7
Purchase order date|2026-03-01
Category|A
Product group|Fasteners
Product family|Fasteners
Brand|BoltX
Model|M8
Colour|red
Color|red
Size|XL
Material|steel
Label|green
Temperature|4
Hazardous|no
UN number|1993
Package weight unit|KG
Weight unit|KG
Gross weight unit|KG
Currency rate|1.0825
Exchange rate|1.0825
Payment terms|30 days
Bank account|BE68539007547034
Serial|1
Checked|x
Approved|yes
`;
const GERMAN = `
Bemerkung|keine
Bemerkungen|keine
Notiz|Anruf
Hinweis|zerbrechlich
Kunde|Muster GmbH
Kundennummer|10457
Kunden-Nr.|10457
Kundenname|Muster GmbH
Debitor|10457
Kreditor|70001
Lieferant|Schrauben AG
Lieferantennummer|70001
Bestelldatum|14.03.2026
Auftragsdatum|14.03.2026
Lieferdatum|14.03.2026
Rechnungsdatum|01.03.2026
Wunschtermin|20.03.2026
Warengruppe|Schrauben
Materialnummer|4711-08
Material|4711-08
Artikelnummer|4711-08
Artikel|Schraube M8
Charge|B77
Werk|1000
Lager|Halle 3
Lagerort|0001
Lagerplatz|A-12-3
Menge|12
Mengeneinheit|ST
Einheit|ST
Stück|100
Anzahl|12
Preis|12,50
Einzelpreis|12,50
Nettopreis|12,50
Bruttopreis|14,88
Gesamtpreis|1250,50
Mehrwertsteuer|19
Rabatt|5
Gewichtseinheit|KG
Volumen|1,2
Spediteur|DHL
Sachbearbeiter|Meier
Kostenstelle|4711
Zahlungsbedingung|30 Tage
Empfänger|Muster GmbH
Empfängername|Muster GmbH
Warenempfänger|10457
Versender|Schrauben AG
Land|Deutschland
Ort|Köln
PLZ|50667
Straße|Hauptstraße 1
Ansprechpartner|Meier
Telefon|0221 123456
Belegart|RV
Belegnummer|90001234
Belegdatum|14.03.2026
Fakturaart|F2
Pos.|10
Positionstyp|TAN
Zeile|1
Wagennummer|W-12
Farbe|rot
Größe|XL
Hersteller|Schrauben AG
Kategorie|A
Standort|Nord
Verpackung|Karton
`;
const DUTCH = `
Opmerking|geen
Opmerkingen|geen
Klant|Voorbeeld BV
Klantnummer|10457
Klantnaam|Voorbeeld BV
Leverancier|Bouten BV
Leveranciersnummer|70001
Orderdatum|14-03-2026
Leverdatum|14-03-2026
Factuurdatum|01-03-2026
Factuurnummer|2026-118
Artikelnummer|4711-08
Artikel|Bout M8
Artikelgroep|Bouten
Magazijn|M1
Locatie|Hal 3
Vestiging|Noord
Aantal|12
Aantal stuks|12
Eenheid|ST
Prijs|12,50
Stukprijs|12,50
Totaalprijs|1250,50
Btw|21
Korting|5
Gewichtseenheid|KG
Vervoerder|DHL
Ontvanger|Voorbeeld BV
Afzender|Bouten BV
Land|Nederland
Plaats|Utrecht
Postcode|3511 AB
Contactpersoon|Jan
Telefoon|030 1234567
Kostenplaats|4711
Regel|1
Kleur|rood
Maat|XL
Verpakking|doos
Merk|BoutX
`;
const FRENCH = `
Remarque|aucune
Remarques|aucune
Commentaire|fragile
Client|Exemple SA
Numéro client|10457
Nom du client|Exemple SA
Fournisseur|Boulons SA
Date de commande|14/03/2026
Date de livraison|14/03/2026
Date de facture|01/03/2026
Numéro de facture|2026-118
Article|Boulon M8
Code article|4711-08
Famille|Boulons
Magasin|M1
Entrepôt|E1
Quantité|12
Unité|PCE
Prix|12,50
Prix unitaire|12,50
Prix total|1250,50
Taux de TVA|20
Remise|5
Unité de poids|KG
Transporteur|DHL
Destinataire|Exemple SA
Expéditeur|Boulons SA
Pays|France
Ville|Lille
Code postal|59000
Contact|Anne
Téléphone|03 20 12 34 56
Ligne|1
Couleur|rouge
Taille|XL
Marque|BoulonX
Emballage|carton
Statut|ouvert
`;

/** Shape: header and value. */
export const ownColumns: readonly (readonly [header: string, value: string])[] = [
  ...[ENGLISH, GERMAN, DUTCH, FRENCH].flatMap((list) =>
    list
      .trim()
      .split("\n")
      .map((line): [string, string] => {
        const [header = "", value = ""] = line.split("|");
        return [header, value];
      }),
  ),
];
