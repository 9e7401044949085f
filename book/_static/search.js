// Rank a search by how much of the query and of a name agree, rare words counting more.
// Names are terms of the glossary, lessons, functions, competencies and headings; a page that
// only uses the words comes behind a name that is made of them. It takes the place of Sphinx's
// own ranking, which breaks ties by the alphabet; index, stemmer and page are Sphinx's.
(() => {
  const PER_PAGE = 3;
  const SHOWN = 30;
  const WORDS_IN_TEXT = 0.45; // a page that has all the words, beside a name that is the query
  const KINDS = { function: 1.1, lesson: 1.1, term: 1.1, title: 1, competency: 1, heading: 0.9 };
  // How a question begins says nothing of what it asks for.
  const ASKING = new Set(["what", "how", "do", "does", "i", "my", "you", "your", "can", "when",
    "which", "me", "we", "lesson", "function", "term", "competency"]);
  const stemmer = new Stemmer();

  const words = (text) => splitQuery(text.toLowerCase().replaceAll("_", " "))
    .filter((word) => !stopwords.includes(word) && word.length > 1 && !ASKING.has(word))
    .map((word) => stemmer.stemWord(word));

  const weigh = (index) => (word) => {
    const found = index.terms[word];
    const pages = found === undefined ? 1 : (found.length ?? 1);
    return Math.log(1 + index.docnames.length / pages);
  };

  const unescaped = (text) => new DOMParser().parseFromString(text, "text/html").body.textContent;

  // Yield {kind, name, page, anchor} for whatever has a name.
  function* names(index) {
    for (const [prefix, found] of Object.entries(index.objects))
      for (const [page, type, , anchor, last] of found)
        yield { kind: index.objnames[type][1], name: prefix ? `${prefix}.${last}` : last, page,
          anchor: `#${anchor}` };
    for (const [name, found] of Object.entries(index.indexentries))
      for (const [page, anchor] of found) yield { kind: "term", name, page, anchor: `#${anchor}` };
    for (const [name, found] of Object.entries(index.alltitles))
      for (const [page, anchor] of found)
        yield { kind: anchor === null ? "title" : "heading", name, page,
          anchor: anchor === null ? "" : `#${anchor}` };
  }

  // A word agrees with itself; the last one typed may be the beginning of one.
  const matcher = (query) => {
    const last = query.at(-1) ?? "";
    return (word) => query.find((asked) => asked === word)
      ?? (last.length > 2 && word.startsWith(last) ? last : undefined);
  };

  const agreement = (query, own, weight, match) => {
    const sum = (all) => all.reduce((total, word) => total + weight(word), 0);
    // A number in a name, such as a lesson's, counts where it is asked for.
    const unique = [...new Set(own)].filter((word) => !/^\d+$/.test(word) || match(word));
    const common = unique.filter((word) => match(word) !== undefined);
    const covered = sum([...new Set(common.map(match))]) / sum(query);
    return covered ** 2 * (0.55 + 0.45 * sum(common) / (sum(unique) || 1));
  };

  // Which pages use a word, in their text or their titles.
  const users = (index, word) => new Set([index.terms[word], index.titleterms[word]].flat()
    .filter((page) => page !== undefined));

  function* pages(index, query, weight) {
    const whole = query.reduce((total, word) => total + weight(word), 0);
    const sums = new Map();
    for (const word of query)
      for (const page of users(index, word)) sums.set(page, (sums.get(page) ?? 0) + weight(word));
    for (const [page, sum] of sums) yield { page, score: WORDS_IN_TEXT * (sum / whole) ** 2 };
  }

  const asShown = (index, { kind, name, page, anchor, score }) => {
    const title = index.titles[page];
    const about = ["title", "heading", undefined].includes(kind) ? null : `${kind}, in ${title}`;
    const heading = kind === "heading" && name !== title ? `${title} > ${name}` : null;
    const shown = heading ?? (kind === undefined || kind === "title" ? title : name);
    return [index.docnames[page], shown, anchor ?? "", about, score, index.filenames[page]];
  };

  // The best few of each page, a place once; in rising order, as Sphinx takes them from the end.
  const best = (found) => {
    const taken = new Map();
    const kept = found.sort((a, b) => b.score - a.score).filter(({ page, anchor = "" }) => {
      const places = taken.get(page) ?? taken.set(page, new Set()).get(page);
      const fresh = !places.has(anchor) && places.size < PER_PAGE && !(anchor === "" && places.size);
      return fresh && Boolean(places.add(anchor));
    });
    return kept.slice(0, SHOWN).reverse();
  };

  Search._performSearch = (text) => {
    document.getElementById("search-progress")?.replaceChildren();
    const index = Search._index;
    const typed = [...new Set(words(text))];
    const query = typed.length ? typed : [...new Set(splitQuery(text.toLowerCase()))];
    const weight = weigh(index);
    const match = matcher(query);
    const named = [...names(index)].map((one) => ({ ...one,
      score: (KINDS[one.kind] ?? 1) * agreement(query, words(unescaped(one.name)), weight, match) }));
    const found = [...named.filter(({ score }) => score > 0.1), ...pages(index, query, weight)];
    return best(found).map((one) => asShown(index, one));
  };

  // What was searched for is marked in the page that a result leads to, and in no other.
  const MARKED = "sphinx_highlight_terms";
  let followed = false;
  addEventListener("click", (event) => {
    followed = Boolean(event.target.closest?.("#search-results a"));
  });
  addEventListener("pagehide", () => followed || localStorage.removeItem(MARKED));
})();
