import type { Client } from '../../pool/clients/client.ts'
import { emailOtp } from '../../pool/factors/email-otp.ts'
import { firstFactors, secondFactors } from '../../pool/factors/index.ts'
import { smsMfa, smsOtp } from '../../pool/factors/sms.ts'
import { softwareTokenMfa } from '../../pool/factors/software-token-mfa.ts'
import { webAuthn } from '../../pool/factors/web-authn.ts'
import { type Asked, challengePages } from '../challenges/index.ts'
import { accountsView } from '../views/accounts-view.ts'
import { addPasskeyView } from '../views/add-passkey-view.ts'
import { confirmView } from '../views/confirm-view.ts'
import { consentView } from '../views/consent-view.ts'
import { confirmForgotPasswordView, forgotPasswordView } from '../views/forgot-password-view.ts'
import { loginView } from '../views/login-view.ts'
import { messageView } from '../views/message-view.ts'
import type { Scene } from '../views/page-view.ts'
import { signUpView } from '../views/sign-up-view.ts'
import type { Visit } from '../visit.ts'

type View = object & { title: string; failed: boolean }

export interface PreviewState {
  /** The name shown in the editor. */
  label: string
  template: string
  view(scene: Scene): View | Promise<View>
}

const everySecond = JSON.stringify(secondFactors.map(({ name }) => name))

const username = 'ann@example.com'
const email = { medium: 'EMAIL', destination: 'a***@e***' }

const page = (label: string, template: string, view: PreviewState['view']): PreviewState => ({
  label,
  template: `pages/${template}`,
  view,
})

function challenge(
  label: string,
  name: string,
  { state, failed, ...asked }: Partial<Asked> & { state?: Scene['state']; failed?: Record<string, string> } = {},
): PreviewState {
  return {
    label,
    template: `challenges/${challengePages[name]!.template}`,
    // A challenge's view reads only the scene of a visit.
    view: (scene) =>
      challengePages[name]!.view(
        {
          ...scene,
          state: { anotherWay: true, ...state },
          flash: { page: 'challenge', ...(failed && { errors: failed }) },
        } as Visit,
        { username, parameters: {}, ...asked },
      ),
  }
}

const withProviders = (client: Client, ...names: string[]): Client => ({
  ...client,
  settings: { ...client.settings, SupportedIdentityProviders: names },
})

const withFlows = (scene: Scene, ...flows: string[]): Scene => ({
  ...scene,
  client: { ...scene.client, settings: { ...scene.client.settings, ExplicitAuthFlows: flows as never } },
})

const password = (scene: Scene): Scene =>
  withFlows({ ...scene, client: withProviders(scene.client, 'COGNITO') }, 'ALLOW_USER_SRP_AUTH')

const flash = (scene: Scene, content: Omit<Scene['flash'], 'page'>): Scene => ({
  ...scene,
  flash: { page: scene.flash.page, ...content },
})

