import { describe, expect, it } from "vitest";
import { isChatPage, isDeskPage } from "./deny-list.ts";

describe("what a service worker may answer", () => {
  it("calls, the database, live sockets and files are never answered from the cache", () => {
    const never = [
      "/api/me",
      "/api",
      "/db/desk/_changes",
      "/live/desk",
      "/live/board:team.x:today",
      "/files/a/b/c",
      "/metrics",
    ];
    for (const path of [...never, "/kill-switch.json", "/ready"]) {
      expect([path, isDeskPage(path)]).toEqual([path, false]);
      expect([path, isChatPage(path)]).toEqual([path, false]);
    }
  });

  it("each program answers its own pages only", () => {
    for (const path of ["/", "/index.html", "/apiary", "/customers", "/database"]) {
      expect([path, isDeskPage(path)]).toEqual([path, true]);
      expect([path, isChatPage(path)]).toEqual([path, false]);
    }
    for (const path of ["/c/abc", "/c/", "/c"]) {
      expect([path, isChatPage(path)]).toEqual([path, true]);
      expect([path, isDeskPage(path)]).toEqual([path, false]);
    }
  });
});
