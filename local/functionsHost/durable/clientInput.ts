/** Where clients of Durable reach this host. */
export interface ClientAddresses {
  hubName: string;
  /** `http://127.0.0.1:port/durabletask/`: loopback, no key. */
  rpcBaseUrl: string;
  /** Origin of the public webhook. */
  publicOrigin: string;
  /** System key of the webhook, when keys are asked for. */
  code: string | undefined;
}

/** The value of a `durableClient` input, as JSON text. */
export function durableClientInput({ hubName, rpcBaseUrl, publicOrigin, code }: ClientAddresses): string {
  const base = `${publicOrigin}/runtime/webhooks/durabletask`;
  const query = `taskHub=${hubName}&connection=Storage${code === undefined ? '' : `&code=${code}`}`;
  const instance = `${base}/instances/INSTANCEID`;
  return JSON.stringify({
    taskHubName: hubName,
    creationUrls: { createNewInstancePostUri: `${base}/orchestrators/{functionName}[/{instanceId}]?${query}` },
    managementUrls: {
      id: 'INSTANCEID',
      statusQueryGetUri: `${instance}?${query}`,
      sendEventPostUri: `${instance}/raiseEvent/{eventName}?${query}`,
      terminatePostUri: `${instance}/terminate?reason={text}&${query}`,
      rewindPostUri: `${instance}/rewind?reason={text}&${query}`,
      purgeHistoryDeleteUri: `${instance}?${query}`,
      suspendPostUri: `${instance}/suspend?reason={text}&${query}`,
      resumePostUri: `${instance}/resume?reason={text}&${query}`,
    },
    baseUrl: base,
    requiredQueryStringParameters: query,
    rpcBaseUrl,
  });
}
