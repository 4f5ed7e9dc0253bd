// Sorting and search. Without this script the page says the same; it is only not rearranged.
(() => {
  "use strict";
  const collator = new Intl.Collator("vi", { numeric: true });

  const fold = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").replace(/[đĐ]/g, "d")
    .toLowerCase().replace(/\s+/g, " ").trim();

  /** What a cell is sorted by: a number, a text, or null where nothing is printed. */
  const keyOf = (cell) => {
    if ("v" in cell.dataset) return cell.dataset.v === "" ? null : Number(cell.dataset.v);
    const text = cell.textContent.trim();
    return text === "" || text === "–" ? null : text;
  };

  const compare = (one, other, sign) => {
    if (one === null || other === null) return (one === null) - (other === null);
    return sign * (typeof one === "number" ? one - other : collator.compare(one, other));
  };

  const sort = (table, head) => {
    const falls = head.getAttribute("aria-sort") === "ascending";
    const rows = [...table.tBodies[0].rows].map((row) => [keyOf(row.cells[head.cellIndex]), row]);
    rows.sort((one, other) => compare(one[0], other[0], falls ? -1 : 1));
    table.tBodies[0].append(...rows.map(([, row]) => row));
    for (const each of head.parentNode.cells) each.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", falls ? "descending" : "ascending");
  };

  for (const table of document.querySelectorAll("table.sortable")) {
    for (const head of table.tHead.rows[0].cells) {
      const button = document.createElement("button");
      button.type = "button";
      button.title = "Sắp xếp";
      button.append(...head.childNodes);
      button.addEventListener("click", () => sort(table, head));
      head.append(button);
    }
  }

  /** Names and codes of a row, that is its head and its cells of words; never its figures. */
  const wordsOf = (row) => fold(row.closest("table").classList.contains("units")
    ? row.querySelector("th").textContent
    : [...row.querySelectorAll("th, td:not(.n)")].map((cell) => cell.textContent).join(" "));

  for (const tools of document.querySelectorAll(".tools")) {
    const rows = [...document.getElementById(tools.dataset.for).querySelectorAll("tbody tr")]
      .map((row) => [wordsOf(row), row]);
    const input = tools.querySelector("input");
    const said = tools.querySelector("[role=status]");
    const search = () => {
      const wanted = fold(input.value);
      let shown = 0;
      for (const [words, row] of rows) {
        row.hidden = !words.includes(wanted);
        shown += row.hidden ? 0 : 1;
      }
      said.textContent = `Hiện ${shown}/${rows.length} ${tools.dataset.things}`;
    };
    input.addEventListener("input", search);
    tools.hidden = false;
    search();
  }

  const closed = [...document.querySelectorAll("details.print:not([open])")];
  addEventListener("beforeprint", () => closed.forEach((one) => { one.open = true; }));
  addEventListener("afterprint", () => closed.forEach((one) => { one.open = false; }));
})();
