// Durable Task Scheduler with one task hub. It takes identities only.
param name string
param taskHubName string
param location string
param tags object
@allowed(['Consumption', 'Dedicated'])
param sku string
param ipAllowlist string[]

resource scheduler 'Microsoft.DurableTask/schedulers@2026-02-01' = {
  name: name
  location: location
  tags: tags
  properties: { sku: { name: sku }, ipAllowlist: ipAllowlist }

  resource taskHub 'taskHubs' = {
    name: taskHubName
  }
}

output endpoint string = scheduler.properties.endpoint
