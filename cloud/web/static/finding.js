// A list that the server narrows by what is typed above it.
const CALM_MS = 250;

// Fills `list` with what `GET address?q=words` draws, for the newest words only. `done` runs after each time.
export function finding(field, list, address, done = () => {}) {
  let waiting = null;
  let asked = 0;
  field.addEventListener("input", (event) => {
    event.stopPropagation();
    clearTimeout(waiting);
    waiting = setTimeout(find, CALM_MS);
  });
  field.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());

  async function find() {
    const number = (asked += 1);
    const response = await fetch(`${address}?${new URLSearchParams({ q: field.value.trim() })}`).catch(() => null);
    if (!response?.ok || response.redirected || number !== asked) return;
    const fresh = new DOMParser().parseFromString(`<ul>${await response.text()}</ul>`, "text/html");
    list.replaceChildren(...document.adoptNode(fresh.body.firstElementChild).childNodes);
    done();
  }
}
