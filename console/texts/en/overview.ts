export const overview = {
  title: 'Overview',
  users: 'Users, about',
  arn: 'ARN',
  issuer: 'Issuer',
  discovery: 'Discovery document',
  domain: 'Domain',
  protection: 'Deletion protection',
  mfa: 'Second factor',
  mfaStates: { OFF: 'Off', ON: 'Required', OPTIONAL: 'Optional' },
  signInWith: 'Sign-in with',
  about: 'About this pool',
}
