import { availableParallelism } from 'node:os'
import { makeScene, password } from '../frame/scene.ts'
import { throughput } from '../frame/throughput.ts'

export default throughput({
  name: 'sign-up',
  yardstick: 'argon2',
  // With more at once than cores, the yardstick's hashes would only evict each other from the caches.
  yardstickWorkers: availableParallelism(),
  goal: 0.86,
  must: 0.78,
  async prepare({ cognito }) {
    const { clientId } = await makeScene(cognito, { pool: { AutoVerifiedAttributes: ['email'] }, users: 0 })
    let count = 0
    return () => {
      const name = `new-${count++}`
      return cognito.call('SignUp', {
        ClientId: clientId,
        Username: name,
        Password: password,
        UserAttributes: [{ Name: 'email', Value: `${name}@example.com` }],
      })
    }
  },
})
