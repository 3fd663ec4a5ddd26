import type { Form } from '../read-form.ts'
import { emptyFields, type Visit } from '../visit.ts'
import type { Reply } from './index.ts'

/** People type codes in groups, with spaces or hyphens. */
export function codeReply(visit: Visit, form: Form, response: string): Reply {
  const code = form('code').replace(/[\s-]/g, '')
  return { fields: ['code'], responses: { [response]: code }, errors: emptyFields(visit, { code }) }
}
