// Everything that blob-to-outlook needs in a subscription: `azd up`, or
// `az deployment sub create --location … --parameters infra/main.bicepparam`. Plain resources, no registry of modules.
targetScope = 'subscription'

@minLength(1)
@maxLength(64)
@description('Name of this deployment; part of the resource group\'s name.')
param environmentName string

@minLength(1)
@description('Azure region. Flex Consumption must exist there: az functionapp list-flexconsumption-locations')
param location string

@minLength(1)
@description('ALLOWED_MAILBOXES: comma-separated patterns of the mailboxes that may be written to, such as *@contoso.com.')
param allowedMailboxes string

@description('GRAPH_ENDPOINT: the Graph root of your cloud.')
param graphEndpoint string = 'https://graph.microsoft.com'

@description('SEND_ENABLED: deliveries and the Nylas facade may send. Needs the permission Mail.Send.')
param sendEnabled bool = false

@description('MY_BLOBS: own: people who sign in attach what they have brought; allowed: any blob of the allowed containers.')
@allowed(['own', 'allowed'])
param myBlobs string = 'own'

@description('BROWSE_ENABLED: the page may list recent drafts and events of an allowed mailbox.')
param browseEnabled bool = false

@allowed(['open', 'closed'])
@description('INTAKE: closed drains the app; new work is answered 503.')
param intake string = 'open'

@description('ALLOWED_CALLBACK_HOSTS: comma-separated hosts; empty: no callbacks. With hosts, WEBHOOK_SECRETS comes from Key Vault.')
param allowedCallbackHosts string = ''

@description('The Nylas facade below /v3. NYLAS_API_KEYS comes from Key Vault.')
param nylasEnabled bool = false

@minValue(1)
@description('MESSAGE_SIZE_LIMIT: bytes that a message of your tenant may have.')
param messageSizeLimit int = 36700160

@minValue(1)
@maxValue(3650)
@description('RETENTION_DAYS: finished uploads and their histories are removed after it.')
param retentionDays int = 30

@description('Comma-separated names of further containers of the source account that requests may name. They are made.')
param extraContainers string = ''

@description('Comma-separated origins of pages, besides the app\'s own, that upload files straight to storage.')
param corsOrigins string = ''

@minValue(0)
@description('Blobs of the outbox are deleted this many days after they were written; 0 keeps them.')
param outboxDeleteAfterDays int = 0

@minValue(1)
@maxValue(365)
@description('Deleted blobs of the source account can be restored for this many days.')
param softDeleteDays int = 7

@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_GZRS'])
@description('Redundancy of both storage accounts. ZRS survives the loss of a zone, where the region has zones.')
param storageRedundancy string = 'Standard_LRS'

@description('Virtual network with private endpoints for storage and secrets.')
param vnetEnabled bool = false

@description('With a virtual network: the source account also stays reachable from outside, for browsers and programs that put files.')
param sourceStoragePublic bool = false

@description('App Service authentication: client id of the app registration that people sign in with; empty: none.')
param authClientId string = ''

@allowed(['azureStorage', 'durableTaskScheduler'])
@description('Where Durable Functions keeps its state. Changing it later starts with an empty hub.')
param durableBackend string = 'azureStorage'

@allowed(['Consumption', 'Dedicated'])
param schedulerSku string = 'Consumption'

@description('Comma-separated address ranges that may reach the Durable Task Scheduler; identities are asked for in any case.')
param schedulerIpAllowlist string = '0.0.0.0/0'

@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@minValue(1)
@maxValue(1000)
param maximumInstanceCount int = 40

@minValue(0)
@maxValue(100)
@description('Instances kept warm for orchestrations. One saves a cold start after idle times, and costs its memory all day.')
param alwaysReadyInstances int = 0

@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

@description('Where alerts are sent; empty: they only stand in the portal.')
param alertEmail string = ''

@minValue(5)
@description('An upload that waits longer than this raises an alert.')
param oldestWaitingMinutes int = 60

@description('Who reads a secret is logged in the workspace.')
param auditSecrets bool = true

@description('See infra/modules/vault.bicep.')
param vaultPurgeProtection bool = false

@description('Who deploys gets the rights that the proof after the deployment needs.')
param proveOutbox bool = true
param deployerPrincipalId string = deployer().objectId

