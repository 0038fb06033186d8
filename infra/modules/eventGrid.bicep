// The events of the source account. The subscription itself is made after the deployment (scripts/azure/postdeploy.mjs):
// its address holds a key that exists only when the app has started with its blob trigger.
param name string
param location string
param tags object
param sourceStorageId string

resource topic 'Microsoft.EventGrid/systemTopics@2025-02-15' = {
  name: name
  location: location
  tags: tags
  properties: { source: sourceStorageId, topicType: 'Microsoft.Storage.StorageAccounts' }
}
