import { askBareRead } from '../frame/ask-bare-read.ts'
import { makeScene, signInAll } from '../frame/scene.ts'
import { throughput } from '../frame/throughput.ts'

export default throughput({
  name: 'GetUser',
  yardstick: 'bare-read',
  withDatabase: true,
  goal: 0.95,
  must: 0.8,
  async prepare({ cognito }) {
    const tokens = await signInAll(cognito, await makeScene(cognito))
    return (worker) => cognito.call('GetUser', { AccessToken: tokens[worker]!.AccessToken })
  },
  askYardstick: (_, port) => askBareRead(port),
})
