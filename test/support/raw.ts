import { connect } from "node:tls";

/** Sends bytes as they are to a TLS port of 127.0.0.1. @returns everything that came back until the end, or ten seconds */
export function sendRaw(port: number, bytes: string | Buffer, ca: string, host: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port, ca, servername: host }, () => {
      socket.write(bytes);
    });
    const chunks: Buffer[] = [];
    const done = (): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve(Buffer.concat(chunks).toString("latin1"));
    };
    const timer = setTimeout(done, 10_000);
    socket.on("data", (chunk: Buffer) => chunks.push(chunk));
    socket.on("end", done);
    socket.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "ECONNRESET" || error.code === "EPIPE") done();
      else reject(error);
    });
  });
}
