// Which endpoint answers which request. A path is a template as the documentation writes it; of two
// that fit, the one that stands first in the table answers, so `/attachments/{attachmentId}/url` must
// stand before `/attachments/{documentType}/{attachmentId}`.
import type { ApiParts, ApiRequest, RefusableAnswer } from "./api-request.ts";

export interface Route {
  readonly method: "GET" | "POST" | "PATCH" | "DELETE";
  /** Shape: `/v1/declarations/{declarationId}/items/{id}`. */
  readonly path: string;
  /** Null: any valid token. */
  readonly scope: string | null;
  readonly answer: (
    request: ApiRequest,
    parts: ApiParts,
    found: RouteMatch,
  ) => RefusableAnswer | Promise<RefusableAnswer>;
}

export interface RouteMatch {
  /** What stands for a name in braces, decoded; blank for a name that the path does not have. */
  readonly value: (name: string) => string;
  /** What the token allows. */
  readonly scopes: readonly string[];
}

interface PathRoutes {
  readonly routes: readonly Route[];
  readonly values: ReadonlyMap<string, string>;
}

/** The routes of a path, by method; null when there is nothing at the path. */
export type FindRoutes = (path: string) => PathRoutes | null;

const NO_VALUES: ReadonlyMap<string, string> = new Map();

export function createRouteTable(routes: readonly Route[]): FindRoutes {
  const byPath = Map.groupBy(routes, ({ path }) => path);
  const templates = [...byPath]
    .filter(([path]) => path.includes("{"))
    .map(([path, ofPath]) => ({
      routes: ofPath,
      pattern: new RegExp(`^${path.replaceAll(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`),
    }));
  return (path) => {
    const fixed = path.includes("{") ? undefined : byPath.get(path);
    if (fixed !== undefined) return { routes: fixed, values: NO_VALUES };
    for (const template of templates) {
      const groups = template.pattern.exec(path)?.groups;
      if (groups === undefined) continue;
      const values = decoded(groups);
      return values === null ? null : { routes: template.routes, values };
    }
    return null;
  };
}

/** Null when a segment is not well-formed. */
function decoded(groups: Readonly<Record<string, string>>): ReadonlyMap<string, string> | null {
  try {
    return new Map(
      Object.entries(groups).map(([name, value]) => [name, decodeURIComponent(value)]),
    );
  } catch {
    return null;
  }
}
