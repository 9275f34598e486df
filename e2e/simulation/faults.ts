import { YIELD_POINTS } from "../../sync-server/arbiter/settings.ts";
import { SOUND_STORE } from "./centre.ts";
import { FAIR_WEATHER } from "./network.ts";
import type { World } from "./world.ts";

type Fault = (world: World) => string;

/** What goes wrong, by weight. Each mends itself after a while; `calm` mends all at once. */
const FAULTS: readonly (readonly [number, Fault])[] = [
  [26, cutLine],
  [12, dieAtYieldPoint],
  [5, dieNow],
  [8, badWeather],
  [9, badStore],
  [7, killTab],
  [5, backUp],
  [2.2, restore],
  [1.2, moveArbiter],
  [4, cutSite],
  [3, setClock],
  [4, badChannel],
  [2, signOut],
  [3, dropBoards],
  [4, letTimePass],
];

/** One more thing goes wrong. What, for the trace. */
export function breakSomething(world: World): string {
  const fault = world.chaos.weigh(FAULTS) ?? cutLine;
  return fault(world);
}

/** Everything that was broken is whole again. */
export function calm(world: World): void {
  const { centre, channel, network, site } = world;
  network.weather = FAIR_WEATHER;
  centre.trouble = SOUND_STORE;
  centre.process.deathAt = undefined;
  channel.failing = 0;
  channel.silent = 0;
  world.boardShare = world.fairBoardShare;
  if (site.isCut) site.returned();
  for (const device of world.devices) {
    device.line.up = true;
    device.line.down = true;
    device.open();
  }
}

function cutLine(world: World): string {
  const { chaos, scheduler } = world;
  const device = chaos.pick(world.devices);
  const which = chaos.pick(["both", "both", "up", "down"]);
  if (which !== "down") device.line.up = false;
  if (which !== "up") device.line.down = false;
  const forMs = chaos.spread(4_000, 400_000);
  scheduler.after(forMs, () => {
    device.line.up = true;
    device.line.down = true;
  });
  return `the line of ${device.id} is cut (${which}) for ${forMs} ms`;
}

function dieAtYieldPoint(world: World): string {
  const { chaos, centre, reached } = world;
  // Copies are seldom made, and only where dialogs soon go on in the next one.
  const isForCopy = world.hasShortReopening && !reached.crashes.has("copied") && chaos.is(0.5);
  const point = isForCopy ? "copied" : chaos.pick(YIELD_POINTS);
  if (point === "restored" || point === "swept") {
    centre.deathAtNextStart = point;
    if (point === "restored") centre.move(0);
    else centre.crash(500);
    return `the next start dies at ${point}`;
  }
  centre.process.deathAt = point;
  return `the process will die at ${point}`;
}

function dieNow(world: World): string {
  const downMs = world.chaos.spread(300, 60_000);
  world.centre.crash(downMs);
  return `the process is killed for ${downMs} ms`;
}

function badWeather(world: World): string {
  const { chaos, network, scheduler } = world;
  network.weather = {
    drop: chaos.random() * 0.25,
    repeat: chaos.random() * 0.25,
    fastest: 4,
    slowest: chaos.spread(100, 6_000),
  };
  scheduler.after(chaos.spread(5_000, 90_000), () => {
    network.weather = FAIR_WEATHER;
  });
  return "bad weather";
}

function badStore(world: World): string {
  const { chaos, centre, scheduler } = world;
  const share = (): number => (chaos.is(0.6) ? chaos.random() * 0.5 : 0);
  centre.trouble = { refuse: share(), conflict: share(), uncertain: share(), slowest: chaos.spread(4, 2_500) };
  scheduler.after(chaos.spread(2_000, 40_000), () => {
    centre.trouble = SOUND_STORE;
  });
  return `the store is in trouble: ${JSON.stringify(centre.trouble)}`;
}

function killTab(world: World): string {
  const { chaos, scheduler } = world;
  const device = chaos.pick(world.devices);
  device.kill();
  scheduler.after(chaos.spread(300, 120_000), () => device.open());
  return `the tab of ${device.id} is killed`;
}

function backUp(world: World): string {
  world.centre.takeBackup();
  world.reached.count("backups");
  return "a backup is taken";
}

function restore(world: World): string {
  if (!world.centre.hasBackup) return backUp(world);
  const withItems = world.chaos.is(0.4);
  world.centre.restore(world.chaos.spread(500, 20_000), withItems);
  return `the store is lost and its backup restored${withItems ? ", with items above their heads" : ""}`;
}

function moveArbiter(world: World): string {
  const overlapMs = world.chaos.pick([0, 0, 50, 2_000]);
  world.centre.move(overlapMs);
  world.reached.count("arbiters moved");
  return `the arbiter is moved; the old one goes on for ${overlapMs} ms`;
}

function cutSite(world: World): string {
  const { site, chaos, scheduler } = world;
  if (site.isCut) return "the site is cut off already";
  site.cut();
  if (chaos.is(0.3)) scheduler.after(chaos.spread(1_000, 60_000), () => site.crash());
  scheduler.after(chaos.spread(5_000, 200_000), () => {
    if (site.isCut) site.returned();
  });
  return "the site is cut off";
}

function setClock(world: World): string {
  const device = world.chaos.pick(world.devices);
  device.skewMs = world.chaos.whole(-600_000, 600_000);
  return `the clock of ${device.id} is set to ${device.skewMs} ms`;
}

function badChannel(world: World): string {
  const { chaos, channel, scheduler } = world;
  channel.failing = chaos.random() * 0.6;
  channel.silent = chaos.random() * 0.6;
  scheduler.after(chaos.spread(2_000, 30_000), () => {
    channel.failing = 0;
    channel.silent = 0;
  });
  return "the channel fails";
}

function signOut(world: World): string {
  const device = world.chaos.pick(world.devices);
  device.isExpired = true;
  return `the session of ${device.id} runs out`;
}

function dropBoards(world: World): string {
  world.boardShare = 0;
  world.scheduler.after(world.chaos.spread(5_000, 60_000), () => {
    world.boardShare = world.fairBoardShare;
  });
  return "every board is deleted";
}

function letTimePass(world: World): string {
  world.pause = world.chaos.spread(60_000, 900_000);
  return `nobody does anything for ${world.pause} ms`;
}
