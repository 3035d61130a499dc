// Asks before a page is left whose work is not saved. Answers what tells it that the work, as it is now, needs no asking.
export function guard(written) {
  const now = () => JSON.stringify(written());
  let kept = now();
  addEventListener("beforeunload", (event) => {
    if (now() !== kept) event.preventDefault();
  });
  return () => (kept = now());
}
