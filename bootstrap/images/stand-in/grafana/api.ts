import { bytesOf } from "../lib/bytes.js";
import type { Answer } from "../lib/http.js";
import type { Account } from "./account.js";
import { json } from "./answers.js";
import { queryNow, target } from "./prometheus.js";
import type { Datasource } from "./provisioning.js";
import { answerQueries } from "./query.js";
import type { Asked, Server } from "./server.js";

const unauthorized = json(401, {
  ...{ extra: null, message: "Unauthorized", messageId: "auth.unauthorized", statusCode: 401, traceID: "" },
});
const forbidden = json(403, { message: "Access denied" });
const missing = json(404, { message: "Not found" });
const largestQuery = 1024 * 1024;

/** Answers below `/api/`. */
export async function answerApi(server: Server, account: Account, asked: Asked): Promise<Answer> {
  const { method, path, who, url, request } = asked;
  if (who === undefined) return unauthorized;
  const [, , first, second, third, fourth] = path.split("/");
  const called = `${method} ${first}`;
  if (called === "GET org") return json(200, { id: 1, name: "Main Org.", address: {} });
  if (called === "GET user" && who === "admin")
    return json(200, { id: 1, orgId: 1, login: account.user, name: account.user, isGrafanaAdmin: true });
  if (called === "GET search") return json(200, search(server, url.searchParams.get("query") ?? ""));
  if (called === "GET dashboards" && second === "uid") return dashboard(server, third ?? "");
  if (called === "POST ds" && second === "query") return query(server, asked);
  if (first !== "datasources") return missing;
  // The address of the data source is nothing for guests; through the proxy they could ask it anything.
  if (who !== "admin") return forbidden;
  if (called === "GET datasources" && second === undefined)
    return json(200, server.provisioning.datasources.map(described));
  const source = server.find(second === "proxy" ? (fourth ?? "") : (third ?? ""));
  if (source === undefined) return json(404, { message: "Data source not found" });
  if (second === "proxy" && third === "uid") return proxy(source, asked, path.split("/").slice(6).join("/"));
  if (second !== "uid" || request.method !== "GET") return missing;
  return fourth === "health" ? health(source) : json(200, described(source, 0));
}

function search(server: Server, words: string) {
  return server.provisioning.dashboards
    .filter(({ dashboard: { title } }) => title.toLowerCase().includes(words.toLowerCase()))
    .map(({ uid, folder, dashboard: { title, tags } }, i) => ({
      ...{
        id: i + 1,
        uid,
        orgId: 1,
        title,
        uri: `db/${slug(title)}`,
        url: `/d/${uid}/${slug(title)}`,
        slug: "",
      },
      ...{ type: "dash-db", tags, isStarred: false, sortMeta: 0, isDeleted: false },
      ...(folder === "" ? {} : { folderTitle: folder }),
    }));
}

function dashboard(server: Server, uid: string): Answer {
  const found = server.provisioning.dashboards.find((one) => one.uid === uid);
  if (found === undefined) return json(404, { message: "Dashboard not found", status: "not-found" });
  const name = slug(found.dashboard.title);
  const meta = {
    ...{ type: "db", canSave: false, canEdit: false, canAdmin: false, canStar: false, canDelete: false },
    ...{ slug: name, url: `/d/${uid}/${name}`, folderTitle: found.folder || "General", provisioned: true },
  };
  return json(200, { meta, dashboard: found.dashboard });
}

async function query(server: Server, { request }: Asked): Promise<Answer> {
  let body: unknown;
  try {
    body = JSON.parse((await bytesOf(request, largestQuery)).toString());
  } catch {
    return json(400, { message: "bad request data" });
  }
  const answer = await answerQueries(body, server.find);
  return json(answer.status, answer.body);
}

async function health(source: Datasource): Promise<Answer> {
  if (source.type !== "prometheus") return json(404, { message: "not a data source of this stand-in" });
  try {
    await queryNow(source, "1+1", Date.now() / 1000);
    return json(200, { message: "Successfully queried the Prometheus API.", status: "OK" });
  } catch (error) {
    return json(400, { message: error instanceof Error ? error.message : "?", status: "ERROR" });
  }
}

/** Hands a request on; neither cookies nor credentials go along. */
async function proxy(source: Datasource, { request, url, method }: Asked, path: string): Promise<Answer> {
  if (!["GET", "POST"].includes(method)) return forbidden;
  const onward = target(source, `${path}${url.search}`);
  const type = request.headers["content-type"];
  const response = await fetch(onward.url, {
    method,
    headers: { ...onward.headers, ...(type === undefined ? {} : { "Content-Type": type }) },
    signal: AbortSignal.timeout(30_000),
    ...(method === "POST" ? { body: new Uint8Array(await bytesOf(request, largestQuery)) } : {}),
  }).catch(() => undefined);
  if (response === undefined) return json(502, { message: "Bad Gateway" });
  const headers = { "Content-Type": response.headers.get("content-type") ?? "text/plain" };
  return { status: response.status, headers, body: await response.text() };
}

function described({ secureJsonData, editable, ...source }: Datasource, index: number) {
  const set = Object.fromEntries(Object.keys(secureJsonData).map((key) => [key, true]));
  return { id: index + 1, orgId: 1, ...source, readOnly: !editable, secureJsonFields: set };
}

const slug = (title: string): string =>
  title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-|-$/g, "");
