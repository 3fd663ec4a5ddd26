export const signingKeys = {
  title: 'Signing keys',
  lead: 'The keys that sign this pool’s tokens. Apps find the public keys in the pool’s JWKS.',
  id: 'Key id',
  signs: 'Signs',
  uses: { IdTokens: 'ID tokens', AccessTokens: 'Access tokens' },
  states: { Pending: 'Published, not signing yet', Active: 'Signing', Verifying: 'Retired: still verifies old tokens' },
  from: 'Signs from',
  until: 'Verifies until',
  open: 'Not set',
  rotate: 'Rotate keys',
  rotateTitle: 'Rotate the keys?',
  rotateText:
    'The new keys are published at once and start signing some minutes later, when apps have fetched them. The old keys stay valid until their tokens expire, so nobody is signed out.',
  rotated: 'The new keys are published.',
  revoke: 'Revoke',
  revokeOne: (id: string) => `Revoke ${id}`,
  revokeTitle: 'Revoke this key?',
  revokeText:
    'Do this when a key may have leaked. The server refuses its tokens at once; users get new ones with their refresh tokens. Apps that verify tokens themselves refuse them once they fetch the JWKS again.',
  revoked: 'The key is revoked.',
  schedule: 'On a schedule',
  scheduleText:
    'Set POOLHOUSE_SIGNING_KEY_DAYS in the environment to rotate the keys of every pool after so many days.',
}
