import { setTimeout as sleep } from "node:timers/promises";
import { http1Load } from "./http1.js";
import { http2Load } from "./http2.js";
import { type Sockets, socketLoad } from "./sockets.js";
import { type Tallies, type Target } from "./target.js";
import { slowUpload } from "./upload.js";

export interface DrillOptions {
  readonly target: Target;
  /** What is done to the gateway under load, in turn. */
  readonly changes: readonly (() => Promise<void>)[];
  /** Seconds from one change to the next, counted from its end. */
  readonly interval: number;
  /** Seconds that the upload takes at least; it begins before the first change. */
  readonly upload: number;
  readonly sockets: number;
}

export interface Losses {
  readonly http1: Tallies;
  readonly http2: Tallies;
  readonly sockets: Sockets;
  /** Bytes of the upload, or why it was lost. */
  readonly upload: number | string;
}

/** Connections of HTTP/1.1, and of HTTP/2 with the streams on each. */
const clients = { http1: 16, http2: 4, streams: 4 } as const;

/** Changes a gateway under load that never rests, and tells what that load lost. */
export async function drill({ target, changes, interval, upload, sockets }: DrillOptions): Promise<Losses> {
  const open = await socketLoad(target, sockets);
  const loads = [
    http1Load(target, clients.http1),
    http2Load(target, clients.http2, clients.streams),
  ] as const;
  const file = slowUpload(target, upload).catch((error: unknown) => String(error));
  try {
    await sleep(1000);
    for (const change of changes) {
      await change();
      await sleep(interval * 1000);
    }
    const uploaded = await file;
    // Connections that a change has told to close are used once more by then.
    await sleep(1000);
    const [http1, http2] = await Promise.all([loads[0].stop(), loads[1].stop()]);
    return { http1, http2, sockets: await open.stop(), upload: uploaded };
  } finally {
    await Promise.all([...loads.map((load) => load.stop()), open.stop()]);
  }
}
