"use strict";
// The table of students: sorted by the column whose name is pressed, filtered by what is typed.
(() => {
  const table = document.getElementById("students"), body = table.tBodies[0];
  const headings = [...table.tHead.rows[0].cells];
  const key = (row, column) => {
    const cell = row.cells[column], text = cell.dataset.v ?? cell.textContent.trim();
    const figure = parseFloat(text.replace(",", "."));
    if (column > 1) return isNaN(figure) ? -1 : figure;
    return text;
  };
  const sort = (column, down) => {
    const keyed = [...body.rows].map((row) => [key(row, column), row]);
    keyed.sort(([a], [b]) => (typeof a === "number" ? a - b : a.localeCompare(b, "vi")));
    if (down) keyed.reverse();
    body.append(...keyed.map(([, row]) => row));
  };
  headings.forEach((heading, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener("click", () => {
      const down = heading.getAttribute("aria-sort") === "ascending";
      headings.forEach((other) => other.setAttribute("aria-sort", "none"));
      heading.setAttribute("aria-sort", down ? "descending" : "ascending");
      sort(column, down);
    });
  });
  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase();
  const filter = document.getElementById("filter");
  filter.hidden = false;
  filter.addEventListener("input", () => {
    const wanted = plain(filter.value);
    for (const row of body.rows) row.hidden = !plain(row.cells[0].textContent).includes(wanted);
  });
})();
