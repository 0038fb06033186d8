/** Public sources that the rows of the tables cite. An anchor alone is one of docs/outlook-facts.md. */
const issue = (repository: string, number: number): string => `https://github.com/${repository}/issues/${number}`;
export const graphDocs = (number: number): string => issue('microsoftgraph/microsoft-graph-docs', number);
export const contrib = (number: number): string => issue('microsoftgraph/microsoft-graph-docs-contrib', number);
export const dotnet = (number: number): string => issue('microsoftgraph/msgraph-sdk-dotnet', number);
export const o365 = (number: number): string => issue('O365/python-o365', number);
/** Graph passes the codes of Exchange through: https://github.com/microsoftgraph/microsoft-graph-docs/issues/3935. */
export const exchangeCodes = 'https://learn.microsoft.com/exchange/client-developer/web-service-reference/responsecode';
export const graphCodes = 'https://learn.microsoft.com/graph/errors';
