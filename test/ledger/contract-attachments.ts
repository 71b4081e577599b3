import { expect, test } from "vitest";
import type { ListedAttachment } from "../../src/ledger/contract/attachments.ts";
import {
  acceptAll,
  collected,
  declarationSummary,
  lineDraft,
  minutesAfterNoon,
  queueFile,
  startRun,
} from "../support/ledger-drafts.ts";
import type { ContractSubject } from "./ledger-contract.ts";

const owner = { kind: "declaration", id: "D-1" } as const;
const ead: ListedAttachment = { id: "a1", documentType: "EAD", fileName: "EAD.pdf" };
const at = minutesAfterNoon(10);
const file = { path: "/srv/D-1-EAD.pdf", sha256: "0".repeat(64), bytes: 5, fetchedAt: at };

export function attachmentContract(subject: () => ContractSubject): void {
  test("recordAttachments() keeps what is known of a document and of its file", async () => {
    const { books } = subject();
    await books.recordAttachments(owner, [ead], { at, isFinal: false });
    expect(await books.attachmentsOf(owner)).toEqual([{ owner, attachment: ead, file: null }]);
    await books.recordFetched({ owner, attachment: ead, file });
    const unnamed = { ...ead, documentType: null, fileName: null };
    await books.recordAttachments(owner, [unnamed], { at, isFinal: true });
    expect(await books.attachmentsOf(owner)).toEqual([{ owner, attachment: ead, file }]);
  });

  test("recordFetched() records a document that was never listed, and where it is last", async () => {
    const { books, ledger } = subject();
    const certificate = { kind: "certificate", id: "D-1" } as const;
    await books.recordFetched({ owner: certificate, attachment: ead, file });
    const moved = { ...file, path: "/srv/other.pdf" };
    await books.recordFetched({ owner: certificate, attachment: ead, file: moved });
    expect(await books.attachmentsOf(certificate)).toMatchObject([{ file: moved }]);
    expect(await books.attachmentsOf(owner)).toEqual([]);
    expect(await ledger.books("acceptance", "ACME").attachmentsOf(certificate)).toEqual([]);
  });

  test("declarationsToList() gives those of our shipments until one was listed after it changed", async () => {
    const { books } = subject();
    await startRun(books);
    await queueFile(books, [lineDraft(1, "PO-1")]);
    await acceptAll(books);
    const [shipment] = await books.findShipments(["PO-1"]);
    const record = (id: string, status: string, minutes: number, shipmentId: string | null) =>
      books.recordDeclarations([
        {
          summary: declarationSummary(id, status),
          shipmentId,
          observedAt: minutesAfterNoon(minutes),
          source: "search",
        },
      ]);
    const toList = async (): Promise<readonly string[]> =>
      (await collected(books.declarationsToList())).map(({ declarationId }) => declarationId);
    await record("D-1", "Accepted", 1, shipment?.shipmentId ?? null);
    await record("D-2", "Accepted", 2, shipment?.shipmentId ?? null);
    await record("D-3", "Accepted", 3, null);
    expect(await toList()).toEqual(["D-2", "D-1"]);
    await books.recordAttachments(owner, [ead], { at, isFinal: false });
    expect(await toList()).toEqual(["D-2", "D-1"]);
    await books.recordAttachments(owner, [ead], { at, isFinal: true });
    await books.recordAttachments({ ...owner, id: "D-3" }, [ead], { at, isFinal: true });
    expect(await toList()).toEqual(["D-2"]);
    await record("D-1", "Accepted", 4, null);
    expect(await toList()).toEqual(["D-2"]);
    await record("D-1", "Released", 5, null);
    expect(await toList()).toEqual(["D-2", "D-1"]);
    // Documents of what no shipment explains are fetched when they are asked for, not every night.
    const ours = await collected(books.attachmentsOfShipments());
    expect(ours.map((one) => one.owner.id)).toEqual(["D-1"]);
  });
}
