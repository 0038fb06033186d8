// What to look at, and what rings: a function UploadEvents in the workspace, a workbook and four alerts that ask it.
param workspaceName string
param location string
param tags object
@description('Empty: alerts only stand in the portal.')
param email string
param oldestWaitingMinutes int

resource workspace 'Microsoft.OperationalInsights/workspaces@2025-07-01' existing = {
  name: workspaceName

  resource events 'savedSearches' = {
    name: 'upload-events'
    properties: {
      category: 'blob-to-outlook'
      displayName: 'Events of uploads and deliveries'
      functionAlias: 'UploadEvents'
      query: loadTextContent('../queries/uploadEvents.kql')
      version: 2
    }
  }
}

resource people 'Microsoft.Insights/actionGroups@2023-01-01' = if (!empty(email)) {
  name: 'blob-to-outlook'
  location: 'global'
  tags: tags
  properties: {
    groupShortName: 'blob2outlk'
    enabled: true
    emailReceivers: [{ name: 'email', emailAddress: email, useCommonAlertSchema: true }]
  }
}

var rules = [
  {
    name: 'failed'
    title: 'Uploads or deliveries failed'
    severity: 2
    every: 'PT5M'
    over: 'PT15M'
    query: loadTextContent('../queries/failed.kql')
  }
  {
    name: 'unknown'
    title: 'The outcome of an upload or a send is unknown'
    severity: 1
    every: 'PT5M'
    over: 'PT15M'
    query: loadTextContent('../queries/unknown.kql')
  }
  {
    name: 'oldest-waiting'
    title: 'An upload has been under way for more than ${oldestWaitingMinutes} minutes'
    severity: 2
    every: 'PT15M'
    over: 'P1D'
    query: replace(
      loadTextContent('../queries/oldestWaiting.kql'),
      '{oldestWaitingMinutes}',
      string(oldestWaitingMinutes)
    )
  }
  {
    name: 'left-behind'
    title: 'Something could not be cleaned up at Microsoft'
    severity: 2
    every: 'PT15M'
    over: 'PT1H'
    query: loadTextContent('../queries/leftBehind.kql')
  }
]

resource alerts 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = [
  for rule in rules: {
    name: 'blob-to-outlook-${rule.name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: 'blob-to-outlook: ${rule.title}'
      description: 'See docs/operations.md.'
      enabled: true
      severity: rule.severity
      scopes: [workspace.id]
      evaluationFrequency: rule.every
      windowSize: rule.over
      // a new workspace has no tables yet
      skipQueryValidation: true
      autoMitigate: true
      criteria: {
        allOf: [
          {
            query: rule.query
            timeAggregation: 'Count'
            operator: 'GreaterThan'
            threshold: 0
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: { actionGroups: empty(email) ? [] : [people.id] }
    }
    dependsOn: [workspace::events]
  }
]

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, 'blob-to-outlook')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'blob-to-outlook'
    category: 'workbook'
    sourceId: workspace.id
    serializedData: string(loadJsonContent('../workbook.json'))
  }
  dependsOn: [workspace::events]
}
