// A small client of tus 1.0, the protocol for resumable uploads: creation, going on where it broke off, ending.
import { Problem, answer } from "./api.js";
import { _ } from "./words.js";

const VERSION = { "Tus-Resumable": "1.0.0" };
const PIECE = 16 * 1024 * 1024;

// Makes an upload of `file`; resolves to its address. `key` makes a repeated call find the same one.
export async function create(file, key, about) {
  const pairs = Object.entries({ filename: file.name, ...about });
  const metadata = pairs.map(([name, value]) => `${name} ${btoa(String.fromCharCode(...new TextEncoder().encode(value)))}`).join();
  const headers = { ...VERSION, "Upload-Length": file.size, "Upload-Metadata": metadata, "Idempotency-Key": key };
  const response = await ask("POST", "/api/uploads", headers);
  return response.headers.get("Location");
}

// How many bytes the server has; null when it knows no such upload (any more).
export async function place(address) {
  try {
    const response = await ask("HEAD", address, VERSION);
    return { offset: Number(response.headers.get("Upload-Offset")), contentId: response.headers.get("Vizora-Content-Id") };
  } catch (problem) {
    if (problem.status === 404) return null;
    throw problem;
  }
}

// Sends what is missing, piece by piece; resolves to the id of the content it became. `told` gets the bytes there.
export async function go(file, address, offset, told, signal) {
  for (;;) {
    const sent = await piece(file.slice(offset, offset + PIECE), address, offset, told, signal);
    if (sent.contentId) return sent.contentId;
    offset = sent.offset;
  }
}

export async function end(address) {
  await ask("DELETE", address, VERSION).catch(() => {});
}

async function ask(method, address, headers) {
  const response = await fetch(address, { method, headers }).catch(() => null);
  if (!response) throw new Problem(0, { detail: _("The connection broke.") });
  if (!response.ok) answer(response.status, await response.text(), address);
  return response;
}

// XMLHttpRequest, for fetch still tells nothing about what went out.
function piece(bytes, address, offset, told, signal) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("PATCH", address);
    const headers = { ...VERSION, "Upload-Offset": offset, "Content-Type": "application/offset+octet-stream" };
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
    request.upload.onprogress = ({ loaded }) => told(offset + loaded);
    request.onerror = () => reject(new Problem(0, { detail: _("The connection broke.") }));
    request.onabort = () => reject(new Problem(0, { detail: _("Stopped.") }));
    request.onload = () => {
      const header = (name) => request.getResponseHeader(name);
      if (request.status === 409 && header("Upload-Offset")) return resolve({ offset: Number(header("Upload-Offset")) });
      try {
        answer(request.status, request.responseText, address);
        resolve({ offset: Number(header("Upload-Offset")), contentId: header("Vizora-Content-Id") });
      } catch (problem) {
        reject(problem);
      }
    };
    if (signal.aborted) return reject(new Problem(0, { detail: _("Stopped.") }));
    signal.addEventListener("abort", () => request.abort());
    request.send(bytes);
  });
}
