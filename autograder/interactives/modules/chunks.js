// Chunk size and overlap: which answers lie whole in a chunk, what that costs, what a search finds.
const SIZES = [25, 50, 75, 100, 125, 150, 200, 250, 300, 400];
const BUDGETS = [200, 400, 800];
let kept = null; // the lengths, answers and measurements that Python wrote

const stepOf = (size, overlap) => size - Math.floor((size * overlap + 50) / 100);
const windows = (count, size, overlap) => Array.from(
  { length: 1 + Math.max(0, Math.ceil((count - size) / stepOf(size, overlap))) },
  (_, at) => [at * stepOf(size, overlap), Math.min(at * stepOf(size, overlap) + size, count)]);
const within = (spans, first, end) => spans.some(([a, b]) => a <= first && end <= b);

export function compute({ size, overlap, budget }, data = kept) {
  const cut = data.counts.map((count) => windows(count, SIZES[size], overlap));
  const tokens = cut.flat().reduce((sum, [a, b]) => sum + b - a, 0);
  const [handed, covered] = data.grid[`${SIZES[size]} ${overlap}`];
  return {
    chunks: cut.flat().length, tokens, cost: tokens / data.counts.reduce((a, b) => a + b),
    whole: data.asked.filter(([doc, first, end]) => within(cut[doc], first, end)).length / data.asked.length,
    handed: handed[budget], covered: covered[budget],
  };
}

function draw(values, numbers, width) {
  const it = plane({ x: [0, 400], y: [0, 1], left: 56, top: 28, width: width - 82, height: 210 });
  const all = SIZES.map((tokens, size) => [tokens, compute({ ...values, size })]);
  const here = SIZES[values.size];
  const foot = it.at(0, 0)[1];
  const line = (key) => all.map(([x, one]) => [x, one[key]]).reverse(); // names look for a place from the right
  const [covered, whole, handed] = ["covered", "whole", "handed"].map(line);
  return {
    height: foot + 54,
    shapes: [
      it.rules([0, 100, 200, 300, 400].map((v) => [v, String(v)]), [0, 0.25, 0.5, 0.75, 1].map((v) => [v, percent(v)])),
      it.line([[here, 0], [here, 1]], "thin dashed"),
      it.line(covered, "thin dashed two"), it.line(whole, "one"), it.line(handed, "two"),
      it.dot(here, numbers.whole, "one"), it.dot(here, numbers.handed, "two"),
      it.name(whole, "in one chunk", "one"), it.name(handed, "handed over", "two"),
      words(0, 14, "share of the answers (dashed: characters)"),
      words(56 + (width - 82) / 2, foot + 46, "tokens per chunk", "middle"),
    ],
  };
}

function pieces(size, overlap) { // the text between all borders, each with what it belongs to
  const { text, counts, asked, shown } = kept;
  const places = [...text.matchAll(/[\p{L}\p{N}_]+|[^\p{L}\p{N}_\s]/gu)].map((one) => [one.index, one.index + one[0].length]);
  const spans = windows(counts[shown], size, overlap);
  const chars = ([a, b]) => [places[a][0], places[b - 1][1]];
  const chunks = spans.map(chars);
  const answers = asked.filter(([doc]) => doc === shown).map(([, a, b]) => [...chars([a, b]), within(spans, a, b)]);
  const borders = [...new Set([0, text.length, ...[...chunks, ...answers].flatMap(([a, b]) => [a, b])])].sort((a, b) => a - b);
  return borders.slice(1).flatMap((end, n) => {
    const [start, inside] = [borders[n], ([a, b]) => a <= borders[n] && end <= b];
    const [number, answer] = [chunks.findIndex(([a]) => a === start) + 1, answers.find(inside)];
    const held = chunks.filter(inside).length;
    const kind = `${chunks.findLastIndex(inside) % 2 ? "odd" : ""} ${held > 1 ? "twice" : ""} ${answer ? (answer[2] ? "whole" : "torn") : ""}`;
    return [number ? h("b", {}, `${number}\u2009`) : "", h(answer ? "mark" : "span", { class: kind }, text.slice(start, end))];
  });
}

const frame = interactive({
  title: "Chunk size and overlap against the answers that survive",
  controls: {
    size: { label: "Chunk size", min: 0, max: SIZES.length - 1, step: 1, value: 3, show: (v) => `${SIZES[v]} tokens` },
    overlap: { label: "Overlap of neighbours", min: 0, max: 50, step: 10, value: 20, show: (v) => percent(v / 100) },
    budget: { label: "Handed to the model", min: 0, max: 2, step: 1, value: 1, show: (v) => `${BUDGETS[v]} tokens` },
  },
  compute, draw,
  table: ({ budget }, { chunks, tokens, cost, whole, handed, covered }) => [
    ["All 32 documents", "Number"],
    ["Chunks", chunks.toLocaleString("en")],
    ["Tokens to index", `${tokens.toLocaleString("en")} (${fixed(cost, 2)} times the text)`],
    ["Answers whole in some chunk", percent(whole)],
    [`Handed over whole in ${BUDGETS[budget]} tokens`, percent(handed)],
    ["Characters of answers handed over", percent(covered)],
  ],
  say: (_, { whole, handed, cost }) =>
    `${percent(whole)} of the answers lie whole in some chunk; the search hands over ${percent(handed)} whole. Indexing pays ${fixed(cost, 2)} times the text.`,
  note: "Shares of 102 questions. What lies whole is computed in your browser; what BM25 hands over was measured on this grid of sizes.",
});

async function render(host) {
  kept = await (host.load ? host.load() : JSON.parse(host.model.get("data")));
  const done = frame.render(host);
  const form = host.el.querySelector("form");
  const text = h("div", { class: "text", tabindex: 0, role: "group", "aria-label": "A runbook, cut: borders are numbered, answers underlined" });
  const show = () => {
    const [size, overlap] = [...form.querySelectorAll("input")].map((one) => Number(one.value));
    text.replaceChildren(...pieces(SIZES[size], overlap));
  };
  form.addEventListener("input", show);
  form.querySelector("button").addEventListener("click", show);
  form.after(h("p", { class: "note" }, "A number begins a chunk; the strongest shade is in two. ", h("mark", { class: "whole" }, "Solid"), " answers lie whole in a chunk, ",
    h("mark", { class: "torn" }, "wavy"), " ones are torn."), text);
  show();
  requestAnimationFrame(() => { // the first view has an answer in it
    text.scrollTop += text.querySelector("mark").getBoundingClientRect().top - text.getBoundingClientRect().top - 60;
  });
  return done;
}
export default { render };
