// Fetching documents, for every face: those of some declarations, those of our shipments, a certificate.
import { resolve } from "node:path";
import type { DeclarationQuery } from "../cas/cas-client.ts";
import { createDocumentStorage } from "../cas/document-storage.ts";
import { makeFolder } from "../core/files/make-folder.ts";
import { notWritable } from "../core/files/not-writable.ts";
import type { DocumentDesk, LinkForm } from "../documents/fetch-document.ts";
import {
  fetchDocuments,
  type FetchChoices,
  type FetchResult,
} from "../documents/fetch-documents.ts";
import { documentsInBooks, listingOf, listingsOfShipments } from "../documents/list-documents.ts";
import { searchDeclarations } from "./search-declarations.ts";
import type { Session } from "./session.ts";

export interface DocumentChoices {
  /** Absolute; it is there. */
  readonly folder: string;
  /** Every type when empty. */
  readonly types: readonly string[];
}

export interface AskedDocuments extends DocumentChoices {
  /** Also what was fetched before. */
  readonly again: boolean;
  readonly linkForm: LinkForm;
}

export interface FetchedDocuments extends FetchResult {
  readonly folder: string;
  /** Whether every declaration that was asked for was found out. */
  readonly isComplete: boolean;
}

/** @throws CasBatchError `file-not-writable` */
export function documentsFolder(path: string): string {
  const folder = resolve(path);
  try {
    makeFolder(folder);
  } catch (error) {
    throw notWritable(folder, error);
  }
  return folder;
}

/** The documents of the declarations that are named, or of those that a search finds. */
export function fetchAttachments(
  session: Session,
  wanted: readonly string[] | DeclarationQuery,
  asked: AskedDocuments,
): Promise<FetchedDocuments> {
  return withDesk(session, asked, async (desk) => {
    const { ids, isComplete } = await declarationIds(session, wanted);
    const tools = { ...desk, client: session.client };
    const listings = ids.map((id) => listingOf(tools, id));
    const result = await fetchDocuments(desk, listings, {
      ...choicesOf(session, asked),
      again: asked.again,
    });
    return { ...result, folder: asked.folder, isComplete };
  });
}

async function declarationIds(
  session: Session,
  wanted: readonly string[] | DeclarationQuery,
): Promise<{ readonly ids: readonly string[]; readonly isComplete: boolean }> {
  if (Array.isArray(wanted)) return { ids: [...new Set(wanted)], isComplete: true };
  const ids = new Set<string>();
  const { unread, isComplete } = await searchDeclarations(
    session,
    wanted as DeclarationQuery,
    { limit: null, offset: 0 },
    (declarations) => {
      for (const { declarationId } of declarations) ids.add(declarationId);
      return Promise.resolve();
    },
  );
  // Of one that says too little for a list, its own answer says more.
  for (const { declarationId } of unread) if (declarationId !== null) ids.add(declarationId);
  const isIdentified = unread.every(({ declarationId }) => declarationId !== null);
  return { ids: [...ids], isComplete: isComplete && isIdentified };
}

/** The documents of the declarations of our shipments that are not fetched yet. */
export async function fetchDocumentsOfShipments(
  session: Session,
  choices: DocumentChoices,
): Promise<FetchedDocuments> {
  const { folder } = choices;
  const ended = { folder, isComplete: true };
  try {
    return await withDesk(session, { ...choices, linkForm: "url" }, async (desk) => {
      const fetching = {
        ...choicesOf(session, choices),
        mustBeInFolder: false,
        listsSkipped: false,
      };
      const tools = { ...desk, client: session.client };
      const listed = await fetchDocuments(desk, listingsOfShipments(tools), fetching);
      if (listed.stoppedBy !== null) return { ...listed, ...ended };
      const result = await fetchDocuments(desk, documentsInBooks(session.books), fetching);
      return { ...result, failed: [...listed.failed, ...result.failed], ...ended };
    });
  } catch (stoppedBy) {
    // What else the run did stands in its result all the same.
    return { ...NOTHING_FETCHED, ...ended, stoppedBy };
  }
}

const NOTHING_FETCHED = { documents: [], fetched: 0, skipped: 0, failed: [], missing: 0 } as const;

/** One document of a certificate of origin. */
export function fetchCertificate(
  session: Session,
  ids: { readonly certificateId: string; readonly attachmentId: string },
  asked: AskedDocuments,
): Promise<FetchedDocuments> {
  return withDesk(session, asked, async (desk) => {
    const owner = { kind: "certificate", id: ids.certificateId } as const;
    const attachment = { id: ids.attachmentId, documentType: null, fileName: null };
    const known = await session.books.attachmentsOf(owner);
    const record = known.find((one) => one.attachment.id === attachment.id) ?? {
      owner,
      attachment,
      file: null,
    };
    const result = await fetchDocuments(desk, [() => Promise.resolve([record])], {
      ...choicesOf(session, asked),
      again: asked.again,
    });
    return { ...result, folder: asked.folder, isComplete: true };
  });
}

async function withDesk<Result>(
  session: Session,
  { folder, types, linkForm }: DocumentChoices & Pick<AskedDocuments, "linkForm">,
  work: (desk: DocumentDesk) => Promise<Result>,
): Promise<Result> {
  const { settings, client, books, clock, random, log, onProgress, signal } = session;
  const storage = createDocumentStorage(settings.cas, settings.documents.bytesMax);
  const tools = { client, storage, books, clock, random, log, onProgress, signal };
  try {
    return await work({ ...tools, folder, form: linkForm, byType: types.length > 0 });
  } finally {
    await storage.close();
  }
}

function choicesOf({ settings }: Session, { types }: DocumentChoices): FetchChoices {
  return {
    types,
    again: false,
    mustBeInFolder: true,
    listsSkipped: true,
    missingFiles: settings.documents.missingFiles,
    concurrency: settings.deliver.concurrency,
  };
}
