/** What the Core Rule Set does not look at, because ordinary requests look like an attack there. */
export interface Exclusion {
  /** Numbers of rules, or a tag that rules bear. */
  readonly rules: readonly number[] | string;
  /** The route as logs and metrics call it, and those below it. @default - all */
  readonly route?: string;
  /** Variables of ModSecurity, e.g. `ARGS:select`; none turns the rules off for the routes. */
  readonly targets: readonly string[];
  readonly reason: string;
  /** Recorded requests that are blocked without it. */
  readonly requests: readonly string[];
}

export const exclusions: readonly Exclusion[] = [
  {
    rules: [932260],
    targets: ["REQUEST_COOKIES:/^sb-[a-z0-9-]+-auth-token/"],
    reason: "the session's cookie begins with base64-, which is a command of Unix too",
    requests: ["auth-large-cookies"],
  },
  {
    rules: [932235],
    route: "rest_v1",
    targets: ["ARGS:/^json[.]/"],
    reason:
      "prose has semicolons before words that are commands too; PostgREST runs none and binds all values",
    requests: ["rest-upsert"],
  },
  {
    rules: [932235, 942290],
    route: "graphql_v1",
    targets: ["ARGS:json.query"],
    reason:
      "GraphQL's braces and variables look like a shell's and MongoDB's; pg_graphql parses it and binds all values",
    requests: ["graphql-query"],
  },
  {
    rules: "OWASP_CRS",
    route: "auth_v1",
    targets: ["ARGS:json.password"],
    reason: "a password may hold anything, and is only ever hashed; what it matched would also be logged",
    requests: ["auth-password", "auth-password-sql", "auth-update-user"],
  },
  {
    rules: [931100, 934110],
    route: "auth_v1",
    targets: ["ARGS:redirect_to"],
    reason: "developers return to localhost; GoTrue compares the address with its list and never opens it",
    requests: ["auth-otp-localhost", "auth-authorize", "auth-authorize-address", "auth-verify-localhost"],
  },
  {
    rules: [930120],
    route: "auth_v1_callback",
    targets: ["ARGS:scope"],
    reason: "Google's scope userinfo.profile ends like a shell's .profile",
    requests: ["auth-callback"],
  },
  {
    rules: [920440],
    route: "storage_v1",
    targets: [],
    reason: "users store files of any extension, and none is run or served from this host's disk",
    requests: ["storage-upload-sql", "storage-download-sql"],
  },
  {
    rules: [920420],
    route: "storage_v1",
    targets: [],
    reason: "users store files of any type; Storage itself checks it against the bucket's list",
    requests: ["storage-upload-html"],
  },
];

/** The directives of ModSecurity that an exclusion is written as. */
export function renderExclusion({ rules, targets }: Exclusion): string[] {
  const spared = targets.map((target) => `!${target}`).join("|");
  if (typeof rules === "string") return [`SecRuleUpdateTargetByTag ${rules} "${spared}"`];
  if (targets.length === 0) return [`SecRuleRemoveById ${rules.join(" ")}`];
  return rules.map((rule) => `SecRuleUpdateTargetById ${String(rule)} "${spared}"`);
}

/** The directives of one route's exclusions. */
export const exclusionsOf = (label: string): string[] =>
  exclusions
    .filter(({ route }) => route !== undefined && `${label}_`.startsWith(`${route}_`))
    .flatMap(renderExclusion);

/** The directives of exclusions that every route has. */
export const commonExclusions = (): string[] =>
  exclusions.filter(({ route }) => route === undefined).flatMap(renderExclusion);
