/** Sorts tables. The page tells everything without it, so it makes its own buttons. */
export const SCRIPT = `
for (const table of document.querySelectorAll('table')) {
  const body = table.tBodies[0];
  const headings = [...table.tHead.rows[0].cells];
  if (body.rows.length < 2) continue;
  headings.forEach((heading, column) => {
    const isNumber = heading.classList.contains('number');
    const button = document.createElement('button');
    button.type = 'button';
    button.append(...heading.childNodes);
    heading.append(button);
    button.addEventListener('click', () => {
      const before = heading.getAttribute('aria-sort');
      const down = before === null ? isNumber : before === 'ascending';
      for (const other of headings) other.removeAttribute('aria-sort');
      heading.setAttribute('aria-sort', down ? 'descending' : 'ascending');
      const keys = new Map([...body.rows].map((row) => {
        const { dataset, textContent } = row.cells[column];
        return [row, dataset.value === undefined ? textContent : Number(dataset.value)];
      }));
      const compare = (a, b) => typeof a === 'number' && typeof b === 'number' ? a - b : String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0;
      body.append(...[...body.rows].sort((a, b) => (down ? -1 : 1) * compare(keys.get(a), keys.get(b))));
    });
  });
}
`;
