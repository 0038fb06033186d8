// The scripts run on the Node of the devDependency `node` (22, as in Azure); npm puts it first on PATH.
const major = Number(process.versions.node.split('.')[0]);
if (major < 22) {
  console.error(
    `This needs Node 22, but ${process.versions.node} runs it. Run "npm ci" without --ignore-scripts: it installs Node 22 for this project alone.`,
  );
  process.exit(1);
}
