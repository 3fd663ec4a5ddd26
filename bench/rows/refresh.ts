import { makeScene, signInAll } from '../frame/scene.ts'
import { throughput } from '../frame/throughput.ts'

export default [
  throughput({
    name: 'refresh',
    yardstick: 'signature',
    times: 2,
    goal: 0.65,
    must: 0.5,
    async prepare({ cognito }) {
      const scene = await makeScene(cognito)
      const tokens = await signInAll(cognito, scene)
      return (worker) =>
        cognito.call('InitiateAuth', {
          ClientId: scene.clientId,
          AuthFlow: 'REFRESH_TOKEN_AUTH',
          AuthParameters: { REFRESH_TOKEN: tokens[worker]!.RefreshToken },
        })
    },
  }),
  throughput({
    name: 'refresh with rotation',
    yardstick: 'signature',
    times: 2,
    goal: 0.5,
    must: 0.45,
    async prepare({ cognito }) {
      const scene = await makeScene(cognito, {
        client: {
          ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH'],
          RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 0 },
        },
      })
      const tokens = (await signInAll(cognito, scene)).map(({ RefreshToken }) => RefreshToken)
      return async (worker) => {
        const { AuthenticationResult } = await cognito.call('GetTokensFromRefreshToken', {
          ClientId: scene.clientId,
          RefreshToken: tokens[worker],
        })
        tokens[worker] = AuthenticationResult.RefreshToken
      }
    },
  }),
]
