import { randomBytes, scryptSync, timingSafeEqual } from "node:crypto";
import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";

interface Stored {
  readonly user: string;
  readonly salt: string;
  readonly hash: string;
}

const file = (dataPath: string): string => join(dataPath, "stand-in-admin.json");

/** The administrator. As in Grafana the settings' password counts at the first start alone; later it is stored. */
export class Account {
  private failures = { count: 0, until: 0 };

  private constructor(private readonly dataPath: string) {}

  static open(dataPath: string, user: string, password: string): Account {
    if (!existsSync(file(dataPath))) store(dataPath, user, password);
    return new Account(dataPath);
  }

  /** Read anew each time: the command line may have set another password. */
  private get stored(): Stored {
    return JSON.parse(readFileSync(file(this.dataPath), "utf8")) as Stored;
  }

  /** Sets another password, at once. */
  static reset(dataPath: string, password: string): boolean {
    if (!existsSync(file(dataPath))) return false;
    const { user } = JSON.parse(readFileSync(file(dataPath), "utf8")) as Stored;
    store(dataPath, user, password);
    return true;
  }

  get user(): string {
    return this.stored.user;
  }

  /** Refuses everybody for five minutes after five wrong passwords. */
  accepts(user: string, password: string, now = Date.now()): boolean {
    if (now > this.failures.until) this.failures = { count: 0, until: now + 5 * 60_000 };
    if (this.failures.count >= 5) return false;
    const { hash, salt, user: known } = this.stored;
    const accepted = timingSafeEqual(Buffer.from(hash, "base64"), hashed(password, salt)) && user === known;
    this.failures.count = accepted ? 0 : this.failures.count + 1;
    return accepted;
  }
}

function store(dataPath: string, user: string, password: string): void {
  const salt = randomBytes(16).toString("base64");
  const stored: Stored = { user, salt, hash: hashed(password, salt).toString("base64") };
  writeFileSync(`${file(dataPath)}.new`, JSON.stringify(stored), { mode: 0o600 });
  renameSync(`${file(dataPath)}.new`, file(dataPath));
}

const hashed = (password: string, salt: string): Buffer => scryptSync(password, salt, 32);
