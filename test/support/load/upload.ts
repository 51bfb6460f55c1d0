import { request } from "node:https";
import { setTimeout as sleep } from "node:timers/promises";
import { isComplete, type Target } from "./target.js";

const chunk = Buffer.alloc(64 * 1024, "u");
const interval = 100;

/**
 * A file that takes its time, on a connection of its own.
 * @returns its bytes, all of which the service got
 */
export async function slowUpload(
  { address, port, host, ca, headers }: Target,
  seconds: number,
): Promise<number> {
  const chunks = Math.ceil((seconds * 1000) / interval);
  const bytes = chunks * chunk.length;
  const upload = request({
    ...{ host: address, port, servername: host, ca: [...ca], agent: false },
    ...{ method: "POST", path: "/storage/v1/object/drinks/film.bin" },
    headers: { ...headers, host, "content-length": String(bytes) },
  });
  const answer = new Promise<void>((resolve, reject) => {
    upload.on("error", reject);
    upload.on("response", (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => (text += part));
      response.on("error", reject);
      response.on("end", () => {
        if (isComplete(response.statusCode ?? 0, text, bytes)) resolve();
        else reject(new Error(`${String(response.statusCode)} ${text}`));
      });
    });
  });
  const sent = (async () => {
    for (let index = 0; index < chunks && !upload.destroyed; index += 1) {
      upload.write(chunk);
      await sleep(interval);
    }
    upload.end();
  })();
  await Promise.all([answer, sent]);
  return bytes;
}
