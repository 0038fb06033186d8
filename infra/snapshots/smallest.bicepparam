// The least that a deployment needs.
using '../main.bicep'

param environmentName = 'example'
param location = 'westeurope'
param allowedMailboxes = '*@contoso.com'
param deployerPrincipalId = '11111111-1111-1111-1111-111111111111'
