import { texts } from '../../texts/texts.ts'
import { formatsOf, maxPictureBytes, type Picture, pictureName, readPicture, switchOf } from './pictures.ts'
import type { Style } from './style.ts'
import type { EditorProps } from './style-editor.tsx'
import { withValue } from './tree.ts'

const t = texts.branding

/** Takes the picture into the style, and switches on what shows it; or says what is wrong with the file. */
export async function addPicture(
  style: Style,
  change: EditorProps['change'],
  file: File,
  name: Pick<Picture, 'Category' | 'ColorMode' | 'ResourceId'>,
): Promise<string | undefined> {
  if (file.size > maxPictureBytes) return t.tooLarge
  const picture = await readPicture(file, name)
  const formats = formatsOf(picture.Category!)
  if (!formats.includes(picture.Extension!)) return t.wrongFormat(formats.join(', '))
  const others = style.pictures.filter((other) => pictureName(other) !== pictureName(picture))
  const toggle = switchOf[picture.Category!]
  change({
    pictures: [...others, picture],
    ...(toggle && { settings: withValue(style.settings, toggle, true) }),
  })
  return undefined
}
