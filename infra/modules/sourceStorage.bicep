// SourceStorage: the files. People and programs write here; the app only as far as infra/roles.json says.
param name string
param location string
param tags object
param redundancy string
@description('All containers of the account.')
param containers string[]
@description('Reachable only by private endpoints, and by Azure services that the account trusts (Event Grid).')
param private bool
@description('Blobs of the outbox are deleted this many days after they were written; 0 keeps them.')
@minValue(0)
param outboxDeleteAfterDays int

resource account 'Microsoft.Storage/storageAccounts@2025-08-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: redundancy }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowSharedKeyAccess: false
    defaultToOAuthAuthentication: true
    allowCrossTenantReplication: false
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: private ? 'Disabled' : 'Enabled'
    // Event Grid reads the account's events from inside Azure, also with private endpoints
    networkAcls: { defaultAction: private ? 'Deny' : 'Allow', bypass: 'AzureServices' }
  }

  resource blobs 'blobServices' existing = {
    name: 'default'

    resource container 'containers' = [
      for container in containers: {
        name: container
        properties: { publicAccess: 'None' }
      }
    ]
  }

  resource queues 'queueServices' existing = {
    name: 'default'

    // made here, so that the app needs no right to make queues
    resource poison 'queues' = {
      name: 'webjobs-blobtrigger-poison'
    }
  }

  resource lifecycle 'managementPolicies' = {
    name: 'default'
    properties: {
      policy: {
        rules: concat(
          [
            {
              // The app removes staged files a day after their last use. This rule is the net below it, and comes after
              // the longest deadline that an upload can have (DEADLINE_HOURS: 7 days).
              name: 'staged-files'
              enabled: true
              type: 'Lifecycle'
              definition: {
                filters: { blobTypes: ['blockBlob'], prefixMatch: ['uploads/.staged/'] }
                actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: 14 } } }
              }
            }
          ],
          outboxDeleteAfterDays == 0
            ? []
            : [
                {
                  name: 'outbox'
                  enabled: true
                  type: 'Lifecycle'
                  definition: {
                    filters: { blobTypes: ['blockBlob'], prefixMatch: ['outbox/'] }
                    actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: outboxDeleteAfterDays } } }
                  }
                }
              ]
        )
      }
    }
  }
}

output id string = account.id
output blobEndpoint string = account.properties.primaryEndpoints.blob
output queueEndpoint string = account.properties.primaryEndpoints.queue
