import { createSignal, type JSX, Show } from "solid-js";
import { PASSWORD_LENGTH } from "../../../shared/protocol/identity.ts";
import { type Entry, enter, type LinkLook, type SignedInPerson } from "../../signals/account.ts";
import { words } from "../../signals/words.ts";
import { Button } from "../../widgets/button.tsx";
import { TextField } from "../../widgets/field.tsx";
import styles from "./entry-form.module.css";

/** The fields of one way in. Also stands in a window when a session has run out. */
export function EntryForm(props: {
  readonly way: Entry["way"];
  readonly token?: string;
  readonly given?: LinkLook | undefined;
  readonly email?: string;
  readonly onEntered: (person: SignedInPerson) => void;
}): JSX.Element {
  const given = () => (props.given?.status === "open" ? props.given : undefined);
  const [name, setName] = createSignal<string>();
  const [email, setEmail] = createSignal<string>();
  const [password, setPassword] = createSignal("");
  const [isTried, setTried] = createSignal(false);
  const [isBusy, setBusy] = createSignal(false);
  const [problem, setProblem] = createSignal<string>();
  const isNew = () => props.way !== "sign-in";
  const nameNow = () => (name() ?? given()?.name ?? "").trim();
  const emailNow = () => (email() ?? given()?.email ?? props.email ?? "").trim();
  const nameError = () => (isTried() && isNew() && nameNow() === "" ? words().account.nameMissing : undefined);
  const emailError = () => (isTried() && !/^[^\s@]+@[^\s@]+$/.test(emailNow()) ? words().account.emailBad : undefined);
  const passwordError = () =>
    isTried() && isNew() && password().length < PASSWORD_LENGTH.least ? words().account.passwordShort : undefined;

  async function submit(): Promise<void> {
    setTried(true);
    setProblem(undefined);
    if (nameError() || emailError() || passwordError() || isBusy()) return;
    setBusy(true);
    const entry: Entry =
      props.way === "sign-in"
        ? { way: "sign-in", email: emailNow(), password: password() }
        : { way: props.way, token: props.token ?? "", name: nameNow(), email: emailNow(), password: password() };
    const entered = await enter(entry);
    setBusy(false);
    if (entered.ok) props.onEntered(entered.value);
    else setProblem(entered.error);
  }

  const submitWords = (): string =>
    isBusy()
      ? words().account.signingIn
      : props.way === "first"
        ? words().account.create
        : props.way === "join"
          ? words().account.join
          : words().account.signIn;

  return (
    <form
      class={styles["form"]}
      novalidate
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      <Show when={isNew()}>
        <TextField
          label={words().account.name}
          name="name"
          autocomplete="name"
          value={name() ?? given()?.name ?? ""}
          error={nameError()}
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </Show>
      <TextField
        label={words().account.email}
        name="email"
        type="email"
        inputmode="email"
        autocomplete="username"
        value={email() ?? given()?.email ?? props.email ?? ""}
        error={emailError()}
        onInput={(event) => setEmail(event.currentTarget.value)}
      />
      <TextField
        label={words().account.password}
        name="password"
        type="password"
        autocomplete={isNew() ? "new-password" : "current-password"}
        value={password()}
        hint={isNew() ? words().account.passwordHint : undefined}
        error={passwordError()}
        onInput={(event) => setPassword(event.currentTarget.value)}
      />
      <Show when={problem()}>
        <p class={styles["problem"]} role="alert">
          {problem()}
        </p>
      </Show>
      <Button type="submit" look="primary" size="large" wide disabled={isBusy()}>
        {submitWords()}
      </Button>
    </form>
  );
}
