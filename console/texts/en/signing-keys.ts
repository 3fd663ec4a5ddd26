export const signingKeys = {
  title: 'Signing keys',
  lead: 'What the tokens of this pool are signed with. Apps find the public halves at the address of the pool’s keys.',
  id: 'Key id',
  signs: 'Signs',
  uses: { IdTokens: 'ID tokens', AccessTokens: 'Access tokens' },
  states: { Pending: 'Published, not signing yet', Active: 'Signing', Verifying: 'Verifies what it has signed' },
  from: 'Signs from',
  until: 'Verifies until',
  open: 'No end yet',
  rotate: 'New keys',
  rotateTitle: 'Give the pool new keys?',
  rotateText:
    'The new keys are published at once and sign some minutes later, when apps know them. The old ones verify until their tokens are over: nobody is signed out.',
  rotated: 'The new keys are published.',
  revoke: 'Withdraw',
  revokeOne: (id: string) => `Withdraw ${id}`,
  revokeTitle: 'Withdraw this key?',
  revokeText:
    'For a key that others may know. What it has signed is refused at once by this server; refresh tokens get new tokens. Apps that verify by themselves refuse it once they read the pool’s keys again.',
  revoked: 'The key is withdrawn.',
  schedule: 'On a schedule',
  scheduleText: 'POOLHOUSE_SIGNING_KEY_DAYS in the environment gives every pool new keys once its newest are so old.',
}
