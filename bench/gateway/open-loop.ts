// A program: requests at a constant rate over kept TLS connections, each measured from when it was due. A client that
// waits for answers before it asks again would leave out just the waiting that this is about.
import { connect, type TLSSocket } from "node:tls";
import { type Latency, order, type Order } from "./latency.js";

/** A connection that takes one request at a time. */
class Connection {
  private left = 0;
  private status = 0;
  private answered: (status: number) => void = () => undefined;

  private constructor(private readonly socket: TLSSocket) {
    socket.on("data", (chunk: Buffer) => this.receive(chunk));
    // Whatever else there may be to tell, a bench that loses a connection measures nothing.
    socket.on("close", () => fail(new Error("the proxy ended a connection")));
  }

  static open({ address, port, name }: Order): Promise<Connection> {
    return new Promise((resolve) => {
      const socket = connect({ host: address, port, servername: name, rejectUnauthorized: false }, () =>
        resolve(new Connection(socket)),
      );
      socket.setNoDelay(true);
      socket.on("error", fail);
    });
  }

  /** A callback instead of a promise, which would cost more than all the rest. */
  ask(request: Buffer, answered: (status: number) => void): void {
    this.answered = answered;
    this.socket.write(request);
  }

  /** Every answer has a length, which is all there is to know to find its end. */
  private receive(chunk: Buffer): void {
    if (this.left === 0) {
      const head = chunk.toString("latin1", 0, chunk.indexOf("\r\n\r\n"));
      this.status = Number(head.slice(9, 12));
      this.left = Number(/^content-length: (\d+)/im.exec(head)?.[1]) + head.length + 4;
    }
    this.left -= chunk.length;
    if (this.left === 0) this.answered(this.status);
  }
}

/** Sends what is due, and leaves it waiting where no connection is free. */
async function attack(given: Order): Promise<Latency> {
  const idle = await Promise.all(Array.from({ length: given.connections }, () => Connection.open(given)));
  const request = Buffer.from(given.request, "latin1");
  const total = Math.round(given.rate * (given.seconds + 1));
  const waiting: number[] = [];
  const times: number[] = [];
  const start = performance.now();
  await new Promise<void>((resolve) => {
    const send = (connection: Connection, due: number): void =>
      connection.ask(request, (status) => {
        if (status !== 200) fail(new Error(`a request was answered with ${String(status)}`));
        times.push(performance.now() - due);
        if (times.length === total) resolve();
        const next = waiting.shift();
        if (next === undefined) idle.push(connection);
        else send(connection, next);
      });
    let sent = 0;
    const tick = (): void => {
      for (const now = performance.now(); sent < total; sent += 1) {
        const due = start + (sent * 1000) / given.rate;
        if (due > now) break;
        const connection = idle.pop();
        if (connection === undefined) waiting.push(due);
        else send(connection, due);
      }
      if (sent < total) setTimeout(tick, 1);
    };
    tick();
  });
  const rate = total / ((performance.now() - start) / 1000);
  const counted = times.slice(Math.round(given.rate)).sort((a, b) => a - b);
  const at = (share: number): number => counted[Math.floor(counted.length * share)] ?? NaN;
  return { rate, median: at(0.5), p99: at(0.99) };
}

function fail(error: Error): void {
  console.error(error.message);
  process.exit(1);
}

void attack(order.parse(JSON.parse(process.argv[2] ?? ""))).then((latency) => {
  // Before the connections close, which would count as lost.
  process.stdout.write(JSON.stringify(latency), () => process.exit(0));
});
