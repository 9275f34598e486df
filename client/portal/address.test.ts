import { describe, expect, it } from "vitest";
import { derivedThreadId } from "../../shared/kernel/ids.ts";
import { hashOf, placeOfHash, readPersonalAddress } from "./address.ts";

const SECRET = "aB3_-".repeat(8) + "xyz";
const TICKET = derivedThreadId("ticket", "one");

describe("the portal's addresses", () => {
  it("[S19] a personal one brings the secret, of a chat or of a mailed link, and the ticket that is meant", () => {
    expect(readPersonalAddress(`#${SECRET}`)).toEqual({ secret: SECRET, place: { at: "list" } });
    expect(readPersonalAddress(`#p.${SECRET}`)).toEqual({ secret: `p.${SECRET}`, place: { at: "list" } });
    expect(readPersonalAddress(`#k=${SECRET}&t=${TICKET}`)).toEqual({
      secret: SECRET,
      place: { at: "ticket", ticket: TICKET },
    });
    expect(readPersonalAddress(`#k=${SECRET}&t=<script>`)).toEqual({ secret: SECRET, place: { at: "list" } });
  });

  it("nothing else is a secret", () => {
    for (const hash of ["", "#", "#/", "#/new", `#/${TICKET}`, `#${SECRET}x`, `#k=${SECRET.slice(1)}`])
      expect([hash, readPersonalAddress(hash)]).toEqual([hash, undefined]);
  });

  it("places go into addresses and back", () => {
    for (const place of [{ at: "list" }, { at: "new" }, { at: "ticket", ticket: TICKET }] as const)
      expect(placeOfHash(hashOf(place))).toEqual(place);
    expect(placeOfHash("#/dialog.nothing")).toEqual({ at: "list" });
  });
});
