// Sorts the table of everyone by a column, and finds students by name. Without it, it is a table.
"use strict";
(() => {
  const table = document.getElementById("heat");
  const body = table.tBodies[0];
  const rows = Array.from(body.rows);
  const texts = new Intl.Collator("vi", { numeric: true });
  const number = (text) => {
    const value = parseFloat(text.replace(",", "."));
    return Number.isNaN(value) ? -Infinity : value;
  };
  const compare = {
    text: (a, b) => texts.compare(a, b),
    number: (a, b) => (a === b ? 0 : a < b ? -1 : 1),
  };
  const heads = Array.from(table.querySelectorAll("th[data-sort]"));

  function sort(head, column) {
    const kind = head.dataset.sort;
    const before = head.getAttribute("aria-sort");
    // Points: the highest first. Names: from A on. A second click turns it round.
    const up = before ? before === "descending" : kind === "text";
    const keyed = rows.map((row) => {
      const text = row.cells[column].textContent.trim();
      return [kind === "number" ? number(text) : text, row];
    });
    keyed.sort((a, b) => (up ? 1 : -1) * compare[kind](a[0], b[0]));
    body.append(...keyed.map((pair) => pair[1]));
    heads.forEach((other) => other.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", up ? "ascending" : "descending");
  }

  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    button.addEventListener("click", () => sort(head, column));
    head.append(button);
  });

  const plain = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").replace(/đ/gi, "d").toLowerCase();
  const names = rows.map((row) => plain(row.cells[0].textContent));
  const field = document.getElementById("find");
  const found = document.getElementById("found");
  field.addEventListener("input", () => {
    const wanted = plain(field.value.trim());
    let shown = 0;
    rows.forEach((row, place) => {
      row.hidden = !names[place].includes(wanted);
      shown += row.hidden ? 0 : 1;
    });
    found.textContent = wanted ? `${shown} sinh viên` : "";
  });
  document.querySelectorAll(".scripted").forEach((part) => part.removeAttribute("hidden"));
})();
