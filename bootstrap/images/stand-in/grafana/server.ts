import type { IncomingMessage } from "node:http";
import { bytesOf } from "../lib/bytes.js";
import type { Answer } from "../lib/http.js";
import { log } from "../lib/log.js";
import type { Account } from "./account.js";
import { json, page, redirect } from "./answers.js";
import { answerApi } from "./api.js";
import { version, type Metrics } from "./metrics.js";
import { dashboardPage } from "./pages/dashboard.js";
import { listPage } from "./pages/list.js";
import { loginPage } from "./pages/login.js";
import { style } from "./pages/style.js";
import type { Datasource, Provisioning } from "./provisioning.js";
import { Sessions } from "./sessions.js";
import { fields, foreign } from "./requests.js";
import type { Settings } from "./settings.js";

/** A request, read as far as every handler needs it. */
export interface Asked {
  readonly request: IncomingMessage;
  readonly method: string;
  /** Without the base path. */
  readonly path: string;
  readonly url: URL;
  /** The administrator, a guest, or nobody. */
  readonly who: "admin" | "guest" | undefined;
}

/** Answers every request. */
export class Server {
  private readonly sessions: Sessions;

  constructor(
    private readonly settings: Settings,
    readonly provisioning: Provisioning,
    private readonly account: Account,
    private readonly metrics: Metrics,
  ) {
    this.sessions = new Sessions(settings.basePath, settings.secureCookie);
  }

  async handle(request: IncomingMessage): Promise<Answer> {
    const begin = performance.now();
    const asked = this.read(request);
    const answer = await this.answer(asked).catch((error: unknown) => {
      log(`a request failed: ${error instanceof Error ? error.message : String(error)}`);
      return json(500, { message: "Internal server error" });
    });
    const handler = /^\/(?:api\/\w+|\w+)?/.exec(asked?.path ?? "")?.[0] ?? "/";
    const known = answer.status === 404 ? "notfound" : handler;
    this.metrics.observe(known, request.method ?? "GET", answer.status, (performance.now() - begin) / 1000);
    return answer;
  }

  /** The data source of a uid, or the one by default. */
  find = (uid?: string): Datasource | undefined =>
    this.provisioning.datasources.find((source) =>
      uid === undefined ? source.isDefault : source.uid === uid,
    );

  private read(request: IncomingMessage): Asked | undefined {
    const target = `http://stand-in${request.url}`;
    if (!URL.canParse(target)) return undefined;
    const url = new URL(target);
    const { basePath, servedBelow } = this.settings;
    const below = servedBelow && `${url.pathname}/`.startsWith(`${basePath}/`);
    const path = below ? url.pathname.slice(basePath.length) || "/" : url.pathname;
    const method = request.method === "HEAD" ? "GET" : (request.method ?? "GET");
    return { request, method, path, url, who: this.identify(request) };
  }

  private identify({ headers: { cookie, authorization = "" } }: IncomingMessage): Asked["who"] {
    if (this.sessions.has(cookie)) return "admin";
    const basic = /^Basic (\S+)$/i.exec(authorization)?.[1];
    const [user = "", ...password] = Buffer.from(basic ?? "", "base64")
      .toString()
      .split(":");
    if (basic !== undefined) return this.account.accepts(user, password.join(":")) ? "admin" : undefined;
    return this.settings.anonymous ? "guest" : undefined;
  }

  private async answer(asked: Asked | undefined): Promise<Answer> {
    if (asked === undefined) return json(400, { message: "bad request data" });
    const { method, path, request } = asked;
    if (method !== "GET" && foreign(request)) return json(403, { message: "origin not allowed" });
    if (path === "/api/health") return json(200, { database: "ok", version, commit: "stand-in" });
    if (path === "/healthz") return { status: 200, body: "Ok" };
    if (path === "/metrics" && this.settings.metrics)
      return {
        status: 200,
        headers: { "Content-Type": "text/plain; version=0.0.4" },
        body: await this.metrics.text(),
      };
    if (path === "/public/stand-in.css")
      return {
        status: 200,
        headers: { "Content-Type": "text/css; charset=utf-8", "Cache-Control": "max-age=3600" },
        body: style,
      };
    if (path === "/login")
      return method === "POST" ? this.signIn(asked) : page(200, loginPage(this.settings.basePath));
    if (path === "/logout")
      return redirect(`${this.settings.basePath}/login`, this.sessions.end(request.headers.cookie));
    if (path.startsWith("/api/")) return answerApi(this, this.account, asked);
    return asked.who === undefined
      ? redirect(`${this.settings.basePath}/login`)
      : this.show(asked, asked.who);
  }

  private async show({ path }: Asked, who: "admin" | "guest"): Promise<Answer> {
    const { basePath } = this.settings;
    const { dashboards } = this.provisioning;
    const signedIn = who === "admin";
    if (path === "/" || path === "/dashboards") return page(200, listPage(basePath, signedIn, dashboards));
    const uid = /^\/d\/([\w-]+)/.exec(path)?.[1];
    const found = dashboards.find((one) => one.uid === uid);
    return found === undefined
      ? page(404, listPage(basePath, signedIn, dashboards))
      : page(200, await dashboardPage({ basePath, signedIn }, found.dashboard, this.find));
  }

  /** Takes a form and JSON; the one is answered with a page, the other with JSON. */
  private async signIn({ request }: Asked): Promise<Answer> {
    const body = (await bytesOf(request, 10_000)).toString();
    const isForm = request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded") === true;
    const { user, password } = isForm ? Object.fromEntries(new URLSearchParams(body)) : fields(body);
    this.metrics.logins.inc();
    const home = `${this.settings.basePath}/`;
    if (this.account.accepts(String(user), String(password))) {
      const cookie = this.sessions.begin();
      return isForm
        ? redirect(home, cookie)
        : json(200, { message: "Logged in", redirectUrl: home }, { "Set-Cookie": cookie });
    }
    log(`a sign-in was refused`);
    const message = "Invalid username or password";
    return isForm
      ? page(401, loginPage(this.settings.basePath, message))
      : json(401, { message, messageId: "password-auth.failed", statusCode: 401, traceID: "" });
  }
}
