"use strict";
// Everything a caller sent reaches this page as text, and leaves this script as text.
const EVERY = 2000;
const status = document.getElementById("status");
const button = document.getElementById("live");
let seen = document.body.dataset.seen;
let timer = 0;

function cell(column, row) {
  const made = document.createElement(column.dataset.key === row.heads ? "th" : "td");
  made.className = column.className;
  made.dataset.label = column.textContent;
  if (made.tagName === "TH") made.scope = "row";
  const value = row[column.dataset.key];
  if (column.dataset.key === "share") {
    const meter = document.createElement("meter");
    meter.value = value;
    meter.setAttribute("aria-label", "share of all spend");
    made.append(meter);
  } else {
    made.textContent = value;
  }
  if (column.dataset.key === "status" && row.failed) made.classList.add("bad");
  return made;
}

function fill(id, rows, known) {
  if (!rows.length) return;
  const table = document.getElementById(id);
  const columns = [...table.tHead.rows[0].cells];
  table.tBodies[0].replaceChildren(...rows.map(row => {
    const line = document.createElement("tr");
    line.append(...columns.map(column => cell(column, row)));
    if (row.number > known) line.className = "fresh";
    return line;
  }));
}

async function update() {
  let state;
  try {
    const reply = await fetch("practice/state", { cache: "no-store" });
    if (!reply.ok) throw new Error(reply.status);
    state = await reply.json();
  } catch {
    stop("The provider does not answer: it may have ended.");
    return;
  }
  if (!timer) return;
  if (String(state.calls) !== seen) {
    fill("calls", state.recent, Number(seen));
    fill("spend", state.spend, Infinity);
    document.getElementById("total-calls").textContent = state.calls;
    document.getElementById("total-spend").textContent = state.total;
    status.textContent = `${state.calls} calls, ${state.total}`;
    seen = String(state.calls);
  }
  timer = setTimeout(update, EVERY);
}

function start() {
  button.textContent = "Pause updates";
  status.textContent = "Updates as calls come in.";
  timer = setTimeout(update, 0);
}

function stop(why) {
  clearTimeout(timer);
  timer = 0;
  button.textContent = "Update live";
  status.textContent = why;
}

button.hidden = false;
button.addEventListener("click", () => timer ? stop("Paused.") : start());
if (matchMedia("(prefers-reduced-motion: reduce)").matches) stop("Not updating.");
else start();
