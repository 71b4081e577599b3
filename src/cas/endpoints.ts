// Every path of CAS that is asked for, in one table. A tenant's that differs is set as `endpoints.NAME`
// in the configuration; of the assumed ones no public page tells.
import { CasBatchError } from "../core/errors.ts";
import type { MessageKind } from "../core/message-kind.ts";

interface Endpoint {
  /** Below the API's address. */
  readonly path: string;
  /** The seed or page that states the path; `assumed` where none does. */
  readonly source: string;
}

const DECLARATION = "/v1/declarations/{declarationId}";
const ATTACHMENT = `${DECLARATION}/attachments`;
const assumed = (path: string): Endpoint => ({ path, source: "assumed" });

export const endpointTable = {
  authorizationStatus: { path: "/v1/authorizationStatus", source: "seeds/000, step 2" },
  customsShipments: { path: "/v1/customsshipments", source: "seeds/000, step 4" },
  articleDataItems: assumed("/v1/articledataitems"),
  businessPartners: assumed("/v1/businesspartners"),
  certificatesOfOrigin: assumed("/v1/certificatesoforigin"),
  formulas: assumed("/v1/formulas"),
  materialLists: assumed("/v1/materiallists"),
  materialListInvalidationRequests: assumed("/v1/materiallistinvalidationrequests"),
  movementOrders: { path: "/v1/movementorders", source: "Movement orders" },
  movementOrder: { path: "/v1/movementorders/{movementOrderId}", source: "Movement orders" },
  declarationSearch: { path: "/v1/declarations/search", source: "seeds/002, Pagination" },
  declaration: { path: DECLARATION, source: "seeds/002, Including additional data" },
  declarationItems: { path: `${DECLARATION}/items`, source: "Declaration items" },
  declarationItem: { path: `${DECLARATION}/items/{itemId}`, source: "Declaration items" },
  declarationSubmit: { path: `${DECLARATION}/submit`, source: "Declaration actions" },
  declarationValidate: assumed(`${DECLARATION}/validate`),
  declarationInvalidate: assumed(`${DECLARATION}/invalidate`),
  declarationGoodsArrived: assumed(`${DECLARATION}/goodsarrived`),
  declarationGenerateSad: assumed(`${DECLARATION}/generatesad`),
  declarationAmend: assumed(`${DECLARATION}/amend`),
  declarationReceiptReport: assumed(`${DECLARATION}/receiptreport`),
  declarationComplementaryExplanation: assumed(`${DECLARATION}/complementaryexplanation`),
  declarationChangeDestination: assumed(`${DECLARATION}/changedestination`),
  declarationRejectOrAlertEad: assumed(`${DECLARATION}/rejectoralertead`),
  declarationDelayForDelivery: assumed(`${DECLARATION}/delayfordelivery`),
  attachment: { path: `${ATTACHMENT}/{attachmentId}`, source: "seeds/002, Attachments" },
  attachmentOfType: {
    path: `${ATTACHMENT}/{documentType}/{attachmentId}`,
    source: "seeds/002, Attachments",
  },
  certificate: {
    path: "/v1/certificates-of-origin/{certificateOfOriginId}/{attachmentId}",
    source: "Certificates of origin documents",
  },
  subscriptions: { path: "/v1/subscriptions", source: "seeds/000, step 3" },
  subscription: assumed("/v1/subscriptions/{subscriptionId}"),
} as const satisfies Record<string, Endpoint>;

export type EndpointName = keyof typeof endpointTable;

/** Paths below the API's address, with the placeholders of the table. */
export type CasEndpoints = Readonly<Record<EndpointName, string>>;

export const documentedEndpoints = Object.fromEntries(
  Object.entries(endpointTable).map(([name, { path }]) => [name, path]),
) as CasEndpoints;

interface Ingestion {
  readonly endpoint: EndpointName;
  readonly scope: string;
}

const message = (endpoint: EndpointName): Ingestion => ({ endpoint, scope: "create:messages" });

/** Source: seeds/000, Verify your token, and Movement orders; the scopes of the other kinds are assumed. */
export const ingestion: Readonly<Record<MessageKind, Ingestion>> = {
  ArticleDataItem: message("articleDataItems"),
  BusinessPartners: message("businessPartners"),
  CertificateOfOrigin: message("certificatesOfOrigin"),
  CustomsShipment: message("customsShipments"),
  Formula: message("formulas"),
  MaterialList: message("materialLists"),
  MaterialListInvalidationRequest: message("materialListInvalidationRequests"),
  MovementOrder: { endpoint: "movementOrders", scope: "create:wms" },
};

/** What is put in for the placeholders, by their names. */
export type PathIds = Readonly<Record<string, string>>;

const PLACEHOLDER = /\{(\w+)\}/g;

/** @throws CasBatchError `id-unusable` */
export function pathOf(template: string, ids: PathIds): string {
  return template.replaceAll(PLACEHOLDER, (_placeholder, name: string) =>
    encodeURIComponent(checkedId(name, ids[name] ?? "")),
  );
}

/** A URL, or a gateway on the way, resolves dots away, so that another resource would be asked for. */
function checkedId(name: string, id: string): string {
  const isPlain = id.isWellFormed() && !/\p{Cc}/u.test(id);
  if (isPlain && id.trim() !== "" && !id.split(/[/\\]/).some((part) => /^\.{1,2}$/.test(part))) {
    return id;
  }
  throw new CasBatchError(
    "id-unusable",
    `${JSON.stringify(id)} was asked for as ${name}, which is no id that CAS gives`,
  );
}

/** @throws CasBatchError `configuration-invalid` */
export function checkEndpoints(endpoints: CasEndpoints): void {
  for (const [name, path] of Object.entries(endpoints) as [EndpointName, string][]) {
    const wanted = placeholdersOf(endpointTable[name].path);
    const fault =
      // Without a slash it could name another host, which would get the token.
      !path.startsWith("/")
        ? "it must start with /"
        : /[?#\s\p{Cc}\\]/u.test(path)
          ? "it must hold no ?, no #, no backslash and no blank"
          : placeholdersOf(path) !== wanted
            ? `it must hold ${wanted === "" ? "no placeholder in braces" : `each of ${wanted} once`}`
            : null;
    if (fault === null) continue;
    throw new CasBatchError(
      "configuration-invalid",
      `The path "${path}" of endpoints.${name} cannot be used; ${fault}`,
    );
  }
}

function placeholdersOf(path: string): string {
  return (path.match(PLACEHOLDER) ?? []).sort().join(" and ");
}
