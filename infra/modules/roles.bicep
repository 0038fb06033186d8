// Every right that anybody has on the resources of this deployment: infra/roles.json, one assignment a row.
param appPrincipalId string
@description('Who deploys, and proves the outbox afterwards; empty: no rights for people.')
param deployerPrincipalId string
param hostStorageName string
param sourceStorageName string
param extraContainers string[]
param vaultName string
param applicationInsightsName string
@description('Empty without Durable Task Scheduler.')
param schedulerName string
param taskHubName string

type row = {
  feature: string
  principal: 'app' | 'deployer'
  role: string
  roleId: string
  scope: string
  when: string
  why: string
}

var table row[] = loadJsonContent('../roles.json')
var rows = filter(table, each => each.principal == 'app' || !empty(deployerPrincipalId))
var extraRow row = first(filter(table, each => each.scope == 'container:extra'))!
var containerRows = filter(rows, each => startsWith(each.scope, 'container:') && each.scope != extraRow.scope)
var queueRows = filter(rows, each => startsWith(each.scope, 'queue:'))

resource hostStorage 'Microsoft.Storage/storageAccounts@2025-08-01' existing = {
  name: hostStorageName
}
resource sourceStorage 'Microsoft.Storage/storageAccounts@2025-08-01' existing = {
  name: sourceStorageName

  resource blobs 'blobServices' existing = {
    name: 'default'

    resource containers 'containers' existing = [
      for each in containerRows: {
        name: split(each.scope, ':')[1]
      }
    ]

    resource others 'containers' existing = [
      for container in extraContainers: {
        name: container
      }
    ]
  }

  resource queues 'queueServices' existing = {
    name: 'default'

    resource named 'queues' existing = [
      for each in queueRows: {
        name: split(each.scope, ':')[1]
      }
    ]
  }
}
resource vault 'Microsoft.KeyVault/vaults@2026-02-01' existing = {
  name: vaultName
}
resource applicationInsights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: applicationInsightsName
}
resource scheduler 'Microsoft.DurableTask/schedulers@2026-02-01' existing = if (!empty(schedulerName)) {
  name: schedulerName

  resource taskHub 'taskHubs' existing = {
    name: taskHubName
  }
}

resource onHostStorage 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for each in filter(rows, each => each.scope == 'hostStorage'): {
    name: guid(hostStorage.id, appPrincipalId, each.roleId)
    scope: hostStorage
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', each.roleId)
      principalId: appPrincipalId
      principalType: 'ServicePrincipal'
      description: each.why
    }
  }
]

resource onSourceStorage 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for each in filter(rows, each => each.scope == 'sourceStorage'): {
    name: guid(sourceStorage.id, appPrincipalId, each.roleId)
    scope: sourceStorage
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', each.roleId)
      principalId: appPrincipalId
      principalType: 'ServicePrincipal'
      description: each.why
    }
  }
]

resource onContainers 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (each, i) in containerRows: {
    name: guid(
      sourceStorage.id,
      each.scope,
      each.principal == 'app' ? appPrincipalId : deployerPrincipalId,
      each.roleId
    )
    scope: sourceStorage::blobs::containers[i]
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', each.roleId)
      principalId: each.principal == 'app' ? appPrincipalId : deployerPrincipalId
      // a deployer is a person or a pipeline: left out, Azure looks
      principalType: each.principal == 'app' ? 'ServicePrincipal' : null
      description: each.why
    }
  }
]

resource onExtraContainers 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (container, i) in extraContainers: {
    name: guid(sourceStorage.id, container, appPrincipalId, extraRow.roleId)
    scope: sourceStorage::blobs::others[i]
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', extraRow.roleId)
      principalId: appPrincipalId
      principalType: 'ServicePrincipal'
      description: extraRow.why
    }
  }
]

resource onQueues 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (each, i) in queueRows: {
    name: guid(sourceStorage.id, each.scope, appPrincipalId, each.roleId)
    scope: sourceStorage::queues::named[i]
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', each.roleId)
      principalId: appPrincipalId
      principalType: 'ServicePrincipal'
      description: each.why
    }
  }
]

resource onVault 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for each in filter(rows, each => each.scope == 'vault'): {
    name: guid(vault.id, appPrincipalId, each.roleId)
    scope: vault
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', each.roleId)
      principalId: appPrincipalId
      principalType: 'ServicePrincipal'
      description: each.why
    }
  }
]

resource onApplicationInsights 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for each in filter(rows, each => each.scope == 'appInsights'): {
    name: guid(applicationInsights.id, appPrincipalId, each.roleId)
    scope: applicationInsights
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', each.roleId)
      principalId: appPrincipalId
      principalType: 'ServicePrincipal'
      description: each.why
    }
  }
]

resource onTaskHub 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for each in filter(rows, each => each.scope == 'taskHub' && !empty(schedulerName)): {
    name: guid(scheduler::taskHub.id, appPrincipalId, each.roleId)
    scope: scheduler::taskHub
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', each.roleId)
      principalId: appPrincipalId
      principalType: 'ServicePrincipal'
      description: each.why
    }
  }
]
