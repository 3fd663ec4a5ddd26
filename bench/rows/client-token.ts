import { makeMachineClient } from '../frame/scene.ts'
import { throughput } from '../frame/throughput.ts'

export default throughput({
  name: 'GetClientToken',
  yardstick: 'signature',
  goal: 0.7,
  must: 0.58,
  async prepare({ cognito }) {
    const { clientId, secret } = await makeMachineClient(cognito)
    return () => cognito.call('GetClientToken', { ClientId: clientId, Secret: secret })
  },
})
