// Reordering a list by its grips: dragging with mouse, pen or finger, or the arrow keys while a grip has the focus.

const EDGE_PX = 70;
const STEP_PX = 12;

export function sortable(list, itemSelector, gripSelector, moved) {
  list.addEventListener("pointerdown", (event) => {
    const grip = event.target.closest(gripSelector);
    if (!grip || event.button !== 0) return;
    event.preventDefault();
    grip.focus();
    drag(list, grip, grip.closest(itemSelector), event, moved);
  });
  list.addEventListener("keydown", (event) => {
    const grip = event.target.closest(gripSelector);
    const item = grip?.closest(itemSelector);
    if (!item || !["ArrowUp", "ArrowDown", "Home", "End"].includes(event.key)) return;
    event.preventDefault();
    if (event.key === "ArrowUp") item.previousElementSibling?.before(item);
    if (event.key === "ArrowDown") item.nextElementSibling?.after(item);
    if (event.key === "Home") list.prepend(item);
    if (event.key === "End") list.append(item);
    grip.focus();
    item.scrollIntoView({ block: "nearest" });
    moved(item);
  });
}

function drag(list, grip, item, start, moved) {
  item.classList.add("dragged");
  grip.setPointerCapture(start.pointerId);
  const before = [...list.children].indexOf(item);

  const follow = (event) => {
    if (event.clientY < EDGE_PX) scrollBy(0, -STEP_PX);
    if (event.clientY > innerHeight - EDGE_PX) scrollBy(0, STEP_PX);
    const over = [...list.children].find((other) => {
      const box = other.getBoundingClientRect();
      return other !== item && event.clientY > box.top && event.clientY < box.bottom;
    });
    if (!over) return;
    const box = over.getBoundingClientRect();
    const down = item.compareDocumentPosition(over) & Node.DOCUMENT_POSITION_FOLLOWING;
    if (down && event.clientY > box.top + box.height / 2) over.after(item);
    if (!down && event.clientY < box.top + box.height / 2) over.before(item);
    grip.setPointerCapture(start.pointerId);
  };
  const end = () => {
    item.classList.remove("dragged");
    grip.removeEventListener("pointermove", follow);
    grip.focus();
    if ([...list.children].indexOf(item) !== before) moved(item);
  };
  grip.addEventListener("pointermove", follow);
  grip.addEventListener("pointerup", end, { once: true });
  grip.addEventListener("pointercancel", end, { once: true });
}
