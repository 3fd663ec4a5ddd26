import FileDropzone from '@cloudscape-design/components/file-dropzone'
import FileInput from '@cloudscape-design/components/file-input'
import SpaceBetween from '@cloudscape-design/components/space-between'
import { texts } from '../../texts/texts.ts'

interface Props {
  hint: string
  /** What the picture is for. */
  label: string
  onChoose(files: File[]): void
}

/** Takes a picture that is dropped, or chosen. */
export const PictureDrop = ({ hint, label, onChoose }: Props) => (
  <FileDropzone onChange={({ detail }) => onChoose(detail.value)}>
    <SpaceBetween size="xs" alignItems="center">
      <span>{hint}</span>
      <FileInput
        value={[]}
        accept=".png,.jpg,.jpeg,.svg,.webp,.ico"
        ariaLabel={`${texts.common.chooseFile}: ${label}`}
        onChange={({ detail }) => onChoose(detail.value)}
      >
        {texts.common.chooseFile}
      </FileInput>
    </SpaceBetween>
  </FileDropzone>
)
