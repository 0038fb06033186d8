// Preloaded into every child (node --require): a child ends when its parent goes, however the parent went.
// The operating system closes the IPC channel even after a kill -9; nothing else tells us on every platform.

const lastResortMs = 5_000;

// What the child forks itself is on the child's own leash, not on ours.
process.execArgv = process.execArgv.filter((argument, index, all) => {
  const isFlag = argument === '--require' && all[index + 1] === __filename;
  return !isFlag && argument !== __filename;
});

process.on('disconnect', () => {
  setTimeout(() => process.exit(1), lastResortMs).unref();
  if (!process.emit('SIGTERM', 'SIGTERM')) process.exit(0);
});
// listening must not keep a child alive that has nothing left to do
process.channel?.unref();
