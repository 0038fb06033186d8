/** A line of a plot: its name and its points, x rising. */
export interface Series {
  name: string;
  points: readonly (readonly [x: number, y: number])[];
}

const [width, height] = [720, 320];
const edge = { left: 64, right: 190, top: 34, bottom: 44 };
const colours = [
  '#1f77b4',
  '#d62728',
  '#2ca02c',
  '#9467bd',
  '#ff7f0e',
  '#17becf',
  '#8c564b',
  '#e377c2',
  '#7f7f7f',
  '#bcbd22',
];

/** A small plot as SVG: x evenly spaced as it comes (labels are the values), y from 0. */
export function plot(title: string, unit: string, series: readonly Series[]): string {
  const xs = [...new Set(series.flatMap(({ points }) => points.map(([x]) => x)))].sort((a, b) => a - b);
  const top = niceCeiling(Math.max(1, ...series.flatMap(({ points }) => points.map(([, y]) => y))));
  const at = (x: number): number =>
    edge.left + (xs.length < 2 ? 0 : (xs.indexOf(x) / (xs.length - 1)) * (width - edge.left - edge.right));
  const high = (y: number): number => height - edge.bottom - (y / top) * (height - edge.top - edge.bottom);
  const grid = [0, 0.25, 0.5, 0.75, 1].map((share) => gridLine(high(share * top), share * top));
  const labels = xs.map((x) => text(at(x), height - edge.bottom + 18, x.toLocaleString('en-US'), 'middle'));
  const lines = series.map(({ name, points }, index) => {
    const colour = colours[index % colours.length] ?? '#000';
    const path = points.map(([x, y]) => `${at(x).toFixed(1)},${high(y).toFixed(1)}`).join(' ');
    const y = edge.top + index * 18;
    const legend = `<rect x="${width - edge.right + 14}" y="${y - 8}" width="10" height="10" fill="${colour}"/>`;
    return `<polyline fill="none" stroke="${colour}" stroke-width="2" points="${path}"/>${legend}${text(width - edge.right + 30, y + 1, name, 'start')}`;
  });
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">`,
    `<rect width="${width}" height="${height}" fill="#fff"/>`,
    text(edge.left, 18, `${title} (${unit})`, 'start'),
    ...grid,
    ...labels,
    ...lines,
    '</svg>',
    '',
  ].join('\n');
}

const gridLine = (y: number, value: number): string =>
  `<line x1="${edge.left}" x2="${width - edge.right}" y1="${y.toFixed(1)}" y2="${y.toFixed(1)}" stroke="#ddd"/>` +
  text(edge.left - 8, y + 4, String(Math.round(value * 100) / 100), 'end');

const text = (x: number, y: number, words: string, anchor: 'start' | 'middle' | 'end'): string =>
  `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${escaped(words)}</text>`;

const escaped = (words: string): string =>
  words.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** 1, 2 or 5 times a power of ten. */
function niceCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return power * ([1, 2, 5, 10].find((step) => step * power >= value) ?? 10);
}
