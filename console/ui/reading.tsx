import Spinner from '@cloudscape-design/components/spinner'
import { texts } from '../texts/texts.ts'

/** Stands for what is being read. What comes below it on the page waits, so that nothing is pushed down. */
export const Reading = () => (
  <div role="status" className="reading">
    <Spinner /> <span className="unseen">{texts.common.loading}</span>
  </div>
)
