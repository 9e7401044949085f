// What temperature, top-k and top-p make of one next-token distribution, and twenty draws from it.
const TOKENS = [ // written by hand, as every logit here
  ["phishing", 4.2], ["stolen", 3.5], ["compromised", 3.1], ["vulnerable", 2.9], ["VPN", 2.2], ["malicious", 2],
  ["weak", 1.4], ["back", 0.8], ["new", 0.1], ["window", -0.6], ["Tuesday", -1.3], ["sandwich", -2],
];
const DRAWS = 20;

function softmax(logits) {
  const top = Math.max(...logits);
  const parts = logits.map((one) => Math.exp(one - top));
  const sum = parts.reduce((a, b) => a + b);
  return parts.map((one) => one / sum);
}

// Tokens stand by falling logit, so a cut keeps the first ones; what is kept is scaled to 1.
function kept(chances, number) {
  const sum = chances.slice(0, number).reduce((a, b) => a + b);
  return chances.map((one, n) => (n < number ? one / sum : 0));
}

function least(chances, share) { // the fewest tokens that have this share together
  if (share >= 1) return chances.length;
  let [sum, number] = [0, 0];
  while (number < chances.length && sum < share - 1e-9) sum += chances[number++];
  return Math.max(1, number);
}

function* random(seed) { // mulberry32
  for (let state = seed | 0; ;) {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    yield ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }
}

const bits = (chances) => chances.reduce((sum, p) => (p > 0 ? sum - p * Math.log2(p) : sum), 0);
const twice = (chances) => chances.reduce((sum, p) => sum + p * p, 0);

export function compute({ temperature, k, p, seed }) {
  const logits = TOKENS.map(([, logit]) => logit);
  const before = softmax(logits);
  const warm = temperature > 0 ? softmax(logits.map((one) => one / temperature)) : kept(before, 1);
  const some = kept(warm, k);
  const after = kept(some, least(some, p / 100));
  const drawn = TOKENS.map(() => 0);
  const numbers = random(seed);
  for (let n = 0; n < DRAWS; n++) {
    let [at, rest] = [0, numbers.next().value];
    while (rest >= after[at] && after[at + 1] > 0) rest -= after[at++];
    drawn[at]++;
  }
  const number = after.filter((one) => one > 0).length;
  return {
    before, warm, after, drawn, number, cut: warm.slice(number).reduce((a, b) => a + b, 0),
    bitsBefore: bits(before), bitsAfter: bits(after), twiceBefore: twice(before), twiceAfter: twice(after),
  };
}

function draw(_, { before, warm, after, drawn }, width) {
  const [left, line] = [106, 27];
  const longest = Math.max(...before, ...warm, ...after);
  const scale = (width - left - 92) / (longest > 0.5 ? 1 : 0.5);
  const bar = (chance, y, height, kind) =>
    s("path", { d: `M${left} ${y}h${chance * scale}v${height}h${-chance * scale}Z`, class: kind });
  return {
    height: 24 + line * TOKENS.length,
    shapes: [
      words(0, 14, "chance (outlined: before)"),
      words(width, 14, "draws", "end"),
      TOKENS.map(([token], n) => {
        const y = 24 + n * line;
        const [cut, end] = [after[n] === 0, Math.max(before[n], after[n] || warm[n])];
        return [
          words(left - 10, y + 17, token, "end", cut ? "quiet" : ""),
          cut ? bar(warm[n], y + 4, 16, "area") : bar(after[n], y + 4, 16, "area two"),
          bar(before[n], y + 2, 20, "line thin"),
          words(left + end * scale + 8, y + 17, cut ? "cut" : percent(after[n], after[n] < 0.01 ? 1 : 0)),
          drawn[n] ? words(width, y + 17, String(drawn[n]), "end", "name") : [],
        ];
      }),
    ],
  };
}

export default interactive({
  title: "The chances of the next token, before and after",
  controls: {
    temperature: { label: "Temperature", min: 0, max: 2, step: 0.1, value: 1, show: (v) => fixed(v, 1) },
    k: { label: "Top-k", min: 1, max: TOKENS.length, step: 1, value: 10, show: (v) => (v < TOKENS.length ? String(v) : "off") },
    p: { label: "Top-p", min: 5, max: 100, step: 5, value: 90, show: (v) => (v < 100 ? fixed(v / 100, 2) : "off") },
    seed: { label: "Seed of the draws", min: 1, max: 50, step: 1, value: 2, show: String },
  },
  compute, draw,
  table: (_, { before, after, bitsBefore, bitsAfter, twiceBefore, twiceAfter, number }) => [
    ["Measure", "Before", "After"],
    ["Tokens that can be drawn", String(TOKENS.length), String(number)],
    ["Chance of the top token", percent(before[0], 1), percent(after[0], 1)],
    ["Two draws agree", percent(twiceBefore, 1), percent(twiceAfter, 1)],
    ["Entropy, bits", fixed(bitsBefore, 2), fixed(bitsAfter, 2)],
  ],
  say: ({ temperature }, { drawn, number, cut }) => {
    if (temperature === 0) return "At temperature 0 the top token is taken, every time.";
    const seen = drawn.map((count, n) => [count, TOKENS[n][0]]).filter(([count]) => count).sort(([a], [b]) => b - a);
    const first = `Twenty draws: ${seen.map(([count, token]) => `${token} ${count}`).join(", ")}.`;
    return number < TOKENS.length ? `${first} Cut: ${TOKENS.length - number} tokens with ${percent(cut, 1)} of the chance.` : first;
  },
  note: "After \u201cThe attacker came in through a\u201d. Twelve tokens stand for a vocabulary; their logits are written by hand, so all of this is simulated. "
    + "Temperature first, then top-k, then top-p.",
});
