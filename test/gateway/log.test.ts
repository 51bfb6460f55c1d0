import fc from "fast-check";
import { accessLog } from "../../components/gateway/log.js";
import mask from "../../components/gateway/njs/mask.mjs";
import { argsOf, mapped } from "../support/nginx.js";

const { maskUri, plain } = mask;
const token = "eyJhbGciOiJIUzI1NiJ9.eyJyb2xlIjoiYW5vbiJ9.c2lnbmF0dXJl";

const suspicious = (uri: string, host = "localhost", agent = "curl/8"): boolean =>
  mapped(accessLog, "$suspicious", `${host} ${agent} ${uri}`) !== "";

/** What the log shows of a request's URI. */
const logged = (uri: string): string => (suspicious(uri) ? maskUri(uri) : uri);

describe("the URI in the log", () => {
  it.each([
    ["/rest/v1/drink?select=*&apikey=S3CRET&limit=1", "/rest/v1/drink?select=*&apikey=***&limit=1"],
    ["/realtime/v1/websocket?apikey=S3CRET&vsn=2.0.0", "/realtime/v1/websocket?apikey=***&vsn=2.0.0"],
    ["/auth/v1/verify?token=S3CRET&type=signup", "/auth/v1/verify?token=***&type=signup"],
    ["/auth/v1/verify?token_hash=S3CRET", "/auth/v1/verify?token_hash=***"],
    ["/auth/v1/callback?code=S3CRET&state=S3CRET", "/auth/v1/callback?code=***&state=***"],
    ["/?access_token=S3CRET&refresh_token=S3CRET", "/?access_token=***&refresh_token=***"],
    ["/?provider_token=S3CRET&id_token=S3CRET", "/?provider_token=***&id_token=***"],
    [
      "/auth/v1/token?grant_type=pkce&code_verifier=S3CRET",
      "/auth/v1/token?grant_type=pkce&code_verifier=***",
    ],
    ["/storage/v1/object/sign/a/b.png?token=S3CRET", "/storage/v1/object/sign/a/b.png?token=***"],
    [
      "/storage/v1/s3/a?X-Amz-Date=1&X-Amz-Credential=S3CRET&X-Amz-Security-Token=S3CRET&X-Amz-Signature=S3CRET",
      "/storage/v1/s3/a?X-Amz-Date=1&X-Amz-Credential=***&X-Amz-Security-Token=***&X-Amz-Signature=***",
    ],
    ["/x?APIKEY=S3CRET&Token=S3CRET", "/x?APIKEY=***&Token=***"],
    ["/x?%61pikey=S3CRET&to%6ben=S3CRET", "/x?%61pikey=***&to%6ben=***"],
    ["/x?apikey=S3CRET&apikey=S3CRET", "/x?apikey=***&apikey=***"],
    ["/x?code[]=S3CRET&code[a]=S3CRET", "/x?code[]=***&code[a]=***"],
    ["/x?apikey=S3CRET=S3CRET?token=S3CRET", "/x?apikey=***"],
    ["/x?a=1;token=S3CRET", "/x?a=***"],
    ["/x?redirect_to=https%3A%2F%2Fapp%2F%3Fcode%3DS3CRET", "/x?redirect_to=***"],
    [`/x/${token}/y?a=${token}&${token}`, "/x/***/y?a=***&***"],
    ["/x?a=sb_secret_S3CRET", "/x?a=***"],
    ["/x?saml=1&SAMLResponse=S3CRET", "/x?saml=***&SAMLResponse=***"],
  ])("%s is %s", (uri, expected) => {
    expect(logged(uri)).toBe(expected);
  });

  it.each([
    "/rest/v1/drink?select=id,name&name=eq.tea&order=id.desc",
    "/rest/v1/drink?or=(a.gt.1,b.is.null)&limit=10",
    "/storage/v1/object/public/a%2Fb/%C3%A9.png",
    "/auth/v1/user",
  ])("%s needs no second look", (uri) => {
    expect(suspicious(uri)).toBe(false);
  });

  it("never holds a value of a secret parameter, whatever stands around it", () => {
    const names = fc.constantFrom("apikey", "token", "access_token", "X-Amz-Signature", "code", "password");
    const around = fc.array(fc.stringMatching(/^[ -~]{0,12}$/)).map((parts) => parts.join("&"));
    fc.assert(
      fc.property(around, names, around, (before, name, after) => {
        const uri = `/p?${before}&${name}=S3CRET&${after}`;
        expect(logged(uri)).not.toContain("S3CRET");
      }),
    );
  });

  it("is plain text of bounded length, whatever was asked for", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 3000 }), (text) => {
        const shown = maskUri(`/${text}`);
        expect(shown).toMatch(/^[ !#-[\]-~]*$/);
        expect(shown.length).toBeLessThanOrEqual(1536);
      }),
    );
  });
});

describe("what else is looked over", () => {
  it.each([
    ["a byte beyond ASCII", "/\u00e9", "localhost", "curl"],
    ["a control character", "/", "localhost", "a\u0001b"],
    ["a strange host", "/", "\u00ff", "curl"],
    ["a very long request", `/${"a".repeat(1100)}`, "localhost", "curl"],
  ])("%s", (_, uri, host, agent) => {
    expect(suspicious(uri, host, agent)).toBe(true);
  });

  it("a word keeps its plain characters", () => {
    expect(plain('Mozilla/5.0 "\u00e9"\n')).toBe("Mozilla/5.0 ?????".slice(0, 12) + "????");
    expect(plain("a".repeat(300))).toHaveLength(255);
    expect(plain(undefined)).toBe("");
  });

  it.each([
    ["https://app.example.com/page?code=S3CRET", "https://app.example.com"],
    ["https://app.example.com:8443", "https://app.example.com:8443"],
    ["https://user:S3CRET@app.example.com/", ""],
    ["", ""],
  ])("of the referer %j, the origin", (referer, origin) => {
    expect(mapped(accessLog, "$referer_origin", referer).replace("$referer_head", originOf(referer))).toBe(
      origin,
    );
  });
});

const originOf = (referer: string): string => /^https?:\/\/[A-Za-z0-9.:[\]-]+/.exec(referer)?.[0] ?? "";

describe("the log's lines", () => {
  const [[, , line = ""] = []] = argsOf(accessLog, "log_format");

  it("name no header that holds a secret", () => {
    expect(line).not.toMatch(/authorization|cookie|apikey|\$args|\$query|\$request\b|\$http_referer/);
  });

  it("are JSON once the variables have values", () => {
    expect(JSON.parse(line.replaceAll(/\$[a-z_]+/g, "1"))).toMatchObject({ request_id: "1", status: 1 });
  });

  it("are written in pieces that a pipe takes whole", () => {
    expect(argsOf(accessLog, "access_log")).toEqual([["/dev/stdout", "access", "buffer=4k", "flush=1s"]]);
  });
});
