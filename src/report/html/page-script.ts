// The only script of the page: it filters the rows that are in the page already, and asks for nothing; a link to
// a row that a filter hides takes the filter away. Without it
// the page shows everything.
export const PAGE_SCRIPT = `
"use strict";
for (const filters of document.querySelectorAll(".filters")) {
  const rows = [...filters.parentElement.querySelectorAll("tbody tr")];
  const [text, column] = filters.querySelectorAll("input[type=search],select");
  const open = filters.querySelector("input[type=checkbox]");
  const shown = filters.querySelector("output");
  const show = () => {
    const wanted = text.value.toLowerCase();
    let count = 0;
    for (const row of rows) {
      const cells = column.value === "" ? row : row.cells[Number(column.value)];
      const fits = (wanted === "" || (cells && cells.textContent.toLowerCase().includes(wanted))) &&
        !(open && open.checked && row.classList.contains("d"));
      row.hidden = !fits;
      if (fits) count += 1;
    }
    shown.textContent = count === rows.length ? "" : count.toLocaleString("en") + " of " + rows.length.toLocaleString("en") + " match";
  };
  filters.hidden = false;
  filters.addEventListener("input", show);
  show();
}
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#']");
  const row = link && document.getElementById(link.hash.slice(1));
  if (!row || !row.hidden) return;
  const filters = row.closest(".sheet").querySelector(".filters");
  for (const control of filters.querySelectorAll("input,select")) {
    control.value = "";
    control.checked = false;
  }
  filters.dispatchEvent(new Event("input"));
});
`;
