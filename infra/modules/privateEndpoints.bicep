// Private endpoints of one kind (blob, queue, table, vault) and the DNS zone that they share.
@description('The sub-resource: blob, queue, table or vault.')
param kind string
param zoneName string
param networkId string
param subnetId string
param targets { name: string, id: string }[]
param location string
param tags object

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' = {
  name: zoneName
  location: 'global'
  tags: tags

  resource link 'virtualNetworkLinks' = {
    name: 'app'
    location: 'global'
    tags: tags
    properties: { registrationEnabled: false, virtualNetwork: { id: networkId } }
  }
}

resource endpoints 'Microsoft.Network/privateEndpoints@2025-05-01' = [
  for target in targets: {
    name: '${target.name}-${kind}'
    location: location
    tags: tags
    properties: {
      subnet: { id: subnetId }
      privateLinkServiceConnections: [
        { name: kind, properties: { privateLinkServiceId: target.id, groupIds: [kind] } }
      ]
    }
  }
]

resource records 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2025-05-01' = [
  for (target, i) in targets: {
    parent: endpoints[i]
    name: 'default'
    properties: { privateDnsZoneConfigs: [{ name: kind, properties: { privateDnsZoneId: zone.id } }] }
  }
]
