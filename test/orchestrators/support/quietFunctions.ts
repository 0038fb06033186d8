/** Import first: outside a host `@azure/functions` registers nothing, and says so for every function. */
const warn = console.warn.bind(console);
console.warn = (...text: unknown[]): void => {
  if (!String(text[0]).includes('test mode')) warn(...text);
};