/** Every page and state of the hosted login, with the view model it is rendered with. */
export const previewStates: Readonly<Record<string, PreviewState>> = {
  login: page('Sign-in', 'login', (scene) => loginView(password(scene), { domainSearch: false })),
  'login-providers': page('Sign-in with identity providers', 'login', (scene) => {
    const client = withProviders(scene.client, 'COGNITO', 'Google', 'SignInWithApple', 'Facebook', 'Example')
    return loginView({ ...withFlows(scene, 'ALLOW_USER_SRP_AUTH'), client }, { domainSearch: true })
  }),
  'login-name-first': page('Sign-in, name first', 'login', (scene) =>
    loginView(withFlows(password(scene), 'ALLOW_USER_AUTH'), { domainSearch: false }),
  ),
  'login-wrong': page('Sign-in, refused', 'login', (scene) =>
    loginView(
      flash(password(scene), {
        errors: { password: 'Incorrect username or password.' },
        values: { username },
      }),
      { domainSearch: false },
    ),
  ),
  'login-alert': page('Sign-in, account confirmed', 'login', (scene) =>
    loginView(flash(password(scene), { alert: { kind: 'success', text: scene.t('login.confirmed') } }), {
      domainSearch: false,
    }),
  ),
  'login-over': page('Sign-in, begun anew', 'login', (scene) =>
    loginView(flash(password(scene), { alert: { kind: 'warning', text: scene.t('login.sessionOver') } }), {
      domainSearch: false,
    }),
  ),
  consent: page('An app that registered itself', 'consent', (scene) =>
    consentView(
      { ...scene, parameters: { redirect_uri: 'https://app.example.com/callback' } },
      { scopes: ['openid', 'email'], user: { username, attributes: { email: username } } },
    ),
  ),
  accounts: page('Who is signed in', 'accounts', (scene) =>
    accountsView(scene, { user: { username, attributes: { email: username, name: 'Ann' } } } as never),
  ),
  'sign-up': page('Sign-up', 'signup', signUpView),
  'sign-up-wrong': page('Sign-up, refused', 'signup', (scene) =>
    signUpView(
      flash(scene, {
        errors: { username: 'User already exists', repeated: scene.t('error.repeated') },
        values: { username },
      }),
    ),
  ),
  confirm: page('Confirmation of a sign-up', 'confirm', (scene) =>
    confirmView({ ...scene, state: { username, delivery: email } }),
  ),
  'confirm-wrong': page('Confirmation, wrong code', 'confirm', (scene) =>
    confirmView({
      ...flash(scene, { errors: { code: 'Invalid verification code provided, please try again.' } }),
      state: { username, delivery: email },
    }),
  ),
  'forgot-password': page('Forgotten password', 'forgot-password', forgotPasswordView),
  'confirm-forgot-password': page('Forgotten password, new one', 'confirm-forgot-password', (scene) =>
    confirmForgotPasswordView({ ...scene, state: { username, delivery: email } }),
  ),
  'select-challenge': challenge('Choice of a way', 'SELECT_CHALLENGE', {
    availableChallenges: firstFactors.map(({ name }) => name),
  }),
  password: challenge('Password', 'PASSWORD'),
  passkey: challenge('Passkey', webAuthn.name, { parameters: { CREDENTIAL_REQUEST_OPTIONS: '{}' } }),
  'email-code': challenge('Code by e-mail', emailOtp.name, {
    parameters: { CODE_DELIVERY_DESTINATION: email.destination },
  }),
  'sms-code': challenge('Code by SMS', smsOtp.name, { parameters: { CODE_DELIVERY_DESTINATION: '+*******0123' } }),
  'code-wrong': challenge('Code, wrong', smsMfa.name, {
    parameters: { CODE_DELIVERY_DESTINATION: '+*******0123' },
    failed: { code: 'Invalid code or auth state for the user.' },
  }),
  'app-code': challenge('Code of an app', softwareTokenMfa.name),
  'select-mfa': challenge('Choice of a second factor', 'SELECT_MFA_TYPE', {
    parameters: { MFAS_CAN_CHOOSE: everySecond },
  }),
  'set-up': challenge('Set-up of a second factor', 'MFA_SETUP', {
    parameters: { MFAS_CAN_SETUP: everySecond },
  }),
  'set-up-app': challenge('Set-up of an app', 'MFA_SETUP', {
    parameters: {
      MFAS_CAN_SETUP: JSON.stringify([softwareTokenMfa.name]),
      SECRET_CODE: 'EXAMPLEEXAMPLEEXAMPLEEXAMPLEEXAM',
    },
  }),
  'set-up-email': challenge('Set-up of e-mail', 'MFA_SETUP', {
    parameters: { MFAS_CAN_SETUP: JSON.stringify([emailOtp.name]) },
  }),
  'set-up-sms': challenge('Set-up of SMS', 'MFA_SETUP', {
    parameters: { MFAS_CAN_SETUP: JSON.stringify([smsMfa.name]) },
  }),
  'new-password': challenge('New password', 'NEW_PASSWORD_REQUIRED', {
    parameters: { requiredAttributes: '["userAttributes.name"]' },
  }),
  'add-passkey': page('Offer of a passkey', 'add-passkey', (scene) =>
    addPasskeyView(scene, { form: scene.form('addPasskey'), options: {} }),
  ),
  confirmed: page('Message', 'message', ({ t }) =>
    messageView({ title: t('confirmUser.title'), text: t('confirmUser.text'), failed: false }),
  ),
  problem: page('Message of a problem', 'message', ({ t }) =>
    messageView({
      title: t('problem.expired.title'),
      text: t('problem.expired'),
      failed: true,
      link: { url: '#', text: t('problem.startAgain') },
    }),
  ),
}
