// What a keyboard, a dropped file and a running import add to pages that work
// without any of this. No text is made here: all words come from the server.

const root = document.documentElement;
root.classList.add("scripted");

const typing = (t) => t instanceof HTMLElement && (t.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(t.tagName));

// rows are the doors of lists and tables, in the order of the page.
const rows = () => [...document.querySelectorAll("[data-rows] [data-row]")].filter((a) => a.offsetParent !== null);

function move(step) {
  const all = rows();
  if (all.length === 0) return false;
  const at = all.indexOf(document.activeElement);
  const to = at < 0 ? (step > 0 ? 0 : all.length - 1) : at + step;
  if (to < 0 || to >= all.length) return true;
  all[to].focus();
  all[to].scrollIntoView({ block: "nearest" });
  return true;
}

// choose takes one of the two answers to a question, that in which the focus is
// or the first on the page, and goes to the reason, which a person has to write.
function choose(key) {
  const forms = [...document.querySelectorAll("form[data-decide]")].filter((f) => f.offsetParent !== null);
  const form = document.activeElement?.closest("[data-question]")?.querySelector("form[data-decide]") ?? forms[0];
  const answer = form?.querySelector(`[data-key="${key}"]`);
  if (!answer) return false;
  answer.checked = true;
  form.elements.namedItem("why").focus();
  return true;
}

document.addEventListener("keydown", (e) => {
  if (e.ctrlKey || e.metaKey || e.altKey || e.isComposing) return;
  if (e.target.type === "radio" && (e.key === "a" || e.key === "r") && choose(e.key)) {
    e.preventDefault();
    return;
  }
  if (typing(e.target)) {
    if (e.key === "Escape") e.target.blur();
    return;
  }
  const inScroller = document.activeElement?.matches?.(".scroll, pre");
  switch (e.key) {
    case "/": {
      const box = document.querySelector("[data-box]") ?? document.getElementById("q");
      if (!box) return;
      box.focus();
      box.select();
      break;
    }
    case "ArrowDown":
    case "ArrowUp":
      if (inScroller || !move(e.key === "ArrowDown" ? 1 : -1)) return;
      break;
    case "a":
    case "r":
      if (!choose(e.key)) return;
      break;
    case "?":
      location.assign("/help");
      break;
    default:
      return;
  }
  e.preventDefault();
});

// A file that is dropped goes through the same form as one that is chosen.
const upload = document.getElementById("upload");
const files = document.getElementById("file");
if (upload && files) {
  const carries = (e) => e.dataTransfer && [...e.dataTransfer.types].includes("Files");
  let depth = 0;
  document.addEventListener("dragenter", (e) => {
    if (carries(e)) { depth++; root.classList.add("dropping"); }
  });
  document.addEventListener("dragleave", (e) => {
    if (carries(e) && --depth <= 0) root.classList.remove("dropping");
  });
  document.addEventListener("dragover", (e) => { if (carries(e)) e.preventDefault(); });
  document.addEventListener("drop", (e) => {
    if (!carries(e)) return;
    e.preventDefault();
    depth = 0;
    root.classList.remove("dropping");
    files.files = e.dataTransfer.files;
    upload.requestSubmit();
  });
}

// A running import is asked for again every second; the server's own page is
// the answer, and its part that changes takes the place of the one here.
function refresh() {
  const live = document.getElementById("live");
  if (!live?.hasAttribute("data-live")) return;
  setTimeout(() => {
    const x = new XMLHttpRequest();
    x.open("GET", location.href);
    x.responseType = "document";
    x.onload = () => {
      const next = x.status === 200 ? x.response?.getElementById("live") : null;
      if (next) {
        const held = document.activeElement?.id;
        live.replaceWith(document.importNode(next, true));
        if (held) document.getElementById(held)?.focus();
      }
      refresh();
    };
    x.onerror = refresh;
    x.send();
  }, 1000);
}
refresh();

// The way in: the link was opened by a person with a browser, not by a program
// that looks at links, so the button need not be pressed.
document.querySelector("form[data-now]")?.requestSubmit();
