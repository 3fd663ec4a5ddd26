/** The pages by path. Paths are case-insensitive. */
export const pagePaths = {
  login: '/login',
  challenge: '/login/continue',
  signUp: '/signup',
  confirm: '/confirm',
  resendCode: '/resendcode',
  forgotPassword: '/forgotPassword',
  confirmForgotPassword: '/confirmforgotPassword',
  addPasskey: '/passkeys/add',
  consent: '/consent',
} as const

export type PageName = keyof typeof pagePaths

const byPath = new Map(Object.entries(pagePaths).map(([name, path]) => [path.toLowerCase(), name as PageName]))

export const pageAt = (path: string): PageName | undefined => byPath.get(path.toLowerCase())
