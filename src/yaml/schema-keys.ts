// Which members an object of a zod schema may have, for "did you mean".
import * as z from "zod";

/** The names that the object at a path may have; empty when the schema fixes none there. */
export function knownKeysAt(
  schema: z.core.$ZodType,
  path: readonly PropertyKey[],
): readonly string[] {
  return [...new Set(optionsOf(schema).flatMap((option) => keysOf(option, path)))];
}

function keysOf(option: z.core.$ZodType, path: readonly PropertyKey[]): readonly string[] {
  const [step, ...rest] = path;
  if (step === undefined) {
    return option instanceof z.ZodObject ? Object.keys(option.shape) : [];
  }
  const child = childOf(option, step);
  return child === undefined ? [] : knownKeysAt(child, rest);
}

function childOf(schema: z.core.$ZodType, step: PropertyKey): z.core.$ZodType | undefined {
  if (schema instanceof z.ZodObject) {
    return (schema.shape as Readonly<Record<PropertyKey, z.core.$ZodType>>)[step];
  }
  if (schema instanceof z.ZodRecord) return schema.def.valueType;
  if (schema instanceof z.ZodArray) return schema.def.element;
  return undefined;
}

/** What is left of a schema without the wrappers around it; several where it is a union. */
function optionsOf(schema: z.core.$ZodType): readonly z.core.$ZodType[] {
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodNullable
  ) {
    return optionsOf(schema.def.innerType);
  }
  if (schema instanceof z.ZodPipe) return optionsOf(schema.def.in);
  if (schema instanceof z.ZodUnion) return schema.def.options.flatMap(optionsOf);
  return [schema];
}
