// The paths with which CAS names a field of a declaration, taken apart.

export interface FieldStep {
  readonly name: string;
  /** As CAS wrote it; null when the step names no element. */
  readonly index: number | null;
}

const STEP = /^([^[\]]*)\[(\d+)\]$/;

/** `GoodsShipment.GovernmentAgencyGoodsItems[2]` as two steps; a step not of that form stays whole. */
export function parseFieldPath(path: string): readonly FieldStep[] {
  return path
    .split(".")
    .map((step) => step.trim())
    .filter((step) => step !== "")
    .map((step) => {
      const [, name, index] = STEP.exec(step) ?? [];
      return name !== undefined && index !== undefined
        ? { name, index: Number(index) }
        : { name: step, index: null };
    });
}

export function formatFieldPath(steps: readonly FieldStep[]): string {
  return steps
    .map(({ name, index }) => (index === null ? name : `${name}[${String(index)}]`))
    .join(".");
}

const LEADING_PATH = /^[A-Za-z]\w*(?:\[\d+\])?(?:\.[A-Za-z]\w*(?:\[\d+\])?)+/;

/**
 * The dotted path with which a description begins; null when it begins otherwise.
 * Source: seeds/002, Errors: `SingleAdministrativeDocument.AddDeclType must be of type 'D'`.
 */
export function leadingPath(description: string): string | null {
  return LEADING_PATH.exec(description.trimStart())?.[0] ?? null;
}
