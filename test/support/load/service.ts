// A program: a service behind the gateway that answers everything, and never ends a connection by itself.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { WebSocketServer } from "ws";

/** The ports of all the platform's services, given as arguments. */
const ports = process.argv.slice(2).map(Number);

/** Says how many bytes it got, when it has got them all. */
async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  let bytes = 0;
  for await (const chunk of request) bytes += (chunk as Buffer).length;
  const body = JSON.stringify({ method: request.method, bytes });
  response.writeHead(200, { "content-type": "application/json", "content-length": body.length }).end(body);
}

for (const port of ports) {
  const server = createServer((request, response) => {
    // A client that went away needs no answer.
    answer(request, response).catch(() => response.destroy());
  });
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;
  new WebSocketServer({ server }).on("connection", (socket) => {
    socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  server.listen(port);
}
