import { type GatewayModel, type Route, type ServiceHost, serviceHosts } from "./model.js";

/** The routes that one host name serves. */
export interface Surface {
  readonly name: "api" | ServiceHost;
  readonly routes: readonly SurfaceRoute[];
  /** Paths that nobody reaches. */
  readonly blocked: readonly string[];
}

/** A route as one surface has it. */
export interface SurfaceRoute extends Route {
  /** What logs and metrics call it, the same on every surface, e.g. `rest_v1`. */
  readonly label: string;
  /** The name of its variables, e.g. `api_prefix_rest_v1_`. */
  readonly identifier: string;
}

const underscored = (text: string): string => text.replaceAll(/[^a-z0-9]+/g, "_");

const onSurface =
  (surface: Surface["name"], prefix: string) =>
  (route: Route): SurfaceRoute => {
    const path = route.path.slice(prefix.length);
    return {
      ...route,
      path,
      label: underscored(route.path).replaceAll(/^_|_$/g, ""),
      identifier: `${surface}_${route.match}${underscored(path)}`,
    };
  };

/** A service under a host name of its own sees no prefix that a client would have to know. */
const withoutPrefixHeader = (route: SurfaceRoute): SurfaceRoute =>
  route.headers?.["X-Forwarded-Prefix"] === undefined
    ? route
    : { ...route, headers: { ...route.headers, "X-Forwarded-Prefix": "" } };

function hostSurface({ routes, blocked }: GatewayModel, host: ServiceHost): Surface {
  const prefix = `/${host}/v1`;
  const below = (path: string): boolean => path.startsWith(`${prefix}/`);
  return {
    name: host,
    routes: routes
      .filter(({ path }) => below(path))
      .map(onSurface(host, prefix))
      .map(withoutPrefixHeader),
    blocked: blocked.filter(below).map((path) => path.slice(prefix.length)),
  };
}

/** The API, and the services that have a host name of their own: `auth.<domain>/X` is the API's `/auth/v1/X`. */
export function surfaces(model: GatewayModel): readonly Surface[] {
  const api = {
    name: "api",
    routes: model.routes.map(onSurface("api", "")),
    blocked: model.blocked,
  } as const;
  return [api, ...serviceHosts.map((host) => hostSurface(model, host))];
}
