type Algorithm = HmacImportParams | (EcKeyImportParams & EcdsaParams) | RsaHashedImportParams;

/** A key that tokens are verified with. */
export interface TokenKey {
  /** The tokens' algorithm. */
  readonly alg: string;
  readonly kid?: string;
  readonly key: CryptoKey;
  readonly algorithm: Algorithm;
}

const algorithms: Readonly<Record<string, Algorithm>> = {
  HS256: { name: "HMAC", hash: "SHA-256" },
  ES256: { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" },
  RS256: { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
};

export async function secretKey(secret: string): Promise<TokenKey[]> {
  const algorithm: Algorithm = { name: "HMAC", hash: "SHA-256" };
  const raw = new TextEncoder().encode(secret);
  return [
    { alg: "HS256", algorithm, key: await crypto.subtle.importKey("raw", raw, algorithm, false, ["verify"]) },
  ];
}

/** The keys of a set that serve here; others are reported and left out. */
export async function tokenKeys(jwks: readonly (JsonWebKey & { kid?: string })[]): Promise<TokenKey[]> {
  const keys: TokenKey[] = [];
  for (const jwk of jwks) {
    await imported(jwk).then(
      (key) => keys.push(key),
      () => console.error("edge functions: SUPABASE_JWKS has a key that cannot be used"),
    );
  }
  return keys;
}

const defaults: Readonly<Record<string, string>> = { oct: "HS256", EC: "ES256", RSA: "RS256" };

async function imported({ kid, ...jwk }: JsonWebKey & { kid?: string }): Promise<TokenKey> {
  const alg = jwk.alg ?? defaults[jwk.kty ?? ""] ?? "";
  const algorithm = algorithms[alg];
  if (algorithm === undefined) throw new TypeError("unknown kind of key");
  // A set may hold private keys, and may say that a key signs; here it verifies.
  const { kty, crv, x, y, n, e, k } = jwk;
  const key = await crypto.subtle.importKey("jwk", { kty, crv, x, y, n, e, k }, algorithm, false, ["verify"]);
  return { alg, kid, key, algorithm };
}
