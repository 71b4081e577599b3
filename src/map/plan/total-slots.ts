// Which members of a shipment say a sum of its goods items. Their names are assumed, from the EU
// customs data model and from CAS's own way to shorten them; a member that is named otherwise is
// simply not compared.
import type { TotalSlot } from "../model/mapping-plan.ts";
import type { MemberPath } from "../model/member-path.ts";

const names: readonly (readonly [TotalSlot["of"], RegExp])[] = [
  ["grossMass", /^total(?:g|gross)mass(?:measure|kg)?$/i],
  ["netMass", /^total(?:n|net)mass(?:measure|kg)?$/i],
  ["packages", /^(?:total(?:number)?(?:of)?packages?(?:quantity)?|numberOfPackages)$/i],
  [
    "items",
    /^(?:total(?:number)?(?:of)?(?:goods)?items?(?:quantity)?|numberOfItems|goodsItemQuantity)$/i,
  ],
];

export function totalSlots(shipmentPaths: readonly MemberPath[]): readonly TotalSlot[] {
  return shipmentPaths.flatMap(({ segments }, slot) => {
    const name = String(segments.at(-1));
    const known = names.find(([, pattern]) => pattern.test(name));
    return known === undefined ? [] : [{ slot, of: known[0] }];
  });
}
