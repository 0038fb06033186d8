// npm run test:core: each property gets a moment only; npm test tries all of its runs
const { configureGlobal } = require('fast-check');

configureGlobal({ interruptAfterTimeLimit: 150, markInterruptAsFailure: false });
