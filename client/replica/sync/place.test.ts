import { describe, expect, it } from "vitest";
import type { ThreadId } from "../../../shared/kernel/ids.ts";
import { DIALOG } from "../../../shared/testing/thread-world.ts";
import { Place } from "./place.ts";

const frame = (from: string, to: string, more: { docs?: readonly ThreadId[]; removed?: readonly ThreadId[] } = {}) => ({
  from,
  to,
  docs: (more.docs ?? []).map((_id) => ({ _id })) as never,
  removed: more.removed ?? [],
});
/** A device that has pulled up to `token` on a socket that began at `ring`. */
function standing(token: string, ring: string): Place {
  const place = new Place();
  place.standAt("old");
  place.welcomed({ ring, resumed: false });
  place.beginPull();
  place.pulled(token);
  return place;
}

describe("where a device stands", () => {
  it("[I13] a resumed socket goes on from the token, and each frame moves it", () => {
    const place = new Place();
    place.standAt("a");
    expect(place.wantsPull).toBe(true);
    expect(place.welcomed({ ring: "a", resumed: true })).toBe(true);
    expect(place.framed(frame("a", "b"))).toBe("b");
    expect(place.token).toBe("b");
    expect(place.wantsPull).toBe(false);
  });

  it("[I13] after a pull frames go on where the socket began, though the pull ended elsewhere", () => {
    const place = standing("pulled to here", "socket began here");
    expect(place.framed(frame("socket began here", "c"))).toBe("c");
    expect(place.wantsPull).toBe(false);
  });

  it("[I13] frames that come during a pull count with it", () => {
    const place = new Place();
    place.standAt("old");
    place.welcomed({ ring: "r", resumed: false });
    expect(place.beginPull()).toBe("old");
    expect(place.framed(frame("r", "s"))).toBeUndefined();
    place.pulled("between");
    expect(place.token).toBe("s");
  });

  it("[I13] a gap between frames, or a poke, wants a pull, and no token is given before it", () => {
    const place = standing("a", "a");
    expect(place.framed(frame("x", "y"))).toBeUndefined();
    expect(place.wantsPull).toBe(true);
    expect(place.token).toBe("a");
    place.beginPull();
    place.pulled("z");
    place.poked("later");
    expect(place.wantsPull).toBe(true);
  });

  it("[I13] with a gap during the pull only what was pulled is sure", () => {
    const place = standing("a", "a");
    place.poked("b");
    place.beginPull();
    place.framed(frame("c", "d"));
    place.pulled("b");
    expect(place.token).toBe("b");
    expect(place.wantsPull).toBe(true);
  });

  it("[I11] a thread that left sight during a pull is dropped once more, unless it came back", () => {
    const back = "dialog.000000000000000001" as ThreadId;
    const place = standing("a", "a");
    place.poked("b");
    place.beginPull();
    place.framed(frame("b", "c", { removed: [DIALOG, back] }));
    place.framed(frame("c", "d", { docs: [back] }));
    expect(place.pulled("b")).toEqual([DIALOG]);
  });

  it("[I13] a pull that broke off, and a socket that is gone, leave the token where it was", () => {
    const place = standing("a", "a");
    place.beginPull();
    place.failed();
    expect([place.token, place.wantsPull]).toEqual(["a", true]);
    place.hungUp();
    expect(place.framed(frame("a", "b"))).toBeUndefined();
    expect(place.token).toBe("a");
  });
});
