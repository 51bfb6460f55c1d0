import type { IncomingMessage } from "node:http";
import { bytesOf } from "../lib/bytes.js";
import type { Answer } from "../lib/http.js";
import { cors, json } from "./answers.js";
import { UserBroadcast } from "./frames.js";
import { record } from "./join.js";
import { mayWrite } from "./policies.js";
import type { Project } from "./project.js";
import { TokenRefused, type Claims } from "./tokens.js";

interface Place {
  readonly topic: string;
  readonly event: string;
  readonly private: boolean;
}

interface Told extends Place {
  readonly payload: unknown;
}

/** A request that cannot be used, and why. */
class Unusable extends Error {
  constructor(
    readonly status: number,
    readonly answer: unknown,
  ) {
    super("the request cannot be used");
  }
}

/** `POST /api/broadcast`: several messages, each with its place. */
export const answerBatch = (project: Project, request: IncomingMessage): Promise<Answer> =>
  answer(project, request, (body, limit) => {
    const messages = record(parsed(body))?.["messages"];
    if (!Array.isArray(messages)) throw unprocessable({ messages: ["can't be blank"] });
    const read = messages.map((given) => readMessage(given, limit));
    if (read.some(({ errors }) => Object.keys(errors).length > 0))
      throw unprocessable({ messages: read.map(({ errors }) => errors) });
    return read.map(({ told }) => told);
  });

/** `POST /api/broadcast/{topic}/events/{event}`: the body is the content of one message. */
export const answerSingle = (project: Project, request: IncomingMessage, place: Place): Promise<Answer> =>
  answer(project, request, (body, limit) => {
    const type = request.headers["content-type"]?.split(";", 1)[0]?.trim() ?? "application/json";
    if (type === "application/octet-stream" && Buffer.byteLength(place.event) < 256)
      return [{ ...place, payload: new UserBroadcast(place.event, "binary", body) }];
    if (type !== "application/json")
      throw new Unusable(415, {
        error: "Unsupported Media Type. Use application/json or application/octet-stream",
      });
    const { told, errors } = readMessage({ ...place, payload: parsed(body) }, limit);
    if (Object.keys(errors).length > 0) throw unprocessable(errors);
    return [told];
  });

async function answer(
  project: Project,
  request: IncomingMessage,
  read: (body: Buffer, limit: number) => Told[],
): Promise<Answer> {
  const { payloadBytes } = project.tenant.limits;
  try {
    const claims = await project.verify(tokenOf(request));
    if (project.exceedsRate()) throw tooMany("Too many requests");
    const messages = read(await bytesOf(request, payloadBytes), payloadBytes);
    if (project.exceedsRate(messages.length))
      throw tooMany("Too many messages to broadcast, please reduce the batch size");
    await send(project, claims, messages);
    return { status: 202, headers: cors };
  } catch (error) {
    if (error instanceof TokenRefused) return json(401, { message: "Unauthorized" }, cors);
    if (error instanceof RangeError) return json(413, { message: error.message }, cors);
    if (error instanceof Unusable) return json(error.status, error.answer, cors);
    throw error;
  }
}

/** Sends what may be sent; what the policies forbid is left out without a word. */
async function send(project: Project, claims: Claims, messages: readonly Told[]): Promise<void> {
  const allowed = new Map<string, boolean>();
  for (const { topic, private: isPrivate, payload } of messages) {
    if (isPrivate && !allowed.has(topic))
      allowed.set(topic, await mayWrite(project.pool, { claims, topic, headers: {} }, "broadcast"));
    if (isPrivate && allowed.get(topic) !== true) continue;
    project.count("events");
    project.hub.get(topic, isPrivate)?.tell("broadcast", "broadcast", payload);
  }
}

function readMessage(given: unknown, limit: number): { told: Told; errors: Record<string, string[]> } {
  const { topic, event, payload, private: isPrivate } = record(given) ?? {};
  const errors: Record<string, string[]> = {};
  if (typeof topic !== "string" || topic === "") errors["topic"] = ["can't be blank"];
  if (typeof event !== "string" || event === "") errors["event"] = ["can't be blank"];
  if (record(payload) === undefined) errors["payload"] = ["is invalid"];
  else if (Buffer.byteLength(JSON.stringify(payload)) > limit)
    errors["payload"] = ["Payload size exceeds tenant limit"];
  const place = { topic: String(topic), event: String(event), private: isPrivate === true };
  return { told: { ...place, payload: { type: "broadcast", event, payload } }, errors };
}

function tokenOf({ headers }: IncomingMessage): string {
  const bearer = /^bearer (.+)$/i.exec(headers.authorization ?? "")?.[1];
  const { apikey } = headers;
  return bearer ?? (typeof apikey === "string" ? apikey : "");
}

const unprocessable = (errors: unknown): Unusable => new Unusable(422, { errors });
const tooMany = (message: string): Unusable => new Unusable(429, { message });

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch {
    throw new Unusable(400, { message: "Bad Request" });
  }
}
