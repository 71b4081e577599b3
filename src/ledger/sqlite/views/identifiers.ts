// What a text from a mail or a phone call names: a shipment by its reference, or one of its declarations or
// messages by a number that CAS or customs gave.
import type { HistoryBooks, Identified } from "../../contract/history.ts";
import type { Connection } from "../file/connection.ts";
import { keyOf, keySql, type StoredKey } from "../file/stored-key.ts";
import { PAGE_SIZE, pagesOf } from "./pages.ts";

type IdentifiedRow = Pick<Identified, "by" | "value" | "declarationId"> &
  (StoredKey | { readonly keyKind: null });

export function identifiers(
  connection: Connection,
  booksId: number,
): Pick<HistoryBooks, "identify" | "identifiers"> {
  const ofDeclaration = `${keySql("s")}, d.declaration_id AS declarationId
     FROM declarations d LEFT JOIN shipments s USING (shipment_id) WHERE d.books_id = @booksId`;
  // LRN and MRN have no index: to read 100,000 declarations takes 0.1 s, and two indexes would make recording
  // them, which every night does, half as slow again.
  const select = connection.prepare<[object], IdentifiedRow>(
    `SELECT 'reference' AS by, @text AS value, ${keySql("s")}, NULL AS declarationId
     FROM shipments s WHERE s.books_id = @booksId AND s.external_reference = @text
     UNION
     SELECT 'reference', @text, ${keySql("l")}, NULL
     FROM lines l JOIN batches b USING (batch_no)
     WHERE l.books_id = @booksId AND l.external_reference = @text AND l.is_latest = 1
       AND b.sealed_at IS NOT NULL
     UNION ALL
     SELECT 'reference', @text, ${ofDeclaration} AND d.shipment_id IS NULL
       AND json_extract(d.summary, '$.externalReference') = @text
     UNION ALL
     SELECT 'declaration-id', @text, ${ofDeclaration} AND d.declaration_id = @text
     UNION ALL
     SELECT 'reference-id', @text, ${keySql("s")}, NULL
     FROM versions v JOIN shipments s USING (shipment_id)
     WHERE v.books_id = @booksId AND v.reference_id = @text
     UNION ALL
     SELECT 'reference-id', @text, ${ofDeclaration} AND d.declaration_id IN (
       SELECT c.target_id FROM changes c WHERE c.books_id = @booksId AND c.reference_id = @text)
     UNION ALL
     SELECT iif(json_extract(d.summary, '$.mrn') = @text, 'mrn', 'lrn'), @text, ${ofDeclaration}
       AND @text IN (json_extract(d.summary, '$.lrn'), json_extract(d.summary, '$.mrn'))
     LIMIT @limit`,
  );
  const selectReferences = connection.prepare<
    [object],
    { readonly line: number; readonly value: string }
  >(
    `SELECT line_id AS line, external_reference AS value FROM lines
     WHERE books_id = @booksId AND line_id > @after AND is_latest = 1 ORDER BY line_id LIMIT @limit`,
  );
  const selectNumbers = connection.prepare<
    [object],
    { readonly line: number; readonly value: string }
  >(
    `SELECT declaration_no AS line, json_array(declaration_id, json_extract(summary, '$.lrn'),
       json_extract(summary, '$.mrn')) AS value
     FROM declarations WHERE books_id = @booksId AND declaration_no > @after
     ORDER BY declaration_no LIMIT @limit`,
  );
  const paged = (
    statement: typeof selectReferences,
    valuesOf: (value: string) => readonly (string | null)[],
  ) =>
    pagesOf(
      connection,
      (after) => statement.all({ booksId, after, limit: PAGE_SIZE }),
      ({ line }) => line,
      (rows) => rows.flatMap(({ value }) => valuesOf(value)).filter((value) => value !== null),
    );
  return {
    identify: (text, limit) =>
      connection.read(() =>
        select.all({ booksId, text, limit }).map(({ by, value, declarationId, ...key }) => ({
          by,
          value,
          declarationId,
          key: key.keyKind === null ? null : keyOf(key),
        })),
      ),
    identifiers: async function* () {
      yield* paged(selectReferences, (value) => [value]);
      yield* paged(selectNumbers, (value) => JSON.parse(value) as (string | null)[]);
    },
  };
}
