// Sending a file, with its progress (XMLHttpRequest: fetch still tells nothing about what went out).
import { Problem, answer, call } from "./api.js";
import { _ } from "./words.js";

const LOOK_AGAIN_MS = 500;

// Resolves to the content as the API shows it. `told` gets the percentage that is out.
export function send(file, told, { signal, method = "POST", path = "/api/content" } = {}) {
  const form = new FormData();
  form.append("file", file);
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open(method, path);
    request.upload.onprogress = ({ loaded, total }) => told((100 * loaded) / total);
    request.onerror = () => reject(new Problem(0, { detail: _("The connection broke.") }));
    request.onabort = () => reject(new Problem(0, { detail: _("Cancelled.") }));
    request.onload = () => {
      try {
        resolve(answer(request.status, request.responseText, path).body);
      } catch (problem) {
        reject(problem);
      }
    };
    signal?.addEventListener("abort", () => request.abort());
    request.send(form);
  });
}

// Waits until the server has looked at the file. Throws a Problem with its reason when it can't be shown.
export async function settled(content) {
  while (content.uploadStatus === "processing") {
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    content = (await call("GET", `/api/content/${content.id}`)).body;
  }
  if (content.uploadStatus === "failed") throw new Problem(422, { detail: content.uploadError || _("It can’t be shown.") });
  return content;
}
