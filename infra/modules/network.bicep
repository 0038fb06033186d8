// The app's way out, and the private way to storage and secrets. Into the app the public address remains: Event Grid and
// callers need it.
param name string
param location string
param tags object

resource address 'Microsoft.Network/publicIPAddresses@2025-05-01' = {
  name: '${name}-out'
  location: location
  tags: tags
  sku: { name: 'Standard' }
  properties: { publicIPAllocationMethod: 'Static', publicIPAddressVersion: 'IPv4' }
}

// Graph is on the internet, and new subnets have no way out of their own
// (https://learn.microsoft.com/azure/virtual-network/ip-services/default-outbound-access)
resource gateway 'Microsoft.Network/natGateways@2025-05-01' = {
  name: '${name}-out'
  location: location
  tags: tags
  sku: { name: 'Standard' }
  properties: { idleTimeoutInMinutes: 10, publicIpAddresses: [{ id: address.id }] }
}

resource network 'Microsoft.Network/virtualNetworks@2025-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: ['10.0.0.0/16'] }
    subnets: [
      {
        name: 'app'
        properties: {
          addressPrefix: '10.0.1.0/24'
          natGateway: { id: gateway.id }
          defaultOutboundAccess: false
          delegations: [
            { name: 'app', properties: { serviceName: 'Microsoft.App/environments' } }
          ]
        }
      }
      {
        name: 'private-endpoints'
        properties: {
          addressPrefix: '10.0.2.0/24'
          defaultOutboundAccess: false
          privateEndpointNetworkPolicies: 'Disabled'
        }
      }
    ]
  }

  resource appSubnet 'subnets' existing = {
    name: 'app'
  }
  resource endpointSubnet 'subnets' existing = {
    name: 'private-endpoints'
  }
}

output networkId string = network.id
output appSubnetId string = network::appSubnet.id
output endpointSubnetId string = network::endpointSubnet.id
@description('Where the app comes from on the internet, for allow-lists of others.')
output outboundAddress string = address.properties.ipAddress
