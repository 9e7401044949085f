// A try-out: an editor, a button, and what each worked example gave. Loaded when a reader asks.
const LIMIT = 10; // seconds a run may take
const STEP = "    ";

const h = (tag, attributes = {}, ...children) => {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children.flat());
  return node;
};

// One Python for all try-outs of a page; ended where a run does not end, started again when needed.
let python = null;

function begin(mark) {
  const worker = new Worker(new URL(`worker.js?v=${mark}`, import.meta.url), { type: "module" });
  let settle = null;
  let ended = "";
  let line = Promise.resolve();
  const answer = (data) => {
    if ("failed" in data) settle?.reject(new Error(data.failed));
    else settle?.resolve(data);
  };
  worker.addEventListener("message", ({ data }) => answer(data));
  worker.addEventListener("error", (event) => answer({ failed: event.message || "its files are not there" }));
  const end = (why) => {
    ended = why;
    worker.terminate();
    if (python === me) python = null;
    settle?.reject(new Error(why));
  };
  // One message at a time: another try-out of the page waits until this one is done.
  const ask = (message, limit) => {
    const asked = line.then(() => new Promise((resolve, reject) => {
      if (ended) throw new Error(ended);
      settle = { resolve, reject };
      worker.postMessage(message);
      if (limit) setTimeout(() => settle?.resolve === resolve && end(`Stopped after ${limit} s: is there a loop without an end?`), 1000 * limit);
    }));
    const over = () => { settle = null; };
    line = asked.then(over, over);
    return asked;
  };
  const ready = fetch(new URL(`examples.py?v=${mark}`, import.meta.url))
    .then((found) => found.text())
    .then((harness) => ask({ harness }));
  ready.catch((error) => end(error.message));
  const me = { ready, end, run: async (task) => (await ask({ task }, LIMIT)).report };
  return me;
}

const started = (mark) => (python ??= begin(mark));

// The text is kept in this browser, where that is allowed.
const kept = (key) => {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
};
const keep = (key, text) => {
  try {
    if (text === null) localStorage.removeItem(key);
    else localStorage.setItem(key, text);
  } catch {
    // A reader who allows no storage has the text until the page is left.
  }
};

// Typing goes through the browser's own command, so that undo works.
const type = (text) => document.execCommand(text ? "insertText" : "delete", false, text);
const lineStart = ({ value, selectionStart: at }) => (at ? value.lastIndexOf("\n", at - 1) + 1 : 0);

function indent(editor, back) {
  const { value } = editor;
  const from = lineStart(editor);
  const end = value.indexOf("\n", Math.max(editor.selectionEnd - 1, from));
  const to = end < 0 ? value.length : end;
  const lines = value.slice(from, to).split("\n");
  const moved = lines.map((line) => (back ? line.replace(/^ {1,4}/, "") : line && STEP + line)).join("\n");
  const caret = editor.selectionStart + (moved.length - (to - from));
  const single = lines.length === 1;
  editor.setSelectionRange(from, to);
  type(moved);
  if (single) editor.setSelectionRange(Math.max(from, caret), Math.max(from, caret));
  else editor.setSelectionRange(from, from + moved.length);
}

// Tab is left alone: it moves on, as everywhere in the page.
function keys(editor, run) {
  editor.addEventListener("keydown", (event) => {
    const command = event.ctrlKey || event.metaKey;
    const line = editor.value.slice(lineStart(editor), editor.selectionStart);
    if (event.key === "Enter" && (command || event.shiftKey)) run();
    else if (command && (event.key === "]" || event.key === "[")) indent(editor, event.key === "[");
    else if (event.key === "Enter" && !event.isComposing) {
      const ending = /^(?:return|raise|pass|break|continue)\b/.test(line.trim());
      const depth = line.match(/^ */)[0].length + (line.trimEnd().endsWith(":") ? 4 : 0) - (ending ? 4 : 0);
      type(`\n${" ".repeat(Math.max(depth, 0))}`);
    } else if (event.key === "Backspace" && !command && editor.selectionStart === editor.selectionEnd && /^ +$/.test(line)) {
      editor.setSelectionRange(editor.selectionStart - (line.length % 4 || 4), editor.selectionStart);
      type("");
    } else return;
    event.preventDefault();
  });
}

const VERDICTS = {
  same: "As in the statement",
  differs: "Something else",
  raised: "It raised",
  unwritten: "Not written yet",
};

function outcome({ call, wanted, got, verdict }) {
  const rows = [["Call", call], ["Statement", wanted]];
  if (verdict === "differs" || verdict === "raised") rows.push(["Yours", got]);
  return h("li", { class: verdict },
    h("strong", {}, VERDICTS[verdict]),
    h("dl", {}, rows.map(([name, text]) => h("div", {}, h("dt", {}, name), h("dd", {}, h("code", {}, text))))));
}

