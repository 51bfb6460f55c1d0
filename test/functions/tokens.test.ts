import { generateKeyPair, exportJWK, SignJWT } from "jose";
import { Functions, now, type Running, token } from "./harness.js";
import { samples } from "./samples.js";

let functions: Functions;
let strict: Running;
let lenient: Running;
let signEs256: () => Promise<string>;

beforeAll(async () => {
  functions = Functions.with("tokens", samples);
  const { privateKey, publicKey } = await generateKeyPair("ES256");
  signEs256 = () => new SignJWT({}).setProtectedHeader({ alg: "ES256", kid: "one" }).sign(privateKey);
  const keys = [{ ...(await exportJWK(publicKey)), alg: "ES256", kid: "one" }];
  strict = await functions.start("strict", { SUPABASE_JWKS: JSON.stringify({ keys }) });
  lenient = await functions.start("lenient", { VERIFY_JWT: "false" });
});
afterAll(() => functions.sandbox.remove());

async function ask(
  name: string,
  authorization?: string,
  { url } = strict,
  method = "GET",
): Promise<Response> {
  const headers: Record<string, string> = authorization === undefined ? {} : { authorization };
  return fetch(`${url}/${name}`, { method, headers });
}

const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");

test("a valid token opens a function", async () => {
  expect((await ask("hello", `Bearer ${await token()}`)).status).toBe(200);
  expect((await ask("hello", `Bearer ${await token({ exp: now() + 60, nbf: now() - 60 })}`)).status).toBe(
    200,
  );
});

test("a token may be signed with a key of the key set", async () => {
  expect((await ask("hello", `Bearer ${await signEs256()}`)).status).toBe(200);
});

const refused: readonly [string, string, () => Promise<string | undefined>][] = [
  ["no token", "NO_AUTH_HEADER", () => Promise.resolve(undefined)],
  ["another scheme", "INVALID_JWT_FORMAT", () => Promise.resolve("Basic YTpi")],
  ["no JWT", "INVALID_JWT_FORMAT", () => Promise.resolve("Bearer anon-key")],
  ["another secret", "LEGACY_JWT", async () => `Bearer ${await token({}, "x".repeat(40))}`],
  ["an expired one", "LEGACY_JWT", async () => `Bearer ${await token({ exp: now() - 1 })}`],
  ["one for later", "LEGACY_JWT", async () => `Bearer ${await token({ nbf: now() + 60 })}`],
  ["an odd expiry", "LEGACY_JWT", async () => `Bearer ${await token({ exp: "never" })}`],
  [
    "no signature",
    "UNSUPPORTED_TOKEN_ALGORITHM",
    () => Promise.resolve(`Bearer ${encoded({ alg: "none" })}.${encoded({})}.`),
  ],
  [
    "changed claims",
    "LEGACY_JWT",
    async () => {
      const [header, , signature] = (await token()).split(".");
      return `Bearer ${String(header)}.${encoded({ role: "service_role" })}.${String(signature)}`;
    },
  ],
  [
    "a foreign key",
    "ASYMMETRIC_JWT",
    async () => {
      const { privateKey } = await generateKeyPair("ES256");
      return `Bearer ${await new SignJWT({}).setProtectedHeader({ alg: "ES256", kid: "one" }).sign(privateKey)}`;
    },
  ],
];

test.each(refused)("%s is refused", async (_, reason, authorization) => {
  const answer = await ask("hello", await authorization());
  const code = `UNAUTHORIZED_${reason}`;
  expect([answer.status, answer.headers.get("sb-error-code")]).toEqual([401, code]);
  expect(await answer.json()).toEqual({
    code,
    message: expect.any(String) as string,
    msg: expect.any(String) as string,
  });
});

test("a function may do without tokens, or demand them where others do not", async () => {
  expect((await ask("declared")).status).toBe(200);
  expect((await ask("guarded")).status).toBe(401);
  expect((await ask("hello", undefined, lenient)).status).toBe(200);
  expect((await ask("guarded", undefined, lenient)).status).toBe(401);
  expect((await ask("guarded", `Bearer ${await token()}`, lenient)).status).toBe(200);
});

test("a preflight needs no token", async () => {
  expect((await ask("guarded", undefined, strict, "OPTIONS")).status).toBe(200);
});
