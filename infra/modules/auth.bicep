// App Service authentication with Microsoft Entra. It takes out the headers that only it may set (x-ms-client-principal), and
// adds them for people who signed in. Requests without a sign-in go on to the app: /api asks for a function key, /v3 for its
// own bearer, /my for a person.
param appName string
param clientId string
@description('The setting that holds the client id of the managed identity which stands in for a client secret.')
param identitySettingName string

resource app 'Microsoft.Web/sites@2025-03-01' existing = {
  name: appName
}

resource auth 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: app
  name: 'authsettingsV2'
  properties: {
    platform: { enabled: true, runtimeVersion: '~1' }
    globalValidation: { requireAuthentication: false, unauthenticatedClientAction: 'AllowAnonymous' }
    httpSettings: { requireHttps: true, routes: { apiPrefix: '/.auth' } }
    identityProviders: {
      azureActiveDirectory: {
        enabled: true
        registration: {
          openIdIssuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
          clientId: clientId
          clientSecretSettingName: identitySettingName
        }
        validation: {
          allowedAudiences: [clientId, 'api://${clientId}']
          defaultAuthorizationPolicy: { allowedApplications: [clientId] }
        }
      }
    }
    login: {
      // the app asks nothing in a person's name, so nobody's tokens are kept
      tokenStore: { enabled: false }
      preserveUrlFragmentsForLogins: true
      nonce: { validateNonce: true, nonceExpirationInterval: '00:05:00' }
      cookieExpiration: { convention: 'FixedTime', timeToExpiration: '08:00:00' }
    }
  }
}
