import Alert from '@cloudscape-design/components/alert'
import Button from '@cloudscape-design/components/button'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useEffect, useRef } from 'react'
import { texts } from '../texts/texts.ts'
import { signInAgain, signOut } from './session.ts'
import { Ways } from './sign-in-page.tsx'

const t = texts.session

/** Over the page and its dialogs, which go on where they were once somebody has signed in. */
export default function SignInAgain({ reason }: { reason: string }) {
  const dialog = useRef<HTMLDialogElement>(null)
  useEffect(() => dialog.current!.showModal(), [])
  return (
    <dialog
      ref={dialog}
      className="sign-in-again"
      aria-labelledby="sign-in-again"
      onCancel={(event) => event.preventDefault()}
      onKeyDown={(event) => event.key === 'Escape' && event.preventDefault()}
    >
      <SpaceBetween size="m">
        <h2 id="sign-in-again">{t.again}</h2>
        <Alert type="warning">
          {reason} {t.againText}
        </Alert>
        <Ways signIn={signInAgain} label={t.inNewTab} />
        <Button variant="inline-link" onClick={signOut}>
          {t.leave}
        </Button>
      </SpaceBetween>
    </dialog>
  )
}
