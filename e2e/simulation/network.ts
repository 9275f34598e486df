import type { Ms } from "../../shared/kernel/clock.ts";
import type { Chance } from "./chance.ts";
import type { Scheduler } from "./scheduler.ts";

/** The weather: what every message that is under way has to bear. */
export type Weather = { readonly drop: number; readonly repeat: number; readonly fastest: Ms; readonly slowest: Ms };

export const FAIR_WEATHER: Weather = { drop: 0, repeat: 0, fastest: 4, slowest: 60 };

/** Carries messages; each takes its own time, so that a later one may overtake. */
export class Network {
  weather: Weather = FAIR_WEATHER;
  carried = 0;
  readonly #scheduler: Scheduler;
  readonly #chance: Chance;

  constructor(scheduler: Scheduler, chance: Chance) {
    this.#scheduler = scheduler;
    this.#chance = chance;
  }

  /** Delivers once, never, or twice. */
  carry(isOpen: () => boolean, deliver: () => void): void {
    const { drop, repeat } = this.weather;
    if (!isOpen() || this.#chance.is(drop)) return;
    const times = this.#chance.is(repeat) ? 2 : 1;
    for (let i = 0; i < times; i += 1) {
      this.carried += 1;
      this.#scheduler.after(this.#delay(), () => {
        if (isOpen()) deliver();
      });
    }
  }

  #delay(): Ms {
    const { fastest, slowest } = this.weather;
    return this.#chance.whole(fastest, slowest);
  }
}

/** The way between one device and the desk; each direction may be cut alone. */
export class Line {
  up = true;
  down = true;
  readonly #network: Network;

  constructor(network: Network) {
    this.#network = network;
  }

  toDesk(deliver: () => void): void {
    this.#network.carry(() => this.up, deliver);
  }

  toDevice(deliver: () => void): void {
    this.#network.carry(() => this.down, deliver);
  }
}
