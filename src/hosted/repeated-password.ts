import type { Form } from './read-form.ts'
import type { Visit } from './visit.ts'

/**
 * The password as it was typed again. The pages of managed login show what is typed instead and ask for it once, unless
 * the browser runs no script; the classic pages ask twice, as on the service.
 */
export function repeatedPassword({ managed }: Pick<Visit, 'managed'>, form: Form): string {
  const repeated = form('repeated')
  return managed && repeated === '' ? form('password') : repeated
}
