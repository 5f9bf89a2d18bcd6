"use strict";
// Records and their stretches of text light up together; keys judge on the review page. Everything works without this.
function light(ids, on) {
  for (const id of ids.split(" ")) {
    for (const e of document.querySelectorAll(`[data-claims~="${CSS.escape(id)}"]`)) e.classList.toggle("lit", on);
  }
}
for (const e of document.querySelectorAll("[data-claims]")) {
  for (const [name, on] of [["mouseenter", true], ["mouseleave", false], ["focusin", true], ["focusout", false]]) {
    e.addEventListener(name, () => light(e.dataset.claims, on));
  }
}
const queue = [...document.querySelectorAll(".queue > li[tabindex]")];
document.addEventListener("keydown", (event) => {
  if (event.target.closest("input, select, textarea") || event.ctrlKey || event.metaKey || event.altKey || !queue.length) return;
  const at = queue.findIndex((e) => e.contains(document.activeElement));
  if (event.key === "j" || event.key === "k") {
    queue[Math.max(0, Math.min(queue.length - 1, at + (event.key === "j" ? 1 : -1)))].focus();
  } else {
    queue[Math.max(0, at)].querySelector(`button[data-key="${CSS.escape(event.key)}"]`)?.click();
  }
});
