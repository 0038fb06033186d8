// Every option on.
using '../main.bicep'

param environmentName = 'example'
param location = 'westeurope'
param allowedMailboxes = '*@contoso.com'
param deployerPrincipalId = '11111111-1111-1111-1111-111111111111'
param sendEnabled = true
param browseEnabled = true
param allowedCallbackHosts = 'hooks.contoso.com,*.example.org'
param nylasEnabled = true
param extraContainers = 'invoices, reports'
param corsOrigins = 'https://files.contoso.com'
param outboxDeleteAfterDays = 30
param storageRedundancy = 'Standard_ZRS'
param vnetEnabled = true
param authClientId = '22222222-2222-2222-2222-222222222222'
param durableBackend = 'durableTaskScheduler'
param alwaysReadyInstances = 1
param alertEmail = 'oncall@contoso.com'
param vaultPurgeProtection = true
