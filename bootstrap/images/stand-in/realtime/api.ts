import type { IncomingMessage } from "node:http";
import type { Answer } from "../lib/http.js";
import { log } from "../lib/log.js";
import { cors, json, plain } from "./answers.js";
import { answerBatch, answerSingle } from "./api-broadcast.js";
import type { Metrics } from "./metrics.js";
import type { Project, Projects } from "./project.js";
import type { Settings } from "./settings.js";
import { verifier } from "./tokens.js";

/** The handler of plain HTTP requests. */
export class Api {
  constructor(
    private readonly settings: Settings,
    private readonly projects: Projects,
    private readonly metrics: Metrics,
  ) {}

  async handle(request: IncomingMessage): Promise<Answer> {
    try {
      if (headersExceed(request, this.settings.maxHeaderLength)) return plain(431, "");
      const target = `http://stand-in${request.url}`;
      if (!URL.canParse(target)) return json(400, { message: "Bad Request" });
      return await this.route(request, new URL(target));
    } catch (error) {
      if (error instanceof URIError) return json(400, { message: "Bad Request" });
      log(`a request failed: ${error instanceof Error ? error.message : String(error)}`);
      return json(500, { message: "Internal Server Error" });
    }
  }

  private async route(request: IncomingMessage, url: URL): Promise<Answer> {
    const method = request.method === "HEAD" ? "GET" : (request.method ?? "GET");
    const [first, second, third, ...rest] = url.pathname.slice(1).split("/").map(decodeURIComponent);
    switch ([method, first, second].filter(Boolean).join(" ")) {
      case "GET healthcheck":
        return this.health();
      case "GET metrics":
        return this.showMetrics(request);
      case "GET api tenants":
        return rest[0] === "health" ? this.tenantHealth(request, third ?? "") : notFound();
      case "GET api ping":
        return this.with(request, () => json(200, { message: "Success" }));
      case "OPTIONS api broadcast":
        return preflight(request);
      case "POST api broadcast": {
        if (third === undefined) return this.with(request, (project) => answerBatch(project, request));
        const told = {
          topic: third,
          event: rest[1] ?? "",
          private: url.searchParams.get("private") === "true",
        };
        if (rest[0] !== "events" || told.event === "") return notFound();
        return this.with(request, (project) => answerSingle(project, request, told));
      }
      default:
        return notFound();
    }
  }

  /** Answers for the project that the request's host names. */
  private async with(
    request: IncomingMessage,
    answer: (project: Project) => Answer | Promise<Answer>,
  ): Promise<Answer> {
    const project = await this.projects.find(request.headers.host ?? "");
    return project === undefined ? json(401, { message: "Tenant not found in database" }) : answer(project);
  }

  private async health(): Promise<Answer> {
    try {
      await this.projects.check();
      return plain(200, "ok");
    } catch (error) {
      return plain(503, `the database does not answer: ${error instanceof Error ? error.message : "?"}`);
    }
  }

  private async showMetrics(request: IncomingMessage): Promise<Answer> {
    const allowed = await bears(request, [this.settings.metricsSecret]);
    return allowed ? plain(200, await this.metrics.text()) : plain(403, "");
  }

  /** Answers 200 for an unhealthy project too; the body says which. */
  private async tenantHealth(request: IncomingMessage, id: string): Promise<Answer> {
    if (!(await bears(request, this.settings.apiSecrets))) return plain(403, "");
    const project = await this.projects.find(id);
    if (project === undefined) return json(404, { message: "not found" });
    const answers = await project.pool.query("select from realtime.messages limit 0").then(
      () => true,
      () => false,
    );
    return json(200, {
      data: {
        ...{ healthy: answers, db_connected: answers, replication_connected: project.replicates },
        ...{ connected_cluster: project.connections, region: null, node: "stand-in" },
      },
    });
  }
}

/** Whether a header is longer than allowed. */
export const headersExceed = ({ rawHeaders }: IncomingMessage, length: number): boolean =>
  rawHeaders.some((text) => text.length > length);

const notFound = (): Answer => json(404, { message: "Not Found" });

/** Whether the request bears a token that one of the secrets has signed. */
async function bears(request: IncomingMessage, secrets: readonly string[]): Promise<boolean> {
  const token = /^Bearer (.+)$/.exec(request.headers.authorization ?? "")?.[1];
  if (token === undefined) return false;
  const valid = await Promise.allSettled(secrets.map((secret) => verifier(secret)(token)));
  return valid.some(({ status }) => status === "fulfilled");
}

function preflight(request: IncomingMessage): Answer {
  const asked = request.headers["access-control-request-headers"];
  const headers = {
    ...cors,
    "Access-Control-Allow-Methods": "POST",
    ...(asked === undefined ? {} : { "Access-Control-Allow-Headers": asked }),
  };
  return { status: 200, headers };
}
