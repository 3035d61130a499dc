// A list that the server narrows by what is typed above it. What is chosen in it stays, before what was found.
const CALM_MS = 250;

// Fills `list` with what `GET address` draws with the words in `q`, for the newest words only. `done` runs after each
// time. Answers what fills it at once.
export function finding(field, list, address, done = () => {}) {
  const heard = document.createElement("p");
  heard.className = "visually-hidden";
  heard.setAttribute("aria-live", "polite");
  list.after(heard);
  let waiting = null;
  let asked = 0;
  field.addEventListener("input", (event) => {
    event.stopPropagation();
    clearTimeout(waiting);
    waiting = setTimeout(find, CALM_MS);
  });
  field.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
  return find;

  async function find() {
    const number = (asked += 1);
    const fresh = await part(address, { q: field.value.trim() });
    if (!fresh || number !== asked) return;
    put(list, fresh);
    heard.textContent = list.querySelector(":scope > .hint")?.firstChild?.textContent.trim() ?? "";
    done();
  }
}

// What the server draws, as an element around it; null when it can't be had.
export async function part(address, query) {
  const url = new URL(address, location);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  const response = await fetch(url).catch(() => null);
  if (!response?.ok || response.redirected) return null;
  const fresh = new DOMParser().parseFromString(`<ul>${await response.text()}</ul>`, "text/html");
  return document.adoptNode(fresh.body.firstElementChild);
}

// Nothing that is chosen is there twice.
export function put(list, fresh) {
  const stays = [...list.querySelectorAll(".choice[data-stays], .choice:has(:checked)")];
  const values = new Set(stays.map((choice) => choice.querySelector("input").value));
  for (const input of fresh.querySelectorAll("input")) if (values.has(input.value)) input.closest(".choice").remove();
  list.replaceChildren(...stays, ...fresh.childNodes);
}

// The finders of screens that a page draws itself.
export function findScreens() {
  for (const place of document.querySelectorAll("[data-finder]")) {
    const field = place.querySelector("[data-find]");
    finding(field, place.querySelector("[data-pick]"), field.dataset.find);
  }
}
