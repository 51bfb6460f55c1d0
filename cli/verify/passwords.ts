import type { Outcome } from "../../bootstrap/run.js";
import { shellQuote } from "../../components/shell.js";
import { bad, type Check, good, type Verdict } from "./check.js";
import { scriptIn } from "./exec.js";
import { logsOf, type Platform, remakeOf, running } from "./platform.js";

/** A program that logs in: exit code 0 and `welcome` when it is let in, `refusal` when its password is not the right one. */
interface Login {
  readonly component: string;
  readonly user?: string;
  /** The environment that holds the password. */
  readonly variable: string;
  readonly command: string;
  readonly welcome: RegExp;
  readonly refusal: RegExp;
  /** The resource that gives the service its password. */
  readonly source: string;
}

const postgres: Login = {
  component: "postgres",
  user: "postgres",
  variable: "PGPASSWORD",
  // By the name in the network, because the server trusts its own socket and, in Supabase's image, its loopback.
  command:
    "PGCONNECT_TIMEOUT=5 psql --no-psqlrc --no-password --tuples-only --no-align -h postgres -U postgres -d postgres -c 'select 1'",
  welcome: /^1$/m,
  refusal: /no password supplied|password authentication failed/,
  source: "postgres-prepare-command",
};

const redis: Login = {
  component: "redis",
  variable: "REDISCLI_AUTH",
  command: "redis-cli -h redis ping",
  welcome: /^PONG$/m,
  refusal: /NOAUTH|WRONGPASS|invalid password/,
  source: "redis-container",
};

/** Whether the database and Redis let the stack's password in, and nothing else. */
export function passwordChecks(platform: Platform): Check[] {
  const { postgresPassword, redisPassword } = platform.outputs;
  return [
    loginCheck(platform, postgres, "with its password", postgresPassword),
    loginCheck(platform, postgres, "with a wrong password", `${postgresPassword}x`),
    loginCheck(platform, postgres, "without a password", undefined),
    loginCheck(platform, redis, "with its password", redisPassword),
    loginCheck(platform, redis, "with a wrong password", `${redisPassword}x`),
    loginCheck(platform, redis, "without a password", undefined),
  ];
}

function loginCheck(platform: Platform, login: Login, how: string, password: string | undefined): Check {
  const isRight = how === "with its password";
  return {
    group: "passwords",
    name: `${login.component} ${how}`,
    ask: async (signal) => {
      const { id } = running(platform, login.component);
      const outcome = await scriptIn(id, loginScript(login, password), { signal, user: login.user });
      return judgeLogin(platform, login, isRight, outcome);
    },
  };
}

/** The shell text that logs in; the password is in the program's environment alone. */
export function loginScript({ variable, command }: Login, password: string | undefined): string {
  const set = password === undefined ? `unset ${variable}` : `export ${variable}=${shellQuote([password])}`;
  return `${set}\n${command} </dev/null\n`;
}

/** @param isRight whether the password shown was the right one */
export function judgeLogin(
  platform: Pick<Platform, "stack">,
  { component, welcome, refusal, source }: Login,
  isRight: boolean,
  { code, stdout, stderr }: Outcome,
): Verdict {
  const text = `${stdout}\n${stderr}`;
  const isWelcome = code === 0 && welcome.test(stdout);
  if (!isWelcome && !refusal.test(text)) {
    return bad(`could not be asked: ${text.trim().split("\n")[0] ?? ""}`, logsOf(platform, component));
  }
  if (isWelcome === isRight) return good(isRight ? "let in" : "refused");
  return isRight
    ? bad(`refused: ${component} has another password than the stack`, remakeOf(platform, source))
    : bad("let in: whoever reaches the network gets in", remakeOf(platform, `${component}-container`));
}

/** The logins, for tests. */
export const logins = { postgres, redis };
