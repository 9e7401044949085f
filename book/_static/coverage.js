// Filters for the table of competencies. Without this script the whole table stands there.
(() => {
  const table = [...document.querySelectorAll("article table, .bd-article table")].at(-1);
  if (!table) return;
  const rows = [...table.tBodies[0].rows];
  const cell = (row, at) => row.cells[at].textContent.trim();
  const form = document.createElement("form");
  form.className = "rungs-filters";
  form.setAttribute("role", "search");
  form.setAttribute("aria-label", "Competencies");
  form.addEventListener("submit", (event) => event.preventDefault());

  const labelled = (words, control) => {
    const label = document.createElement("label");
    label.append(words, control);
    form.append(label);
    control.addEventListener("input", show);
    return control;
  };
  const choice = (words, at) => {
    const select = document.createElement("select");
    const values = [...new Set(rows.map((row) => cell(row, at)))];
    select.add(new Option("all", ""));
    values.forEach((value) => select.add(new Option(value, value)));
    return [labelled(words, select), at];
  };
  const said = document.createElement("output");

  function show() {
    const wanted = text.value.toLowerCase().split(/\s+/).filter(Boolean);
    let left = 0;
    for (const row of rows) {
      const words = row.textContent.toLowerCase();
      const kept = choices.every(([select, at]) => !select.value || cell(row, at) === select.value)
        && wanted.every((word) => words.includes(word));
      row.hidden = !kept;
      left += kept;
    }
    said.textContent = `${left} of ${rows.length} competencies`;
  }

  const field = document.createElement("input");
  field.type = "search";
  const text = labelled("Words", field);
  const choices = [choice("Rung", 4), choice("What decides", 2)];
  form.append(said);
  const place = table.closest(".pst-scrollable-table-container") ?? table;
  place.before(form);
  show();
})();
