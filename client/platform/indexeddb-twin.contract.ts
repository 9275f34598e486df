import "fake-indexeddb/auto";

// PouchDB's adapter asks the browser's name when it looks for blobs; Node 20 has no navigator.
if (globalThis.navigator === undefined) {
  Object.defineProperty(globalThis, "navigator", { value: { userAgent: "Node" }, configurable: true });
}

let made = 0;
/** A prefix that no other test has: a browser of its own. */
export const freshPrefix = (): string => {
  made += 1;
  return `t${made}`;
};
