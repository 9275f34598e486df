import { isAbsolute, resolve } from "node:path";
import { fail, ok, type Result } from "../../shared/kernel/result.ts";

/** Everything that the environment and the command line decide; read once, at the start. */
export type Config = {
  /** 0: any free port. */
  readonly port: number;
  /** Address to listen on; absent: every interface. */
  readonly host?: string;
  /** Absolute path of the folder that holds the embedded store and the files. */
  readonly dataDir: string;
  /** The CouchDB to use instead of the embedded store. */
  readonly couchdbUrl?: string;
  /** Origin under which people reach the desk, without a trailing slash; absent: this machine's. */
  readonly publicUrl?: string;
  readonly logLevel: LogLevel;
  /** How many proxies stand before us and append to X-Forwarded-For. */
  readonly trustedProxies: number;
  /** Fill an empty desk with a believable company. */
  readonly demo: boolean;
};

const LOG_LEVELS = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

type Environment = Readonly<Record<string, string | undefined>>;

/** Reads and checks; on failure one line a fault, each naming the variable, what it holds and what it may hold. */
export function readConfig(env: Environment, args: readonly string[]): Result<Config, readonly string[]> {
  const faults: string[] = [];
  const given = (name: string): string | undefined => {
    const value = env[name]?.trim();
    return value === undefined || value === "" ? undefined : value;
  };
  const refuse = (name: string, may: string): void => {
    faults.push(`${name}=${given(name) ?? ""} is not usable: ${may}.`);
  };
  const whole = (name: string, otherwise: number, most: number, may: string): number => {
    const text = given(name);
    if (text === undefined) return otherwise;
    const value = Number(text);
    if (/^\d+$/.test(text) && value <= most) return value;
    refuse(name, may);
    return otherwise;
  };

  const port = whole("PORT", 8080, 65_535, "give a whole number from 0 to 65535 (0 takes any free port)");
  const couchdbUrl = given("COUCHDB_URL");
  if (couchdbUrl !== undefined && !isHttpUrl(couchdbUrl)) {
    faults.push("COUCHDB_URL is not usable: give an address like http://user:password@127.0.0.1:5984.");
  }
  const publicUrl = given("PUBLIC_URL")?.replace(/\/+$/, "");
  if (publicUrl !== undefined && !isOrigin(publicUrl)) {
    refuse("PUBLIC_URL", "give the origin that people type, like https://desk.example.com, without a path");
  }
  const logLevel = LOG_LEVELS.find((level) => level === (given("LOG_LEVEL") ?? "info"));
  if (logLevel === undefined) refuse("LOG_LEVEL", `give one of ${LOG_LEVELS.join(", ")}`);
  // We speak no TLS ourselves: an https address means that a proxy stands before us.
  const proxies = publicUrl?.startsWith("https:") ? 1 : 0;
  const trustedProxies = whole("TRUST_PROXY", proxies, 10, "give the number of proxies before the desk, 0 to 10");
  const dataDir = given("DATA_DIR") ?? ".data";
  const host = given("HOST");
  if (host !== undefined && !/^[0-9a-zA-Z.:_-]+$/.test(host)) refuse("HOST", "give an address or a host name");
  for (const arg of args) {
    if (arg !== "--demo") faults.push(`${arg} is not an option: the only one is --demo.`);
  }

  if (faults.length > 0 || logLevel === undefined) return fail(faults);
  return ok({
    port,
    ...(host === undefined ? {} : { host }),
    dataDir: isAbsolute(dataDir) ? dataDir : resolve(dataDir),
    ...(couchdbUrl === undefined ? {} : { couchdbUrl }),
    ...(publicUrl === undefined ? {} : { publicUrl }),
    logLevel,
    trustedProxies,
    demo: args.includes("--demo"),
  });
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

function isOrigin(text: string): boolean {
  return isHttpUrl(text) && new URL(text).origin === text.toLowerCase();
}
