import { makeScene, password } from '../frame/scene.ts'
import { srpClient } from '../frame/srp-client.ts'
import { throughput } from '../frame/throughput.ts'

export default throughput({
  name: 'SRP sign-in, both calls',
  yardstick: 'srp',
  goal: 0.6,
  must: 0.45,
  async prepare({ cognito }) {
    const { poolId, clientId, users } = await makeScene(cognito)
    const clients = users.map(() => srpClient(poolId, password))

    return async (worker) => {
      const client = clients[worker]!
      const { ChallengeParameters: asked, Session } = await cognito.call('InitiateAuth', {
        ClientId: clientId,
        AuthFlow: 'USER_SRP_AUTH',
        AuthParameters: { USERNAME: users[worker]!.username, SRP_A: client.A },
      })
      const { AuthenticationResult } = await cognito.call('RespondToAuthChallenge', {
        ClientId: clientId,
        ChallengeName: 'PASSWORD_VERIFIER',
        Session,
        ChallengeResponses: client.answer(asked),
      })
      if (!AuthenticationResult) throw new Error('No tokens came of an SRP sign-in')
    }
  },
})
