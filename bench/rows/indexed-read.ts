import { askBareRead } from '../frame/ask-bare-read.ts'
import { makeScene } from '../frame/scene.ts'
import { throughput } from '../frame/throughput.ts'

// Three statements and a signature compared with one statement, so it can't come as close as GetUser.
export default throughput({
  name: 'AdminGetUser',
  yardstick: 'bare-read',
  withDatabase: true,
  goal: 0.45,
  must: 0.3,
  async prepare({ cognito }) {
    const { poolId, users } = await makeScene(cognito)
    return (worker) => cognito.call('AdminGetUser', { UserPoolId: poolId, Username: users[worker]!.username })
  },
  askYardstick: (_, port) => askBareRead(port, false),
})
