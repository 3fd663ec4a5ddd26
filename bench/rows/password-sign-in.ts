import { makeScene, signIn } from '../frame/scene.ts'
import { throughput } from '../frame/throughput.ts'

export default throughput({
  name: 'password sign-in',
  yardstick: 'argon2',
  goal: 0.88,
  must: 0.78,
  async prepare({ cognito }) {
    const { clientId, users } = await makeScene(cognito)
    return (worker) => signIn(cognito, clientId, users[worker]!.username)
  },
})
