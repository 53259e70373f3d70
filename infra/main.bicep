// Everything that Rollcall needs in one resource group. No key and no connection string is made or read: every
// part is reached by one user-assigned identity, with the least role on the narrowest scope.
targetScope = 'resourceGroup'

@description('Short name of this deployment; resource names begin with it.')
@minLength(3)
@maxLength(10)
param name string

@description('Region of all resources; it has to offer Flex Consumption.')
param location string = resourceGroup().location

@description('Client id of the app registration by which operators and products sign in; its app roles are in docs/api.md.')
param signInClientId string

@description('Where Graph and browsers reach the app, as https://host; empty takes the address that Azure gives it.')
param publicUrl string = ''

@description('Clouds that tenants may be in, first the one that a request without a cloud means; empty takes the cloud of this deployment.')
param servedClouds ('global' | 'usgov' | 'usgovdod' | 'china')[] = []

@description('Settings of docs/operations.md that have a default and are to differ from it, by name.')
param settings object = {}

@description('Node.js on Flex Consumption; 20 or newer.')
param nodeVersion string = '22'

@description('Most instances that Azure starts; host.json bounds the tenants at work on each.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int = 40

@description('Memory of an instance.')
@allowed([
  512
  2048
  4096
])
param instanceMemoryMB int = 2048

@description('Instances kept warm for requests and notifications. 0 costs nothing, and makes the first one wait.')
@minValue(0)
param alwaysReadyForHttp int = 1

@description('Instances kept warm for the queue.')
@minValue(0)
param alwaysReadyForJobs int = 0

@description('Copies of the tables and of the host state.')
@allowed([
  'Standard_LRS'
  'Standard_ZRS'
  'Standard_GRS'
  'Standard_GZRS'
])
param storageSku string = 'Standard_ZRS'

@description('Days that logs are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

var suffix = uniqueString(resourceGroup().id, name)
var queueName = 'sync-jobs'
var packageContainerName = 'app-package'

var ownCloud = {
  AzureCloud: 'global'
  AzureUSGovernment: 'usgov'
  AzureChinaCloud: 'china'
}
var thisCloud = ownCloud[environment().name]
var clouds = empty(servedClouds) ? [thisCloud] : servedClouds

// https://learn.microsoft.com/azure/role-based-access-control/built-in-roles
var roleIds = {
  storageTableDataContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
  storageBlobDataOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  serviceBusDataSender: '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39'
  serviceBusDataReceiver: '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0'
  keyVaultSecretsOfficer: 'b86a8fe4-44ce-4948-aee5-eccb2c155cd7'
  monitoringMetricsPublisher: '3913510d-42f4-4e42-8a64-420c390055eb'
}

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2023-01-31' = {
  name: '${name}-id'
  location: location
}

// The product's tables, apart from the state of the functions host, so that neither's load slows the other.
resource tables 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: 'rctab${suffix}'
  location: location
  kind: 'StorageV2'
  sku: {
    name: storageSku
  }
  properties: {
    allowBlobPublicAccess: false
    allowSharedKeyAccess: false
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
  }
}

resource hostState 'Microsoft.Storage/storageAccounts@2023-05-01' = {
  name: 'rchost${suffix}'
  location: location
  kind: 'StorageV2'
  sku: {
    name: storageSku
  }
  properties: {
    allowBlobPublicAccess: false
    allowSharedKeyAccess: false
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
  }
}

resource hostBlobs 'Microsoft.Storage/storageAccounts/blobServices@2023-05-01' = {
  parent: hostState
  name: 'default'
}

resource packageContainer 'Microsoft.Storage/storageAccounts/blobServices/containers@2023-05-01' = {
  parent: hostBlobs
  name: packageContainerName
  properties: {
    publicAccess: 'None'
  }
}

// Standard is the least that has sessions and duplicate detection.
resource bus 'Microsoft.ServiceBus/namespaces@2022-10-01-preview' = {
  name: '${name}-bus-${suffix}'
  location: location
  sku: {
    name: 'Standard'
    tier: 'Standard'
  }
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
  }
}

// The lock outlives a dead instance by its length, and the host renews it while it works: a short one lets the
// tenant go on soon. Coalescing needs the window of ten minutes, and a queue that is not partitioned.
resource queue 'Microsoft.ServiceBus/namespaces/queues@2022-10-01-preview' = {
  parent: bus
  name: queueName
  properties: {
    requiresSession: true
    requiresDuplicateDetection: true
    duplicateDetectionHistoryTimeWindow: 'PT10M'
    enablePartitioning: false
    lockDuration: 'PT1M'
    maxDeliveryCount: 10
    defaultMessageTimeToLive: 'P14D'
    deadLetteringOnMessageExpiration: true
    maxSizeInMegabytes: 5120
  }
}

resource vault 'Microsoft.KeyVault/vaults@2023-07-01' = {
  name: '${name}-${suffix}'
  location: location
  properties: {
    tenantId: tenant().tenantId
    sku: {
      family: 'A'
      name: 'standard'
    }
    enableRbacAuthorization: true
    enableSoftDelete: true
    enablePurgeProtection: true
    softDeleteRetentionInDays: 90
  }
}

