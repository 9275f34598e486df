// PouchDB brings no types; the page of the floors uses these few parts.
declare module "pouchdb-core" {
  export interface PouchClass {
    new (name: string, options: { readonly adapter: string }): object;
    plugin(plugin: unknown): PouchClass;
  }
  const PouchDb: PouchClass;
  export default PouchDb;
}
declare module "pouchdb-adapter-idb" {
  const plugin: unknown;
  export default plugin;
}
declare module "pouchdb-adapter-http" {
  const plugin: unknown;
  export default plugin;
}
declare module "pouchdb-replication" {
  const plugin: unknown;
  export default plugin;
}
