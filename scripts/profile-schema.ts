// `templates/profiles/profile.schema.json`: the form of a profile for editors.
import * as z from "zod";
import { allFields } from "../src/map/catalogue/field-groups.ts";
import { profileSchema } from "../src/map/profile/profile-schema.ts";

const PATH = "^[a-z][A-Za-z0-9_]*(\\[\\d*\\])?(\\.[a-z][A-Za-z0-9_]*(\\[\\d*\\])?)*$";

export function profileSchemaText(): string {
  const schema = z.toJSONSchema(profileSchema, {
    io: "input",
    target: "draft-7",
    reused: "ref",
    override: ({ jsonSchema }) => {
      // Editors offer the headers; a path is free text.
      if (jsonSchema.id === "target") {
        jsonSchema.anyOf = [
          { enum: allFields.map(({ header }) => header) },
          { type: "string", pattern: PATH },
          // Headers may be written as freely as in a file: capitals make no difference.
          { type: "string" },
        ];
      }
    },
  });
  const titled = { title: "Profile of cas-batch", ...schema };
  return `${JSON.stringify(titled, null, 2)}\n`;
}
