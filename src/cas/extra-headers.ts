// The headers that a configuration may add to every call: none that the client or HTTP itself owns,
// and none that would break a request in two.
import { validateHeaderName, validateHeaderValue } from "node:http";
import { CasBatchError } from "../core/errors.ts";

/** Headers that belong to the client or to HTTP itself. */
const RESERVED_HEADERS = new Set([
  "accept",
  "authorization",
  "connection",
  "content-length",
  "content-type",
  "expect",
  "host",
  "transfer-encoding",
  "upgrade",
  "user-agent",
]);
/** Headers by whose name we know that they hold a secret. */
const SECRET_HEADER = /key|token|secret|auth|cookie|password/i;

/**
 * Names in lower case, so that none is sent twice.
 * @throws CasBatchError `configuration-invalid`
 */
export function checkedHeaders(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => {
      const lowerName = name.toLowerCase();
      if (RESERVED_HEADERS.has(lowerName)) {
        throw new CasBatchError(
          "configuration-invalid",
          `The header "${name}" cannot be configured: cas-batch sets it itself`,
        );
      }
      try {
        validateHeaderName(lowerName);
        validateHeaderValue(lowerName, value);
      } catch {
        throw new CasBatchError(
          "configuration-invalid",
          `The header "${name}" cannot be sent: its name or value holds a character that HTTP does not allow`,
        );
      }
      return [lowerName, value];
    }),
  );
}

/** The values that must not be shown. */
export function secretValues(headers: Readonly<Record<string, string>>): readonly string[] {
  return Object.entries(headers)
    .filter(([name]) => SECRET_HEADER.test(name))
    .map(([, value]) => value);
}
