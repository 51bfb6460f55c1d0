import { generationsFolder } from "./delivery.js";
import { statesLocations } from "./health.js";
import { endingsByType, textTypes } from "./media-types.js";
import type { GatewayModel } from "./model.js";
import { block, type Directive, directive, map } from "./nginx.js";
import { pageErrors } from "./pages.js";

/** Where frontends lie in the container, each in a folder named by its digest. */
export const frontendsFolder = `${generationsFolder}/frontends`;

/**
 * What 443 serves. In a frontend's folder are `identity/`, `br/` and `gzip/`, and as `previous` the frontend before it:
 * a page that is open in a browser still asks for files of the build that it came from.
 */
export type Frontend =
  | { readonly kind: "page" }
  | { readonly kind: "folder"; /** 16 hexadecimal digits. */ readonly digest: string };

/** `br` as a word of Accept-Encoding, unless its weight is 0. */
const accepts = (coding: string): string =>
  `~*(?:^|,)[ \\t]*${coding}[ \\t]*(?:,|$|;[ \\t]*q=(?:1|0?\\.[0-9]*[1-9]))`;

/**
 * Which of a file's codings a client gets. Folders rather than endings such as `.br` tell them apart, so that nginx
 * finds a file's media type by its own ending, and needs no module for Brotli.
 */
export const frontendMaps = ({ frontend }: Pick<GatewayModel, "frontend">): Directive[] =>
  frontend.kind === "page"
    ? []
    : [
        map("$http_accept_encoding", "$frontend_coding", {
          default: "identity",
          [accepts("br")]: "br",
          [accepts("gzip")]: "gzip",
        }),
        // Of the file that was found; an empty header is left out.
        map("$uri", "$frontend_encoding", {
          default: "",
          "~^/(?:previous/)?br/": "br",
          "~^/(?:previous/)?gzip/": "gzip",
        }),
      ];

const header = (name: string, value: string): Directive => directive("add_header", name, value);

const codings = (folder: string, path: string): string[] => [
  `${folder}/$frontend_coding${path}`,
  `${folder}/identity${path}`,
];

/** Headers of a file that was found; errors have none of them. */
const fileHeaders = (cacheControl: string): Directive[] => [
  directive("add_header_inherit", "merge"),
  header("Cache-Control", cacheControl),
  header("Content-Encoding", "$frontend_encoding"),
  header("Vary", "Accept-Encoding"),
  // A file's time is a number of its content, which makes ETags right and is no date.
  header("Last-Modified", ""),
];

/** A file's name ends with one or more endings, such as `.chunk.js`. */
const endings = "(?:\\.[a-z0-9]+)+$";

/** Names that hold a hash of their content, as bundlers write them: nothing else is ever found under such a name. */
const immutablePaths: readonly string[] = [
  // Everything that Next.js and SvelteKit put there.
  "^/(?:_next/static|_app/immutable)/.",
  // webpack, Parcel: hexadecimal, with a digit and a letter, so that neither a date nor a word is taken for one.
  `[/._-](?=[a-f]*[0-9])(?=[0-9]*[a-f])[0-9a-f]{8,}${endings}`,
  // esbuild, Angular: eight of base 32.
  `[/.-](?=[A-Z]*[2-7])(?=[2-7]*[A-Z])[A-Z2-7]{8}${endings}`,
  // Rollup, Vite: eight of base64url, in the folders that they have for it.
  `^/(?:assets|_nuxt|_astro|static)/(?:.*[/.-])?(?=[\\w-]+[0-9A-Z])[\\w-]{8}${endings}`,
];

const tryFiles = (...files: string[]): Directive => directive("try_files", ...files, "=404");

const folderLocations = (digest: string): Directive[] => [
  directive("root", `${frontendsFolder}/${digest}`),
  ...pageErrors,
  block(
    "types",
    [],
    Object.entries(endingsByType).map(([type, names]) => directive(type, ...names)),
  ),
  directive("charset", "utf-8"),
  directive("charset_types", ...textTypes),
  directive("gzip", "off"),
  // RFC 8615; hardly any of these files has an ending, and most are JSON. None falls back to a page.
  block(
    "location",
    ["^~", "/.well-known/"],
    [
      directive("default_type", "application/json"),
      ...fileHeaders("no-cache"),
      tryFiles(...codings("", "$uri")),
    ],
  ),
  block("location", ["~", "^.*/\\."], [directive("return", 404)]),
  ...immutablePaths.map((pattern) =>
    block(
      "location",
      ["~", pattern],
      [
        ...fileHeaders("public, max-age=31536000, immutable"),
        tryFiles(...codings("", "$uri"), ...codings("/previous", "$uri")),
      ],
    ),
  ),
  // A name with an ending is a file's: where it is missing, a page in its place would only hide that.
  block("location", ["~", "\\.[^/]+$"], [...fileHeaders("no-cache"), tryFiles(...codings("", "$uri"))]),
  // Every other path is one of the application's, which reads it from the address.
  block(
    "location",
    ["/"],
    [
      ...fileHeaders("no-cache"),
      tryFiles(...codings("", "$uri"), ...codings("", "$uri/index.html"), ...codings("", "/index.html")),
    ],
  ),
];

/** The platform's own page, whose states of the services nginx fills in: browsers need no script to see them. */
const pageLocations: readonly Directive[] = [
  directive("root", "frontend"),
  ...pageErrors,
  directive("charset", "utf-8"),
  directive("charset_types", ...textTypes),
  block("location", ["~", "^.*/\\."], [directive("return", 404)]),
  block(
    "location",
    ["=", "/"],
    [
      directive("add_header_inherit", "merge"),
      header("Cache-Control", "no-store"),
      directive("ssi", "on"),
      tryFiles("/index.html"),
    ],
  ),
  // The page as it is before its states are filled in.
  block("location", ["=", "/index.html"], [directive("return", 404)]),
  block(
    "location",
    ["/"],
    [
      directive("add_header_inherit", "merge"),
      header("Cache-Control", "no-cache"),
      header("Last-Modified", ""),
      tryFiles("$uri"),
    ],
  ),
  ...statesLocations,
];

/** What the 443 server serves, after its security headers. */
export const frontendLocations = ({ frontend }: Pick<GatewayModel, "frontend">): readonly Directive[] =>
  frontend.kind === "page" ? pageLocations : folderLocations(frontend.digest);
