/** What a key can ask for, anywhere in the desk. */
export type KeyAct =
  | {
      readonly act:
        | "palette"
        | "next"
        | "previous"
        | "take"
        | "reply"
        | "note"
        | "close"
        | "snooze"
        | "search"
        | "attach"
        | "ticket"
        | "mark"
        | "help";
    }
  | { readonly act: "dock"; readonly position: number };

/** What is read of a keyboard event. */
export type KeyPress = {
  /** The key by its place (`event.code`): the same on every layout. */
  readonly code: string;
  readonly alt: boolean;
  readonly ctrl: boolean;
  readonly meta: boolean;
  readonly shift: boolean;
};

/** Where the focus is: a field takes plain keys, a window over the page takes them all but its own. */
export type KeyPlace = { readonly isTyping: boolean; readonly isModal: boolean; readonly isOn: boolean };

const PLAIN: Readonly<Record<string, Exclude<KeyAct["act"], "dock">>> = {
  KeyJ: "next",
  KeyK: "previous",
  KeyT: "take",
  KeyR: "reply",
  KeyN: "note",
  KeyE: "close",
  KeyZ: "snooze",
  KeyX: "mark",
  Slash: "search",
};

/** The act of a key press, or nothing. With keys off only the palette, attaching and the dock are left: they need a modifier. */
export function actOfKey(press: KeyPress, place: KeyPlace): KeyAct | undefined {
  const command = press.ctrl || press.meta;
  if (command && !press.alt && !press.shift && press.code === "KeyK") return { act: "palette" };
  if (place.isModal) return undefined;
  if (command && press.shift && !press.alt && press.code === "KeyA") return { act: "attach" };
  if (command) return undefined;
  if (press.alt && !press.shift) {
    const digit = /^(?:Digit|Numpad)([1-6])$/.exec(press.code)?.[1];
    if (digit) return { act: "dock", position: Number(digit) };
    if (place.isOn && press.code === "KeyJ") return { act: "next" };
    if (place.isOn && press.code === "KeyK") return { act: "previous" };
    return undefined;
  }
  if (!place.isOn || place.isTyping || press.alt) return undefined;
  if (press.shift) {
    if (press.code === "KeyT") return { act: "ticket" };
    return press.code === "Slash" ? { act: "help" } : undefined;
  }
  const act = PLAIN[press.code];
  return act ? { act } : undefined;
}

/** A line of the help: words are looked up by `word`. */
export type KeyHelp = { readonly word: string; readonly keys: readonly string[] };

/** The help, by group, with the keys as they stand on the board. */
export function keyHelp(isMac: boolean): Readonly<Record<"list" | "thread" | "composer" | "desk", readonly KeyHelp[]>> {
  const command = isMac ? "⌘" : "Ctrl";
  const alt = isMac ? "⌥" : "Alt";
  return {
    desk: [
      { word: "palette", keys: [command, "K"] },
      { word: "search", keys: ["/"] },
      { word: "dock", keys: [alt, "1 … 6"] },
      { word: "help", keys: ["?"] },
    ],
    list: [
      { word: "next", keys: ["J"] },
      { word: "previous", keys: ["K"] },
      { word: "mark", keys: ["X"] },
    ],
    thread: [
      { word: "take", keys: ["T"] },
      { word: "reply", keys: ["R"] },
      { word: "note", keys: ["N"] },
      { word: "close", keys: ["E"] },
      { word: "snooze", keys: ["Z"] },
      { word: "ticket", keys: ["⇧", "T"] },
    ],
    composer: [
      { word: "template", keys: ["/"] },
      { word: "article", keys: ["//"] },
      { word: "mention", keys: ["@"] },
      { word: "attach", keys: [command, "⇧", "A"] },
      { word: "sendAndClose", keys: [command, "Enter"] },
      { word: "nextTyping", keys: [alt, "J"] },
      { word: "previousTyping", keys: [alt, "K"] },
      { word: "leave", keys: ["Esc"] },
    ],
  };
}
