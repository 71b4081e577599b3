// `docs/errors.md` from the tables of codes.
import { errorCodes } from "../src/core/error-codes.ts";
import { findingCodes } from "../src/core/finding-codes.ts";

export function errorsPage(): string {
  const findings = Object.entries(findingCodes)
    .sort(([left], [right]) => left.localeCompare(right))
    .map(
      ([code, { severity, about, meaning, hint }]) =>
        `### \`${code}\`\n\n${meaning}\n\n- Severity: ${severity}, about a ${about}\n- What to do: ${hint}\n`,
    );
  const errors = Object.entries(errorCodes)
    .sort(([left], [right]) => left.localeCompare(right))
    .map(
      ([code, { exitCode, meaning, hint }]) =>
        `### \`${code}\`\n\n${meaning}\n\n- Exit code: ${String(exitCode)}\n- What to do: ${hint}\n`,
    );
  return `# Findings and errors

Generated from \`src/core/finding-codes.ts\` and \`src/core/error-codes.ts\` by \`npm run generate\`.
Codes are a contract: a code never changes its meaning.

A **finding** is a fault in a file: it is told with file, sheet and cell, all findings of a row at
once, and it never stops the other rows. An **error** ends a command.

## Findings

${findings.join("\n")}
## Errors

${errors.join("\n")}`;
}
