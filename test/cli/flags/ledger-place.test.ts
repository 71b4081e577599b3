import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { configuredLedgerPlace, defaultLedgerPlace } from "../../../src/cli/flags/ledger-place.ts";
import { emptyFolder } from "../../support/run-cli.ts";

function put(...parts: readonly string[]): string {
  const path = join(...parts);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, "");
  return path;
}

const LOCAL = "cas-batch-data/production/ledger.sqlite";
const INSIDE = "cas-batch/production/ledger.sqlite";

describe("defaultLedgerPlace()", () => {
  it("is the same in every folder", () => {
    const home = emptyFolder();
    const variables = { HOME: home };
    const path = join(home, ".local/state", INSIDE);
    for (const folder of [emptyFolder(), emptyFolder()]) {
      expect(
        defaultLedgerPlace("production", { variables, folder, platform: "linux" }),
      ).toStrictEqual({ path, why: null, isNamed: false });
    }
  });

  it("follows XDG_STATE_HOME, unless that is relative", () => {
    const home = emptyFolder();
    const state = emptyFolder();
    const at = (named: string): string =>
      defaultLedgerPlace("production", {
        ...{ variables: { HOME: home, XDG_STATE_HOME: named }, platform: "linux" },
        folder: emptyFolder(),
      }).path;
    expect(at(state)).toBe(join(state, INSIDE));
    expect(at("state")).toBe(join(home, ".local/state", INSIDE));
    expect(at("")).toBe(join(home, ".local/state", INSIDE));
  });

  it("follows LOCALAPPDATA on Windows", () => {
    const state = emptyFolder();
    const variables = { HOME: emptyFolder(), LOCALAPPDATA: state };
    const machine = { variables, platform: "win32", folder: emptyFolder() } as const;
    expect(defaultLedgerPlace("production", machine).path).toBe(join(state, INSIDE));
  });

  it("leaves what is rehearsed in its folder", () => {
    const folder = emptyFolder();
    const machine = { variables: { HOME: emptyFolder() }, folder };
    const path = join(folder, "cas-batch-data/simulator/ledger.sqlite");
    expect(defaultLedgerPlace("simulator", machine)).toStrictEqual({
      ...{ path, why: null, isNamed: false },
    });
  });

  it.each(["", "-mark"])("finds the ledger%s of an earlier version, and says so", (end) => {
    const folder = emptyFolder();
    put(folder, `${LOCAL}${end}`);
    const machine = { variables: { HOME: emptyFolder() }, folder, platform: "linux" } as const;
    const { path, why } = defaultLedgerPlace("production", machine);
    expect(path).toBe(join(folder, LOCAL));
    expect(why).toContain("found in the current folder");
  });

  it("takes neither of two that were sent from", () => {
    const folder = emptyFolder();
    const home = emptyFolder();
    put(folder, LOCAL);
    const usual = put(home, ".local/state", INSIDE);
    const machine = { variables: { HOME: home }, folder, platform: "linux" } as const;
    // One that was begun and never sent from knows nothing.
    expect(defaultLedgerPlace("production", machine).path).toBe(join(folder, LOCAL));
    put(home, ".local/state", `${INSIDE}-mark`);
    const look = (): unknown => defaultLedgerPlace("production", machine);
    expect(look).toThrow(expect.objectContaining({ code: "ledger-ambiguous" }) as Error);
    expect(look).toThrow(join(folder, LOCAL));
    expect(look).toThrow(usual);
  });

  it("names places with blanks so that they can be pasted", () => {
    const folder = join(emptyFolder(), "with a blank");
    const home = emptyFolder();
    put(folder, LOCAL);
    put(home, ".local/state", `${INSIDE}-mark`);
    const machine = { variables: { HOME: home }, folder, platform: "linux" } as const;
    const named = `--ledger "${join(folder, LOCAL)}", or --ledger /`;
    expect(() => defaultLedgerPlace("production", machine)).toThrow(
      expect.objectContaining({ hint: expect.stringContaining(named) as string }) as Error,
    );
  });

  it.each(["/nonexistent", "relative/home"])(
    "says what to name for a user at home in %s",
    (home) => {
      const folder = emptyFolder();
      const machine = { variables: { HOME: home }, folder, platform: "linux" } as const;
      if (home.startsWith("/")) {
        expect(() => defaultLedgerPlace("production", machine)).toThrow(
          expect.objectContaining({
            code: "configuration-invalid",
            hint: expect.stringContaining("CAS_LEDGER") as string,
          }) as Error,
        );
      }
      put(folder, LOCAL);
      if (home.startsWith("/")) {
        expect(defaultLedgerPlace("production", machine).path).toBe(join(folder, LOCAL));
      } else {
        expect(defaultLedgerPlace("production", machine).path).not.toContain(home);
      }
    },
  );
});

describe("configuredLedgerPlace()", () => {
  it("starts from the folder of the configuration file", () => {
    const folder = emptyFolder();
    expect(configuredLedgerPlace("books/l.sqlite", folder, emptyFolder())).toStrictEqual({
      ...{ path: join(folder, "books/l.sqlite"), why: null, isNamed: true },
    });
    expect(configuredLedgerPlace("/srv/l.sqlite", folder, emptyFolder()).path).toBe(
      "/srv/l.sqlite",
    );
  });

  it("finds one that lies where earlier versions looked, and takes neither of two", () => {
    const [folder, current] = [emptyFolder(), emptyFolder()];
    const old = put(current, "books/l.sqlite");
    const place = configuredLedgerPlace("books/l.sqlite", folder, current);
    expect(place.path).toBe(old);
    expect(place.why).toContain("found from the current folder");
    put(folder, "books/l.sqlite");
    expect(() => configuredLedgerPlace("books/l.sqlite", folder, current)).toThrow(
      expect.objectContaining({ code: "ledger-ambiguous" }) as Error,
    );
  });
});
