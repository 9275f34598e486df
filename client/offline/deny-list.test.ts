import { describe, expect, it } from "vitest";
import { isChatPage, isDeskPage, isPortalPage } from "./deny-list.ts";

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
      expect([path, isPortalPage(path)]).toEqual([path, false]);
    }
  });

  it("each program answers its own pages only", () => {
    const programs = { desk: isDeskPage, chat: isChatPage, portal: isPortalPage };
    const pages = {
      desk: ["/", "/index.html", "/apiary", "/customers", "/database", "/portals", "/portal.html"],
      chat: ["/c/abc", "/c/", "/c"],
      portal: ["/portal", "/portal/", "/portal/ticket"],
    };
    for (const [owner, paths] of Object.entries(pages)) {
      for (const path of paths) {
        const answering = Object.entries(programs).flatMap(([name, isOwn]) => (isOwn(path) ? [name] : []));
        expect([path, answering]).toEqual([path, [owner]]);
      }
    }
  });
});
