import { Agent, request } from "node:https";
import {
  isComplete,
  type Method,
  newTallies,
  postBody,
  rest,
  type Running,
  type Tallies,
  type Target,
} from "./target.js";

/**
 * GET and POST in turn on kept connections, one agent for each, so that a request always takes the connection of the
 * one before it. Nothing is tried again: whatever a client without retries would lose is counted.
 */
export function http1Load(target: Target, connections: number): Running<Tallies> {
  const now = newTallies();
  const stopping = new AbortController();
  const clients = Array.from({ length: connections }, (_, index) =>
    client(target, index, now, stopping.signal),
  );
  return {
    now,
    stop: async () => {
      stopping.abort();
      await Promise.all(clients);
      return now;
    },
  };
}

async function client(target: Target, index: number, tallies: Tallies, signal: AbortSignal): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: 1, ca: [...target.ca], servername: target.host });
  for (let turn = index; !signal.aborted; turn += 1) {
    const method = turn % 2 === 0 ? "GET" : "POST";
    try {
      await ask(target, agent, method);
      tallies[method].answered += 1;
    } catch (error) {
      tallies[method].lost.push(String(error));
    }
    await rest();
  }
  agent.destroy();
}

function ask({ address, port, host, headers }: Target, agent: Agent, method: Method): Promise<void> {
  const body = method === "POST" ? postBody : "";
  const length = method === "POST" ? { "content-length": String(body.length) } : {};
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        host: address,
        port,
        path: "/rest/v1/drinks",
        method,
        agent,
        headers: { ...headers, ...length, host },
      },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (chunk: string) => (text += chunk));
        response.on("error", reject);
        response.on("end", () => {
          const status = response.statusCode ?? 0;
          if (isComplete(status, text, body.length)) resolve();
          else reject(new Error(`${String(status)} ${text}`));
        });
      },
    );
    asked.setTimeout(10_000, () => asked.destroy(new Error("no answer within 10 s")));
    asked.on("error", (error: NodeJS.ErrnoException) =>
      reject(
        new Error(`${error.code ?? error.message}${asked.reusedSocket ? " on a reused connection" : ""}`),
      ),
    );
    asked.end(body);
  });
}
