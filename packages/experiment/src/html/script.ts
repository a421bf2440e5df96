/**
 * Makes the tables marked with `data-sortable` sortable: a button in each header that has `data-sort`, by the
 * `data-value` of its cells or their text; rows without one stay last. Opens what is folded before printing. The page
 * says the same without it.
 */
export const script = `
for (const table of document.querySelectorAll('table[data-sortable]')) {
  const body = table.tBodies[0];
  table.querySelectorAll('thead th').forEach((head, column) => {
    if (!head.hasAttribute('data-sort')) return;
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener('click', () => {
      const first = head.getAttribute('data-sort');
      const now = head.getAttribute('aria-sort');
      const order = now === null ? first : now === 'ascending' ? 'descending' : 'ascending';
      for (const other of table.querySelectorAll('thead th')) other.removeAttribute('aria-sort');
      head.setAttribute('aria-sort', order);
      const sign = order === 'ascending' ? 1 : -1;
      const key = (row) => {
        const cell = row.cells[column];
        if (cell === undefined || cell.colSpan > 1) return null;
        return cell.getAttribute('data-value') ?? cell.textContent;
      };
      const compare = (a, b) => {
        const [left, right] = [key(a), key(b)];
        if (left === null || right === null) return (left === null) - (right === null);
        const difference = Number(left) - Number(right);
        return sign * (Number.isNaN(difference) ? left.localeCompare(right) : difference);
      };
      body.append(...[...body.rows].sort(compare));
    });
  });
}
addEventListener('beforeprint', () => { for (const part of document.querySelectorAll('details')) part.open = true; });
`;

/** What the page's policy allows to run: this script and nothing else. */
export const scriptHash = 'sha256-ktN/Yk7jvSbr1TqAcsbff66z9a6qzt2TdeWjaBBFK9w=';
