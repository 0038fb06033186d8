// Who may upload from a browser. Apart from the account, because the rule needs the app's host name and the app needs the
// account.
param accountName string
@description('Origins of the pages that PUT files straight to storage.')
param origins string[]
@minValue(1)
@maxValue(365)
param softDeleteDays int

resource account 'Microsoft.Storage/storageAccounts@2025-08-01' existing = {
  name: accountName
}

resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-08-01' = {
  parent: account
  name: 'default'
  properties: {
    deleteRetentionPolicy: { enabled: true, days: softDeleteDays }
    cors: {
      corsRules: [
        {
          allowedOrigins: origins
          allowedMethods: ['PUT']
          allowedHeaders: ['content-type', 'content-md5', 'x-ms-*']
          exposedHeaders: ['etag', 'content-md5', 'x-ms-request-id', 'x-ms-error-code', 'x-ms-content-crc64']
          maxAgeInSeconds: 3600
        }
      ]
    }
  }
}
