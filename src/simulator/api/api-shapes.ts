// Every shape of the API that no page states, with its plausible alternatives: a client that bears them all
// is ready for the one that CAS has. The table for people is docs/simulator.md.

export interface ApiShapes {
  /** How the paths are written that are not documented: `articledataitems` or `article-data-items`. */
  readonly pathStyle: "plain" | "hyphens";
  /** The member that holds the reason of an invalidation. */
  readonly reasonField: string;
  /** What a PATCH of a declaration and an action answer; items answer 202, which is documented. */
  readonly changeStatus: 200 | 202 | 204;
  /** Whether that answer, and the 202 of items, has a `referenceId`. */
  readonly changeReference: boolean;
  /** What a change is answered that the declaration's state forbids; or that it is, after a success. */
  readonly stateRefusal: 400 | 403 | 409 | 422 | "asynchronous";
  /**
   * What a search tells of each declaration: all that is known by analogy, the same with `id` in place of
   * `declarationId`, as the notifications have it, or only what seeds/000 step 6 shows.
   */
  readonly searchItems: "full" | "id" | "stated";
  /** How a 429 tells how long to wait. */
  readonly retryAfter: "seconds" | "date" | "none";
  /** Which id a movement order is read by: the client's reference, or the `referenceId` of its 202. */
  readonly movementOrderId: "external" | "reference";
  /** How long a link to a document lives. Unit: seconds. */
  readonly linkLifetimeS: number;
  /** What an expired link answers. */
  readonly linkExpiredStatus: 403 | 404 | 410;
  /** Whether the host of the documents serves parts of a file. */
  readonly documentRanges: boolean;
  /** Whether it tells the length of a file. */
  readonly documentLength: boolean;
}

/** Source: assumed, all of it; the links of an old declaration lived for 5 minutes. */
export const DEFAULT_SHAPES: ApiShapes = {
  pathStyle: "plain",
  reasonField: "reason",
  changeStatus: 202,
  changeReference: true,
  stateRefusal: 400,
  searchItems: "full",
  retryAfter: "seconds",
  movementOrderId: "external",
  linkLifetimeS: 300,
  linkExpiredStatus: 403,
  documentRanges: true,
  documentLength: true,
};
