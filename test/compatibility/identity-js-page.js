// An application's page with amazon-cognito-identity-js, which keeps its device in the browser.
import { AuthenticationDetails, CognitoUser, CognitoUserPool } from 'amazon-cognito-identity-js'

let user

window.signIn = (settings, Username, Password) =>
  new Promise((resolve, reject) => {
    user = new CognitoUser({ Username, Pool: new CognitoUserPool(settings) })
    user.authenticateUser(new AuthenticationDetails({ Username, Password }), {
      onSuccess: (session) => resolve(session.isValid() && 'signed in'),
      onFailure: reject,
      mfaRequired: resolve,
    })
  })

window.sendCode = (code) =>
  new Promise((resolve, reject) =>
    user.sendMFACode(code, { onSuccess: (session) => resolve(session.isValid() && 'signed in'), onFailure: reject }),
  )
