/** Style and script of the page. */

export const STYLE = `
:root{color-scheme:light dark}
body{font:15px/1.45 system-ui,sans-serif;margin:2rem auto;max-width:80rem;padding:0 1rem}
h1{font-size:1.5rem}h2{font-size:1.1rem;margin:2rem 0 .5rem}
.wide{overflow-x:auto}
table{border-collapse:collapse;width:100%}
th,td{text-align:left;vertical-align:top;padding:.3rem .7rem .3rem 0;border-bottom:1px solid #8884;overflow-wrap:break-word}
th{font-weight:600}time,.copyable{white-space:nowrap}
button{font:inherit;font-size:.8rem;padding:0 .5rem}
.bug{color:#b3261e;font-weight:600}
@media (prefers-color-scheme:dark){.bug{color:#ff8a80}a{color:#8ab4f8}}
`;

/** Every three seconds the sections that changed are replaced, but none in which text is selected. */
export const SCRIPT = `
document.addEventListener('click', async (event) => {
  const button = event.target.closest('button[data-copy]');
  if (!button) return;
  try { await navigator.clipboard.writeText(button.dataset.copy); button.textContent = 'Copied'; }
  catch { button.textContent = 'Not copied'; }
  setTimeout(() => { button.textContent = 'Copy'; }, 1500);
});
function isSelected(section) {
  const selection = getSelection();
  return selection !== null && !selection.isCollapsed && selection.containsNode(section, true);
}
function replace(before, after) {
  const focused = before.contains(document.activeElement) ? document.activeElement : null;
  before.replaceWith(after);
  if (focused?.dataset.copy) after.querySelector('[data-copy="' + CSS.escape(focused.dataset.copy) + '"]')?.focus();
}
const last = new Map();
async function refresh() {
  if (document.hidden) return;
  const page = new DOMParser().parseFromString(await (await fetch('/')).text(), 'text/html');
  for (const after of page.querySelectorAll('section')) {
    const before = document.getElementById(after.id);
    const html = after.outerHTML;
    if (!before || last.get(after.id) === html || isSelected(before)) continue;
    last.set(after.id, html);
    replace(before, document.adoptNode(after));
  }
}
for (const section of document.querySelectorAll('section')) last.set(section.id, section.outerHTML);
setInterval(() => refresh().catch(() => undefined), 3000);
`;
