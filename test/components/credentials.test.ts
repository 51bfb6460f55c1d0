import { decodeJwt, decodeProtectedHeader, jwtVerify } from "jose";
import { Credentials, type PasswordArgs, signApiKey } from "../../components/credentials.js";
import { register } from "./register.js";

const secret = "a-secret-of-forty-characters-0123456789a";
const key = (text: string) => new TextEncoder().encode(text);

describe.each(["anon", "service_role"] as const)("the API key of %s", (role) => {
  it("verifies with the secret, as HS256 alone", async () => {
    const { payload } = await jwtVerify(await signApiKey(role, secret), key(secret), {
      algorithms: ["HS256"],
      issuer: "supabase",
      currentDate: new Date("2026-06-01"),
    });
    expect(payload.role).toBe(role);
  });

  it("does not verify with another secret", async () => {
    await expect(jwtVerify(await signApiKey(role, secret), key(`${secret}b`))).rejects.toThrow("signature");
  });

  it("has these claims and no others, from 2026 to 2046", async () => {
    const token = await signApiKey(role, secret);
    expect(decodeJwt(token)).toEqual({
      role,
      iss: "supabase",
      iat: Date.parse("2026-01-01") / 1000,
      exp: Date.parse("2046-01-01") / 1000,
    });
    expect(decodeProtectedHeader(token)).toEqual({ alg: "HS256", typ: "JWT" });
  });

  it("is the same whenever it is signed", async () => {
    const now = jest.spyOn(Date, "now").mockReturnValue(Date.parse("2040-01-01"));
    const later = await signApiKey(role, secret);
    now.mockRestore();
    expect(later).toBe(await signApiKey(role, secret));
  });
});

describe("a generation", () => {
  const keepers = async (
    passwords: Record<string, number>,
    jwt: number,
  ): Promise<Record<string, unknown>> => {
    const generations = Object.entries(passwords).map(([name, generation]) => [
      name,
      { generation, length: 40 },
    ]);
    const args = { passwords: Object.fromEntries(generations) as Record<string, PasswordArgs>, jwt };
    const resources = await register(() => new Credentials("credentials", args));
    return Object.fromEntries(
      resources
        .filter(({ type }) => type === "random:index/randomPassword:RandomPassword")
        .map(({ name, inputs }) => [name, inputs]),
    );
  };
  const made = (generation: string) => ({ length: 40, special: false, keepers: { generation } });

  it("that is raised replaces its own password alone", async () => {
    expect(await keepers({ postgres: 1, authenticator: 1 }, 1)).toEqual({
      "credentials-postgres": made("1"),
      "credentials-authenticator": made("1"),
      "credentials-jwt": made("1"),
    });
    expect(await keepers({ postgres: 1, authenticator: 2 }, 3)).toEqual({
      "credentials-postgres": made("1"),
      "credentials-authenticator": made("2"),
      "credentials-jwt": made("3"),
    });
  });
});
