import { exclusions, renderExclusion } from "../../../components/gateway/waf/exclusions.js";
import { type Files, Firewall, models, reached } from "./firewall.js";
import { until } from "../../support/containers.js";
import { keys, recordedRequests } from "./requests.js";

jest.setTimeout(300_000);

let firewall: Firewall;
beforeAll(async () => {
  firewall = await Firewall.start("waf-requests");
});
afterAll(() => firewall.sandbox.remove());

const byId = new Map(recordedRequests.map((request) => [request.id, request]));

/** Where nginx answers by itself, no service is asked. */
const answeredHere = (method: string): boolean => method === "OPTIONS" || method === "HEAD";

const refusedOf = async (ids: readonly string[]): Promise<string[]> => {
  const refused: string[] = [];
  for (const id of ids) {
    const request = byId.get(id);
    if (request === undefined) throw new Error(`no recorded request is ${id}`);
    const { status, body } = await firewall.ask(request);
    const through = answeredHere(request.method) ? status === 200 || status === 204 : body.includes(reached);
    if (!through) refused.push(`${id}: ${String(status)}`);
  }
  return refused;
};

test("ordinary requests of every kind of route come through", async () => {
  expect(byId.size).toBe(recordedRequests.length);
  expect(recordedRequests.length).toBeGreaterThanOrEqual(60);
  await firewall.serve({ ...models.supabase, waf: "block" });
  expect(await refusedOf([...byId.keys()])).toEqual([]);
});

test("with no rule to meet they all come through too, so that a refusal above is the firewall's", async () => {
  await firewall.serve({ ...models.supabase, waf: "off" });
  expect(await refusedOf([...byId.keys()])).toEqual([]);
});

test("an attack is refused in JSON with the request's id, and logged with its rules and without its values", async () => {
  await firewall.serve({ ...models.supabase, waf: "block" });
  const attack = {
    ...{
      id: "attack",
      method: "GET",
      target: "/rest/v1/posts?x=%3Cscript%3Ealert(1)%3C/script%3E&apikey=SECRET-KEY",
    },
    headers: { apikey: keys.anon },
  };
  const { status, head, body } = await firewall.ask(attack);
  expect(status).toBe(403);
  expect(head).toMatch(/^content-type: application\/json$/im);
  const answer = JSON.parse(body) as { message: string; request_id: string };
  expect(answer.message).toBe("The request was refused by the web application firewall");
  const line = new RegExp(`rules [0-9 ]*941100[^\\n]*"${answer.request_id}"`);
  const log = await until("a line about the attack", () => {
    const logs = firewall.gateway.logs();
    return line.test(logs) ? logs : undefined;
  });
  expect(log).not.toContain("SECRET-KEY");
});

test("an upload's URI and headers are looked at, and its body is not", async () => {
  const upload = byId.get("storage-upload-form");
  if (upload === undefined) throw new Error("no upload");
  const { status, body } = await firewall.ask({
    ...upload,
    target: `${upload.target}?x=../../../../etc/passwd`,
  });
  expect(status).toBe(403);
  expect(JSON.parse(body)).toMatchObject({
    message: "The request was refused by the web application firewall",
  });
});

test("when it only detects, an attack comes through and is logged", async () => {
  await firewall.serve({ ...models.supabase, waf: "detect" });
  const attack = {
    ...{
      id: "attack",
      method: "GET",
      target: "/rest/v1/posts?x=1%20union%20select%20passwd%20from%20users--",
    },
    headers: { apikey: keys.anon },
  };
  const before = firewall.gateway.logs().length;
  expect((await firewall.ask(attack)).body).toContain(reached);
  // It is logged after it was answered.
  await until(
    "a line about the attack",
    () =>
      /blocking score \d+, detection score \d+, rules [0-9 ]*942100/.test(
        firewall.gateway.logs().slice(before),
      ) || undefined,
  );
});

test("what a request's short way takes, and what it does not", async () => {
  const refuseAll = (files: Files): Files => ({
    ...files,
    "nginx.conf": (files["nginx.conf"] ?? "").replace(
      "SecRequestBodyAccess On",
      `SecRequestBodyAccess On\\nSecAction \\"id:1,phase:1,deny,status:418,nolog\\"`,
    ),
  });
  await firewall.serve({ ...models.supabase, waf: "block" }, refuseAll);
  const refused = new Set((await refusedOf([...byId.keys()])).map((line) => line.replace(/: .*/, "")));
  const short = [...byId.keys()].filter((id) => !refused.has(id));
  expect(short).toEqual([
    "rest-select-all",
    "rest-select-columns",
    "rest-object",
    "rest-csv",
    "rest-head-count",
    "rest-rpc-get",
    "rest-openapi",
    "auth-user",
    "auth-settings",
    "auth-admin-users",
    "storage-public",
    "storage-signed",
    "storage-render",
    "functions-get",
    "preflight-rest",
    "preflight-auth",
    "preflight-storage",
    "preflight-functions",
  ]);
});

describe("without an exclusion the requests that need it are refused:", () => {
  test.each(exclusions.map((exclusion) => [exclusion.reason, exclusion] as const))(
    "%s",
    async (_, exclusion) => {
      const lines = renderExclusion(exclusion);
      const without = (files: Files): Files => {
        const conf = (files["nginx.conf"] ?? "").split("\n");
        const kept = conf.filter((line) => !lines.some((text) => line.includes(text.replaceAll('"', '\\"'))));
        expect(kept.length).toBeLessThan(conf.length);
        return { ...files, "nginx.conf": kept.join("\n") };
      };
      await firewall.serve({ ...models.supabase, waf: "block" }, without);
      const refused = await refusedOf(exclusion.requests);
      expect(refused).toEqual(exclusion.requests.map((id) => `${id}: 403`));
    },
  );
});
