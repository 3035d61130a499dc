// Asks before a page is left whose work is not saved. Answers what tells it that the work, as it is now, needs no asking.
export function guard(written) {
  const now = () => JSON.stringify(written());
  let kept = now();
  const asks = (event) => {
    if (now() !== kept) event.preventDefault();
  };
  addEventListener("beforeunload", asks, { capture: true }); // first, for what else is done on leaving waits for it
  return () => (kept = now());
}
