/** Removes all `character`s from the end, in linear time, unlike a pattern such as /=+$/. */
export function trimEndOf(text: string, character: string): string {
  let end = text.length
  while (end > 0 && text[end - 1] === character) end--
  return text.slice(0, end)
}
