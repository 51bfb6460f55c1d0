import { randomBytes } from "node:crypto";
import { bad, type Check, good, reasonOf, type Verdict } from "./check.js";
import { type Answer, type Ask, type Question, speakTo } from "./http.js";
import { logsOf, type Platform, remakeOf, upOf } from "./platform.js";

/** A request that a service answers only after it has verified the token. */
interface Door {
  readonly component: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether it has to refuse a token of another secret, and can be given one. */
  readonly guarded: boolean;
}

const doors: readonly Door[] = [
  { component: "rest", path: "/rest/v1/", guarded: true },
  { component: "auth", path: "/auth/v1/admin/users?per_page=1", guarded: true },
  { component: "storage", path: "/storage/v1/bucket", guarded: true },
  // A function of the operator's may be open to all.
  { component: "edge-functions", path: "/functions/v1/hello", guarded: false },
  {
    component: "realtime",
    path: "/realtime/v1/websocket?vsn=1.0.0",
    headers: {
      Connection: "Upgrade",
      Upgrade: "websocket",
      "Sec-WebSocket-Version": "13",
      "Sec-WebSocket-Key": "dmVyaWZ5LXZlcmlmeS0xMg==",
    },
    // It verifies the key itself, and the gateway lets no other through.
    guarded: false,
  },
];

/** A token of `service_role` that any secret but the stack's own has signed. */
export async function forgeToken(): Promise<string> {
  // jose ships ES modules alone, which require() reads without a warning in few versions of Node.
  const { SignJWT } = await import("jose");
  return new SignJWT({ role: "service_role", iss: "supabase" })
    .setProtectedHeader({ alg: "HS256", typ: "JWT" })
    .setIssuedAt()
    .setExpirationTime("5m")
    .sign(randomBytes(32));
}

/** Whether the API keys are the JWT secret's, and every service verifies with that secret and no other. */
export function tokenChecks(platform: Platform, forged: string): Check[] {
  const { outputs, expected } = platform;
  const api = speakTo(outputs.endpoints.api, outputs.caCertificate);
  const asked = doors.filter(({ component }) => expected.includes(component));
  return [
    keyCheck(platform, "anonKey", "anon"),
    keyCheck(platform, "serviceRoleKey", "service_role"),
    ...asked.map((door) => acceptCheck(platform, api, door)),
    ...asked.filter(({ guarded }) => guarded).map((door) => refuseCheck(platform, api, door, forged)),
  ];
}

const keyCheck = (platform: Platform, output: "anonKey" | "serviceRoleKey", role: string): Check => ({
  group: "tokens",
  name: output,
  ask: () => judgeKey(platform, platform.outputs[output], platform.outputs.jwtSecret, role),
});

/** An API key, against the secret and the role that it should have. */
export async function judgeKey(
  platform: Pick<Platform, "stack">,
  key: string,
  secret: string,
  role: string,
): Promise<Verdict> {
  const { jwtVerify } = await import("jose");
  try {
    const { payload } = await jwtVerify(key, new TextEncoder().encode(secret), { algorithms: ["HS256"] });
    if (payload.role === role) return good(`signed with the stack's JWT secret, role ${role}`);
    return bad(`its role is ${String(payload.role)}, not ${role}`, upOf(platform));
  } catch (error) {
    return bad(`not valid under the stack's JWT secret: ${reasonOf(error)}`, upOf(platform));
  }
}

const question = ({ path, headers }: Door, key: string, token: string): Question => ({
  path,
  headers: { ...headers, apikey: key, Authorization: `Bearer ${token}` },
});

const acceptCheck = (platform: Platform, api: Ask, door: Door): Check => ({
  group: "tokens",
  name: `${door.component} accepts`,
  ask: async (signal) => {
    const { serviceRoleKey } = platform.outputs;
    return judgeAccepted(
      platform,
      door.component,
      await api(question(door, serviceRoleKey, serviceRoleKey), signal),
    );
  },
});

const refuseCheck = (platform: Platform, api: Ask, door: Door, forged: string): Check => ({
  group: "tokens",
  name: `${door.component} refuses`,
  ask: async (signal) => {
    const { serviceRoleKey } = platform.outputs;
    return judgeRefused(platform, door.component, await api(question(door, serviceRoleKey, forged), signal));
  },
});

/** GoTrue refuses a token with 403, Storage with 400, the others with 401. */
const refusals = [400, 401, 403];

const unavailable = (component: string, status: number): Verdict =>
  bad(`${String(status)}: ${component} does not answer`, `see the line of ${component} above`);

/** A function that is not there verifies nothing. */
const isNoFunction = (component: string, status: number): boolean =>
  component === "edge-functions" && status === 404;

export function judgeAccepted(
  platform: Pick<Platform, "stack">,
  component: string,
  { status }: Pick<Answer, "status">,
): Verdict {
  if (isNoFunction(component, status)) return good("404: there is no function hello to ask");
  if (status >= 500) return unavailable(component, status);
  if (status < 400) return good(`the stack's key: ${String(status)}`);
  if (!refusals.includes(status))
    return bad(`the stack's key: ${String(status)}`, logsOf(platform, component));
  return bad(
    `${String(status)}: ${component} does not accept this stack's tokens; its JWT secret is another one`,
    remakeOf(platform, `${component}-container`),
  );
}

export function judgeRefused(
  platform: Pick<Platform, "stack">,
  component: string,
  { status }: Pick<Answer, "status">,
): Verdict {
  if (refusals.includes(status)) return good(`a token of another secret: ${String(status)}`);
  if (status >= 500) return unavailable(component, status);
  return bad(
    `${String(status)}: ${component} accepts a token that another secret has signed`,
    remakeOf(platform, `${component}-container`),
  );
}
