// Generated rows for the benches: the columns of the flat template plus JSON-path columns, 40 in
// all, three goods items a shipment. Deterministic, so that two runs read the same bytes.

const OWN_COLUMNS = [
  "External reference",
  "Direction",
  "Message type",
  "Storage location",
  "Declaration type",
  "Additional declaration type",
  "Invoice currency",
  "Declaration office",
  "Agent status",
  "Agent EORI",
  "Consignor EORI",
  "Consignee EORI",
  "Item number",
  "Goods description",
  "Commodity code",
  "Gross mass (kg)",
  "Net mass (kg)",
  "Package type",
  "Package quantity",
  "Shipping marks",
  "Customs value",
  "Customs value currency",
] as const;

const COLUMNS = 40;
const ITEMS_PER_SHIPMENT = 3;

export const HEADERS: readonly string[] = [
  ...OWN_COLUMNS,
  ...Array.from(
    { length: COLUMNS - OWN_COLUMNS.length },
    (_, index) =>
      `singleAdministrativeDocument.goodsShipment.governmentAgencyGoodsItems[].benchField${String(index + 1)}`,
  ),
];

export type BenchCell = string | number;

/** One row, its index from zero. Masses and amounts are numbers, as ERP exports have them. */
export function benchRow(index: number): readonly BenchCell[] {
  const shipment = Math.floor(index / ITEMS_PER_SHIPMENT);
  const item = (index % ITEMS_PER_SHIPMENT) + 1;
  const grossMass = 10 + (index % 9_973) / 8;
  const netMass = Math.floor(grossMass * 0.95 * 1_000) / 1_000;
  return [
    `BENCH-${String(shipment).padStart(8, "0")}`,
    "IN",
    "Upsert",
    `WAREHOUSE-${String(shipment % 7)}`,
    "IM",
    "A",
    "EUR",
    "BE212000",
    "2",
    "BE0123456789",
    "US12345678",
    "BE0123456789",
    item,
    `Goods of kind ${String(index % 1_009)}, packed & sealed`,
    String(85_423_190 + (index % 61) * 10),
    grossMass,
    netMass,
    "CT",
    1 + (index % 40),
    `MARK-${String(index)}`,
    ((index * 7_919) % 1_000_000) / 100,
    "EUR",
    ...Array.from({ length: COLUMNS - OWN_COLUMNS.length }, (_, column) =>
      column % 3 === 0 ? index + column : `value ${String((index * (column + 3)) % 5_003)}`,
    ),
  ];
}
