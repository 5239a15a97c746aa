// Loaded on every page, after the page works without it. htmx swaps parts; the rest are small courtesies.
import "htmx.org/dist/htmx.esm.js";

document.documentElement.classList.add("js");

// After a refused form the summary of faults gets the focus, so that it is read out first.
document.querySelector("[data-error-summary]")?.focus();

// A form that is being sent cannot be sent twice by a double click; going back makes it usable again.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!(form instanceof HTMLFormElement) || form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent === "yes") {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
});
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});

// Print buttons exist only where there is a script to obey them.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
