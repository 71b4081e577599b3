// How a folder of evidence can differ from its manifest or from the ledger. One table: `docs/errors.md` comes from it.
export const evidenceCodes = {
  "evidence-manifest-missing": {
    words: "There is no manifest that can be read, so this is no evidence",
    hint: "Name the folder that was given to `report --evidence`; a folder that was never completed has no manifest",
  },
  "evidence-manifest-changed": {
    words: "The manifest is not the one that was written",
    hint: "Do not rely on the folder; write the evidence again, into another folder, and compare the two",
  },
  "evidence-file-missing": {
    words: "A file of the manifest is not there",
    hint: "Look for it beside the folder: it was deleted, renamed or moved",
  },
  "evidence-file-changed": {
    words: "A file is not what the manifest says",
    hint: "Do not rely on the file; write the evidence again, into another folder",
  },
  "evidence-file-added": {
    words: "A file is there that the manifest does not name",
    hint: "Find out who put it there; it is no part of the evidence",
  },
  "evidence-payload-differs": {
    words: "A message is not the one that was sent",
    hint: "Do not rely on the folder; the ledger has the fingerprint of what was sent",
  },
  "evidence-receipt-differs": {
    words: "The receipts are not those of the ledger",
    hint: "Compare the receipts with `cas-batch explain REFERENCE`",
  },
  "evidence-status-differs": {
    words: "A status of a declaration is not in the ledger",
    hint: "Compare the statuses with `cas-batch explain DECLARATION-ID`",
  },
  "evidence-other-ledger": {
    words: "The evidence is of another ledger",
    hint: "Name the ledger that it was written from with --ledger, or check the folder alone without one",
  },
  "evidence-not-recorded": {
    words: "The ledger does not know that this evidence was written",
    hint: "A backup from before that day does not know it: name the ledger itself",
  },
} as const;

export type EvidenceCode = keyof typeof evidenceCodes;
