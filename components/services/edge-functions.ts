import * as pulumi from "@pulumi/pulumi";
import type { File } from "../files.js";
import { Service } from "../service.js";
import { containerArgs, type ScalableServiceArgs } from "./common.js";
import type { Postgres } from "./postgres.js";
import type { Redis } from "./redis.js";

export interface EdgeFunctionsArgs extends ScalableServiceArgs {
  /** Sources by path: `main/index.ts` routes to `<name>/index.ts`. */
  readonly functions: readonly File[];
  /** The HS256 secret that tokens are signed with; the router's alone. */
  readonly jwtSecret: pulumi.Input<string>;
  readonly anonKey: pulumi.Input<string>;
  readonly serviceRoleKey: pulumi.Input<string>;
  readonly postgres: Postgres;
  /** Password of the role `postgres`. */
  readonly password: pulumi.Input<string>;
  readonly redis: Redis;
  /** Where functions find the API inside the network. */
  readonly internalUrl: string;
  /** Where clients find the API. */
  readonly apiUrl: string;
}

const folder = "/home/deno/functions";

/** Milliseconds after which a function that nobody calls gives its memory back. */
const idleTimeout = "150000";

// The image has a shell and no HTTP client.
const health = `exec 3<>/dev/tcp/127.0.0.1/9000 && printf 'GET /health HTTP/1.0\\r\\nHost: localhost\\r\\n\\r\\n' >&3 && head -n 1 <&3 | grep -q ' 200 '`;

/** Edge functions: each folder with an `index.ts` is a function of that name. */
export class EdgeFunctions extends pulumi.ComponentResource {
  readonly service: Service;

  constructor(name: string, args: EdgeFunctionsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("platform:services:EdgeFunctions", name, {}, opts);
    this.service = new Service(
      name,
      {
        ...containerArgs(args),
        instances: args.instances ?? 1,
        memory: 512,
        user: "1000:1000",
        command: [
          ...["edge-runtime", "start", "--port", "9000"],
          ...["--user-worker-request-idle-timeout", idleTimeout],
          ...["--main-service", `${folder}/main`],
        ],
        env: {
          SUPABASE_URL: args.internalUrl,
          SUPABASE_PUBLIC_URL: args.apiUrl,
          VERIFY_JWT: "true",
          DENO_DIR: "/tmp/deno",
        },
        secretEnv: {
          JWT_SECRET: args.jwtSecret,
          SUPABASE_ANON_KEY: args.anonKey,
          SUPABASE_SERVICE_ROLE_KEY: args.serviceRoleKey,
          SUPABASE_DB_URL: args.postgres.uri("postgres", args.password),
          REDIS_URL: args.redis.uri,
        },
        files: { folder, files: args.functions },
        tmpfs: ["/tmp"],
        health: { command: ["bash", "-c", health] },
      },
      { parent: this },
    );
    this.registerOutputs();
  }
}
