import { corsHeaders } from "./cors.js";
import { jsonErrors } from "./errors.js";
import { securityHeaders } from "./headers.js";
import { type GatewayModel, internalListen, internalName, listen, loopbackNames } from "./model.js";
import { block, type Directive, directive } from "./nginx.js";
import { apiLocations } from "./routes.js";
import { certificateDirectives } from "./tls.js";

const health: Directive = block(
  "location",
  ["=", "/health"],
  [
    directive("access_log", "off"),
    directive("default_type", "application/json"),
    directive("return", 200, '{"status":"ok"}'),
  ],
);

const serverNames = (...names: string[]): Directive => directive("server_name", ...names, ...loopbackNames);

const listenTls = (port: number, ...more: string[]): Directive[] => [
  directive("listen", port, "ssl", ...more),
  directive("http2", "on"),
];

/** Names that are not the platform's get no content, whatever certificate the handshake showed. */
function unknownNames(model: GatewayModel): Directive[] {
  const closed = directive("return", 444);
  const tls = ([port, leaf]: readonly [number, string]): Directive =>
    block(
      "server",
      [],
      [...listenTls(port, "default_server"), ...certificateDirectives(leaf), directive("return", 421)],
    );
  const plain = [listen.http, ...(model.http === "off" ? [] : [listen.apiHttp])];
  return [
    ...plain.map((port) => block("server", [], [directive("listen", port, "default_server"), closed])),
    ...(
      [
        [listen.https, "server"],
        [listen.api, "api"],
      ] as const
    ).map(tls),
  ];
}

/** Everything but health is sent to the same path over HTTPS; 308 keeps method and body. */
function redirect(port: number, name: string, to: string): Directive {
  return block(
    "server",
    [],
    [
      directive("listen", port),
      serverNames(name),
      health,
      block("location", ["/"], [directive("return", 308, `${to}$request_uri`)]),
    ],
  );
}

function frontend(model: GatewayModel): Directive {
  return block(
    "server",
    [],
    [
      ...listenTls(listen.https),
      serverNames(model.hosts.frontend),
      ...certificateDirectives("server"),
      ...securityHeaders("frontend", model),
      health,
      directive("root", "frontend"),
      block(
        "location",
        ["/"],
        [
          directive("add_header_inherit", "merge"),
          directive("add_header", "Cache-Control", "no-cache"),
          directive("try_files", "$uri", "$uri/", "/index.html"),
        ],
      ),
    ],
  );
}

function api(model: GatewayModel, connection: readonly Directive[], name = model.hosts.api): Directive {
  return block(
    "server",
    [],
    [
      ...connection,
      serverNames(name),
      ...securityHeaders("api", model),
      ...corsHeaders(model),
      ...jsonErrors,
      health,
      ...apiLocations(model),
      block("location", ["/"], [directive("return", 404)]),
    ],
  );
}

const apiHttp = {
  serve: (model: GatewayModel) => [api(model, [directive("listen", listen.apiHttp)])],
  redirect: (model: GatewayModel) => [redirect(listen.apiHttp, model.hosts.api, model.urls.api)],
  off: () => [],
} as const;

/** The servers of all surfaces. */
export function servers(model: GatewayModel): Directive[] {
  return [
    ...unknownNames(model),
    redirect(listen.http, model.hosts.frontend, model.urls.frontend),
    frontend(model),
    api(model, [...listenTls(listen.api), ...certificateDirectives("api")]),
    ...apiHttp[model.http](model),
    // For services: HTTP inside the network, HTTPS outside.
    api(model, [directive("listen", internalListen.api)], internalName),
  ];
}
