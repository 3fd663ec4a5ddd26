import { throughput } from '../frame/throughput.ts'

export default throughput({
  name: 'GetClientToken',
  yardstick: 'signature',
  goal: 0.5,
  must: 0.4,
  async prepare({ cognito }) {
    const { UserPool } = await cognito.call('CreateUserPool', { PoolName: 'bench' })
    await cognito.call('CreateResourceServer', {
      UserPoolId: UserPool.Id,
      Identifier: 'orders',
      Name: 'orders',
      Scopes: [{ ScopeName: 'read', ScopeDescription: 'read' }],
    })
    const { UserPoolClient } = await cognito.call('CreateUserPoolClient', {
      UserPoolId: UserPool.Id,
      ClientName: 'bench',
      GenerateSecret: true,
      ExplicitAuthFlows: ['ALLOW_CLIENT_TOKEN_AUTH'],
      AllowedOAuthFlowsUserPoolClient: true,
      AllowedOAuthFlows: ['client_credentials'],
      AllowedOAuthScopes: ['orders/read'],
    })
    return () =>
      cognito.call('GetClientToken', { ClientId: UserPoolClient.ClientId, Secret: UserPoolClient.ClientSecret })
  },
})
