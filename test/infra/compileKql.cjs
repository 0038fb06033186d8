// node compileKql.cjs < JSON of { name: query }: what Microsoft's own language service says of each, as JSON of { name: [] }.
// Queries may use the function UploadEvents of infra/queries.
const { readFileSync } = require('node:fs');
const { join } = require('node:path');
require('@kusto/language-service-next/bridge.min.js');
require('@kusto/language-service-next/Kusto.Language.Bridge.min.js');

const { KustoCode, GlobalState } = globalThis.Kusto.Language;
const events = readFileSync(join(__dirname, '..', '..', 'infra', 'queries', 'uploadEvents.kql'), 'utf8');
// the columns of AppTraces that are used: https://learn.microsoft.com/azure/azure-monitor/reference/tables/apptraces
const before = `let AppTraces = datatable(TimeGenerated: datetime, Message: string, OperationId: string)[];
let UploadEvents = () {
${events}
};
`;

function problemsOf(query) {
  const text = before + query;
  const found = KustoCode.ParseAndAnalyze(text, GlobalState.Default).GetDiagnostics();
  return Array.from({ length: found.Count }, (_, i) => found.getItem(i)).map(
    ({ Message, Start, Length }) => `${Message} (${text.slice(Start, Start + Length)})`,
  );
}

const queries = JSON.parse(readFileSync(0, 'utf8'));
const answers = Object.entries(queries).map(([name, query]) => [name, problemsOf(query)]);
process.stdout.write(JSON.stringify(Object.fromEntries(answers)));
