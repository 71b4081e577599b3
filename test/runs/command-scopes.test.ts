import { expect, test } from "vitest";
import type { AuthorizationStatus } from "../../src/cas/cas-client.ts";
import { commandScopes, requireScopes } from "../../src/runs/command-scopes.ts";

const warnings = (command: keyof typeof commandScopes, scopes: readonly string[]) => {
  const told: string[] = [];
  const rights: AuthorizationStatus = {
    ...{ sourceSystem: "erp", tenant: "acme", scopes, simulated: false },
  };
  requireScopes(command, commandScopes[command], rights, (_level, warning) => told.push(warning));
  return told;
};

test("requireScopes() lets a token through that has what the command needs", () => {
  expect(warnings("run", ["read:declarations", "create:messages", "read:wms"])).toEqual([]);
});

test("requireScopes() names the command, what it needs, what the token has, and the tenant", () => {
  expect(() => warnings("run", ["create:messages", "read:documents"])).toThrow(
    expect.objectContaining({
      code: "scope-missing",
      message:
        "`cas-batch run` needs the scopes create:messages and read:declarations, and the token for tenant acme has only create:messages read:documents; nothing was read and nothing was sent",
      hint: expect.stringMatching(/grant read:declarations to this client id/) as string,
    }),
  );
});

test.each([[[]], [["https://acme.example/.default"]], [["everything"]]])(
  "requireScopes() only warns where CAS answers with the scopes %j",
  (scopes) => {
    expect(warnings("reconcile", scopes)).toEqual([
      "CAS does not tell the rights of this token; `cas-batch reconcile` needs read:declarations, and fails on the way where one is missing",
    ]);
  },
);
