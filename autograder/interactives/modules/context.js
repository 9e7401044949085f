// What fills a context budget, and what resending the history costs.
const [IN, OUT] = [0.15, 0.6]; // practice-small since 2026-10-15, dollars a million tokens

// A thousand conversations of so many turns, each with at most so many earlier ones.
function cost({ always, passages, size, question, answer }, turns, most) {
  let tokens = 0;
  for (let n = 0; n < turns; n++) tokens += always + passages * size + question + Math.min(n, most) * (question + answer);
  return { tokens, price: (tokens * IN + turns * answer * OUT) / 1000 };
}

export function compute(values) {
  const { budget, turns, always, passages, size, question, answer } = values;
  const [turn, alone] = [question + answer, always + question + answer + passages * size];
  const used = alone + turns * turn;
  const fits = Math.min(turns, Math.max(0, Math.floor((budget - alone) / turn)));
  const whole = cost(values, turns + 1, turns);
  const before = cost(values, turns, turns);
  return {
    alone, used, over: Math.max(0, used - budget), fits, whole,
    now: { tokens: whole.tokens - before.tokens, price: whole.price - before.price },
    cut: cost(values, turns + 1, fits),
    twice: cost(values, 2 * turns + 2, 99),
  };
}

// WordPiece, as uncased BERT has it: the longest known piece from the left.
export function pieces(text, known) {
  const plain = text.replace(/[^\P{C}\t\n\r]|\ufffd/gu, "").replace(/[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{2fa1f}]/gu, " $& ")
    .normalize("NFD").replace(/\p{Mn}/gu, "").toLowerCase();
  return (plain.match(/[!-/:-@[-`{-~]|\p{P}|[^\s!-/:-@[-`{-~\p{P}]{1,100}/gu) ?? []).flatMap((word) => {
    const found = [];
    for (let rest = [...word], end; rest.length; rest = rest.slice(end)) {
      const piece = () => (found[0] ? "##" : "") + rest.slice(0, end).join("");
      for (end = rest.length; end && !known.has(piece());) end--;
      if (!end) return ["[UNK]"];
      found.push(piece());
    }
    return found;
  });
}

const many = (v) => v.toLocaleString("en");

// The vocabulary: the widget's own, or the page's at the first letter.
const given = async ({ load, model }) => new Set((load ? await load() : JSON.parse(model.get("data"))).vocabulary);

function counter({ host, set, again }) {
  let known;
  const shown = h("p", { class: "pieces" });
  const area = h("textarea", { rows: 2 });
  again.addEventListener("click", () => shown.replaceChildren(area.value = ""));
  area.addEventListener("input", async () => {
    try {
      known ??= given(host);
      const found = pieces(area.value, await known);
      shown.replaceChildren(`${found.length} tokens: `, ...found.slice(0, 200).map((one) => h("span", {}, one)));
      if (found.length) set({ question: found.length });
    } catch {
      known = null;
      shown.textContent = "The vocabulary did not arrive.";
    }
  });
  return [h("label", {}, "Or type a question to count its tokens", area), shown];
}

function draw(values, { alone, used, fits, twice }, width) {
  const { budget, turns, always, passages, size, question, answer } = values;
  const scale = width / Math.max(budget, used);
  const edge = budget * scale;
  let end = 0;
  const parts = [["system prompt and tools", always], ["question", question], ["room for the answer", answer],
    [`${passages} passages`, passages * size], [`${turns} earlier turns`, turns * (question + answer)]];
  const bar = (from, to, y, kind) => to > from ? s("path", { d: `M${from * scale} ${y}H${to * scale}v12H${from * scale}Z`, class: `fill ${kind}` }) : [];
  const [last, room] = [2 * turns + 2, width - 74];
  const top = 1.05 * twice.price;
  const lower = plane({ x: [0, last], y: [0, top], left: 56, top: 266, width: room, height: 140 });
  const curve = (most) => Array.from({ length: last + 1 }, (_, n) => [n, cost(values, n, most).price]).reverse(); // names look for a place from the right
  const most = fits < turns ? fits : Math.floor((budget - alone) / (question + answer)); // of any conversation
  const [all, cut] = [curve(99), curve(most)];
  return {
    height: 450,
    shapes: [
      parts.map(([name, tokens], n) => {
        const [y, start] = [14 + 38 * n, end];
        end += tokens;
        return [words(0, y, `${name}: ${many(tokens)}`),
          bar(start, Math.min(end, budget), y + 6, "one"), bar(Math.max(start, budget), end, y + 6, "two"),
          s("path", { d: `M${edge} ${y + 3}v18`, class: "line thin" })];
      }),
      words(edge, 206, "budget", edge < 60 ? "start" : "end", "name"),
      words(0, 250, "price of 1,000 conversations"),
      lower.rules([0, turns + 1, last].map((v) => [v, v]), [0, top / 2, top].map((v) => [v, `$${fixed(v, top < 10 ? 1 : 0)}`])),
      lower.line(all, "two"), most < last - 1 ? lower.line(cut, "one dashed") : [],
      lower.dot(...all[last - turns - 1], "two"),
      lower.name(all, "all turns", "two"), most < last - 1 ? lower.name(cut, "cut to fit", "one") : [],
      words(56 + room / 2, 446, "turns", "middle"),
    ],
  };
}

const tokens = (label, min, max, step, value) => ({ label, min, max, step, value, show: many });
const row = (name, { tokens, price }) => [name, many(tokens), `$${fixed(price, 2)}`];
export default interactive({
  title: "A context budget and what fills it",
  controls: {
    budget: tokens("Budget, tokens", 2000, 32000, 1000, 8000),
    turns: tokens("Earlier turns", 0, 40, 1, 8),
    always: tokens("System prompt and tools", 0, 4000, 100, 1300),
    passages: tokens("Passages", 0, 20, 1, 6),
    size: tokens("Tokens of a passage", 50, 1000, 50, 400),
    answer: tokens("Tokens of an answer", 50, 3000, 50, 500),
    question: tokens("Tokens of a question", 10, 1000, 10, 60),
  },
  compute, draw, extra: counter,
  table: ({ turns }, { now, whole, cut, twice }) => [
    ["What", "Tokens in", "Price of 1,000 conversations"], row("This turn", now), row(`All ${turns + 1} turns`, whole),
    row(`All ${turns + 1}, cut to fit`, cut),
  ],
  say: ({ turns }, { over, fits, whole, twice }) => {
    const oldest = turns - fits > 1 ? `oldest ${turns - fits}` : "oldest";
    const out = fits ? `no room for the ${oldest} of ${turns} turns` : "no history fits";
    const first = over ? `Over by ${many(over)} tokens: ${out}.` : "All of it fits.";
    return `${first} Twice as many turns cost ${fixed(twice.price / whole.price, 1)} times as much.`;
  },
  note: "Computed at simulated prices (practice-small, 2026-10-15). Passages are sent once, the history every turn.",
});
