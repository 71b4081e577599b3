// A CAS that answers nothing: a test's own CAS says what it answers, and everything else fails the test.
import type { CasClient } from "../../src/cas/cas-client.ts";

const notPartOfThisTest = (): Promise<never> =>
  Promise.reject(new Error("The test's CAS has no answer to this call"));

export const silentCas: CasClient = {
  authorizationStatus: notPartOfThisTest,
  searchDeclarations: notPartOfThisTest,
  declaration: notPartOfThisTest,
  declarationItem: notPartOfThisTest,
  attachmentLink: notPartOfThisTest,
  certificateLink: notPartOfThisTest,
  subscriptions: notPartOfThisTest,
  movementOrder: notPartOfThisTest,
  ingest: notPartOfThisTest,
  changeDeclaration: notPartOfThisTest,
  createSubscription: notPartOfThisTest,
  deleteSubscription: notPartOfThisTest,
  close: () => Promise.resolve(),
};
