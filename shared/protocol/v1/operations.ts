import type * as v from "valibot";
import * as d from "./dialogs.ts";
import * as dir from "./directory.ts";
import { type ApiCode, listQuery, pageOf } from "./parts.ts";
import * as t from "./tickets.ts";

/** What a token may do: read or write, by resource. */
export const API_SCOPES = [
  "dialogs:read",
  "dialogs:write",
  "tickets:read",
  "tickets:write",
  "contacts:read",
  "contacts:write",
  "companies:read",
  "companies:write",
  "assets:read",
  "assets:write",
  "directory:read",
] as const;
export type ApiScope = (typeof API_SCOPES)[number];

/** One call of `/api/v1`: the router, the OpenAPI document and the tests all go by these. */
export type Operation = {
  readonly method: "get" | "post" | "patch";
  /** Behind `/api/v1`, parameters in braces. */
  readonly path: string;
  readonly scope: ApiScope;
  readonly summary: string;
  readonly query?: v.GenericSchema;
  readonly body?: v.GenericSchema;
  /** Of a success; 201 where something was made. */
  readonly status: 200 | 201;
  readonly answer: v.GenericSchema;
  /** Refusals beside those of every call. */
  readonly codes: readonly ApiCode[];
};

const operation = <const One extends Operation>(one: One): One => one;
const writing = ["id-taken", "idempotency-key", "forbidden"] as const satisfies readonly ApiCode[];