function summary({ error, examples }) {
  if (error) return "Python cannot run your text yet.";
  const good = examples.filter(({ verdict }) => verdict === "same").length;
  const all = examples.length;
  if (examples.every(({ verdict }) => verdict === "unwritten"))
    return "Not written yet: put your lines where it says YOUR CODE HERE.";
  if (good < all) return `${good} of ${all} examples match the statement.`;
  return `${all === 1 ? "The example is" : `All ${all} examples are`} as in the statement. `
    + "Hidden cases will try more: copy your function into the notebook and check it there.";
}

const seconds = (from) => `${((performance.now() - from) / 1000).toFixed(1)} s`;

export async function open(box, task, mark) {
  const address = new URL(`${task}.json?v=${mark}`, import.meta.url);
  const look = h("link", { rel: "stylesheet", href: new URL(`tryout.css?v=${mark}`, import.meta.url) });
  const styled = new Promise((resolve) => { look.onload = look.onerror = resolve; });
  document.head.append(look);
  const [{ lesson, before, starter, examples }] = await Promise.all([fetch(address).then((found) => found.json()), styled]);
  const key = `rungs-try:${lesson}/${task}`;

  const editor = h("textarea", { id: `try-${task}-code`, spellcheck: "false", autocapitalize: "off", autocomplete: "off", wrap: "off" });
  editor.value = kept(key) ?? starter;
  const go = h("button", { type: "button", class: "go" }, "Run the examples");
  const stop = h("button", { type: "button" }, "Stop");
  const again = h("button", { type: "button" }, "Start over");
  const said = h("p", { role: "status" });
  const printed = h("pre", { tabindex: "0", "aria-label": "What your text printed" });
  const list = h("ol", {});
  stop.hidden = printed.hidden = list.hidden = true;

  const fit = () => { editor.rows = Math.min(Math.max(editor.value.split("\n").length + 1, 6), 30); };
  const busy = (now) => {
    [stop.hidden, again.hidden] = [!now, now];
    go.setAttribute("aria-disabled", String(now)); // it keeps the focus while it waits
  };

  async function wake() {
    const from = performance.now();
    const fresh = python === null;
    const mine = started(mark);
    if (fresh) said.textContent = "Starting Python in this page. The first time it loads 13 MB.";
    const { ready } = await mine.ready;
    if (fresh) said.textContent = `Python ${ready} started in ${seconds(from)}. It stays in this page.`;
    return mine;
  }

  async function run() {
    if (!stop.hidden) return;
    busy(true);
    printed.hidden = list.hidden = true;
    try {
      const mine = await wake();
      said.textContent = "Running …";
      show(await mine.run(JSON.stringify({ before, code: editor.value, examples })));
    } catch (error) {
      said.textContent = lost(error);
    }
    busy(false);
  }

  function show(report) {
    const text = [report.printed, report.error].filter(Boolean).join("\n");
    said.textContent = summary(report);
    printed.textContent = text;
    printed.hidden = !text;
    list.replaceChildren(...report.examples.map(outcome));
    list.hidden = report.examples.length === 0;
    // On a phone the outcome lies under the fold: as much of it is shown as fits, its summary in any case.
    for (const one of [printed, list, said]) one.scrollIntoView({ block: "nearest" });
  }

  go.addEventListener("click", run);
  stop.addEventListener("click", () => {
    go.focus();
    python?.end("Stopped.");
  });
  again.addEventListener("click", () => {
    editor.focus();
    editor.select();
    type(starter); // so that undo brings the reader's text back
    keep(key, null);
    editor.setSelectionRange(0, 0);
  });
  editor.addEventListener("input", () => {
    keep(key, editor.value);
    fit();
  });
  keys(editor, run);
  fit();

  const told = h("p", { class: "keys", id: `try-${task}-keys` },
    h("kbd", {}, "Ctrl+Enter"), " runs, ", h("kbd", {}, "Ctrl+]"), " and ", h("kbd", {}, "Ctrl+["), " indent, ", h("kbd", {}, "Tab"),
    " moves on. Your text stays in this browser; nothing is sent.");
  editor.setAttribute("aria-describedby", told.id);
  const above = h("pre", { tabindex: "0", "aria-label": "What stands before it" }, before);
  const setting = before && h("details", {}, h("summary", {}, "What stands before it"), above);
  // The theme takes out of the tab order what does not scroll, as a closed text may not.
  if (setting) setting.addEventListener("toggle", () => { above.tabIndex = 0; });
  box.querySelector("button").replaceWith(
    h("label", { for: editor.id }, "Your ", h("code", {}, task)), setting, editor, told,
    h("div", { class: "actions" }, go, again, stop), said, printed, list);
  editor.setSelectionRange(0, 0); // before the focus, which scrolls to where the caret is
  editor.focus();
  wake().catch((error) => { said.textContent = lost(error); });
}

function lost({ message }) {
  if (message.startsWith("Stopped")) return message;
  return "Python could not be started here"
    + `${message ? ` (${message})` : ""}: this copy of the book may be without it. Your own notebook runs the same task.`;
}
