// Updates parts of a page instead of loading another: the header X-Partial names the part.
// Without scripts, and whenever something is not as expected, links and forms load pages.
"use strict";

const ask = (url, part, options) =>
  fetch(url, { ...options, headers: { "X-Partial": part } });

// "Older entries" adds them below those that are there.
async function older(link) {
  const pager = link.closest(".pages");
  if (pager.ariaBusy) return;
  pager.ariaBusy = "true";
  try {
    const answer = await ask(link.href, "entries");
    if (!answer.ok) throw new Error(answer.statusText);
    const last = pager.previousElementSibling;
    pager.insertAdjacentHTML("beforebegin", await answer.text());
    pager.remove();
    // Who reads with the keyboard goes on where the page grew.
    const first = last.nextElementSibling;
    first.tabIndex = -1;
    first.focus({ preventScroll: true });
  } catch {
    location.href = link.href;
  }
}

// Signing puts the entry on top of the others, or says what is wrong in the form.
async function sign(form) {
  const button = form.querySelector("button");
  const said = document.querySelector(".said");
  button.disabled = true;
  said.textContent = "";
  try {
    const body = new URLSearchParams(new FormData(form));
    const answer = await ask(form.action, "book", { method: "POST", body });
    const html = await answer.text();
    if (answer.status === 422) {
      form.closest(".sign").outerHTML = html;
      document.querySelector("#sign [aria-invalid]").focus();
    } else if (answer.ok) {
      document.querySelector(".book").outerHTML = html;
      document.querySelector(".entry").classList.add("new");
      renew(form);
      said.textContent = "Thank you! Your entry is in the book.";
    } else {
      throw new Error(answer.statusText);
    }
  } catch {
    form.submit();
  }
  button.disabled = false;
}

// The form for the next entry, by the same visitor.
function renew(form) {
  form.querySelectorAll(".problem").forEach((problem) => problem.remove());
  for (const field of form.elements) {
    field.removeAttribute("aria-invalid");
    field.removeAttribute("aria-describedby");
    if (field.name !== "name") field.value = "";
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest("a[rel=next]");
  const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
  if (!link || elsewhere) return;
  event.preventDefault();
  older(link);
});

document.addEventListener("submit", (event) => {
  // What was searched for, or an older page, is not where the entry will be.
  if (event.target.id !== "sign" || location.search) return;
  event.preventDefault();
  sign(event.target);
});