var token = toLower(uniqueString(subscription().id, environmentName, location))
var tags = { 'azd-env-name': environmentName }
var names = {
  resourceGroup: 'rg-${environmentName}'
  identity: 'id-blob-to-outlook-${token}'
  plan: 'plan-${token}'
  app: 'func-${token}'
  hostStorage: 'sthost${token}'
  sourceStorage: 'stsource${token}'
  vault: 'kv-${token}'
  applicationInsights: 'appi-${token}'
  workspace: 'log-${token}'
  systemTopic: 'evgt-${token}'
  network: 'vnet-${token}'
  scheduler: 'dts-${token}'
}
var packageContainer = 'app-package'
var ownContainers = ['uploads', 'outbox', 'receipts']
var furtherContainers = empty(extraContainers) ? [] : map(split(extraContainers, ','), each => trim(each))
var furtherOrigins = empty(corsOrigins) ? [] : map(split(corsOrigins, ','), each => trim(each))
var onScheduler = durableBackend == 'durableTaskScheduler'
var taskHub = 'BlobToOutlook'
var identitySetting = 'OVERRIDE_USE_MI_FIC_ASSERTION_CLIENTID'
// setting -> secret of the vault
var secrets = union(
  { UPLOAD_URL_KEY: 'upload-url-key' },
  empty(allowedCallbackHosts) ? {} : { WEBHOOK_SECRETS: 'webhook-secrets' },
  nylasEnabled ? { NYLAS_API_KEYS: 'nylas-api-keys' } : {}
)

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: names.resourceGroup
  location: location
  tags: tags
}

module identity 'modules/identity.bicep' = {
  scope: group
  params: { name: names.identity, location: location, tags: tags }
}

module monitoring 'modules/monitoring.bicep' = {
  scope: group
  params: {
    applicationInsightsName: names.applicationInsights
    workspaceName: names.workspace
    location: location
    tags: tags
    retentionDays: logRetentionDays
  }
}

module hostStorage 'modules/hostStorage.bicep' = {
  scope: group
  params: {
    name: names.hostStorage
    location: location
    tags: tags
    redundancy: storageRedundancy
    packageContainer: packageContainer
    private: vnetEnabled
  }
}

module sourceStorage 'modules/sourceStorage.bicep' = {
  scope: group
  params: {
    name: names.sourceStorage
    location: location
    tags: tags
    redundancy: storageRedundancy
    containers: union(ownContainers, furtherContainers)
    private: vnetEnabled && !sourceStoragePublic
    outboxDeleteAfterDays: outboxDeleteAfterDays
  }
}

module vault 'modules/vault.bicep' = {
  scope: group
  params: {
    name: names.vault
    location: location
    tags: tags
    private: vnetEnabled
    purgeProtection: vaultPurgeProtection
    auditWorkspaceId: auditSecrets ? monitoring.outputs.workspaceId : ''
  }
}

module scheduler 'modules/scheduler.bicep' = if (onScheduler) {
  scope: group
  params: {
    name: names.scheduler
    taskHubName: taskHub
    location: location
    tags: tags
    sku: schedulerSku
    ipAllowlist: map(split(schedulerIpAllowlist, ','), each => trim(each))
  }
}

module network 'modules/network.bicep' = if (vnetEnabled) {
  scope: group
  params: { name: names.network, location: location, tags: tags }
}

module privateEndpoints 'modules/privateEndpoints.bicep' = [
  for each in [
    { kind: 'blob', zone: 'privatelink.blob.${environment().suffixes.storage}', source: true, host: true, vault: false }
    {
      kind: 'queue'
      zone: 'privatelink.queue.${environment().suffixes.storage}'
      source: true
      host: true
      vault: false
    }
    {
      kind: 'table'
      zone: 'privatelink.table.${environment().suffixes.storage}'
      source: false
      host: true
      vault: false
    }
    { kind: 'vault', zone: 'privatelink.vaultcore.azure.net', source: false, host: false, vault: true }
  ]: if (vnetEnabled) {
    name: 'private-${each.kind}'
    scope: group
    params: {
      kind: each.kind
      zoneName: each.zone
      networkId: network!.outputs.networkId
      subnetId: network!.outputs.endpointSubnetId
      targets: concat(
        each.host ? [{ name: names.hostStorage, id: hostStorage.outputs.id }] : [],
        each.source ? [{ name: names.sourceStorage, id: sourceStorage.outputs.id }] : [],
        each.vault ? [{ name: names.vault, id: vault.outputs.id }] : []
      )
      location: location
      tags: tags
    }
  }
]

module roles 'modules/roles.bicep' = {
  scope: group
  params: {
    appPrincipalId: identity.outputs.principalId
    deployerPrincipalId: proveOutbox ? deployerPrincipalId : ''
    hostStorageName: names.hostStorage
    sourceStorageName: names.sourceStorage
    extraContainers: furtherContainers
    vaultName: names.vault
    applicationInsightsName: names.applicationInsights
    schedulerName: onScheduler ? names.scheduler : ''
    taskHubName: taskHub
  }
  dependsOn: [hostStorage, sourceStorage, vault, monitoring, scheduler]
}

