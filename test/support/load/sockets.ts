import { once } from "node:events";
import { Agent } from "node:https";
import { WebSocket } from "ws";
import type { Running, Target } from "./target.js";

/** Milliseconds between two messages on a socket. */
const interval = 250;

/** Open sockets, and what became of them. */
export interface Sockets {
  readonly opened: number;
  /** Why each socket that has ended did so. */
  readonly cut: string[];
  echoes: number;
}

/** Opens sockets that send all the time and get back what they send. */
export async function socketLoad(
  { address, port, host, ca, headers }: Target,
  count: number,
): Promise<Running<Sockets>> {
  const now: Sockets = { opened: count, cut: [], echoes: 0 };
  const sockets = Array.from({ length: count }, () => {
    const socket = new WebSocket(`wss://${address}:${String(port)}/realtime/v1/websocket`, {
      agent: new Agent({ ca: [...ca], servername: host }),
      headers: { ...headers, host },
    });
    socket.on("message", () => (now.echoes += 1));
    return socket;
  });
  await Promise.all(sockets.map((socket) => once(socket, "open")));
  for (const socket of sockets) {
    socket.on("error", () => undefined);
    socket.on("close", (code) => now.cut.push(String(code)));
  }
  const messages = setInterval(() => {
    for (const socket of sockets) if (socket.readyState === WebSocket.OPEN) socket.send("still here");
  }, interval);
  return {
    now,
    stop: () => {
      clearInterval(messages);
      for (const socket of sockets) socket.removeAllListeners("close").terminate();
      return Promise.resolve(now);
    },
  };
}
