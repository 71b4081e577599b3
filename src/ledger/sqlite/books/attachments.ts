// Documents of declarations and certificates. A document is known by its owner and its id; the last file that it
// was fetched to is kept with it.
import type {
  AttachmentBooks,
  AttachmentRecord,
  DeclarationToList,
  DocumentOwner,
} from "../../contract/attachments.ts";
import type { Connection } from "../file/connection.ts";
import { PAGE_SIZE, pagesOf } from "../views/pages.ts";

/** Above every number of a row: pages are counted from the newest row down. */
const NEWEST = Number.MAX_SAFE_INTEGER;

interface AttachmentRow {
  readonly attachmentNo: number;
  readonly ownerKind: DocumentOwner["kind"];
  readonly ownerId: string;
  readonly attachmentId: string;
  readonly documentType: string | null;
  readonly fileName: string | null;
  readonly path: string | null;
  readonly sha256: string | null;
  readonly bytes: number | null;
  readonly fetchedAt: string | null;
}

interface DeclarationRow {
  readonly declarationNo: number;
  readonly declarationId: string;
  readonly lastUpdated: string | null;
  readonly statusSince: string;
}

const ATTACHMENT_ROWS = `
  SELECT a.attachment_no AS attachmentNo, a.owner_kind AS ownerKind, a.owner_id AS ownerId,
    a.attachment_id AS attachmentId, a.document_type AS documentType, a.file_name AS fileName,
    a.path, a.sha256, a.bytes, a.fetched_at AS fetchedAt
  FROM attachments a`;

export function attachments(connection: Connection, booksId: number): AttachmentBooks {
  const upsert = connection.prepare<[Readonly<Record<string, string | number | null>>]>(
    `INSERT INTO attachments (books_id, owner_kind, owner_id, attachment_id, document_type,
                              file_name, first_seen_at)
     VALUES (@booksId, @kind, @ownerId, @attachmentId, @documentType, @fileName, @at)
     ON CONFLICT (books_id, owner_kind, owner_id, attachment_id) DO UPDATE SET
       document_type = coalesce(excluded.document_type, document_type),
       file_name = coalesce(excluded.file_name, file_name)`,
  );
  const setFile = connection.prepare<[Readonly<Record<string, string | number>>]>(
    `UPDATE attachments SET path = @path, sha256 = @sha256, bytes = @bytes, fetched_at = @at
     WHERE books_id = @booksId AND owner_kind = @kind AND owner_id = @ownerId
       AND attachment_id = @attachmentId`,
  );
  const markListed = connection.prepare<[number, string]>(
    "UPDATE declarations SET attachments_listed = 1 WHERE books_id = ? AND declaration_id = ?",
  );
  const selectOfOwner = connection.prepare<[number, string, string], AttachmentRow>(
    `${ATTACHMENT_ROWS} WHERE a.books_id = ? AND a.owner_kind = ? AND a.owner_id = ?
     ORDER BY a.attachment_no`,
  );
  const selectOfShipments = connection.prepare<[number, number, number], AttachmentRow>(
    `${ATTACHMENT_ROWS} JOIN declarations d
       ON d.books_id = a.books_id AND d.declaration_id = a.owner_id AND d.shipment_id IS NOT NULL
     WHERE a.books_id = ? AND a.owner_kind = 'declaration' AND a.attachment_no < ?
     ORDER BY a.attachment_no DESC LIMIT ?`,
  );
  const selectToList = connection.prepare<[number, number, number], DeclarationRow>(
    `SELECT d.declaration_no AS declarationNo, d.declaration_id AS declarationId,
       json_extract(d.summary, '$.lastUpdated') AS lastUpdated,
       (SELECT h.observed_at FROM declaration_statuses h
        WHERE h.declaration_no = d.declaration_no ORDER BY h.sequence DESC LIMIT 1) AS statusSince
     FROM declarations d
     WHERE d.books_id = ? AND d.attachments_listed = 0 AND d.shipment_id IS NOT NULL
       AND d.declaration_no < ?
     ORDER BY d.declaration_no DESC LIMIT ?`,
  );

  return {
    recordAttachments: ({ kind, id: ownerId }, listed, { at, isFinal }) =>
      connection.write(() => {
        for (const { id: attachmentId, documentType, fileName } of listed) {
          const attachment = { attachmentId, documentType, fileName, at: at.toISOString() };
          upsert.run({ booksId, kind, ownerId, ...attachment });
        }
        if (isFinal && kind === "declaration") markListed.run(booksId, ownerId);
      }),
    recordFetched: ({ owner, attachment, file }) =>
      connection.write(() => {
        const at = file.fetchedAt.toISOString();
        const { id: attachmentId, documentType, fileName } = attachment;
        const { kind, id: ownerId } = owner;
        upsert.run({ booksId, kind, ownerId, attachmentId, documentType, fileName, at });
        const { path, sha256, bytes } = file;
        setFile.run({ booksId, kind, ownerId, attachmentId, path, sha256, bytes, at });
      }),
    attachmentsOf: ({ kind, id }) =>
      connection.read(() => selectOfOwner.all(booksId, kind, id).map(toRecord)),
    declarationsToList: () =>
      pagesOf(
        connection,
        (after) => selectToList.all(booksId, NEWEST - after, PAGE_SIZE),
        ({ declarationNo }) => NEWEST - declarationNo,
        (rows) => rows.map(toDeclaration),
      ),
    attachmentsOfShipments: () =>
      pagesOf(
        connection,
        (after) => selectOfShipments.all(booksId, NEWEST - after, PAGE_SIZE),
        ({ attachmentNo }) => NEWEST - attachmentNo,
        (rows) => rows.map(toRecord),
      ),
  };
}

function toRecord(row: AttachmentRow): AttachmentRecord {
  const { ownerKind, ownerId, attachmentId, documentType, fileName } = row;
  const { path, sha256, bytes, fetchedAt } = row;
  const isFetched = path !== null && sha256 !== null && bytes !== null && fetchedAt !== null;
  return {
    owner: { kind: ownerKind, id: ownerId },
    attachment: { id: attachmentId, documentType, fileName },
    file: isFetched ? { path, sha256, bytes, fetchedAt: new Date(fetchedAt) } : null,
  };
}

function toDeclaration({
  declarationId,
  lastUpdated,
  statusSince,
}: DeclarationRow): DeclarationToList {
  const updatedMs = Date.parse(lastUpdated ?? "");
  const statusMs = Date.parse(statusSince);
  return {
    declarationId,
    changedAt: new Date(Number.isNaN(updatedMs) ? statusMs : Math.max(updatedMs, statusMs)),
  };
}
