const PROGRAMS = "@program.invalid";

/** What stands as the e-mail of a program's account (an API token's): nobody's address, and no password leads in. */
export const programEmail = (agent: string): string => `${agent}${PROGRAMS}`;

/** Whether an account with that e-mail is a program's: nobody to give work to. */
export const isProgramEmail = (email: string): boolean => email.endsWith(PROGRAMS);
