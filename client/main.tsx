import { render } from "solid-js/web";
import { Root } from "./boot/root.tsx";
import { assert } from "../shared/kernel/assert.ts";
import "./styles/base.css";

const place = document.querySelector("#desk");
assert(place !== null, "index.html has the place where the desk stands");
render(() => <Root />, place);
