// Bearer tokens that carry their own claims under a keyed hash: a simulator started again on the
// same state still knows the tokens of its former life. Shape: three dotted parts like a JWT;
// clients must treat them as opaque. Source: seeds/000 step 1; the claim names are assumed.
import { createHmac, timingSafeEqual } from "node:crypto";
import * as z from "zod";

const claimsSchema = z.object({
  clientId: z.string(),
  scopes: z.array(z.string()),
  /** Unit: milliseconds since 1970. */
  expiresAtMs: z.number(),
  /** Keeps two tokens of one moment apart. */
  number: z.int(),
});

type TokenClaims = Readonly<z.infer<typeof claimsSchema>>;

export interface TokenMint {
  readonly issue: (claims: Omit<TokenClaims, "number">) => string;
  /** Null for a token that is unknown or has expired. */
  readonly claimsOf: (token: string, nowMs: number) => TokenClaims | null;
}

/** How many tokens are remembered, so that not every request computes the hash again. */
const REMEMBERED_TOKENS_MAX = 1000;

const HEADER = encode({ alg: "HS256", typ: "JWT" });

export function createTokenMint(key: string): TokenMint {
  const remembered = new Map<string, TokenClaims>();
  let issued = 0;

  const signatureOf = (signed: string): string =>
    createHmac("sha256", key).update(signed).digest("base64url");

  const verify = (token: string): TokenClaims | null => {
    const [header, payload, signature, ...rest] = token.split(".");
    if (header === undefined || payload === undefined || signature === undefined) return null;
    if (rest.length > 0 || !isEqual(signature, signatureOf(`${header}.${payload}`))) return null;
    return claimsSchema.parse(JSON.parse(Buffer.from(payload, "base64url").toString()));
  };

  const remember = (token: string, claims: TokenClaims): void => {
    if (remembered.size >= REMEMBERED_TOKENS_MAX) remembered.clear();
    remembered.set(token, claims);
  };

  return {
    issue: (claims) => {
      const numbered = { ...claims, number: ++issued };
      const signed = `${HEADER}.${encode(numbered)}`;
      const token = `${signed}.${signatureOf(signed)}`;
      remember(token, numbered);
      return token;
    },
    claimsOf: (token, nowMs) => {
      let claims = remembered.get(token) ?? null;
      if (claims === null) {
        claims = verify(token);
        if (claims !== null) remember(token, claims);
      }
      return claims !== null && nowMs < claims.expiresAtMs ? claims : null;
    },
  };
}

function encode(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString("base64url");
}

function isEqual(left: string, right: string): boolean {
  const leftBytes = Buffer.from(left);
  const rightBytes = Buffer.from(right);
  return leftBytes.length === rightBytes.length && timingSafeEqual(leftBytes, rightBytes);
}
