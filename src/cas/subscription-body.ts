// What is sent to subscribe, and the member names of what is sent that no public page shows. How a subscription carries the protection of its destination, no public page shows:
// those names stand in one table, and `fields` of the configuration replaces them.
import type { NewSubscription } from "./cas-client.ts";
import { secureUrl } from "./secure-url.ts";

/**
 * Those of subscriptions stand below `subscriptionDestination.destinationDescription`, except the two types. A
 * dot in them leads into an object: `apiKey.value`. Source: assumed.
 */
export const assumedFields = {
  /** The only type that is seen, also where nothing is protected. Source: seeds/000, step 3. */
  subscriptionOAuthType: "OAuthApiDestination",
  subscriptionApiKeyType: "ApiKeyApiDestination",
  subscriptionApiKeyHeader: "apiKeyHeaderName",
  subscriptionApiKey: "apiKey",
  subscriptionTokenUrl: "tokenUrl",
  subscriptionClientId: "clientId",
  subscriptionClientSecret: "clientSecret",
  /** Of actions: why, as a member of the body. */
  invalidationReason: "reason",
} as const;

export type AssumedFields = Readonly<Record<keyof typeof assumedFields, string>>;

/** @throws CasBatchError `insecure-url`, `configuration-invalid` */
export function subscriptionBody(
  { eventType, eventSubType, destinationUrl, protection }: NewSubscription,
  fields: AssumedFields,
): string {
  secureUrl(destinationUrl, "address that CAS is to call");
  const isApiKey = protection?.kind === "api-key";
  return JSON.stringify({
    eventType,
    eventSubType,
    subscriptionDestination: {
      destinationType: isApiKey ? fields.subscriptionApiKeyType : fields.subscriptionOAuthType,
      destinationDescription: { destinationUrl, ...protectionOf(protection, fields) },
    },
  });
}

export function secretsOf({ protection }: NewSubscription): readonly string[] {
  if (protection === undefined) return [];
  return [protection.kind === "api-key" ? protection.key : protection.clientSecret];
}

function protectionOf(
  protection: NewSubscription["protection"],
  fields: AssumedFields,
): Readonly<Record<string, unknown>> {
  if (protection === undefined) return {};
  if (protection.kind === "api-key") {
    return membersAt([
      [fields.subscriptionApiKeyHeader, protection.header],
      [fields.subscriptionApiKey, protection.key],
    ]);
  }
  secureUrl(protection.tokenUrl, "token address that CAS is to call");
  return membersAt([
    [fields.subscriptionTokenUrl, protection.tokenUrl],
    [fields.subscriptionClientId, protection.clientId],
    [fields.subscriptionClientSecret, protection.clientSecret],
  ]);
}

/** An object that holds each value at its path. */
function membersAt(values: readonly (readonly [string, string])[]): Record<string, unknown> {
  const byName = Map.groupBy(values, ([path]) => path.split(".")[0] ?? "");
  return Object.fromEntries(
    [...byName].map(([name, inside]) => {
      const [own] = inside.filter(([path]) => path === name).map(([, value]) => value);
      const below = inside.map(([path, value]) => [path.slice(name.length + 1), value] as const);
      return [name, own ?? membersAt(below)];
    }),
  );
}
