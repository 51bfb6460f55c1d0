import type { Outputs } from "../outputs.js";
import { bad, type Check, good, type Verdict } from "./check.js";
import { type Answer, type Ask, speakTo } from "./http.js";
import { type Platform, remakeOf } from "./platform.js";

/** A request through the gateway and the answer that it has to get. */
interface Expectation {
  readonly path: string;
  /** How the line names the key. @default - none is shown */
  readonly as?: string;
  readonly key?: string;
  readonly status: number;
}

/** What each route answers to whom. */
export const expectations = (
  { anonKey, serviceRoleKey }: Pick<Outputs, "anonKey" | "serviceRoleKey">,
  wrongKey: string,
): Expectation[] => {
  const anon = { as: "anon", key: anonKey };
  const wrong = { as: "with a wrong key", key: wrongKey };
  return [
    { path: "/health", status: 200 },
    { path: "/auth/v1/health", ...anon, status: 200 },
    { path: "/rest/v1/", as: "service_role", key: serviceRoleKey, status: 200 },
    { path: "/realtime/v1/health", status: 200 },
    { path: "/storage/v1/status", status: 200 },
    { path: "/functions/v1/health", status: 200 },
    { path: "/rest/v1/", ...anon, status: 403 },
    { path: "/rest/v1/", as: "without a key", status: 401 },
    { path: "/rest/v1/", ...wrong, status: 401 },
    { path: "/auth/v1/health", as: "without a key", status: 401 },
    { path: "/auth/v1/health", ...wrong, status: 401 },
  ];
};

/** Whether the gateway's surfaces answer, keep keyless requests out, and lead to HTTPS. */
export function gatewayChecks(platform: Platform, wrongKey: string): Check[] {
  const { endpoints, caCertificate } = platform.outputs;
  const api = speakTo(endpoints.api, caCertificate);
  const routes = expectations(platform.outputs, wrongKey).map(({ path, as, key, status }): Check => {
    const headers = key === undefined ? undefined : { apikey: key };
    return {
      group: "gateway",
      name: as === undefined ? path : `${path} ${as}`,
      ask: async (signal) => judgeStatus(platform, status, await api({ path, headers }, signal)),
    };
  });
  return [...routes, ...surfaceChecks(platform), ...hostChecks(platform)];
}

/** The services that have a host name of their own beside the frontend's, and a path of each that answers. */
const serviceHosts = { auth: "/health", storage: "/status", realtime: "/health" } as const;

function hostChecks(platform: Platform): Check[] {
  const { endpoints, caCertificate, anonKey } = platform.outputs;
  return Object.entries(serviceHosts).map(([name, path]): Check => {
    const url = new URL(path, endpoints.https.url);
    url.hostname = `${name}.${url.hostname}`;
    const ask = speakTo({ ...endpoints.https, url: url.origin }, caCertificate);
    return {
      group: "gateway",
      name: url.href,
      ask: async (signal) =>
        judgeStatus(platform, 200, await ask({ path, headers: { apikey: anonKey } }, signal)),
    };
  });
}

function surfaceChecks(platform: Platform): Check[] {
  const { endpoints, caCertificate, anonKey } = platform.outputs;
  const surface = (
    name: string,
    ask: Ask,
    path: string,
    judge: (answer: Answer) => Verdict,
    headers?: Record<string, string>,
  ): Check => ({
    group: "gateway",
    name,
    ask: async (signal) => judge(await ask({ path, headers }, signal)),
  });
  const { https, http, api, apiHttp } = endpoints;
  return [
    surface(https.url, speakTo(https, caCertificate), "/", (answer) => judgeStatus(platform, 200, answer)),
    surface(http.url, speakTo(http, caCertificate), "/a?b", (answer) =>
      judgeRedirect(platform, `${https.url}/a?b`, answer),
    ),
    ...(apiHttp === undefined
      ? []
      : [
          surface(
            apiHttp.url,
            speakTo(apiHttp, caCertificate),
            "/auth/v1/health",
            (answer) => judgePlainApi(platform, `${api.url}/auth/v1/health`, answer),
            { apikey: anonKey },
          ),
        ]),
  ];
}

/** The gateway's configuration and certificates are delivered into its running container. */
const redeliver = (platform: Pick<Platform, "stack">): string => remakeOf(platform, "gateway-delivery");

/** A status, against the one that belongs there. */
export function judgeStatus(
  platform: Pick<Platform, "stack">,
  expected: number,
  { status }: Pick<Answer, "status">,
): Verdict {
  const seen = String(status);
  if (status === expected) return good(seen);
  const wanted = `${seen}, not ${String(expected)}`;
  if (status >= 500) return bad(`${wanted}: the service behind it does not answer`, "see its line above");
  if (expected >= 400) return bad(`${wanted}: the gateway lets it through`, redeliver(platform));
  if (status === 401 || status === 403) {
    return bad(`${wanted}: the gateway has other keys than the stack`, redeliver(platform));
  }
  return bad(`${wanted}: the gateway has another configuration than the stack's`, redeliver(platform));
}

export function judgeRedirect(
  platform: Pick<Platform, "stack">,
  target: string,
  { status, headers: { location = "nowhere" } }: Pick<Answer, "status" | "headers">,
): Verdict {
  const seen = `${String(status)} to ${location}`;
  if (status === 308 && location === target) return good(seen);
  return bad(`${status === 308 ? seen : String(status)}, not 308 to ${target}`, redeliver(platform));
}

/** The API without TLS may answer or lead to HTTPS: both are settings. */
export function judgePlainApi(platform: Pick<Platform, "stack">, target: string, answer: Answer): Verdict {
  return answer.status === 308 ? judgeRedirect(platform, target, answer) : judgeStatus(platform, 200, answer);
}
