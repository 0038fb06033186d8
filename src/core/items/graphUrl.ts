/** Graph's roots in all clouds (https://learn.microsoft.com/graph/deployments), and a stand-in on this machine. */
const graphRoot =
  /^(https:\/\/(graph\.microsoft\.com|graph\.microsoft\.us|dod-graph\.microsoft\.us|microsoftgraph\.chinacloudapi\.cn)|http:\/\/(127\.0\.0\.1|localhost|\[::1\])(:\d{1,5})?)\/(v1\.0|beta)\//i;

/** The path of a whole Graph URL, as people paste it, without its query; any other text as it is. */
export function pathInGraphUrl(text: string): string {
  const root = graphRoot.exec(text)?.[0];
  return root === undefined ? text : text.slice(root.length).replace(/[?#].*$/s, '');
}
