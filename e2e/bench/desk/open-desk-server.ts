import { type Child, openChild } from "../processes/child.ts";

/** Where the desk of the bench is reached. */
export type DeskPlace = {
  readonly url: string;
  readonly firstUrl: string | undefined;
  readonly chatUrl: string;
  /** A socket that puts documents into the same store. */
  readonly floorPort: number;
};

/** Opens the production desk in a process of its own; its data are gone with it, unless a folder is given. */
export async function openDeskServer(folder?: string): Promise<DeskPlace & { readonly close: () => Promise<void> }> {
  const child: Child = await openChild("desk-server", folder === undefined ? [] : [folder]);
  const close = async (): Promise<void> => {
    await child.call("close").catch(() => undefined); // ended already
    await child.end();
  };
  try {
    return { ...(await child.call<DeskPlace>("where")), close };
  } catch (error) {
    await close();
    throw error;
  }
}