resource logs 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: '${name}-logs'
  location: location
  properties: {
    retentionInDays: logRetentionDays
    sku: {
      name: 'PerGB2018'
    }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: '${name}-insights'
  location: location
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: logs.id
    DisableLocalAuth: true
  }
}

resource plan 'Microsoft.Web/serverfarms@2024-04-01' = {
  name: '${name}-plan'
  location: location
  kind: 'functionapp'
  sku: {
    name: 'FC1'
    tier: 'FlexConsumption'
  }
  properties: {
    reserved: true
  }
}

var alwaysReady = filter(
  [
    {
      name: 'http'
      instanceCount: alwaysReadyForHttp
    }
    {
      name: 'function:sync-jobs'
      instanceCount: alwaysReadyForJobs
    }
  ],
  group => group.instanceCount > 0
)

resource app 'Microsoft.Web/sites@2024-04-01' = {
  name: '${name}-${suffix}'
  location: location
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: {
      '${identity.id}': {}
    }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${hostState.properties.primaryEndpoints.blob}${packageContainer.name}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identity.id
          }
        }
      }
      runtime: {
        name: 'node'
        version: nodeVersion
      }
      scaleAndConcurrency: {
        maximumInstanceCount: maximumInstanceCount
        instanceMemoryMB: instanceMemoryMB
        alwaysReady: alwaysReady
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
    }
  }
}

// Without basic authentication there is no publishing password either.
resource scmCredentials 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-04-01' = {
  parent: app
  name: 'scm'
  properties: {
    allow: false
  }
}

// Settings of the deployment; docs/operations.md explains each.
resource appSettings 'Microsoft.Web/sites/config@2024-04-01' = {
  parent: app
  name: 'appsettings'
  properties: union(
    {
      AzureWebJobsStorage__blobServiceUri: hostState.properties.primaryEndpoints.blob
      AzureWebJobsStorage__credential: 'managedidentity'
      AzureWebJobsStorage__clientId: identity.properties.clientId
      APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
      APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.properties.clientId};Authorization=AAD'
      TABLES_ENDPOINT: tables.properties.primaryEndpoints.table
      SERVICE_BUS__fullyQualifiedNamespace: split(split(bus.properties.serviceBusEndpoint, '/')[2], ':')[0]
      SERVICE_BUS__credential: 'managedidentity'
      SERVICE_BUS__clientId: identity.properties.clientId
      KEY_VAULT_URL: vault.properties.vaultUri
      PUBLIC_URL: empty(publicUrl) ? 'https://${app.properties.defaultHostName}' : publicUrl
      AZURE_CLIENT_ID: identity.properties.clientId
      SERVED_CLOUDS: join(clouds, ',')
      DATA_REGION: location
      // Half of the instance: what a heap may hold decides how early it is collected.
      languageWorkers__node__arguments: '--max-old-space-size=${instanceMemoryMB / 2}'
    },
    settings
  )
  dependsOn: [
    hostStateAccess
    tablesAccess
    queueSending
    queueReceiving
    vaultAccess
  ]
}

// Anonymous requests are let through: the app decides per route, and Graph's notifications carry no sign-in.
resource signIn 'Microsoft.Web/sites/config@2024-04-01' = {
  parent: app
  name: 'authsettingsV2'
  properties: {
    platform: {
      enabled: true
    }
    globalValidation: {
      requireAuthentication: false
      unauthenticatedClientAction: 'AllowAnonymous'
    }
    httpSettings: {
      requireHttps: true
    }
    identityProviders: {
      azureActiveDirectory: {
        enabled: true
        registration: {
          clientId: signInClientId
          openIdIssuer: uri(environment().authentication.loginEndpoint, '${tenant().tenantId}/v2.0')
        }
        validation: {
          allowedAudiences: [
            signInClientId
            'api://${signInClientId}'
          ]
        }
      }
    }
    login: {
      tokenStore: {
        enabled: false
      }
    }
  }
}

resource tablesAccess 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(tables.id, identity.id, roleIds.storageTableDataContributor)
  scope: tables
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds.storageTableDataContributor)
  }
}

// The host keeps its leases, timers and keys in blobs, and takes the package from there.
resource hostStateAccess 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(hostState.id, identity.id, roleIds.storageBlobDataOwner)
  scope: hostState
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds.storageBlobDataOwner)
  }
}

resource queueSending 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(queue.id, identity.id, roleIds.serviceBusDataSender)
  scope: queue
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds.serviceBusDataSender)
  }
}

resource queueReceiving 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(queue.id, identity.id, roleIds.serviceBusDataReceiver)
  scope: queue
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds.serviceBusDataReceiver)
  }
}

resource vaultAccess 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(vault.id, identity.id, roleIds.keyVaultSecretsOfficer)
  scope: vault
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds.keyVaultSecretsOfficer)
  }
}

resource insightsAccess 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(insights.id, identity.id, roleIds.monitoringMetricsPublisher)
  scope: insights
  properties: {
    principalId: identity.properties.principalId
    principalType: 'ServicePrincipal'
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds.monitoringMetricsPublisher)
  }
}

output appName string = app.name
output appUrl string = 'https://${app.properties.defaultHostName}'
output identityClientId string = identity.properties.clientId
output vaultName string = vault.name
output tablesAccountName string = tables.name