/** All calls by their names. */
export const OPERATIONS = {
  listDialogs: operation({
    method: "get",
    path: "/dialogs",
    scope: "dialogs:read",
    summary: "Dialogs that the token's teams see",
    query: d.dialogQuery,
    status: 200,
    answer: pageOf(d.dialog),
    codes: [],
  }),
  getDialog: operation({
    method: "get",
    path: "/dialogs/{dialog}",
    scope: "dialogs:read",
    summary: "One dialog",
    status: 200,
    answer: d.dialog,
    codes: ["not-found"],
  }),
  listMessages: operation({
    method: "get",
    path: "/dialogs/{dialog}/messages",
    scope: "dialogs:read",
    summary: "What was said, oldest first",
    query: d.messageQuery,
    status: 200,
    answer: pageOf(d.message),
    codes: ["not-found"],
  }),
  createMessage: operation({
    method: "post",
    path: "/dialogs/{dialog}/messages",
    scope: "dialogs:write",
    summary: "A message in the user's name, by a program that he wrote to",
    body: d.messageBody,
    status: 201,
    answer: d.message,
    codes: ["not-found", ...writing],
  }),
  createNote: operation({
    method: "post",
    path: "/dialogs/{dialog}/notes",
    scope: "dialogs:write",
    summary: "A note that only agents see",
    body: d.noteBody,
    status: 201,
    answer: d.message,
    codes: ["not-found", ...writing],
  }),
  createReply: operation({
    method: "post",
    path: "/dialogs/{dialog}/replies",
    scope: "dialogs:write",
    summary: "An answer to the user; the token's agent must own the dialog",
    body: d.replyBody,
    status: 201,
    answer: d.message,
    codes: ["not-found", "not-owner", "unseen", "changed", "closed", ...writing],
  }),
  claimDialog: operation({
    method: "post",
    path: "/dialogs/{dialog}/claim",
    scope: "dialogs:write",
    summary: "The token's agent takes the dialog",
    body: d.claimBody,
    status: 200,
    answer: d.dialog,
    codes: ["not-found", "owned", "closed", ...writing],
  }),
  closeDialog: operation({
    method: "post",
    path: "/dialogs/{dialog}/close",
    scope: "dialogs:write",
    summary: "Ends the dialog; the token's agent must own it",
    body: d.closeBody,
    status: 200,
    answer: d.dialog,
    codes: ["not-found", "not-owner", "unseen", "changed", "closed", ...writing],
  }),
  listTickets: operation({
    method: "get",
    path: "/tickets",
    scope: "tickets:read",
    summary: "Tickets that the token's teams see",
    query: t.ticketQuery,
    status: 200,
    answer: pageOf(t.ticket),
    codes: [],
  }),
  getTicket: operation({
    method: "get",
    path: "/tickets/{ticket}",
    scope: "tickets:read",
    summary: "One ticket with its texts",
    status: 200,
    answer: t.ticketWhole,
    codes: ["not-found"],
  }),
  createTicket: operation({
    method: "post",
    path: "/tickets",
    scope: "tickets:write",
    summary: "A new ticket for a team",
    body: t.ticketBody,
    status: 201,
    answer: t.ticketWhole,
    codes: ["not-found", ...writing],
  }),
  changeTicket: operation({
    method: "patch",
    path: "/tickets/{ticket}",
    scope: "tickets:write",
    summary: "Title, description, priority and custom fields; what is not named stays",
    body: t.ticketPatch,
    status: 200,
    answer: t.ticketWhole,
    codes: ["not-found", ...writing],
  }),
  setTicketStatus: operation({
    method: "post",
    path: "/tickets/{ticket}/status",
    scope: "tickets:write",
    summary: "A status of the ticket's type; a ticket with an owner takes it from him only",
    body: t.statusBody,
    status: 200,
    answer: t.ticketWhole,
    codes: ["not-found", "not-owner", "no-status", "required", "changed", ...writing],
  }),
  listContacts: operation({
    method: "get",
    path: "/contacts",
    scope: "contacts:read",
    summary: "Persons who write in",
    query: listQuery,
    status: 200,
    answer: pageOf(dir.contact),
    codes: [],
  }),
  getContact: operation({
    method: "get",
    path: "/contacts/{contact}",
    scope: "contacts:read",
    summary: "One person",
    status: 200,
    answer: dir.contact,
    codes: ["not-found"],
  }),
  listContactThreads: operation({
    method: "get",
    path: "/contacts/{contact}/threads",
    scope: "contacts:read",
    summary: "Dialogs and tickets of a person, as far as the token's teams see them",
    query: listQuery,
    status: 200,
    answer: pageOf(dir.contactThread),
    codes: ["not-found"],
  }),
  createContact: operation({
    method: "post",
    path: "/contacts",
    scope: "contacts:write",
    summary: "A new person",
    body: dir.contactBody,
    status: 201,
    answer: dir.contact,
    codes: writing,
  }),
  changeContact: operation({
    method: "patch",
    path: "/contacts/{contact}",
    scope: "contacts:write",
    summary: "Facts of a person; what is not named stays, null clears",
    body: dir.contactPatch,
    status: 200,
    answer: dir.contact,
    codes: ["not-found", ...writing],
  }),
  listCompanies: operation({
    method: "get",
    path: "/companies",
    scope: "companies:read",
    summary: "Companies",
    query: listQuery,
    status: 200,
    answer: pageOf(dir.company),
    codes: [],
  }),
  getCompany: operation({
    method: "get",
    path: "/companies/{company}",
    scope: "companies:read",
    summary: "One company",
    status: 200,
    answer: dir.company,
    codes: ["not-found"],
  }),
  createCompany: operation({
    method: "post",
    path: "/companies",
    scope: "companies:write",
    summary: "A new company",
    body: dir.companyBody,
    status: 201,
    answer: dir.company,
    codes: writing,
  }),
  changeCompany: operation({
    method: "patch",
    path: "/companies/{company}",
    scope: "companies:write",
    summary: "Facts of a company",
    body: dir.companyPatch,
    status: 200,
    answer: dir.company,
    codes: ["not-found", ...writing],
  }),
  listAssets: operation({
    method: "get",
    path: "/assets",
    scope: "assets:read",
    summary: "Assets",
    query: listQuery,
    status: 200,
    answer: pageOf(dir.asset),
    codes: [],
  }),
  getAsset: operation({
    method: "get",
    path: "/assets/{asset}",
    scope: "assets:read",
    summary: "One asset",
    status: 200,
    answer: dir.asset,
    codes: ["not-found"],
  }),
  createAsset: operation({
    method: "post",
    path: "/assets",
    scope: "assets:write",
    summary: "A new asset",
    body: dir.assetBody,
    status: 201,
    answer: dir.asset,
    codes: writing,
  }),
  changeAsset: operation({
    method: "patch",
    path: "/assets/{asset}",
    scope: "assets:write",
    summary: "Facts of an asset",
    body: dir.assetPatch,
    status: 200,
    answer: dir.asset,
    codes: ["not-found", ...writing],
  }),
  listTeams: operation({
    method: "get",
    path: "/teams",
    scope: "directory:read",
    summary: "Teams",
    query: listQuery,
    status: 200,
    answer: pageOf(dir.team),
    codes: [],
  }),
  listAgents: operation({
    method: "get",
    path: "/agents",
    scope: "directory:read",
    summary: "Agents; programs with a token are among them",
    query: listQuery,
    status: 200,
    answer: pageOf(dir.agent),
    codes: [],
  }),
} as const;
export type OperationName = keyof typeof OPERATIONS;

/** What an operation's answer is. */
export type AnswerOf<Name extends OperationName> = v.InferOutput<(typeof OPERATIONS)[Name]["answer"]>;
