import { makeScene } from '../frame/scene.ts'
import { throughput } from '../frame/throughput.ts'

export default throughput({
  name: 'AdminCreateUser without password',
  yardstick: 'user-inserts',
  withDatabase: true,
  goal: 0.5,
  must: 0.35,
  async prepare({ cognito }) {
    const { poolId } = await makeScene(cognito, {
      pool: { Policies: { SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] } } },
      users: 0,
    })
    let count = 0
    return () => {
      const name = `new-${count++}`
      return cognito.call('AdminCreateUser', {
        UserPoolId: poolId,
        Username: name,
        MessageAction: 'SUPPRESS',
        UserAttributes: [
          { Name: 'email', Value: `${name}@example.com` },
          { Name: 'email_verified', Value: 'true' },
        ],
      })
    }
  },
})
