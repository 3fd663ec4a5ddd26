import { type BrowserSession, isEnough } from '../../oauth/interaction.ts'
import { type Answer, again, type Visit } from '../visit.ts'

/** The account signed in with this browser, if the app asks its user to choose one. */
export async function accountToOffer(visit: Visit): Promise<BrowserSession | undefined> {
  const { managed, parameters, state, flash } = visit
  if (!managed || state.otherAccount || flash.alert || flash.errors) return undefined
  return prompts(parameters).includes('select_account') ? visit.session() : undefined
}

/** Continues as the signed-in user, unless they must authenticate again or choose another account. */
export async function accountAnswer(visit: Visit, answer: string): Promise<Answer> {
  const session = await visit.session()
  if (answer !== 'same' || !session) return { go: 'login', state: { otherAccount: true } }
  const { parameters, ctx, request, t } = visit
  if (!prompts(parameters).includes('login') && (await isEnough(ctx, request, session))) return { finish: session }
  const { username, attributes } = session.user
  const alert = { kind: 'warning', text: t('accounts.again') } as const
  return again({ state: { otherAccount: true } }, 'login', {
    alert,
    values: { username: attributes.email ?? username },
  })
}

const prompts = ({ prompt = '' }: Record<string, string>): string[] => prompt.split(' ')
