// Talks to the JSON API as the person who is signed in. Every change on every page goes through here.
import { _, problem } from "./words.js";

export class Problem extends Error {
  constructor(status, body) {
    super(problem(body) || _("The server did not say what went wrong."));
    this.status = status;
    this.code = body.code || "";
    this.errors = body.errors || [];
    this.details = body.details || {};
  }
}

export async function call(method, path, body, headers = {}) {
  let response;
  try {
    response = await fetch(path, {
      method,
      keepalive: method === "DELETE", // one that is on its way ends, even if the page is left
      headers: body === undefined ? headers : { "Content-Type": "application/json", ...headers },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
  } catch {
    throw new Problem(0, { detail: _("The server can’t be reached. Check the connection, then try again.") });
  }
  const isJson = !response.ok || response.headers.get("Content-Type")?.includes("json") !== false;
  return answer(response.status, await response.text(), path, isJson);
}

export function answer(status, text, path, isJson = true) {
  let body = {};
  try {
    body = text && isJson ? JSON.parse(text) : {};
  } catch {
    body = { detail: _("The server’s answer can’t be read.") };
  }
  if (status >= 200 && status < 300) return { status, body, text };
  if (status === 401 && !path.startsWith("/api/auth/login")) signIn();
  throw new Problem(status, body);
}

function signIn() {
  location.assign(`/sign-in?next=${encodeURIComponent(location.pathname + location.search)}${location.hash}`);
}
