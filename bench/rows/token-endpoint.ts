import { askToken } from '../frame/ask-token.ts'
import { makeMachineClient, makeScene, signInAll } from '../frame/scene.ts'
import { throughput } from '../frame/throughput.ts'

export default [
  throughput({
    name: 'client_credentials at /oauth2/token',
    yardstick: 'signature',
    goal: 0.7,
    must: 0.58,
    async prepare({ cognito }) {
      const { poolId, clientId, secret } = await makeMachineClient(cognito)
      const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: secret }
      return () => askToken(cognito, poolId, form)
    },
  }),
  throughput({
    name: 'refresh at /oauth2/token',
    yardstick: 'signature',
    times: 2,
    goal: 0.65,
    must: 0.5,
    async prepare({ cognito }) {
      const scene = await makeScene(cognito)
      const tokens = await signInAll(cognito, scene)
      return (worker) =>
        askToken(cognito, scene.poolId, {
          grant_type: 'refresh_token',
          client_id: scene.clientId,
          refresh_token: tokens[worker]!.RefreshToken,
        })
    },
  }),
]