module app 'modules/app.bicep' = {
  scope: group
  params: {
    name: names.app
    planName: names.plan
    location: location
    tags: tags
    identityId: identity.outputs.id
    packageUrl: '${hostStorage.outputs.blobEndpoint}${packageContainer}'
    runtimeVersion: '22'
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    alwaysReadyInstances: alwaysReadyInstances
    subnetId: vnetEnabled ? network!.outputs.appSubnetId : ''
    settings: union(
      {
        // the host's storage and the files, both by the app's identity
        AzureWebJobsStorage__credential: 'managedidentity'
        AzureWebJobsStorage__clientId: identity.outputs.clientId
        AzureWebJobsStorage__blobServiceUri: hostStorage.outputs.blobEndpoint
        AzureWebJobsStorage__queueServiceUri: hostStorage.outputs.queueEndpoint
        AzureWebJobsStorage__tableServiceUri: hostStorage.outputs.tableEndpoint
        SourceStorage__credential: 'managedidentity'
        SourceStorage__clientId: identity.outputs.clientId
        SourceStorage__blobServiceUri: sourceStorage.outputs.blobEndpoint
        SourceStorage__queueServiceUri: sourceStorage.outputs.queueEndpoint
        // Graph, by the same identity
        AZURE_CLIENT_ID: identity.outputs.clientId
        GRAPH_ENDPOINT: graphEndpoint
        GRAPH_IDENTITY: 'application'
        ALLOWED_MAILBOXES: allowedMailboxes
        ALLOWED_CONTAINERS: join(union(['uploads', 'outbox'], furtherContainers), ',')
        SEND_ENABLED: toLower(string(sendEnabled))
        MY_BLOBS: myBlobs
        BROWSE_ENABLED: toLower(string(browseEnabled))
        INTAKE: intake
        MESSAGE_SIZE_LIMIT: string(messageSizeLimit)
        RETENTION_DAYS: string(retentionDays)
        OUTBOX_TRIGGER_SOURCE: 'EventGrid' // Flex Consumption has no other
        ALLOWED_CALLBACK_HOSTS: allowedCallbackHosts
        // the page at / is the app's own
        AzureWebJobsDisableHomepage: 'true'
        APPLICATIONINSIGHTS_CONNECTION_STRING: monitoring.outputs.connectionString
        APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.outputs.clientId};Authorization=AAD'
      },
      toObject(
        items(secrets),
        each => each.key,
        each => '@Microsoft.KeyVault(SecretUri=${vault.outputs.uri}secrets/${each.value})'
      ),
      onScheduler
        ? {
            AzureFunctionsJobHost__extensions__durableTask__hubName: taskHub
            AzureFunctionsJobHost__extensions__durableTask__storageProvider__type: 'azureManaged'
            AzureFunctionsJobHost__extensions__durableTask__storageProvider__connectionStringName: 'DURABLE_TASK_SCHEDULER_CONNECTION_STRING'
            DURABLE_TASK_SCHEDULER_CONNECTION_STRING: 'Endpoint=${scheduler!.outputs.endpoint};Authentication=ManagedIdentity;ClientID=${identity.outputs.clientId}'
          }
        : {},
      empty(authClientId)
        ? {}
        : { '${identitySetting}': identity.outputs.clientId, WEBSITE_AUTH_AAD_ALLOWED_TENANTS: tenant().tenantId }
    )
  }
  // an app that starts without its rights is wrong until it is started again
  dependsOn: [roles, privateEndpoints]
}

module auth 'modules/auth.bicep' = if (!empty(authClientId)) {
  scope: group
  params: { appName: names.app, clientId: authClientId, identitySettingName: identitySetting }
  dependsOn: [app]
}

module sourceBlobService 'modules/sourceBlobService.bicep' = {
  scope: group
  params: {
    accountName: names.sourceStorage
    origins: union(['https://${app.outputs.hostName}'], furtherOrigins)
    softDeleteDays: softDeleteDays
  }
}

module eventGrid 'modules/eventGrid.bicep' = {
  scope: group
  params: { name: names.systemTopic, location: location, tags: tags, sourceStorageId: sourceStorage.outputs.id }
}

module alerts 'modules/alerts.bicep' = {
  scope: group
  params: {
    workspaceName: names.workspace
    location: location
    tags: tags
    email: alertEmail
    oldestWaitingMinutes: oldestWaitingMinutes
  }
  dependsOn: [monitoring]
}

// azd keeps these; the hooks read them
output AZURE_LOCATION string = location
output AZURE_TENANT_ID string = tenant().tenantId
output AZURE_SUBSCRIPTION_ID string = subscription().subscriptionId
output AZURE_RESOURCE_GROUP string = group.name
output FUNCTION_APP_NAME string = names.app
output FUNCTION_APP_URL string = 'https://${app.outputs.hostName}'
output APP_CLIENT_ID string = identity.outputs.clientId
output APP_PRINCIPAL_ID string = identity.outputs.principalId
output SOURCE_STORAGE_ACCOUNT string = names.sourceStorage
output EVENT_GRID_TOPIC string = names.systemTopic
output KEY_VAULT_NAME string = names.vault
output KEY_VAULT_SECRETS string = join(map(items(secrets), each => each.value), ',')
output SOURCE_STORAGE_PRIVATE bool = vnetEnabled && !sourceStoragePublic
output OUTBOUND_ADDRESS string = vnetEnabled ? network!.outputs.outboundAddress : ''
