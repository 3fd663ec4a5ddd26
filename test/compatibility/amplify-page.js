// An application's page: whatever a test calls, by Amplify's own functions. What is no JSON stays here.
import { Amplify } from 'aws-amplify'
import * as auth from 'aws-amplify/auth'

window.configure = (Cognito) => Amplify.configure({ Auth: { Cognito } })

window.call = async (name, input) => {
  try {
    // biome-ignore lint/performance/noDynamicNamespaceImportAccess: the whole of it is what is tested.
    return { value: JSON.parse(JSON.stringify((await auth[name](input)) ?? null)) }
  } catch ({ name, message }) {
    return { error: { name, message } }
  }
}
