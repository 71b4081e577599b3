import { describe, expect, test } from "vitest";
import { refuseOtherEnvironment } from "../../src/cas/environment-of-address.ts";

function refusal(environment: "production" | "acceptance", text: string): unknown {
  try {
    refuseOtherEnvironment(environment, "CAS_API_URL", text);
    return null;
  } catch (error) {
    return error;
  }
}

describe("refuseOtherEnvironment()", () => {
  test.each([
    "https://api-acc.customs4trade.com",
    "https://API-ACC.Customs4Trade.com.",
    "https://api-acc.customs4trade.com:8443/v1",
    "https://api.acc.customs4trade.com",
    "https://acc.api.customs4trade.com",
    "https://login-acc.customs4trade.com/oauth2/v2.0/token",
    "https://c4taccb2c.onmicrosoft.com/erp/.default",
    "https://c4taccb2c.b2clogin.com/oauth2/v2.0/token",
    "https%3A%2F%2Fc4tACCb2c.onmicrosoft.com%2Ferp%2F.default",
  ])("%s is acceptance's", (text) => {
    expect(refusal("production", text)).toMatchObject({
      code: "environment-mismatch",
      hint: expect.stringContaining("--env acceptance") as string,
    });
    expect(refusal("acceptance", text)).toBeNull();
  });

  test.each([
    "https://api.customs4trade.com",
    "https://Api.Customs4Trade.Com./cas",
    "https://api-prd.customs4trade.com",
    "https://login.customs4trade.com/oauth2/v2.0/token",
    "https://c4tprdb2c.onmicrosoft.com/erp/.default",
    "https://login.microsoftonline.com/c4tprdb2c.onmicrosoft.com/oauth2/v2.0/token",
  ])("%s is production's", (text) => {
    expect(refusal("acceptance", text)).toMatchObject({
      code: "environment-mismatch",
      hint: expect.stringContaining("--env production") as string,
    });
    expect(refusal("production", text)).toBeNull();
  });

  test.each(["https://api-tst.customs4trade.com", "https://c4ttstb2c.onmicrosoft.com/e/.default"])(
    "%s files nothing, so production refuses it and acceptance does not",
    (text) => {
      expect(refusal("production", text)).toMatchObject({ code: "environment-mismatch" });
      expect(refusal("acceptance", text)).toBeNull();
    },
  );

  test.each([
    "https://gateway.example/api.customs4trade.com",
    "https://api.customs4trade.com.example",
    "https://notcustoms4trade.com",
    "https://cas-documents-api.customs4trade.com",
    "https://acc-gateway.example",
    "http://127.0.0.1:8084",
    "api://erp/.default",
  ])("%s says nothing about an environment", (text) => {
    expect(refusal("production", text)).toBeNull();
    expect(refusal("acceptance", text)).toBeNull();
  });
});
