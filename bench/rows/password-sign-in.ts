import { availableParallelism } from 'node:os'
import { makeScene, signIn } from '../frame/scene.ts'
import { throughput } from '../frame/throughput.ts'

export default throughput({
  name: 'password sign-in',
  yardstick: 'argon2',
  // More at once than there are cores would only make the yardstick's hashes push each other out of the caches.
  yardstickWorkers: availableParallelism(),
  goal: 0.85,
  must: 0.75,
  async prepare({ cognito }) {
    const { clientId, users } = await makeScene(cognito)
    return (worker) => signIn(cognito, clientId, users[worker]!.username)
  },
})
