/** The style of an app's pages as the editor has it, and how it is read and saved. */
import { cognito } from '../../api/call.ts'
import { type AppKey, findStyle } from '../../api/client-branding.ts'
import { refresh } from '../../api/queries.ts'
import { texts } from '../../texts/texts.ts'
import type { Change } from '../../ui/review-changes.tsx'
import { asText } from '../../ui/review-changes.tsx'
import { type Picture, pictureName } from './pictures.ts'
import { defaults, leavesOf, type Tree, valueAt, withValue, wordsOf } from './tree.ts'

const t = texts.branding

export interface Style {
  /** What it sets of its own. */
  settings: Tree
  pictures: Picture[]
}

export type { AppKey }

export const maxRequest = 2 * 1024 * 1024

/** The style that is stored; null if the app has none. @throws ApiError */
export const readStyle = async (key: AppKey) => (await findStyle(key)) ?? null

export type Stored = Awaited<ReturnType<typeof readStyle>>

export const styleOf = (stored: Stored): Style => ({
  settings: (stored?.Settings as Tree | undefined) ?? {},
  pictures: stored?.Assets ?? [],
})

/** What a value is, be it of the style's own or the default. */
export const effectiveValue = ({ settings }: Style, path: string): unknown =>
  valueAt(settings, path) ?? valueAt(defaults, path)

export function changedPaths(before: Style, after: Style): string[] {
  const paths = new Set([...leavesOf(before.settings), ...leavesOf(after.settings)])
  const isChanged = (path: string) =>
    JSON.stringify(effectiveValue(before, path)) !== JSON.stringify(effectiveValue(after, path))
  return [...paths].filter(isChanged)
}

const byName = ({ pictures }: Style) => new Map(pictures.map((picture) => [pictureName(picture), picture]))

export function changedPictures(before: Style, after: Style): { put: Picture[]; removed: Picture[] } {
  const [there, wanted] = [byName(before), byName(after)]
  return {
    put: after.pictures.filter((picture) => there.get(pictureName(picture))?.Bytes !== picture.Bytes),
    removed: before.pictures.filter((picture) => !wanted.has(pictureName(picture))),
  }
}

export function changesOfStyle(before: Style, after: Style): Change[] {
  const ofSettings = changedPaths(before, after).map((path) => ({
    label: wordsOf(path.replace(/^(components|componentClasses|categories)\./, '')),
    before: asText(effectiveValue(before, path)),
    after: asText(effectiveValue(after, path)),
  }))
  const size = (picture: Picture | undefined) =>
    picture ? t.bytes(Math.floor(((picture.Bytes ?? '').length * 3) / 4)) : texts.common.none
  const { put, removed } = changedPictures(before, after)
  const there = byName(before)
  return [
    ...ofSettings,
    ...put.map((picture) => ({
      label: t.picture(pictureName(picture)),
      before: size(there.get(pictureName(picture))),
      after: size(picture),
    })),
    ...removed.map((picture) => ({
      label: t.picture(pictureName(picture)),
      before: size(picture),
      after: texts.common.none,
    })),
  ]
}

/** What is not changed here stays as it is at this moment: the server merges. @throws ApiError */
export async function saveStyle(key: AppKey, before: Style, after: Style): Promise<void> {
  const current = await readStyle(key)
  if (!current) {
    await cognito('CreateManagedLoginBranding', { ...key, Settings: after.settings as never, Assets: after.pictures })
  } else {
    const { put, removed } = changedPictures(before, after)
    const Settings = changedPaths(before, after).reduce(
      (tree, path) => withValue(tree, path, effectiveValue(after, path)),
      {} as Tree,
    )
    const update = {
      UserPoolId: key.UserPoolId,
      ManagedLoginBrandingId: current.ManagedLoginBrandingId!,
      Settings: Settings as never,
    }
    if (removed.length === 0)
      await cognito('UpdateManagedLoginBranding', { ...update, Assets: put.length > 0 ? put : undefined })
    else {
      // Pictures are taken away all at once; those that stay come back with the next call.
      const gone = new Set(removed.map(pictureName))
      const kept = new Map([...(current.Assets ?? []), ...put].map((picture) => [pictureName(picture), picture]))
      for (const name of gone) kept.delete(name)
      await cognito('UpdateManagedLoginBranding', { ...update, Assets: [] })
      if (kept.size > 0)
        await cognito('UpdateManagedLoginBranding', { ...update, Settings: {} as never, Assets: [...kept.values()] })
    }
  }
  await refresh('DescribeManagedLoginBrandingByClient')
}
