import FormField from '@cloudscape-design/components/form-field'
import SegmentedControl from '@cloudscape-design/components/segmented-control'
import Select from '@cloudscape-design/components/select'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { useEffect, useRef, useState } from 'react'
import { isRefusal } from '../../api/api-error.ts'
import { texts } from '../../texts/texts.ts'
import { Failure } from '../../ui/failure.tsx'
import {
  hidePicture,
  openPreview,
  type PreviewSession,
  previewAddress,
  showPicture,
  showSettings,
} from './preview-session.ts'
import { type AppKey, changedPictures, type Style } from './style.ts'

const t = texts.branding
const pause = 300

/** A page of the login beside the editor, as the server draws it, with the style as it is edited. */
export function Preview({ appKey, stored, style }: { appKey: AppKey; stored: Style; style: Style }) {
  const { session, version, error } = usePreview(appKey, stored, style)
  const [page, setPage] = useState('login')
  const [scheme, setScheme] = useState<'light' | 'dark'>('light')
  const [size, setSize] = useState<'desktop' | 'phone'>('desktop')
  const [language, setLanguage] = useState('en')
  const frame = useRef<HTMLIFrameElement>(null)
  // biome-ignore lint/correctness/useExhaustiveDependencies: each version of the style is another picture
  useEffect(() => frame.current?.contentWindow?.location.reload(), [version])
  if (!session) return error ? <Failure error={error} /> : null
  const label = session.pages.find(({ name }) => name === page)?.label
  return (
    <section className="preview" aria-label={t.preview}>
      <div className="preview-choices">
        <FormField label={t.page}>
          <Select
            expandToViewport
            filteringType="auto"
            selectedOption={{ value: page, label }}
            options={session.pages.map(({ name, label: text }) => ({ value: name, label: text }))}
            onChange={({ detail }) => setPage(detail.selectedOption.value!)}
          />
        </FormField>
        <FormField label={t.language}>
          <Select
            expandToViewport
            selectedOption={{ value: language, label: languageName(language) }}
            options={session.languages.map((tag) => ({ value: tag, label: languageName(tag) }))}
            onChange={({ detail }) => setLanguage(detail.selectedOption.value!)}
          />
        </FormField>
        <SpaceBetween direction="horizontal" size="xs">
          <SegmentedControl
            label={t.scheme}
            selectedId={scheme}
            options={[
              { id: 'light', text: t.schemes.light },
              { id: 'dark', text: t.schemes.dark },
            ]}
            onChange={({ detail }) => setScheme(detail.selectedId as 'light')}
          />
          <SegmentedControl
            label={t.size}
            selectedId={size}
            options={[
              { id: 'desktop', text: t.sizes.desktop },
              { id: 'phone', text: t.sizes.phone },
            ]}
            onChange={({ detail }) => setSize(detail.selectedId as 'phone')}
          />
        </SpaceBetween>
      </div>
      <Failure error={error} />
      <iframe
        ref={frame}
        className={size}
        src={previewAddress(page, scheme, language)}
        title={`${t.preview}: ${label}`}
      />
    </section>
  )
}

const languageName = (tag: string) => new Intl.DisplayNames(undefined, { type: 'language' }).of(tag) ?? tag

/** Keeps the server's preview as the style is, a moment after each change. `version` grows with each. */
function usePreview(appKey: AppKey, stored: Style, style: Style) {
  const [session, setSession] = useState<PreviewSession>()
  const [version, setVersion] = useState(0)
  const [error, setError] = useState<unknown>()
  const work = useRef<Promise<unknown>>(Promise.resolve())
  const shown = useRef<{ session: PreviewSession; style: Style }>(undefined)
  const { UserPoolId, ClientId } = appKey

  useEffect(() => {
    const open = async () => {
      const opened = await openPreview(UserPoolId, ClientId)
      shown.current = { session: opened, style: stored }
      setSession(opened)
      return shown.current
    }
    const show = async () => {
      try {
        await mirror(shown.current ?? (await open()), style)
      } catch (refused) {
        // An hour has passed, or the preview of another app was opened in this browser.
        if (!isRefusal(refused, 'PreviewEnded')) throw refused
        await mirror(await open(), style)
      }
    }
    const timer = setTimeout(
      () => {
        work.current = work.current.then(show).then(() => {
          setError(undefined)
          setVersion((before) => before + 1)
        }, setError)
      },
      shown.current ? pause : 0,
    )
    return () => clearTimeout(timer)
  }, [UserPoolId, ClientId, stored, style])
  return { session, version, error }
}

async function mirror(shown: { session: PreviewSession; style: Style }, style: Style): Promise<void> {
  const { put, removed } = changedPictures(shown.style, style)
  for (const picture of removed) await hidePicture(shown.session, style.settings, picture)
  for (const picture of put) await showPicture(shown.session, style.settings, picture)
  await showSettings(shown.session, style.settings)
  shown.style = style
}
