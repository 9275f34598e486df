import { render } from "solid-js/web";
import { assert } from "../shared/kernel/assert.ts";
import { Root } from "./boot/root.tsx";
import { startWords } from "./signals/words.ts";
import "./styles/base.css";

const place = document.querySelector("#desk");
assert(place !== null, "index.html has the place where the desk stands");
void startWords().then(() => render(() => <Root />, place));
