import { makeSqliteStore } from "../../support/ledger-store.ts";
import { ledgerContract } from "../ledger-contract.ts";

ledgerContract(makeSqliteStore);
