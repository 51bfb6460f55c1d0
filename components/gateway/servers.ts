import { requireAllowed } from "./clients.js";
import { corsHeaders } from "./cors.js";
import { jsonErrors } from "./errors.js";
import { frontendLocations } from "./frontend.js";
import { securityHeaders } from "./headers.js";
import { serverLimits } from "./limits.js";
import {
  type GatewayModel,
  internalListen,
  internalName,
  listen,
  loopbackNames,
  type ServiceHost,
} from "./model.js";
import { block, type Directive, directive } from "./nginx.js";
import { surfaceLocations } from "./routes.js";
import { type Surface, surfaces } from "./surfaces.js";
import { certificateDirectives, listenTls, listenTlsDefault } from "./tls.js";
import { guarded } from "./waf.js";

const health: Directive = block(
  "location",
  ["=", "/health"],
  [
    directive("access_log", "off"),
    directive("default_type", "application/json"),
    directive("return", 200, '{"status":"ok"}'),
  ],
);

const server = (...children: readonly Directive[]): Directive => block("server", [], children);

const serverName = (...names: string[]): Directive => directive("server_name", ...names);

/** Names that are not the platform's, and requests that cannot be read, whatever certificate the handshake showed. */
function unknownNames(model: GatewayModel): Directive[] {
  const closed = directive("return", 444);
  const unknown = directive("set", "$route", "unknown");
  const plain = [listen.http, ...(model.http === "off" ? [] : [listen.apiHttp])];
  const tls = ([port, leaf]: readonly [number, string]): Directive =>
    server(
      ...listenTlsDefault(model, port),
      ...certificateDirectives(leaf),
      ...securityHeaders("api", model),
      ...jsonErrors(model),
      block("location", ["/"], [unknown, directive("return", 421)]),
    );
  return [
    ...plain.map((port) =>
      server(
        directive("listen", port, "default_server"),
        ...jsonErrors(model),
        block("location", ["/"], [unknown, closed]),
      ),
    ),
    tls([listen.https, "server"]),
    tls([listen.api, "api"]),
  ];
}

/** Everything but health is sent to the same path over HTTPS; 308 keeps method and body. */
function redirect(model: GatewayModel, port: number, name: string, to: string): Directive {
  return server(
    directive("listen", port),
    serverName(name, ...loopbackNames),
    ...requireAllowed(model),
    health,
    block(
      "location",
      ["/"],
      [directive("set", "$route", "redirect"), directive("return", 308, `${to}$request_uri`)],
    ),
  );
}

function frontend(model: GatewayModel): Directive {
  return server(
    ...listenTls(model, listen.https),
    serverName(model.hosts.frontend, ...loopbackNames),
    ...certificateDirectives("server"),
    ...requireAllowed(model),
    ...securityHeaders("frontend", model),
    health,
    ...frontendLocations(model),
  );
}

/** One surface of the API, however it is reached. */
function api(model: GatewayModel, surface: Surface, connection: readonly Directive[]): Directive {
  return server(
    ...connection,
    ...securityHeaders("api", model),
    ...corsHeaders(model),
    ...serverLimits(model),
    ...jsonErrors(model),
    ...guarded(model, [
      ...surfaceLocations(model, surface),
      ...(surface.name === "api" ? [health, block("location", ["/"], [directive("return", 404)])] : []),
    ]),
  );
}

const apiNames = ({ hosts }: GatewayModel): Directive => serverName(hosts.api, ...loopbackNames);

const apiHttp: Readonly<
  Record<GatewayModel["http"], (model: GatewayModel, surface: Surface) => Directive[]>
> = {
  serve: (model, surface) => [
    api(model, surface, [directive("listen", listen.apiHttp), apiNames(model), ...requireAllowed(model)]),
  ],
  redirect: (model) => [redirect(model, listen.apiHttp, model.hosts.api, model.urls.api)],
  off: () => [],
};

/** A service under a host name and a certificate of its own, on the port that browsers use. */
const serviceHost = (model: GatewayModel, surface: Surface, host: ServiceHost): Directive =>
  api(model, surface, [
    ...listenTls(model, listen.https),
    serverName(model.hosts[host]),
    ...certificateDirectives(host),
    ...requireAllowed(model),
  ]);

/** The servers of all surfaces. */
export function servers(model: GatewayModel): Directive[] {
  return [
    ...unknownNames(model),
    redirect(model, listen.http, model.hosts.frontend, model.urls.frontend),
    frontend(model),
    ...surfaces(model).flatMap((surface) =>
      surface.name === "api"
        ? [
            api(model, surface, [
              ...listenTls(model, listen.api),
              apiNames(model),
              ...certificateDirectives("api"),
              ...requireAllowed(model),
            ]),
            ...apiHttp[model.http](model, surface),
            // For services: HTTP inside the network, HTTPS outside.
            api({ ...model, limits: "off", waf: "off" }, surface, [
              directive("listen", internalListen.api),
              serverName(internalName, ...loopbackNames),
            ]),
          ]
        : [serviceHost(model, surface, surface.name)],
    ),
  ];
}
