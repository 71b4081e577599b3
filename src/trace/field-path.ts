// Paths of fields in the errors of CAS, parsed into steps. Refusals name the member of the request as a
// JSON path or a JSON pointer; errors on declarations name it in the spelling of CAS.

export interface FieldStep {
  readonly name: string;
  /** Zero-based; null when the step names no element. */
  readonly index: number | null;
  /** Of an element that is named by its `casReference` instead. Source: seeds/004, Update declaration. */
  readonly casReference?: string;
}

/** `$.` of a JSON path, `#/` and `/` of a JSON pointer, and either of them alone. */
const ROOT = /^(?:\$\.?|#?\/|#$)/;
const STEP = /^([^[\]]*)\[(\d+)\]$/;
const KEYED_STEP = /^([^[\]]+)\[casReference=([^\]]+)\]$/;
/** A reference may hold a dot. */
const BETWEEN_STEPS = /\.(?![^[]*\])/;
const INDEX = /^\d+$/;

/**
 * `goodsShipment.governmentAgencyGoodsItems[0]` as two steps; a step not of that form stays whole.
 * @param firstIndex the index of a collection's first element in paths of this kind
 */
export function parseFieldPath(path: string, firstIndex: 0 | 1): readonly FieldStep[] {
  const text = path.trim();
  const inside = text.replace(ROOT, "");
  const steps = /^#?\//.test(text)
    ? pointerSteps(inside.split("/"), firstIndex)
    : inside.split(BETWEEN_STEPS).map((step) => pathStep(step.trim(), firstIndex));
  return steps.filter(({ name }) => name !== "");
}

function pathStep(step: string, firstIndex: number): FieldStep {
  const [, keyed, casReference] = KEYED_STEP.exec(step) ?? [];
  if (keyed !== undefined && casReference !== undefined) {
    return { name: keyed, index: null, casReference };
  }
  const [, name, digits] = STEP.exec(step) ?? [];
  const index = Number(digits) - firstIndex;
  return name !== undefined && index >= 0 ? { name, index } : { name: step, index: null };
}

/** Source: RFC 6901: an index is a token of its own, `~1` is a slash and `~0` a tilde. */
function pointerSteps(tokens: readonly string[], firstIndex: number): readonly FieldStep[] {
  const steps: FieldStep[] = [];
  for (const token of tokens) {
    const list = steps.at(-1);
    const index = Number(token) - firstIndex;
    if (INDEX.test(token) && index >= 0 && list?.index === null) {
      steps[steps.length - 1] = { ...list, index };
    } else {
      steps.push({ name: token.replaceAll("~1", "/").replaceAll("~0", "~"), index: null });
    }
  }
  return steps;
}

/** Our own form, indexes zero-based. */
export function formatFieldPath(steps: readonly FieldStep[]): string {
  return steps
    .map(({ name, index, casReference }) => {
      if (casReference !== undefined) return `${name}[casReference=${casReference}]`;
      return index === null ? name : `${name}[${String(index)}]`;
    })
    .join(".");
}
