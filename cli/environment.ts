import type { Outputs } from "./outputs.js";

export const formats = ["dotenv", "json"] as const;

export type Format = (typeof formats)[number];

/** What an application needs to reach the platform, by the names that Supabase's documentation uses. */
export function applicationVariables(outputs: Outputs): Record<string, string> {
  return {
    SUPABASE_URL: outputs.endpoints.api.url,
    SUPABASE_ANON_KEY: outputs.anonKey,
    SUPABASE_SERVICE_ROLE_KEY: outputs.serviceRoleKey,
    SUPABASE_JWT_SECRET: outputs.jwtSecret,
  };
}

/** Remarks that stand before a variable. */
const remarks: Readonly<Record<string, string>> = {
  SUPABASE_ANON_KEY: "For browsers and apps; row-level security decides what it may see.",
  SUPABASE_SERVICE_ROLE_KEY:
    "For servers alone: it passes row-level security. Never ship it to a browser or an app.",
  SUPABASE_JWT_SECRET: "For servers alone: whoever has it can sign in as anyone.",
};

/** The variables as the text of a `.env` file, or as JSON with the same names. */
export function renderEnvironment(stack: string, outputs: Outputs, format: Format): string {
  const variables = applicationVariables(outputs);
  return format === "json" ? JSON.stringify(variables, undefined, 2) : dotenv(stack, variables);
}

function dotenv(stack: string, variables: Readonly<Record<string, string>>): string {
  const lines = Object.entries(variables).flatMap(([name, value]) => [
    ...(remarks[name] === undefined ? [] : ["", `# ${remarks[name]}`]),
    `${name}=${quote(value)}`,
  ]);
  return [
    `# Stack ${stack} of the platform. Write it with: npm run --silent env -- --stack ${stack} > .env`,
    "# The API's certificate is the stack's own authority's. Node reads the next variable before any .env file, so set",
    `# it where Node is started; the file comes from: npm run certs -- --stack ${stack}`,
    `# NODE_EXTRA_CA_CERTS=certs/${stack}/ca.crt`,
    ...lines,
  ].join("\n");
}

/** Single quotes keep a value as it is, in every reader of such files and in a shell. */
function quote(value: string): string {
  if (/['\n]/.test(value))
    throw new Error("a value with a quote or a line break has no place in a .env file");
  return `'${value}'`;
}
