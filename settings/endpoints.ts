/** Where an endpoint is published, and which setting decides that it is. */
interface EndpointDefault {
  readonly port: number;
  /** `gateway` endpoints belong to nginx; `service` ones are a developer's direct access. */
  readonly kind: "gateway" | "service";
}

/** Every published port of the platform with its default, as SoberTube's networking guide lists them. */
export const endpointDefaults = {
  http: { port: 80, kind: "gateway" },
  https: { port: 443, kind: "gateway" },
  api: { port: 8000, kind: "gateway" },
  apiHttp: { port: 8080, kind: "gateway" },
  rest: { port: 3000, kind: "service" },
  realtime: { port: 4000, kind: "service" },
  auth: { port: 9999, kind: "service" },
  storage: { port: 5000, kind: "service" },
  minioConsole: { port: 9001, kind: "service" },
  grafana: { port: 3001, kind: "service" },
  prometheus: { port: 9090, kind: "service" },
  inbucket: { port: 9110, kind: "service" },
} as const satisfies Record<string, EndpointDefault>;

export type Endpoint = keyof typeof endpointDefaults;

export const endpointNames = Object.keys(endpointDefaults) as Endpoint[];

/** The endpoints that lead straight to a service. */
export const serviceEndpoints = endpointNames.filter((name) => endpointDefaults[name].kind === "service");

/** Host ports by endpoint: the default plus the offset, or the stack's own number. */
export function derivePorts(
  offset: number,
  overrides: Partial<Record<Endpoint, number>>,
): Record<Endpoint, number> {
  const entries = endpointNames.map((name) => [
    name,
    overrides[name] ?? endpointDefaults[name].port + offset,
  ]);
  return Object.fromEntries(entries) as Record<Endpoint, number>;
}

/** Faults of a set of host ports: out of range, or given to two endpoints. */
export function portFaults(ports: Record<Endpoint, number>): { name: Endpoint; expected: string }[] {
  return endpointNames.flatMap((name) => {
    const port = ports[name];
    if (port < 1 || port > 65535)
      return [{ name, expected: "a host port between 1 and 65535 after the offset" }];
    const twin = endpointNames.find((other) => other !== name && ports[other] === port);
    return twin ? [{ name, expected: `a host port of its own; ${twin} has ${String(port)} too` }] : [];
  });
}
